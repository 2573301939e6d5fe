"""What reading made of the last documents stays in memory, and changes nothing."""

import random

import numpy as np
import pytest

from dedup import Index, Settings
from dedup.core.arrays.workspace import Workspace
from dedup.core.collection import number_by_first
from dedup.engines.online.comparison.in_memory import InMemoryTexts
from dedup.engines.online.comparison.ready import ReadyTexts
from dedup.types import Document
from tests.engines.online.test_batches import draw_document


def all_of(documents: list[Document], ready: ReadyTexts) -> list[list[object]]:
    """Return all that a comparison knows of documents that are read."""
    in_memory = InMemoryTexts(Settings(), Workspace(), ready)
    in_memory.read(documents)
    texts = in_memory.texts()
    columns = [texts.text, texts.lengths, texts.contents, texts.prints, texts.urls, texts.item_headlines, texts.first]
    pages = [texts.pages.hashes, texts.pages.words, texts.pages.labels, texts.pages.bounds, texts.pages.credits]
    more = [texts.says.values, texts.says.bounds, number_by_first(texts.sources), texts.times, texts.by_id]
    members = [list(texts.members), texts.credits]
    return [*([column.tolist()] for column in (*columns, *pages, *more)), members]


@pytest.mark.parametrize("seed", range(8))
def test_ready_documents_equal_documents_that_are_read_again(seed):
    """Documents with equal texts, without words, and with credits are the same, whether they are ready or not."""
    draw = random.Random(seed)
    drawn = [draw_document(draw) for _ in range(30)]
    drawn += [Document(f"(Reuters) - {number} {document.text}", f"r{number}") for number, document in enumerate(drawn)]
    ready = ReadyTexts()
    for _ in range(12):
        chosen = {document.id: document for document in draw.sample(drawn, draw.choice([1, 2, 5, 24]))}
        documents = list(chosen.values())
        expected = all_of(documents, ReadyTexts())
        assert [expected] * 3 == [all_of(documents, ready) for _ in range(3)]


@pytest.mark.parametrize("seed", range(4))
def test_an_index_that_has_nothing_ready_decides_the_same(tmp_path, seed):
    """An index that is opened anew for each document makes the same decisions as one that stays open."""
    draw = random.Random(seed)
    documents = [draw_document(draw) for _ in range(30)]
    with Index.open(tmp_path / "open", seed=7, reviews=0, workers=1, clock=lambda: 1e9) as index:
        expected = [index.add(document) for document in documents]
    decisions = []
    for document in documents:
        with Index.open(tmp_path / "anew", seed=7, reviews=0, workers=1, clock=lambda: 1e9) as index:
            decisions.append(index.add(document))
    assert expected == decisions


def test_memory_is_bounded():
    """At most 256 documents of a million characters together are ready, those that came last."""
    ready, settings, workspace = ReadyTexts(), Settings(), Workspace()
    documents = [Document(f"text {number}", str(number)) for number in range(300)]
    for document in documents:
        ready.read([document], settings, workspace)
    assert [False] * 44 + [True] * 256 == [ready.find(document) is not None for document in documents]
    long = [Document(f"{number} " * 200_000, f"long {number}") for number in range(3)]
    for document in long:
        ready.read([document], settings, workspace)
    assert [False, True, True] == [ready.find(document) is not None for document in long]


def test_another_text_of_an_id_is_not_ready():
    """A document that differs in anything from the document of its id is read again, and a dropped one too."""
    ready, document = ReadyTexts(), Document("some words", "a")
    ready.read([document], Settings(), Workspace())
    assert ready.find(Document("some words", "a")) is not None
    assert ready.find(Document("some words", "a", url="https://a.example/1")) is None
    ready.clear()
    assert ready.find(document) is None


def test_tokens_are_those_of_each_document():
    """Documents that are read together have their own tokens when they are ready, also one without words."""
    documents = [Document(text, str(number)) for number, text in enumerate(["one two", "", "one two", "three"])]
    together = ReadyTexts().read(documents, Settings(), Workspace())
    for document, (read, tokens) in zip(documents, together, strict=True):
        ((read_alone, tokens_alone),) = ReadyTexts().read([document], Settings(), Workspace())
        assert np.array_equal(tokens, tokens_alone)
        assert (read.text_numbers.size, read.fresh.tolist()) == (1, read_alone.fresh.tolist())
