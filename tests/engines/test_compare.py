"""Two documents are compared as `cluster` decides them, with all reasons."""

from pathlib import Path

import pandas
import pytest

import dedup
from dedup.core.pairs.rule import units
from dedup.core.text.figures import words_of
from dedup.engines.explanations.pairs import compare_pairs
from dedup.engines.local import BatchArguments, decided_collection, run_job
from dedup.engines.pool.spill import SpillFiles

CORPUS = Path(__file__).parents[2] / "corpus" / "pages"

PAGES = list(dedup.read(CORPUS))[:60]
"""Some documents of the corpus."""

WORDS = "the board of the harbour approved on friday a plan that three ferries with new engines leave the old pier"
"""A text of twenty words."""


@pytest.fixture(scope="module")
def told() -> tuple[list[tuple[bool, dedup.Comparison]], dedup.Report]:
    """Returns the verdict of the job on each measured pair of the corpus with the comparison of the pair."""
    arguments = BatchArguments.of(dedup.read(CORPUS), None, {}, None, (), 1, None)
    with SpillFiles() as spill_files:
        job = run_job(arguments, spill_files, whole=True)
        collection = decided_collection(job)
        verdicts = collection.verified.verdicts
        matches = (verdicts.shares >= units(arguments.settings.containment)).tolist()
        documents = collection.texts.first[verdicts.pairs]
        pairs = [(matches[row], comparison) for row, comparison in compare_pairs(collection, documents)]
    return pairs, dedup.cluster(dedup.read(CORPUS), workers=1)


Told = tuple[list[tuple[bool, dedup.Comparison]], dedup.Report]


def test_each_measured_pair_is_told_as_it_was_decided(told: Told) -> None:
    """Every measured pair of the corpus has the verdict of the job, and its documents the stories of the report."""
    pairs, report = told
    assert len(pairs) > 2000
    stories = {member.id: story.id for story in report for member in story.members}
    for match, comparison in pairs:
        a, b = comparison.a.id, comparison.b.id
        assert match == comparison.match
        assert (stories.get(a, a) == stories.get(b, b)) == comparison.same_story


def test_the_last_rule_gave_the_verdict(told: Told) -> None:
    """A pair whose verdict and story agree names a rule, and the pair passes this rule if it is a match."""
    names = set()
    for match, comparison in told[0]:
        grounds = {ground.name: ground.passed for ground in comparison.grounds}
        if comparison.decided in grounds:
            names.add(comparison.decided)
            assert grounds[comparison.decided] == match == comparison.same_story
    assert {"shingles", "share", "one_site", "excerpt", "equal", "headlines"} == names


def test_passages_have_the_same_words_on_both_sides(told: Told) -> None:
    """The words of a passage are equal, as many as it says, in every script, and none of them is boilerplate."""
    count = 0
    for _, comparison in told[0]:
        for passage in comparison.passages:
            parts = [comparison.a.text[slice(*passage.a)], comparison.b.text[slice(*passage.b)]]
            words = words_of(parts, 1)
            first, second = (words.values[slice(*bounds)].tolist() for bounds in words.bounds)
            assert first == second
            assert passage.words == len(first)
            for side, (start, end) in ((comparison.a, passage.a), (comparison.b, passage.b)):
                assert not any(begin < end and start < stop for begin, stop in side.boilerplate)
            count += 1
    assert count > 5000


def test_differences_stand_between_passages(told: Told) -> None:
    """No word of a difference is in a passage, on either side."""
    for _, comparison in told[0]:
        for name in ("a", "b"):
            taken = {place for passage in comparison.passages for place in range(*getattr(passage, name))}
            assert not any(taken & {*range(*getattr(difference, name))} for difference in comparison.differences)


