"""The keyboard alone leads through a report."""

import pytest

from tests.helpers.report_documents import story

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(report_of):
    """A report of three stories, whose copies have other figures and headlines."""
    return report_of(document for number in range(3) for document in story(number))


def press(view, *keys):
    """Press keys one by one."""
    for key in keys:
        view.page.keyboard.press(key)


def tab_to(view, selector, key="Tab"):
    """Press Tab until an element has the focus."""
    for _ in range(200):
        press(view, key)
        if view.page.evaluate(f"() => document.activeElement.matches({selector!r})"):
            return
    pytest.fail(f"Tab does not lead to {selector}")


def wait_for(view, script):
    """Wait until a script of the page gives true."""
    view.page.wait_for_function(script)


def at(view, address):
    """Wait until the view of an address is drawn and has the focus."""
    wait_for(view, f"() => location.hash === {address!r} && document.activeElement.id === 'main'")


def focused(view):
    """The text of the element that has the focus."""
    return view.page.evaluate("() => document.activeElement.textContent")


def test_the_first_tab_skips_the_bar(show, corpus):
    """The first stop is a link to the content, and Enter goes there."""
    view = show(corpus, "#/stories")
    press(view, "Tab")
    assert "Skip" in focused(view)
    press(view, "Enter")
    wait_for(view, "() => document.activeElement.id === 'main'")
    assert "#/stories" == view.address


def test_tab_and_enter_alone_lead_to_a_difference_and_back(show, report):
    """From the first Tab to a difference in the text of a copy, and back to the list, with Tab and Enter."""
    view = show(report)
    tab_to(view, "nav a[href='#/stories']")
    press(view, "Enter")
    at(view, "#/stories")
    tab_to(view, "a[href='#/story/0']")
    press(view, "Enter")
    at(view, "#/story/0")
    tab_to(view, "a[href^='#/story/0/']")
    press(view, "Enter")
    wait_for(view, "() => location.hash.startsWith('#/story/0/') && document.activeElement.id === 'main'")
    tab_to(view, ".diffs button")
    press(view, "Enter")
    wait_for(view, "() => document.activeElement.matches('.texts .sw')")
    tab_to(view, ".crumb a[href='#/story/0']", "Shift+Tab")
    press(view, "Enter")
    at(view, "#/story/0")
    tab_to(view, ".crumb a[href='#/stories']")
    press(view, "Enter")
    at(view, "#/stories")


def test_single_keys_lead_through_the_report(show, report):
    """``/`` searches, ``j`` and ``k`` go through rows, ``n`` and ``p`` through differences, ``u`` goes up."""
    view = show(report)
    press(view, "/")
    wait_for(view, "() => document.activeElement.id === 'q'")
    press(view, "Tab", "Tab", "Tab", "Tab")
    press(view, "j")
    first = focused(view)
    press(view, "j")
    assert first != focused(view)
    press(view, "k")
    assert first == focused(view)
    press(view, "Enter")
    wait_for(view, "() => location.hash.startsWith('#/story/') && document.activeElement.id === 'main'")
    story = view.address
    press(view, "j", "Enter")
    wait_for(view, f"() => location.hash.startsWith('{story}/') && document.activeElement.id === 'main'")
    press(view, "n", "n")
    second = focused(view)
    assert view.page.evaluate("() => document.activeElement.matches('.sw.here')")
    press(view, "p")
    assert view.page.evaluate("() => document.activeElement.matches('.sw.here')")
    press(view, "n")
    assert second == focused(view)
    press(view, "u")
    at(view, story)
    press(view, "u")
    at(view, "#/stories")


def test_a_search_keeps_the_focus(show, corpus):
    """What is typed into the search goes there, letters that are shortcuts too."""
    view = show(corpus)
    press(view, "/")
    wait_for(view, "() => document.activeElement.id === 'q'")
    view.page.keyboard.type("tunnel/junk")
    assert view.page.evaluate("() => document.activeElement.value") == "tunnel/junk"


def test_enter_opens_the_first_story_of_a_search(show, report):
    """Enter in the search opens the first story that is found, what was typed last included; without one it stays."""
    view = show(report, "#/stories")
    press(view, "/")
    view.page.keyboard.type("no story has this")
    press(view, "Enter")
    assert "#/stories" == view.address
    view.page.locator("#q").fill("")
    press(view, "Enter")
    at(view, "#/story/0")


def test_comparisons_lead_to_their_neighbours(show, corpus):
    """A comparison links to the one before and the one behind it, where there is one."""
    for first in ("#/story/0/0", "#/apart/0"):
        view = show(corpus, first)
        assert 0 == view.page.get_by_role("link", name="previous").count()
        view.page.get_by_role("link", name="next").click()
        second = first[:-1] + "1"
        at(view, second)
        assert "2 of" in view.page.locator(".crumb").inner_text()
        view.page.get_by_role("link", name="previous").click()
        at(view, first)


@pytest.mark.parametrize("address", ["#/", "#/stories", "#/story/0", "#/story/0/0", "#/apart", "#/run", "#/nowhere"])
def test_a_slash_leads_to_the_search_from_each_view(show, corpus, address):
    """``/`` has the search ready from any view, the list of stories read or not, and types no slash."""
    view = show(corpus, address)
    press(view, "/")
    wait_for(view, "() => document.activeElement.id === 'q'")
    assert "#/stories" == view.address
    assert view.page.evaluate("() => document.activeElement.value") == ""


def test_the_help_lists_the_keys_and_turns_them_off(show, corpus):
    """``?`` opens the help; without its check mark single keys do nothing; Escape closes it."""
    view = show(corpus)
    press(view, "?")
    wait_for(view, "() => document.querySelector('dialog').open")
    assert [] == view.faults()
    view.page.get_by_label("single keys").uncheck()
    press(view, "Escape")
    wait_for(view, "() => !document.querySelector('dialog').open")
    press(view, "?", "t", "u", "/")
    assert not view.page.evaluate("() => document.querySelector('dialog').open")
    assert "#/" == view.address
