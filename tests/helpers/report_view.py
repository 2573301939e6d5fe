"""A page of the HTML report in Chromium: what it asks for and says, and whether it is accessible."""

import functools
import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

DRAWN = "() => document.body.dataset.drawn"

HEADING = "() => document.querySelector('main h1').textContent"

GO = """address => new Promise(resolve => {
    const heading = () => resolve(document.querySelector("main h1").textContent);
    if (location.hash === address) return heading();
    const watch = new MutationObserver(() => {
        if (!document.body.dataset.drawn) return;
        watch.disconnect();
        heading();
    });
    watch.observe(document.body, {attributes: true, attributeFilter: ["data-drawn"]});
    delete document.body.dataset.drawn;
    location.hash = address;
})"""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

COMPARISON = """() => {
    const names = [...document.querySelectorAll(".pair .card .mono")].map(node => node.textContent);
    const lines = [...document.querySelectorAll(".texts .line")].map(line => [...line.children].map(cell => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll("summary, .lab").forEach(node => node.remove());
        copy.querySelectorAll(".ch").forEach(node => node.textContent === " (moved)" && node.remove());
        const words = selector => [...copy.querySelectorAll(selector)].map(node => node.textContent).join(" ");
        return [copy.textContent, words(".sh:not(.moved)"), words(".sh.moved")];
    }));
    return [names, lines];
}"""

AXE = """axe.run(document, {resultTypes: ["violations"]}).then(found => JSON.stringify(
    found.violations.map(rule => rule.id + " at " + rule.nodes.map(node => node.target.join(" ")).join(", "))))"""


@functools.cache
def axe() -> str:
    """The script of axe-core."""
    if "AXE" not in os.environ:
        pytest.fail("AXE is not set: give it the path of axe.min.js, from npm pack axe-core")
    return Path(os.environ["AXE"]).read_text("utf-8")


class View:
    """A tab that shows one report at a time.

    Attributes:
        page: the tab.
        heard: requests, messages, errors, dialogs and navigations of the tab, but for the report itself.
    """

    def __init__(self, browser: Browser, scripts: bool = True) -> None:
        self._context = browser.new_context(java_script_enabled=scripts)
        self.page: Page = self._context.new_page()
        self.heard: list[str] = []
        self._scripts = scripts
        self._file = ""
        self._axe: dict[str, Any] | None = None
        self._listen()

    def open(self, report: Path, address: str = "#/", width: int = 1240, height: int = 900, **media: Any) -> None:
        """Open a report, and wait until it is drawn; ``media`` are light or dark and other wishes of the system."""
        self.page.goto("about:blank")
        self.heard.clear()
        self._file, self._axe = report.as_uri(), None
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(**{"media": "screen", "color_scheme": "light", "forced_colors": "none", **media})
        self.page.goto(self._file + address)
        if self._scripts:
            self.page.wait_for_function(DRAWN)

    def close(self) -> None:
        """Close the tab."""
        self._context.close()

    def _listen(self) -> None:
        def hear(kind: str, text: str) -> None:
            self.heard.append(f"{kind}: {text[:200]}")

        def address(kind: str, url: str) -> None:
            if url.split("#")[0] != self._file:
                hear(kind, url)

        self._context.on("request", lambda request: address("request", request.url))
        self._context.on("page", lambda page: page == self.page or hear("tab", page.url))
        self.page.on("console", lambda message: hear("console", message.text))
        self.page.on("pageerror", lambda error: hear("error", error.message))
        self.page.on("framenavigated", lambda frame: address("navigation", frame.url))
        self.page.on("download", lambda download: hear("download", download.url))
        self.page.on("dialog", lambda dialog: (hear("dialog", dialog.message), dialog.dismiss()))

    def go(self, address: str) -> str:
        """Change the address, wait until the view is drawn, and return its heading."""
        return self.page.evaluate(GO, address)

    @property
    def heading(self) -> str:
        """The heading of the view."""
        return self.page.evaluate(HEADING)

    @property
    def text(self) -> str:
        """The text of the view."""
        return self.page.locator("main").inner_text()

    @property
    def address(self) -> str:
        """The part of the address behind the file."""
        return self.page.url.removeprefix(self._file)

    def overflow(self) -> list[str]:
        """The pixels by which the page is wider than the window, if it is."""
        over = self.page.evaluate(OVERFLOW)
        return [f"overflow: {over} pixels"] if over > 0 else []

    def violations(self) -> list[str]:
        """The rules of axe-core that the view breaks. They run in a world of their own: the policy stays as it is."""
        session = self._context.new_cdp_session(self.page)
        if self._axe is None:
            frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
            world = session.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
            self._axe = {"contextId": world, "awaitPromise": True, "returnByValue": True}
            session.send("Runtime.evaluate", {"expression": axe(), "contextId": world})
        answer = session.send("Runtime.evaluate", {"expression": AXE, **self._axe})
        session.detach()
        return [f"axe: {broken}" for broken in json.loads(answer["result"]["value"])]

    def faults(self) -> list[str]:
        """All that the page asked for and said, overflow, and what axe-core finds."""
        return [*self.heard, *self.overflow(), *self.violations()]

    def comparison(self) -> tuple[list[str], list[list[tuple[str, str, str]]]]:
        """The ids of a comparison, and its rows: of each side the text, what of it is shared, and what has moved."""
        names, lines = self.page.evaluate(COMPARISON)
        return names, lines