def test_two_documents_alone_are_compared_with_their_menus() -> None:
    """Nothing is known of boilerplate and of stories, and the comparison says so."""
    comparison = dedup.compare(f"Home News Sport\n{WORDS}", dedup.Document(f"Start Politics\n{WORDS}", id="b"))
    assert (False, None, True, "share") == (
        comparison.boilerplate_known,
        comparison.same_story,
        not comparison.match,
        comparison.decided,
    )
    assert ("the first document", "b") == (comparison.a.id, comparison.b.id)
    assert [WORDS] == [comparison.a.text[slice(*passage.a)] for passage in comparison.passages]


@pytest.mark.parametrize("text", ["so be it", "漢字", "Ja.", WORDS])
def test_equal_texts_are_one_passage(text: str) -> None:
    """Equal texts are a match by the rule of equal texts, and one passage, however short they are."""
    comparison = dedup.compare(text, {"text": text.upper()})
    assert (True, "equal", "exact", 1.0) == (
        comparison.match,
        comparison.decided,
        comparison.relation,
        comparison.resemblance,
    )
    assert 1 == len(comparison.passages)


def test_a_document_without_a_word_is_no_article() -> None:
    """A text of punctuation has no words, no rule is asked of it, and it matches nothing."""
    comparison = dedup.compare("...", WORDS)
    assert (False, "no_article", ()) == (comparison.match, comparison.decided, comparison.passages)
    assert [None] * 6 == [ground.passed for ground in comparison.grounds]


def test_documents_among_others_have_their_ids() -> None:
    """Ids name documents of the collection; a document with such an id is that document, another one joins."""
    ids = [page.id for page in PAGES[:2]]
    by_id = dedup.compare(*ids, among=PAGES, workers=1)
    assert by_id == dedup.compare(PAGES[0], PAGES[1], among=PAGES, workers=1)
    assert by_id.boilerplate_known
    new = dedup.compare(ids[0], dedup.Document(PAGES[0].text, id="new"), among=PAGES, workers=1)
    assert ("new", True, True) == (new.b.id, new.match, new.same_story)
    table = pandas.DataFrame({"id": [7, 8], "text": [WORDS, f"{WORDS}."]})
    assert 1 == dedup.compare(7, 8, among=table, workers=1).resemblance
    assert 1 == dedup.compare(7, dedup.Document(f"{WORDS}!", id="new"), among=table, workers=1).resemblance
    assert 1 == dedup.compare(0, 1, among=[WORDS, f"{WORDS}."], workers=1).resemblance


def test_what_cannot_be_compared_is_an_input_error(tmp_path: Path) -> None:
    """An id that is none, a thing that is no document, and a collection beside an index are named."""
    with pytest.raises(dedup.InputError, match="no document with the id 'none'"):
        dedup.compare("none", PAGES[0].id, among=PAGES, workers=1)
    with pytest.raises(dedup.InputError, match="the first document is of type int"):
        dedup.compare(1, "text")
    with dedup.Index.open(tmp_path / "index") as index:
        with pytest.raises(dedup.InputError, match="give index alone"):
            dedup.compare("a", "b", among=PAGES, index=index)
        with pytest.raises(dedup.InputError, match="no document with the id 'a'"):
            dedup.compare("a", "b", index=index)


def test_an_index_compares_by_what_it_knows(tmp_path: Path) -> None:
    """After a review an index tells pairs as `compare` among the same documents does, with its own stories."""
    with dedup.Index.open(tmp_path / "index", dedup.Settings().to_mapping()) as index:
        index.add_many(PAGES)
        index.review()
        for a, b in ((0, 1), (0, 3), (2, 5)):
            known = index.compare(PAGES[a].id, PAGES[b].id)
            assert known == dedup.compare(PAGES[a], PAGES[b], index=index)
            among = dedup.compare(PAGES[a].id, PAGES[b].id, among=PAGES, workers=1)
            assert (among.match, among.same_story, among.a.boilerplate) == (
                known.match,
                known.same_story,
                known.a.boilerplate,
            )
        with pytest.raises(dedup.InputError, match="give two ids"):
            index.compare(PAGES[0].id, PAGES[0].id)
