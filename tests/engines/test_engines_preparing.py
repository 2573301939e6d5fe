"""Texts that are compared lie on shelves that processes share: whoever compares them, and however many at a time."""

import random

import numpy as np
import pytest

from dedup import Settings
from dedup.core import overlaps
from dedup.core.boilerplate import Found
from dedup.engines import comparing, intake, preparing
from dedup.engines.gathering import gather
from dedup.engines.judging import Boilerplate
from dedup.engines.metering import Meter
from dedup.engines.sketching import Sketches
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
def scanned(request):
    """Whether texts are scanned."""
    return request.param


@pytest.fixture
def documents(scanned):
    """Copies, parts and others, in blocks of which some may be dropped; half of them misread, if they are scanned."""
    texts = [article(number % 17, 60 + 40 * (number % 3)) for number in range(60)]
    if scanned:
        texts = [garbled(text, number) if number % 2 else text for number, text in enumerate(texts)]
    return [f"{text}\n\n{article(100 + number % 2, 40)}" for number, text in enumerate(texts)]


def found(documents, workers, every, scanned):
    """What is said of pairs and of texts where every so manieth block is dropped; the counts; whether misprints were
    mended."""
    with Stores() as stores:
        settings = Settings(scanned=scanned)
        job = gather(intake.Intake(), documents, settings, workers, Meter(lambda *_: None, stores), stores).job
        blocks, sites = np.arange(len(job.texts.pages.hashes)), np.arange(len(job.texts.rows)) % 5
        dropped = blocks % every == 1
        compared = comparing.compare(job, Boilerplate(sites, Found(dropped, np.zeros_like(dropped)), dropped))
        some, stories, verdicts, reasons, walls, look = compared.verified
        told = [column.tolist() for column in (*verdicts, some.texts, stories.labels, reasons, walls)]
    return told, look, job.mended


@pytest.mark.parametrize("workers", [1, 2])
def test_requests_of_any_size_say_the_same(documents, scanned, workers, small, monkeypatch):
    """Small requests to several processes say of pairs what one large one does."""
    told, look, mended = found(documents, workers, 7, scanned)
    monkeypatch.undo()
    whole = found(documents, 1, 7, scanned)
    assert whole == (told, look, mended)
    assert (look.matches > 20, mended) == (True, scanned)


def test_what_is_dropped_decides(documents, scanned):
    """Without other blocks, other pairs are found and decided."""
    assert found(documents, 1, 4, scanned)[0] != found(documents, 1, 7, scanned)[0]


def test_shared_shingles_are_counted_in_any_lots(documents, small, monkeypatch):
    """What two texts share does not depend on which others are looked at with them."""
    with Stores() as stores:
        job = gather(intake.Intake(), documents, Settings(), 1, Meter(lambda *_: None, stores), stores).job
        every = np.arange(len(job.texts.rows))
        some = preparing.ready(Sketches(job), every, every % 3, np.zeros(len(job.texts.pages.hashes), np.bool_))
        pairs = np.stack(np.triu_indices(every.size, 1), axis=1)
        counted = some.shared(pairs)
        monkeypatch.undo()
        assert some.shared(pairs).tolist() == counted.tolist()
        assert (some.shared(np.stack((every, every), axis=1)) == some.sizes).all()
    assert 0 < (counted > 0).sum() < counted.size
