"""The result depends on the documents alone: not on their order, not on where a batch ends, not on who reads them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup import Document
from dedup.engines.stages import documents as intake
from dedup.engines.tasks.read import BATCH_CHARACTERS, read_batches

LETTERS = "bcdfghjklm"
MENUS = ["", "Home\nSports\nWeather\nSign in\nAbout us\nContact\n", "Hem\nNytt\nLogga in\nOm oss\n"]
SOURCES = ["", "", "a.example", "b.example", "c.example"]


def sentence(number):
    return " ".join(f"w{LETTERS[number // 10 % 10]}{LETTERS[number % 10]}o{LETTERS[place]}" for place in range(10))


TITLES = ["", "", "What happened today", *(" ".join(sentence(number).split()[:4]) for number in range(3))]


sentences = st.lists(st.integers(0, 12), min_size=0, max_size=12)


@st.composite
def corpora(draw):
    """Small corpora whose texts are lists of sentences, so that copies, excerpts, chains and digests turn up."""
    texts = draw(st.lists(sentences, min_size=1, max_size=12))
    copies = draw(st.lists(st.tuples(st.integers(0, len(texts) - 1), st.integers(0, 5)), max_size=6))
    texts += [texts[of][cut:] for of, cut in copies]
    return [Document(" ".join(map(sentence, text)), id=f"d{number}") for number, text in enumerate(texts)]


@st.composite
def pages(draw):
    """Pages with menus, line breaks, headlines and sources, so that boilerplate, walls and follow-ups turn up: a text
    is drawn a few times under another headline, from another source, in other lines."""
    bodies = draw(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=12), min_size=1, max_size=8))
    kinds = st.tuples(
        st.integers(0, len(bodies) - 1),
        st.sampled_from(MENUS),
        st.sampled_from([" ", "\n"]),
        st.sampled_from(TITLES),
        st.sampled_from(SOURCES),
    )
    return [
        page(bodies[body], f"d{number}", *kind)
        for number, (body, *kind) in enumerate(draw(st.lists(kinds, min_size=1, max_size=16)))
    ]


def page(body, id, menu, between, title, source):
    """A page of sentences between which is a space or a line end."""
    text = menu + between.join(f"{sentence(number).capitalize()}." for number in body)
    return Document(text, id=id, title=title, source=source)


def told(documents, settings=None, workers=None):
    """All a report says of the documents."""
    report = dedup.cluster(documents, settings, workers=workers)
    return report.stories, sorted(report.singletons, key=lambda member: member.id)


@settings(deadline=None)
@given(corpora(), st.randoms())
def test_the_order_of_documents_does_not_matter(documents, random):
    """The same documents in another order make the same stories, in the same words."""
    expected = told(documents)
    random.shuffle(documents)
    assert expected == told(documents)


@settings(deadline=None)
@given(pages(), st.randoms())
def test_the_order_of_pages_does_not_matter(documents, random):
    """Neither with menus, headlines and sources, of which equal texts have several."""
    expected = told(documents)
    random.shuffle(documents)
    assert expected == told(documents)


@pytest.mark.parametrize("seed", range(6))
def test_order_and_workers_do_not_matter_together(seed, monkeypatch):
    """Two processes that read pages in another order make what one makes, though each keeps the texts that it reads."""
    chosen = random.Random(seed)
    bodies = [[chosen.randrange(40) for _ in range(chosen.randrange(3, 15))] for _ in range(25)]
    documents = [
        page(
            chosen.choice(bodies),
            f"d{number}",
            chosen.choice(MENUS),
            chosen.choice([" ", "\n"]),
            chosen.choice(TITLES),
            chosen.choice(SOURCES),
        )
        for number in range(120)
    ]
    scanned = dedup.Settings(scanned=seed % 2 == 1)
    expected = told(documents, scanned, workers=1)
    assert expected[0]
    monkeypatch.setattr(intake, "LOT_CHARACTERS", 2_000)
    for workers in (1, 2):
        chosen.shuffle(documents)
        assert expected == told(documents, scanned, workers=workers)


@settings(deadline=None)
@given(corpora())
def test_every_document_is_told_once(documents):
    """Each document is in one story or is a singleton, and the counts of the report add up."""
    report = dedup.cluster(documents)
    found = [member.id for story in report.stories for member in story.members]
    found += [member.id for member in report.singletons]
    assert sorted(document.id for document in documents) == sorted(found)
    assert len(documents) == report.documents == len(report.stories) + report.copies + len(report.singletons)


@settings(deadline=None)
@given(corpora())
def test_equal_texts_are_always_together(documents):
    """Documents of one text are in one story, unless there is no word in them."""
    story_of = {member.id: story.id for story in dedup.cluster(documents).stories for member in story.members}
    for document in documents:
        same = {story_of.get(other.id) for other in documents if other.text == document.text and other is not document}
        assert same <= ({story_of.get(document.id)} - {None} if document.text else {None})


@settings(max_examples=15, deadline=None)
@given(corpora())
def test_where_a_batch_ends_does_not_matter(documents):
    """Documents of which each begins a batch make the stories that they make in one batch."""
    filler = "." * BATCH_CHARACTERS  # a document without a word is nobody's copy
    apart = [one for document in documents for one in (document, Document(filler, id=f"{document.id} filler"))]
    assert (1, len(documents)) == tuple(len(list(read_batches(given))) for given in (documents, apart))
    stories, singletons = told(apart)
    assert told(documents) == (stories, [member for member in singletons if not member.id.endswith("filler")])


@settings(max_examples=5, deadline=None)
@given(st.randoms(), st.integers(2, 8))
def test_the_order_of_documents_in_a_large_bucket_does_not_matter(random, cap):
    """Of a bucket above the cap only some documents are compared with all: the first of the canonical order."""
    body = " ".join(map(sentence, range(10)))
    documents = [Document(f"{body} {sentence(number)}", id=f"d{number}") for number in range(100, 140)]
    expected = dedup.cluster(documents, dedup.Settings(max_bucket=cap)).stories
    assert 40 == expected[0].size
    random.shuffle(documents)
    assert expected == dedup.cluster(documents, dedup.Settings(max_bucket=cap)).stories
