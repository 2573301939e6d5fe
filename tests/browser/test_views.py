"""Each view, light and dark, on a desk and on a phone: it is drawn, asks for nothing, and is accessible."""

import pytest

pytestmark = pytest.mark.browser

VIEWS = {
    "#/": "Overview",
    "#/stories": "Stories",
    "#/story/3": "Hackers knock out library network in 74 towns, demand ransom",
    "#/story/3/0": "B is a reprint of A",
    "#/story/6/0": "B is a later version of A",
    "#/story/6/2": "B is an excerpt of A",
    "#/apart": "Told apart",
    "#/apart/3": "Two different articles",
    "#/alone": "Alone",
    "#/run": "The run",
    "#/story/99999": "Not in this report",
}
"""The headings of the views of ``corpus/``."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1240, 390])
def test_each_view_is_drawn_without_a_fault(show, corpus, width, scheme):
    """A view asks for no file, says nothing on the console, fits the window, and breaks no rule of axe-core."""
    view = show(corpus, width=width, color_scheme=scheme)
    assert VIEWS == {address: view.go(address) for address in VIEWS}
    assert {} == {address: faults for address in VIEWS if view.go(address) and (faults := view.faults())}


@pytest.mark.parametrize("width", [620, 320])
def test_each_view_fits_a_window_of_any_width(show, corpus, width):
    """No view is wider than a window of 620 pixels, which is half a screen at double size, or of 320 pixels."""
    view = show(corpus, width=width)
    assert {} == {address: over for address in VIEWS if view.go(address) and (over := view.overflow())}


def test_stories_of_each_script_fit_a_phone(show, corpus):
    """Each story of ``corpus/``, of whatever script, and its first comparison fit a phone, and say nothing wrong."""
    view = show(corpus, "#/stories", width=360, height=60)
    count = int(view.page.locator("#nav [aria-current] .n").inner_text())
    addresses = [address for number in range(count) for address in (f"#/story/{number}", f"#/story/{number}/0")]
    assert {} == {address: over for address in addresses if view.go(address) and (over := view.overflow())}
    assert [] == view.heard


def test_the_system_and_a_button_choose_between_light_and_dark(show, corpus):
    """A report begins as the system is, light or dark, and a button changes it."""
    view = show(corpus, color_scheme="dark")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    dark = view.page.evaluate(ground)
    view.page.get_by_role("button", name="Light").click()
    assert dark != view.page.evaluate(ground)
    view.page.get_by_role("button", name="Dark").click()
    assert dark == view.page.evaluate(ground)
