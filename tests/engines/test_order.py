"""The result depends on the documents alone: not on their order, on batches, or on the processes that read them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup import Document
from dedup.engines.stages import documents as intake
from dedup.engines.tasks.read import read_batches
from dedup.formats import columns_of_documents

LETTERS = "bcdfghjklm"
MENUS = ["", "Home\nSports\nWeather\nSign in\nAbout us\nContact\n", "Hem\nNytt\nLogga in\nOm oss\n"]
SOURCES = ["", "", "a.example", "b.example", "c.example"]


def sentence(number):
    return " ".join(f"w{LETTERS[number // 10 % 10]}{LETTERS[number % 10]}o{LETTERS[place]}" for place in range(10))


TITLES = ["", "", "What happened today", *(" ".join(sentence(number).split()[:4]) for number in range(3))]


sentences = st.lists(st.integers(0, 12), min_size=0, max_size=12)


@st.composite
def corpora(draw):
    """Draw small corpora of sentences, with copies, excerpts, chains and digests."""
    texts = draw(st.lists(sentences, min_size=1, max_size=12))
    copies = draw(st.lists(st.tuples(st.integers(0, len(texts) - 1), st.integers(0, 5)), max_size=6))
    texts += [texts[of][cut:] for of, cut in copies]
    return [Document(" ".join(map(sentence, text)), id=f"d{number}") for number, text in enumerate(texts)]


@st.composite
def pages(draw):
    """Draw pages with menus, line breaks, headlines and sources, with boilerplate, walls and follow-ups.

    A text comes under several headlines, from several sources and in several forms of lines.
    """
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
    """Return a page of sentences with a space or a line end between them."""
    text = menu + between.join(f"{sentence(number).capitalize()}." for number in body)
    return Document(text, id=id, title=title, source=source)


def content(documents, settings=None, workers=None):
    """Return the stories and the sorted singletons of a report on the documents."""
    report = dedup.cluster(documents, settings, workers=workers)
    return report.stories, sorted(report.singletons, key=lambda member: member.id)


@settings(deadline=None)
@given(corpora(), st.randoms())
def test_the_order_of_documents_does_not_matter(documents, random):
    """The order of documents does not change the report."""
    expected = content(documents)
    random.shuffle(documents)
    assert expected == content(documents)


@settings(deadline=None)
@given(pages(), st.randoms())
def test_the_order_of_pages_does_not_matter(documents, random):
    """The order of pages with menus, headlines and sources does not change the report."""
    expected = content(documents)
    random.shuffle(documents)
    assert expected == content(documents)


@pytest.mark.parametrize("seed", range(6))
def test_order_and_workers_do_not_matter_together(seed, monkeypatch):
    """Two processes that read pages in another order make the report of one process."""
    generator = random.Random(seed)
    bodies = [[generator.randrange(40) for _ in range(generator.randrange(3, 15))] for _ in range(25)]
    documents = [
        page(
            generator.choice(bodies),
            f"d{number}",
            generator.choice(MENUS),
            generator.choice([" ", "\n"]),
            generator.choice(TITLES),
            generator.choice(SOURCES),
        )
        for number in range(120)
    ]
    scanned = dedup.Settings(scanned=seed % 2 == 1)
    expected = content(documents, scanned, workers=1)
    assert expected[0]
    monkeypatch.setattr(intake, "TASK_CHARACTERS", 2_000)
    for workers in (1, 2):
        generator.shuffle(documents)
        assert expected == content(documents, scanned, workers=workers)


@settings(deadline=None)
@given(corpora())
def test_every_document_is_reported_once(documents):
    """Each document is in one story or is a singleton, and the counts of the report match."""
    report = dedup.cluster(documents)
    ids = [member.id for story in report.stories for member in story.members]
    ids += [member.id for member in report.singletons]
    assert sorted(document.id for document in documents) == sorted(ids)
    assert len(documents) == report.documents == len(report.stories) + report.copies + len(report.singletons)


@settings(deadline=None)
@given(corpora())
def test_equal_texts_are_always_together(documents):
    """Documents of one text are in one story, except for documents without a word."""
    story_of = {member.id: story.id for story in dedup.cluster(documents).stories for member in story.members}
    for document in documents:
        same = {story_of.get(other.id) for other in documents if other.text == document.text and other is not document}
        assert same <= ({story_of.get(document.id)} - {None} if document.text else {None})


@settings(max_examples=15, deadline=None)
@given(corpora())
def test_where_a_batch_ends_does_not_matter(documents):
    """Documents that are read in one batch each make the stories of one batch."""
    size = 1 << 15
    filler = "." * size  # a document without a word is no copy
    apart = [item for document in documents for item in (document, Document(filler, id=f"{document.id} filler"))]
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr("dedup.engines.tasks.read.BATCH_BYTES", size)
        batches = [len(list(read_batches(columns_of_documents(items)))) for items in (documents, apart)]
        assert [1, len(apart)] == batches
        stories, singletons = content(apart)
    assert content(documents) == (stories, [member for member in singletons if not member.id.endswith("filler")])


@settings(max_examples=5, deadline=None)
@given(st.randoms(), st.integers(2, 8))
def test_the_order_of_documents_in_a_large_bucket_does_not_matter(random, cap):
    """An oversized bucket makes the same stories in each order of documents."""
    body = " ".join(map(sentence, range(10)))
    documents = [Document(f"{body} {sentence(number)}", id=f"d{number}") for number in range(100, 140)]
    expected = dedup.cluster(documents, dedup.Settings(max_bucket=cap)).stories
    assert 40 == expected[0].size
    random.shuffle(documents)
    assert expected == dedup.cluster(documents, dedup.Settings(max_bucket=cap)).stories
