"""The word of a person on two documents of an index: stories change at once, and the word holds from then on."""

import contextlib
import random
import shutil
import sqlite3

import pytest

import dedup
from dedup import Document, HandPair, Index, InputError
from tests.engines.online.test_batches import cut, draw_document
from tests.helpers.index_stories import leaders, replay, stories_of

DAY = 86_400.0


def opened(path, **named):
    """Open an index that never reviews itself, with a seed that `cluster` can have too."""
    return Index.open(path, **{"reviews": 0, "workers": 1, "durable": False, "clock": lambda: 0.0, "seed": 1, **named})


@pytest.fixture
def pages(prose):
    """Three versions of one article, another article, and a page without a word."""
    wire, fox = prose(1, 60), prose(2, 60)
    return [
        Document(wire, "wire"),
        Document(f"{wire} More on page two of the paper.", "copy"),
        Document(f"{wire} More on page two of the paper today.", "other copy"),
        Document(fox, "fox"),
        Document("...", "wall"),
    ]


@pytest.fixture
def index(path, pages):
    """An index of the pages."""
    with opened(path) as index:
        index.add_many(pages)
        yield index


def sets_of(index):
    """The ids of the documents of each story."""
    return sorted(map(sorted, stories_of(index).values()))


def assert_words_hold(index, words):
    """Assert that each pair of documents that are there is one story, or two, as a person says."""
    story_of = {member.id: story.story for story in index.stories() for member in story.members}
    for (a, b), same in words.items():
        if a in story_of and b in story_of:
            assert same == (story_of[a] == story_of[b])


def test_a_word_that_parts_a_story(index):
    """The second document leaves with the one that is nearer to it, with events; taken back, the stories merge."""
    assert 2 == index.rule("wire", "copy", False)
    assert [["copy", "other copy"], ["fox"], ["wall"], ["wire"]] == sets_of(index)
    assert [("split", "copy"), ("split", "other copy")] == [(e.kind, e.document) for e in index.events(since=5)]
    assert "by hand" == index.compare("copy", "wire").decided
    assert 0 == index.rule("copy", "wire", False)
    assert 1 == index.rule("copy", "wire", None)
    assert ["copy", "other copy", "wire"] == sets_of(index)[0]
    assert "by hand" != index.compare("copy", "wire").decided


def test_a_word_that_joins_stories(index, pages):
    """The stories merge, whatever the texts are; a revision stays, and a document that comes again joins by hand."""
    index.rule("fox", "wall", True)
    index.rule("copy", "fox", True)
    assert [["copy", "fox", "other copy", "wall", "wire"]] == sets_of(index)
    assert "by hand" == index.compare("wall", "copy").decided
    index.remove("fox")
    decision = index.add(pages[3])
    assert ("by hand", "wire", False) == (decision.reason, decision.duplicate_of, decision.cold)
    assert [["copy", "fox", "other copy", "wall", "wire"]] == sets_of(index)


def test_a_later_document_is_kept_apart(index, pages, prose):
    """A word on a document that has left holds when it comes again, and its copies join another story than it."""
    index.rule("wire", "copy", False)
    index.remove("copy")
    assert index.query(pages[1]).is_new or "wire" != index.query(pages[1]).duplicate_of
    index.add_many([pages[1], Document(f"{prose(1, 60)} The end.", "late")])
    assert_words_hold(index, {("wire", "copy"): False})


def test_a_review_keeps_the_word(index, path):
    """A review gives the stories of `cluster` with the same pairs, and no event where the word holds already."""
    index.rule("wire", "copy", False)
    index.rule("fox", "copy", True)
    stories = sets_of(index)
    assert 0 == index.review()
    assert stories == sets_of(index)
    index.export(path.with_name("exported"))
    Index.restore(path.with_name("exported"), path.with_name("restored"))
    with opened(path.with_name("restored"), mode="r") as restored:
        assert "by hand" == restored.compare("fox", "copy").decided


def test_damaged_words(index, path):
    """A check finds pairs that cannot be read, and a repair leaves an index without pairs."""
    index.rule("wire", "copy", False)
    index.close()
    with contextlib.closing(sqlite3.connect(path / "documents.sqlite", isolation_level=None)) as database:
        database.execute("UPDATE meta SET value = x'00' WHERE name = 'hand'")
    with opened(path) as damaged:
        assert ["the value 'hand' is damaged"] == damaged.check(fix=True)
        assert [] == damaged.check()
        with pytest.raises(InputError, match="no word on"):
            damaged.rule("wire", "copy", None)


