"""A report of hostile strings runs, loads and navigates nothing."""

import pytest

from tests.helpers.hostile_report import STRINGS, hostile_rows

pytestmark = pytest.mark.browser

FOREIGN = (
    "body img, body iframe, body object, body embed, body link, body base, body meta, body form[action], main style, "
    "main script, body [onload], body [onerror], body [style*=url], body a[href]:not([href^='#'])"
)

STATE = """foreign => [
    window.ran === undefined ? "" : "a script ran: " + window.ran,
    ({}).x === undefined ? "" : "the prototype of objects has changed",
    ...[...document.querySelectorAll(foreign)].map(node => "foreign: " + node.outerHTML.slice(0, 100)),
].filter(Boolean)"""

CLICK = """() => document.querySelectorAll("main button, main summary").forEach(node => node.click())"""

WALL = """async () => {
    const tried = {};
    const attempt = async (name, act) => {
        try { tried[name] = await act(); } catch (error) { tried[name] = error.name; }
    };
    await attempt("markup", () => document.body.insertAdjacentHTML("beforeend", "<b>") ?? "went through");
    await attempt("script", () => {
        const script = document.createElement("script");
        script.textContent = "window.ran = 20";
        document.body.append(script);
        return window.ran === 20 ? "ran" : "did not run";
    });
    await attempt("string", async () => {
        await new Promise(done => setTimeout(done)); // the code of a debugger may run strings until it waits
        return new Function("return 1")();
    });
    await attempt("fetch", () => fetch("http://hostile.example/").then(() => "went"));
    await attempt("style", () => {
        const box = document.createElement("div");
        box.setAttribute("style", "color: red");
        document.body.append(box);
        return box.style.color || "blocked";
    });
    await attempt("image", () => new Promise((loaded, blocked) => {
        const image = new Image();
        image.onload = () => loaded("loaded");
        image.onerror = () => blocked(new Error("blocked"));
        image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
    }));
    return tried;
}"""


@pytest.fixture(scope="module")
def report(report_of_rows):
    """The report of hostile rows."""
    return report_of_rows(hostile_rows())


def faults(view):
    """All that went wrong in the view that is shown."""
    return [*view.heard, *view.page.evaluate(STATE, FOREIGN), *view.overflow()]


@pytest.mark.parametrize("width", [1240, 390])
def test_no_view_of_a_hostile_report_runs_loads_or_navigates(show, report, width):
    """Each view, with each button pressed, shows hostile strings as text, and none as markup or as an address."""
    view = show(report, width=width, height=60)
    addresses = ["#/", "#/stories", "#/apart", "#/alone", "#/run", "#/</script>", "#javascript:window.ran=11"]
    for number in range(len(STRINGS)):
        addresses += [f"#/story/{number}", f"#/story/{number}/0", f"#/story/{number}/1", f"#/apart/{number}"]
    lost = {}
    for address in addresses:
        view.go(address)
        lost[address] = view.heading == "Not in this report"
        assert [] == faults(view), address
        view.page.evaluate(CLICK)
        assert [] == faults(view), f"{address}, buttons pressed"
    assert addresses[5:7] == [address for address in addresses if lost[address]]


def test_searches_for_hostile_strings_are_harmless(show, report):
    """A hostile string is searched as text, and a source with its name filters as any other."""
    view = show(report, "#/stories")
    for string in STRINGS:
        view.page.locator("#q").fill(string[:2_000])
        assert [] == faults(view), string[:40]
    view.page.locator("#q").fill("")
    choice = view.page.locator("#f-src")
    for option in range(choice.locator("option").count()):
        choice.select_option(index=option)
        assert [] == faults(view), option


def test_the_policy_stops_markup_that_gets_in(show, report):
    """Were markup to get in, the policy of the page would let it run, load and change nothing."""
    view = show(report)
    wall = view.page.evaluate(WALL)
    assert wall == {
        "markup": "TypeError",
        "script": "TypeError",
        "string": "EvalError",
        "fetch": "TypeError",
        "style": "blocked",
        "image": "Error",
    }
    assert not [words for words in view.heard if words.startswith(("navigation", "request", "dialog"))]
