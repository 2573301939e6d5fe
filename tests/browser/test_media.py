"""A report without scripts, on paper, and under forced colours."""

import pytest

pytestmark = pytest.mark.browser

COLOURS = """() => [...document.querySelectorAll("body, main .card, main td, main .cell, main h1")].map(node => {
    const style = getComputedStyle(node);
    return [style.backgroundColor, style.color];
})"""


def light(colour):
    """The mean of red, green and blue of a colour as the browser writes it, on white."""
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].replace(",", " ").replace("/", " ").split()]
    shown = parts[3] if len(parts) == 4 else 1
    return 255 * (1 - shown) + shown * sum(parts[:3]) / 3


def test_without_scripts_the_page_says_what_it_is(chromium, corpus):
    """Where scripts are off, a sentence says what the file is and what to do."""
    from tests.helpers.report_view import View

    view = View(chromium, scripts=False)
    view.open(corpus.page)
    assert "Turn scripts on" in view.page.locator("noscript").inner_text()
    assert [] == view.heard
    view.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["#/", "#/story/0", "#/story/0/0"])
def test_paper_is_white_and_has_no_bar(show, corpus, address, scheme):
    """On paper a view is dark on light, whatever it is on the screen, and has no bar."""
    view = show(corpus, address, color_scheme=scheme, media="print")
    assert not view.page.locator("header").is_visible()
    colours = view.page.evaluate(COLOURS)
    assert all(light(ground) - light(ink) > 75 for ground, ink in colours), colours
    assert light(colours[0][0]) == 255


def test_forced_colours_leave_bars_and_marks(show, corpus):
    """Under the colours of the system bars keep their colours."""
    view = show(corpus, forced_colors="active")
    bar = view.page.locator(".stack > span").first
    assert bar.evaluate("node => getComputedStyle(node).forcedColorAdjust") == "none"
    assert [] == view.faults()
