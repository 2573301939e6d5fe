"""Chromium without a window, and the processor time of the thread that draws a page."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

__all__ = ["DrawingTime", "launch"]


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium of this machine.

    Raises:
        RuntimeError: there is none.
    """
    path = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if path is None:
        raise RuntimeError("there is no Chromium: install it (on Debian and Ubuntu: apt-get install chromium)")
    return playwright.chromium.launch(executable_path=path, chromium_sandbox=os.getuid() != 0)


class DrawingTime:
    """The processor time of a page: its script, style, layout and painting."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def seconds(self) -> float:
        """The seconds of the page so far."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))
