"""What pages tell of chrome before any two texts are compared: learned while others look for misprints."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import boilerplate
from dedup.core.common import Common, common
from dedup.core.pages import Pages
from dedup.types import Indices

__all__ = ["Frames", "frames", "meanwhile"]


class Frames(NamedTuple):
    """The blocks ``several`` pages have; which pages are ``neighbours``, the ``sources`` of the pages and their first
    ``stories``; which blocks are ``strays``, and which are ``chrome``, strays among them: all as `core.boilerplate` has
    it."""

    several: Common
    neighbours: Indices
    sources: Indices
    stories: Indices
    strays: npt.NDArray[np.bool_]
    chrome: npt.NDArray[np.bool_]


def frames(pages: Pages) -> Frames:
    """What the pages tell."""
    several = common(pages)
    neighbours = boilerplate.neighbours(several)
    sources, stories = boilerplate.sources(pages, neighbours), boilerplate.first_stories(several)
    strays = boilerplate.strays(several, stories)
    chrome = boilerplate.chrome(several, sources, stories) | strays
    return Frames(several, neighbours, sources, stories, strays, chrome)


def meanwhile(pages: Pages) -> Callable[[], Frames]:
    """The same, in a thread that begins at once and holds up no end of the process: to be asked for when needed.

    numpy lets other threads run, but where this process alone is at work there is nothing to do meanwhile.
    """
    found: Future[Frames] = Future()
    threading.Thread(target=_fulfil, args=(found, partial(frames, pages)), name="dedup learns", daemon=True).start()
    return found.result


def _fulfil(future: "Future[Frames]", call: Callable[[], Frames]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # it is raised where the result is asked for
        future.set_exception(error)
