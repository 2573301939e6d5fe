"""Each view has an address, which reloads, is kept in the history, and says so where it is wrong."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "address", ["#/", "#/stories", "#/story/3", "#/story/3/1", "#/apart", "#/apart/2", "#/alone", "#/run"]
)
def test_a_view_that_is_loaded_again_is_the_same(show, corpus, address):
    """A view shows the same after a reload as by way of other views."""
    view = show(corpus, "#/run")
    view.go("#/stories")
    view.go(address)
    way = view.text
    view.page.reload()
    view.page.wait_for_function("() => document.body.dataset.drawn")
    assert way == view.text
    assert address == view.address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "#/story/99999",
            "#/story/-1",
            "#/story/x",
            "#/story/0/999",
            "#/story/0/x",
            "#/apart/999",
            "#/apart/x",
            "#/x",
        ),
        *("#/__proto__", "#/story/__proto__", "#/story/constructor/0", "#/story/0/constructor", "#javascript:alert(1)"),
    ],
)
def test_an_address_that_leads_nowhere_says_so(show, corpus, address):
    """A wrong address shows that it is not in the report, and a link to the overview."""
    view = show(corpus, address)
    assert "Not in this report" == view.heading
    view.page.locator("main a").click()
    view.page.wait_for_function("() => document.querySelector('h1').textContent === 'Overview'")
    assert [] == view.heard


def test_back_and_forward_keep_search_and_filters(show, corpus):
    """Back leads to the list as it was searched, and Forward to the story again."""
    view = show(corpus, "#/stories")
    view.page.locator("#q").fill("necklace")
    view.page.locator("main .list a").first.click()
    view.page.wait_for_function("() => location.hash.startsWith('#/story/')")
    story = view.address
    view.page.go_back()
    view.page.wait_for_function("() => document.querySelector('h1').textContent === 'Stories'")
    assert view.page.locator("#q").input_value() == "necklace"
    assert [story] == [link.get_attribute("href") for link in view.page.locator("main .list a").all()]
    view.page.go_forward()
    view.page.wait_for_function("() => document.querySelector('h1').textContent !== 'Stories'")
    assert story == view.address


@pytest.mark.parametrize("way", ["back", "u"])
def test_a_way_back_leads_to_the_place_that_was_left(show, corpus, way):
    """Back and the key u lead to the row that was opened. A link leads to the top."""
    view = show(corpus, "#/apart")
    link = view.page.locator("main tbody a").nth(40)
    link.scroll_into_view_if_needed()
    left = view.page.evaluate("scrollY")
    assert left > 500
    link.click()
    view.page.wait_for_function("() => document.querySelector('h1').textContent !== 'Told apart'")
    assert 0 == view.page.evaluate("scrollY")
    if way == "back":
        view.page.go_back()
    else:
        view.page.keyboard.press("u")
    view.page.wait_for_function("() => document.querySelector('h1').textContent === 'Told apart'")
    view.page.wait_for_function("left => Math.abs(scrollY - left) < 5", arg=left)


def test_a_source_of_the_overview_filters_the_stories(show, corpus):
    """A source on the overview leads to the stories that it has a part in."""
    view = show(corpus)
    link = view.page.locator("main a[href='#/stories']").first
    name = link.inner_text()
    link.click()
    view.page.wait_for_function("() => document.querySelector('h1').textContent === 'Stories'")
    assert view.page.locator("#f-src option:checked").inner_text() == name
    assert 0 < view.page.locator("main .list a").count() < 60
