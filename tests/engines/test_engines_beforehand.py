"""What pages tell of chrome is the same, learned at once or in a thread of its own."""

import numpy as np
import pytest

from dedup.core.pages import Pages
from dedup.engines import beforehand
from dedup.engines.beforehand import frames, meanwhile


@pytest.fixture
def pages():
    """Ten pages of one site: a menu of seven entries, and a paragraph of each page's own."""
    hashes = np.array([entry for page in range(10) for entry in (*range(1, 8), 100 + page)], np.uint64) << np.uint64(50)
    words = np.tile(np.array([2] * 7 + [300], np.int32), 10)
    return Pages(hashes, words, np.arange(11) * 8, np.full(10, -1))


def test_a_menu_is_the_frame_of_its_pages(pages):
    """Pages that share their short lines are of one source, and those lines are chrome there."""
    found = frames(pages)
    assert ([0] * 10, list(range(10))) == (found.sources.tolist(), found.stories.tolist())
    assert ([True] * 7 + [False]) * 10 == found.chrome.tolist()


def test_a_thread_finds_the_same(pages):
    """Whoever asks waits for it, and may ask again."""
    asked = meanwhile(pages)
    for found in asked(), asked():
        for one, other in zip(frames(pages)[1:], found[1:], strict=True):
            assert one.tolist() == other.tolist()


def test_a_thread_that_fails_tells_who_asks(pages, monkeypatch):
    """What went wrong is raised where the result is wanted."""

    def fails(_pages):
        raise MemoryError("too many pages")

    monkeypatch.setattr(beforehand, "common", fails)
    with pytest.raises(MemoryError, match="too many pages"):
        meanwhile(pages)()
