"""Each view, light and dark, on a desk and on a phone: it is drawn, asks for nothing, and is accessible."""

import pytest

pytestmark = pytest.mark.browser

VIEWS = {
    "#/": "Overview",
    "#/stories": "Stories",
    "#/story/0": "",
    "#/story/0/0": "",
    "#/story/5/0": "",
    "#/apart": "Told apart",
    "#/apart/0": "",
    "#/alone": "Alone",
    "#/run": "The run",
    "#/story/99999": "Not in this report",
}
"""Addresses and headings; a heading that is none is that of the story or of the comparison."""

each_view = pytest.mark.parametrize(("address", "heading"), VIEWS.items(), ids=VIEWS)


@each_view
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1240, 390])
def test_each_view_is_drawn_without_a_fault(show, corpus, address, heading, scheme, width):
    """A view asks for no file, says nothing on the console, fits the window, and breaks no rule of axe-core."""
    view = show(corpus, address, width=width, color_scheme=scheme)
    assert [] == view.faults()
    assert (view.heading == heading) if heading else (view.heading not in VIEWS.values())


@each_view
@pytest.mark.parametrize("width", [620, 320])
def test_each_view_fits_a_window_of_any_width(show, corpus, address, heading, width):
    """No view is wider than a window of 620 pixels, which is half a screen at double size, or of 320 pixels."""
    view = show(corpus, address, width=width)
    assert [] == view.heard + view.overflow()


def test_the_system_and_a_button_choose_between_light_and_dark(show, corpus):
    """A report begins as the system is, light or dark, and a button changes it."""
    view = show(corpus, color_scheme="dark")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    dark = view.page.evaluate(ground)
    view.page.get_by_role("button", name="Light").click()
    assert dark != view.page.evaluate(ground)
    view.page.get_by_role("button", name="Dark").click()
    assert dark == view.page.evaluate(ground)
