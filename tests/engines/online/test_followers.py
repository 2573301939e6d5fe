"""A follower of the events of an index, in the process of the writer and in that of a reader."""

import threading
import time

import pytest

from dedup import Index, InputError


def test_a_follower_gets_what_comes(path, prose):
    """A reader that follows gets the events that are there, and each later one; its wait ends with the timeout."""
    with Index.open(path, reviews=0) as index, Index.open(path, mode="r") as reader:
        index.add({"id": "a", "text": prose(1)})
        events = reader.events(follow=True, timeout=5.0)
        assert "a" == next(events).document
        adding = threading.Timer(0.2, lambda: index.add({"id": "b", "text": prose(2)}))
        adding.start()
        assert "b" == next(events).document
        adding.join()
        assert [1, 2] == [event.number for event in reader.events(follow=True, timeout=0.0)]
        start = time.monotonic()
        assert [] == list(index.events(since=2, follow=True, timeout=0.2))
        assert 0.1 < time.monotonic() - start < 5


def test_a_number_after_the_last_event_is_refused(path, prose):
    """A follower of another or a restored index is told so, and may begin after the last event."""
    with Index.open(path, reviews=0) as index:
        assert (0, []) == (index.last_event, list(index.events()))
        index.add({"id": "a", "text": prose(1)})
        for follow in (False, True):
            with pytest.raises(InputError, match=r"since = 2: .* number 1: begin anew with the stories"):
                index.events(since=2, follow=follow)
        assert [] == list(index.events(since=index.last_event))


def test_closing_ends_a_follower(path, prose):
    """A follower without a timeout ends when its index is closed."""
    with Index.open(path, reviews=0) as index:
        index.add({"id": "a", "text": prose(1)})
        numbers = []
        follower = threading.Thread(target=lambda: numbers.extend(event.number for event in index.events(follow=True)))
        follower.start()
        while not numbers:
            time.sleep(0.01)
    follower.join(10)
    assert (False, [1]) == (follower.is_alive(), numbers)