def test_wrong_words(index):
    """Contradictions are named; unknown documents, one document, and a word that is not there are refused."""
    index.rule("wire", "fox", True)
    index.rule("fox", "wall", True)
    events = list(index.events())
    with pytest.raises(ValueError, match="'wire' and 'wall' are not the same, but 'wire' and 'fox', 'fox' and"):
        index.rule("wire", "wall", False)
    for ids, same, reason in (
        (("wire", "nobody"), True, "no document with the id 'nobody'"),
        (("wire", "wire"), False, "is one document"),
        (("wire", "copy"), None, "no word on 'wire' and 'copy'"),
    ):
        with pytest.raises(InputError, match=reason):
            index.rule(*ids, same)
    assert events == list(index.events())


def test_a_story_that_is_printed_again_is_kept_apart(path, pages):
    """A document that a person keeps apart from a story does not join it as a copy of a remembered one."""
    now = [0.0]
    with opened(path, window=7 * DAY, remember=30 * DAY, clock=lambda: now[0]) as index:
        late, other = Document(pages[0].text, "late"), Document("Any other text. " * 9, "other")
        index.add_many([pages[0], late, other])
        index.rule("wire", "other", True)
        index.rule("late", "other", False)
        index.remove("late")
        now[0] = 6 * DAY
        index.add(other)
        now[0] = 8 * DAY
        assert "remembered" == index.query(Document(late.text)).reason
        assert index.query(late).is_new and index.add(late).is_new
        assert [["late"], ["other"]] == sets_of(index)


@pytest.mark.parametrize("seed", [*range(8), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(8, 80))])
def test_any_word_holds_from_then_on(tmp_path, seed):
    """Whatever comes and goes, words hold, events tell the stories, and a review gives the stories of `cluster`."""
    draw, now, words = random.Random(seed), [0.0], dict[tuple[str, str], bool]()
    with opened(tmp_path / "index", window=9 * DAY, remember=9 * DAY, clock=lambda: now[0]) as index:
        for _ in range(30):
            now[0] += DAY / 2
            index.add_many([draw_document(draw) for _ in range(draw.choice([1, 1, 4]))])
            ids = sorted(member.id for story in index.stories() for member in story.members)
            if len(ids) > 1 and draw.random() < 0.4:
                pair = tuple(sorted(draw.sample(ids, 2)))
                same = draw.choice([True, False, False])
                try:
                    index.rule(*pair, same)
                    words[pair] = same
                except InputError as error:
                    assert "contradict" in str(error)
            elif words and draw.random() < 0.2:
                pair = draw.choice(sorted(words))
                index.rule(*pair, None)
                del words[pair]
            elif ids and draw.random() < 0.2:
                index.remove(draw.choice(ids))
            assert_words_hold(index, words)
            stories, events = stories_of(index), list(index.events())
            if len(events) == index.last_event:
                assert stories == replay(events)
                leading = {name: leader for name, leader in leaders(events).items() if name in stories}
                assert leading == {story.story: story.id for story in index.stories()}
        assert [] == index.check()
        index.review()
        assert_words_hold(index, words)
        documents = [index.get(member.id) for story in index.stories() for member in story.members]
        pairs = [HandPair(*pair, same) for pair, same in words.items()]
        report = dedup.cluster(documents, workers=1, seed=1, pairs=pairs)
        expected = [sorted(member.id for member in story.members) for story in report]
        assert sorted(expected) == [ids for ids in sets_of(index) if len(ids) > 1]
        assert 0 == index.review()


def words_on(path, documents, draw):
    """Make an index that has words on documents which have left."""
    ids = sorted({document.id for document in documents})
    with opened(path) as index:
        index.add_many([Document(f"This is any text of {id}.", id) for id in ids])
        for _ in range(9):
            with contextlib.suppress(InputError):  # a word contradicts others
                index.rule(*draw.sample(ids, 2), draw.random() < 0.5)
        for id in ids:
            index.remove(id)


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 60))])
def test_any_cut_gives_the_same(tmp_path, seed):
    """Documents of pairs get equal decisions and events in batches of any sizes."""
    draw, outcomes = random.Random(seed), []
    documents = [draw_document(draw) for _ in range(40)]
    words_on(tmp_path / "index", documents, random.Random(seed))
    for name, sizes in (("singly", [1]), ("together", [1, 7, 30])):
        shutil.copytree(tmp_path / "index", tmp_path / name)
        with opened(tmp_path / name) as index:
            before = index.last_event
            decisions = [decision for batch in cut(documents, sizes) for decision in index.add_many(batch)]
            events = list(index.events(since=before))
            assert [event for decision in decisions for event in decision.events] == events
            stories = [(story.story, *map(repr, story.members)) for story in index.stories()]
        outcomes.append([*decisions, *events, *stories])
    for singly, together in zip(*outcomes, strict=True):
        assert singly == together
