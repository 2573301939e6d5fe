"""Texts that are compared lie on shelves that processes share: whoever compares them, and however many at a time."""

import random

import numpy as np
import pytest

from dedup import Settings
from dedup.core import overlaps
from dedup.engines import comparing, intake, preparing
from dedup.engines.gathering import gather
from dedup.engines.metering import Meter
from dedup.engines.store import Stores


@pytest.fixture
def small(monkeypatch):
    """Lots and requests so small that a few texts make several of each."""
    monkeypatch.setattr(intake, "LOT_CHARACTERS", 10_000)
    monkeypatch.setattr(overlaps, "LOT", 8)
    monkeypatch.setattr(preparing, "_TOKENS", 3_000)
    monkeypatch.setattr(preparing, "_PAIRS", 40)


def article(number, words):
    """So many words, the same for each number; a few hundred words are all there are."""
    rng = random.Random(number)
    forms = ["".join(random.Random(form).choices("abcdefghijklmnop", k=3 + form % 8)) for form in range(500)]
    return " ".join(rng.choice(forms) for _ in range(words))


def garbled(text, number):
    """The text with every sixth word misread in one letter."""
    rng, words = random.Random(number), text.split()
    words[::6] = [word[: (place := rng.randrange(len(word)))] + "x" + word[place + 1 :] for word in words[::6]]
    return " ".join(words)


@pytest.fixture(params=[False, True], ids=["clean", "scanned"])
def documents(request):
    """Copies, parts and others, in blocks of which some may be dropped; half of them misread, if they are scanned."""
    texts = [article(number % 17, 60 + 40 * (number % 3)) for number in range(60)]
    if request.param:
        texts = [garbled(text, number) if number % 2 else text for number, text in enumerate(texts)]
    return [f"{text}\n\n{article(100 + number % 2, 40)}" for number, text in enumerate(texts)]


def found(documents, workers, *looks):
    """What is said of pairs in some looks, each of which drops other blocks, and the stories; the counts of each look;
    whether there were misprints."""
    compared, told = None, []
    with Stores() as stores:
        job = gather(intake.Intake(), documents, Settings(), workers, Meter(lambda *_: None, stores), stores).job
        blocks, sources = np.arange(len(job.texts.pages.hashes)), np.arange(len(job.texts.rows)) % 5
        for every in looks:
            compared = comparing.compare(job, sources, blocks % every == 1, compared)
            verified = compared.verified
            told.append([column.tolist() for column in (*verified.verdicts, verified.stories.labels)])
    return told, verified.look, job.noisy


@pytest.mark.parametrize("workers", [1, 2])
def test_requests_of_any_size_say_the_same(documents, workers, small, monkeypatch):
    """Small requests to several processes say of pairs what one large one does, though some were told before."""
    told, look, noisy = found(documents, workers, 4, 7)
    monkeypatch.undo()
    (new,), whole, _ = found(documents, 1, 7)
    assert new == told[1] != told[0]
    assert look.measured < whole.measured == look.verified
    assert (look.matches > 20, noisy) == (True, any("x" in document for document in documents))


def test_shared_shingles_are_counted_in_any_lots(documents, small, monkeypatch):
    """What two texts share does not depend on which others are looked at with them."""
    with Stores() as stores:
        job = gather(intake.Intake(), documents, Settings(), 1, Meter(lambda *_: None, stores), stores).job
        every = np.arange(len(job.texts.rows))
        some = preparing.Ready(job).some(every, every, every < 0, np.zeros(len(job.texts.pages.hashes), np.bool_))
        pairs = np.stack(np.triu_indices(every.size, 1), axis=1)
        counted = some.shared(pairs)
        monkeypatch.undo()
        assert some.shared(pairs).tolist() == counted.tolist()
        assert (some.shared(np.stack((every, every), axis=1)) == some.sizes).all()
    assert 0 < (counted > 0).sum() < counted.size
