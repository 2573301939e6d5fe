"""The decisions on documents that come together are those on documents that come one by one."""

import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

import dedup
from dedup import Document, Index
from tests.helpers.index_command import prose

MENU = "Home. World news. Sport pages. Weather today. Latest videos. " * 3
PARTS = [prose(number, 40) for number in range(6)]
HEADLINES = [f"The council of {town} votes on its new ferry today" for town in ("Lowick", "Ibsley", "Norbeck")]


def draw_item(draw: random.Random) -> Document:
    """Return one of few items of feeds: many of them share headline, text, id or address, and headlines recur."""
    site, headline = draw.choice("abcd"), draw.randrange(len(HEADLINES))
    text = draw.choice(["", "", f"{prose(10 + headline, 30)} {draw.choice(['Now.', 'Later on.'])}", prose(20, 12)])
    url = f"https://{site}.example/{draw.randrange(12)}"
    return Document(text, f"d{draw.randrange(30)}", title=HEADLINES[headline], source=f"{site}.example", url=url)


def draw_document(draw: random.Random) -> Document:
    """Return one of few documents: many of them share text, id, address or source."""
    if draw.random() < 0.4:
        return draw_item(draw)
    parts = draw.choices(PARTS[: draw.choice([2, 6])], k=draw.choice([1, 2, 2, 3]))
    text = draw.choice(["", MENU, "Read more. "]) + " ".join(parts) + draw.choice(["", " Late edition."])
    source = draw.choice(["", "a.example", "b.example"])
    page = draw.randrange(40)
    url = f"https://{source or 'c.example'}/{page}" if draw.random() < 0.3 else ""
    return Document("" if url and draw.random() < 0.1 else text, f"d{draw.randrange(30)}", source=source, url=url)


def cut(documents: Sequence[Document], sizes: Sequence[int]) -> list[Sequence[Document]]:
    """Cut documents into batches of these sizes, again and again."""
    batches: list[Sequence[Document]] = []
    while documents:
        size = sizes[len(batches) % len(sizes)]
        batches.append(documents[:size])
        documents = documents[size:]
    return batches


def outcome(path: Path, batches: list[Sequence[Document]], reviews: int = 0) -> list[bytes]:
    """Return all that an index says of documents that are added in batches, piece by piece."""
    options = {"reviews": reviews, "workers": 1, "durable": False, "clock": lambda: 1e9, "prefer": ("b.example",)}
    with Index.open(path, **options) as index:
        decisions = [decision for batch in batches for decision in index.add_many(batch)]
        if not reviews:
            assert [event for decision in decisions for event in decision.events] == list(index.events())
        stories = [(story.story, list(map(repr, story.members))) for story in index.stories()]
        assert [] == index.check()
        return [msgspec.json.encode(piece, enc_hook=str) for piece in (*decisions, *index.events(), *stories)]


def assert_equal(singly: list[bytes], together: list[bytes]) -> None:
    """Assert that two outcomes are equal. Pytest would take minutes for the difference of all pieces."""
    for one, other in zip(singly, together, strict=True):
        assert one == other


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 60))])
def test_any_cut_gives_the_same(tmp_path, seed):
    """Documents with equal texts, ids, addresses and stories get equal decisions and events in batches of any sizes."""
    draw = random.Random(seed)
    documents = [draw_document(draw) for _ in range(40)]
    singly = outcome(tmp_path / "singly", cut(documents, [1]))
    for number in range(3):
        sizes = [draw.randrange(1, 13) for _ in range(3)]
        assert_equal(singly, outcome(tmp_path / f"cut {number}", cut(documents, sizes)))


LONG = [1, 5, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(12, 40))]


@pytest.mark.parametrize("seed", LONG)
def test_long_streams(tmp_path, seed):
    """The same holds when most documents replace earlier ones, and stories merge and split."""
    draw = random.Random(seed)
    documents = [draw_document(draw) for _ in range(120)]
    singly = outcome(tmp_path / "singly", cut(documents, [1]))
    assert_equal(singly, outcome(tmp_path / "cut", cut(documents, [draw.randrange(1, 13) for _ in range(3)])))


def draw_crowded(draw: random.Random, number: int) -> Document:
    """Return a document of one of two stories: the text of many others, or nearly so."""
    text = prose(200 + (draw.random() < 0.2), 60)
    copies = [text, text, text, f"{text} Late edition today.", MENU + text, text[:-60], f"{prose(300, 50)} {text}"]
    return Document(draw.choice(copies), f"c{number}", source=draw.choice(["", "", "a.example", "b.example"]))


@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(12, 40))])
def test_crowds(tmp_path, seed):
    """Of a story with more copies than are compared, the copies of one text are decided together, as if singly."""
    draw = random.Random(seed)
    documents = [draw_crowded(draw, number) for number in range(150)]
    singly = outcome(tmp_path / "singly", cut(documents, [1]))
    for sizes in ([150], [draw.randrange(1, 60) for _ in range(3)]):
        assert_equal(singly, outcome(tmp_path / f"{sizes[0]}", cut(documents, sizes)))


@pytest.mark.parametrize("reviews", [0, 1 << 18])
@pytest.mark.parametrize("share", [4, pytest.param(1, marks=pytest.mark.long)])
def test_pages_of_the_corpus(tmp_path, reviews, share):
    """Pages of the corpus get equal decisions in batches, whether the index reviews itself or not."""
    documents = list(dedup.read("corpus/pages"))
    random.Random(5).shuffle(documents)
    documents = documents[::share]
    singly = outcome(tmp_path / "singly", cut(documents, [1]), reviews)
    for size in (8, 200):
        assert_equal(singly, outcome(tmp_path / f"{size}", cut(documents, [size]), reviews))


def draw_twins(draw: random.Random, number: int) -> list[Document]:
    """Return an article, and mostly one copy of it: whole, in a page, longer, cut, or crediting another source."""
    text = prose(number, 120)
    copies = [
        text,
        MENU + text,
        f"{text} {prose(1000 + number, 30)}",
        text[: len(text) * 3 // 4],
        f"By A, b.example. {text}",
    ]
    sources = draw.choices(["", "a.example", "b.example"], k=2)
    documents = [Document(text, f"o{number}", source=sources[0])]
    return (
        documents
        if draw.random() < 0.3
        else [*documents, Document(draw.choice(copies), f"c{number}", source=sources[1])]
    )


def test_twins(tmp_path):
    """Of two documents that are near to each other alone, the second one finds the first one, as it does singly."""
    draw = random.Random(3)
    documents = [document for number in range(50) for document in draw_twins(draw, number)]
    draw.shuffle(documents)
    singly = outcome(tmp_path / "singly", cut(documents, [1]))
    assert_equal(singly, outcome(tmp_path / "together", cut(documents, [len(documents)])))
    assert sum(b'"joined"' in piece for piece in singly) > 20
