"""Where two texts are aligned, a template is told from a copy."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import anchors, passages
from dedup.core.passages import Alignment, Misprints, align, figures
from dedup.core.ragged import Ragged
from dedup.core.reference import passages as slow
from dedup.core.shingles import tokenize
from dedup.core.text import encode, fold
from dedup.core.workspace import Workspace


def token(word: str) -> int:
    """The hash of a word, from the tokenizer."""
    found = tokenize(fold(*encode([word]), Workspace()), 1, Workspace()).values
    return int(found[0])


def ragged(rows: list[list[int]], gap: int = 0) -> Ragged:
    """The rows with ``gap`` tokens between them that belong to none."""
    values: list[int] = []
    bounds = []
    for row in rows:
        values += [token("1")] * gap
        bounds.append((len(values), len(values) + len(row)))
        values += row
    return Ragged(np.array(values, np.uint64), np.array(bounds, np.int64).reshape(len(rows), 2))


def rows_of(found: Alignment) -> list[tuple[int, ...]]:
    """The fields, pair by pair."""
    return list(zip(*(field.tolist() for field in found), strict=True))


def compare(a: str, b: str, size: int = 5) -> Alignment:
    """The alignment of two texts."""
    rows = [[token(word) for word in text.split()] for text in (a, b)]
    return align(ragged(rows), np.array([[0, 1]]), size)


def prose(first: int, count: int) -> str:
    """``count`` words of which no two are alike."""
    return " ".join(f"w{number}" for number in range(first, first + count))


# Few words, so that shingles repeat; figures; and words that differ in the bytes a figure is not known by.
TOKENS = [token(word) for word in ("a", "the", "1", "2", "10", "999999", "1234567", "police")]
TOKENS += [0, 2**48 + ord("1"), 2**64 - 1]
TEXT = st.lists(st.sampled_from(TOKENS), max_size=40)
MIXED = st.lists(st.one_of(st.integers(2**50, 2**50 + 10**6), st.sampled_from(TOKENS)), max_size=80)


@st.composite
def edited(draw: st.DrawFn) -> list[list[int]]:
    """Versions of one text: pieces cut, put in, replaced and moved."""
    rows = [draw(MIXED)]
    for _ in range(draw(st.integers(1, 3))):
        row = list(draw(st.sampled_from(rows)))
        for _ in range(draw(st.integers(0, 6))):
            start = draw(st.integers(0, len(row)))
            cut = row[start : start + draw(st.integers(0, 11))]
            del row[start : start + len(cut)]
            place = draw(st.one_of(st.just(start), st.integers(0, len(row))))
            row[place:place] = draw(st.one_of(st.just(cut), MIXED.map(lambda text: text[:11])))
        rows.append(row)
    return rows


@st.composite
def pieced(draw: st.DrawFn) -> list[list[int]]:
    """A text, and pieces of it in any order that may overlap, so that runs do."""
    text = draw(MIXED)
    places = st.tuples(*[st.integers(0, len(text))] * 2)
    return [text, [word for start, end in draw(st.lists(places, max_size=5)) for word in text[start:end]]]


def assert_equals_twin(rows: list[list[int]], pairs: list[tuple[int, int]], size: int, gap: int) -> None:
    """The fast and the slow version agree on every pair."""
    array = np.array(pairs, np.int64).reshape(len(pairs), 2)
    expected = [slow.align(rows[a], rows[b], size) for a, b in pairs]
    assert expected == rows_of(align(ragged(rows, gap), array, size))


def every_pair(rows: list[list[int]]) -> list[tuple[int, int]]:
    """Every pair of rows, either way round, and the first ones twice."""
    pairs = [(a, b) for a in range(len(rows)) for b in range(len(rows)) if a != b]
    return pairs + pairs[:3]


@given(st.lists(TEXT, max_size=5), st.integers(1, 6), st.integers(0, 2))
def test_equals_its_twin_where_words_repeat(rows: list[list[int]], size: int, gap: int) -> None:
    """Texts of few words, empty ones and ones shorter than a shingle are aligned as by the definition."""
    assert_equals_twin(rows, every_pair(rows), size, gap)


@given(edited(), st.sampled_from([1, 2, 3, 5]), st.integers(0, 2))
def test_equals_its_twin_on_edited_texts(rows: list[list[int]], size: int, gap: int) -> None:
    """Versions with cuts, insertions, replacements of every length and moves are aligned as by the definition."""
    assert_equals_twin(rows, every_pair(rows), size, gap)


@given(pieced(), st.sampled_from([1, 2, 3, 5]), st.integers(0, 2))
def test_equals_its_twin_where_runs_overlap(rows: list[list[int]], size: int, gap: int) -> None:
    """A text and pieces of it that overlap and stand in any order are aligned as by the definition."""
    assert_equals_twin(rows, every_pair(rows), size, gap)


@given(edited(), st.randoms(use_true_random=False), st.sampled_from([2, 3, 5]), st.integers(0, 2))
def test_equals_its_twin_on_scanned_texts(rows: list[list[int]], rng: random.Random, size: int, gap: int) -> None:
    """Runs go on over misprints, mended or printed, to the next run and no further; figures are no misprints."""
    steps = [0, 1, 2**64 - 1, 7, 2**64 - 7]
    printed = [[(word + rng.choice(steps)) % 2**64 if rng.random() < 0.2 else word for word in row] for row in rows]
    rows = [[(word + rng.choice(steps)) % 2**64 if rng.random() < 0.1 else word for word in row] for row in rows]
    misprints = Misprints(ragged(printed, gap), np.array(sorted(steps), np.uint64))

    def same(a: int, b: int) -> Callable[[int, int], bool]:
        def one(left: int, right: int) -> bool:
            mine, theirs = (rows[a][left], printed[a][left]), (rows[b][right], printed[b][right])
            return any(slow.misprint(x, y, steps) for x in mine for y in theirs)

        return one

    pairs = every_pair(rows)
    expected = [slow.align(rows[a], rows[b], size, same(a, b)) for a, b in pairs]
    assert expected == rows_of(align(ragged(rows, gap), np.array(pairs, np.int64).reshape(-1, 2), size, misprints))


@pytest.mark.parametrize(("tokens", "entries", "pairs"), [(1, 1, 100), (300, 100, 3), (10**6, 2, 2), (10**6, 10**6, 9)])
def test_many_lots(tokens: int, entries: int, pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs are aligned alike however many are compared at a time, documents longer than a lot included."""
    monkeypatch.setattr(passages, "_TOKENS", tokens)
    monkeypatch.setattr(anchors, "_TABLE", entries)
    monkeypatch.setattr(anchors, "_ROWS", pairs)
    draw = random.Random(0)
    rows = []
    for length in (0, 3, 40, 200, 900, 0):
        text = draw.choices([*TOKENS, *range(2**50, 2**50 + 500)], k=length)
        moved = text[length // 3 :] + text[: length // 4]
        rows += [text, moved, [word + 1 if word % 7 == 0 else word for word in text]]
    assert_equals_twin(rows, every_pair(rows), 5, 1)


def test_no_pairs() -> None:
    """Without pairs, and without documents, every field is empty."""
    none = np.zeros((0, 2), np.int64)
    for rows in ([], [[], [1, 2, 3]]):
        assert [0] * 6 == [field.size for field in align(ragged(rows), none)]


def test_fields_are_counts_for_each_pair() -> None:
    """Every field is one 64-bit integer for each pair."""
    found = align(ragged([[], []]), np.array([[0, 1], [1, 1]]))
    assert [((2,), np.dtype(np.int64))] * 6 == [(field.shape, field.dtype) for field in found]


def test_tokens_in_a_file(tmp_path: Path) -> None:
    """Tokens that lie in a file that may only be read are aligned like those in memory."""
    rows = [[token(word) for word in f"{prose(0, 40)} 12 {prose(50, 30)}".split()]] * 2
    tokens = ragged(rows, 3)
    tokens.values.tofile(tmp_path / "tokens")
    mapped = np.memmap(tmp_path / "tokens", np.uint64, "r")
    found = align(Ragged(mapped, tokens.bounds), np.array([[0, 1]]))
    assert rows_of(align(tokens, np.array([[0, 1]]))) == rows_of(found)
    assert [np.ndarray] * 6 == [type(field) for field in found]


@pytest.mark.parametrize("few", [0, 100])
def test_figures(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is a figure if it starts with a digit or spells one to twelve; above six bytes that is not known."""
    monkeypatch.setattr(passages, "_FEW", few)
    words = ["0", "9", "1987", "123456", "3rd", "5m", "one", "twelve", "1234567", "a1", "x", "é1", "ones", "seventh"]
    expected = [True] * 8 + [False] * 6
    tokens = [token(word) for word in words]
    assert expected == figures(np.array(tokens, np.uint64)).tolist()
    assert expected == [slow.figure(word) for word in tokens]


def test_a_template_has_its_figures_replaced() -> None:
    """A report with the same words and other figures has as many replaced figures as places for them."""
    report = (
        "the federal reserve bank said it added {} mln dlrs of temporary reserves to the banking system through "
        "{} day customer repurchase agreements the fed spokesman said federal funds which averaged {} pct were trading "
        "at {} when the fed began its operation"
    )
    found = compare(report.format(500, 3, 6, 7), report.format(750, 4, 8, 9))
    assert [(35, 0, 3, 4, 12, 0)] == rows_of(found)


def test_a_copy_with_a_paragraph_cut_away_has_none() -> None:
    """What is missing is not replaced, figures or not; the rest is kept."""
    lead, middle, rest = f"{prose(0, 40)} 12", "6 of 7 said so", f"in 1987 {prose(100, 40)}"
    found = compare(f"{lead} {middle} {rest}", f"{lead} {rest}")
    assert [(83, 2, 0, 0, 42, 0)] == rows_of(found)


def test_a_correction_has_one() -> None:
    """One figure corrected in a long text is one gap and one replaced figure; the others are kept."""
    text = "{} in 1987 {} {} {}"
    found = compare(*(text.format(prose(0, 50), prose(50, 30), toll, prose(90, 40)) for toll in (12, 14)))
    assert [(122, 1, 1, 1, 82, 0)] == rows_of(found)


def test_a_moved_passage_is_not_replaced() -> None:
    """Passages in another order are passages all the same, and nothing stands in the place of anything."""
    one, two, three = f"{prose(0, 29)} 1", f"{prose(100, 29)} 2", f"{prose(200, 29)} 3"
    found = compare(f"{one} {two} {three}", f"{three} {one} {two}")
    assert [(90, 3, 0, 0, 60, 0)] == rows_of(found)


def test_figures_that_both_sides_of_a_gap_have_are_kept() -> None:
    """Figures in another order or among other words are kept, each as often as both sides have it."""
    one, two = prose(0, 30), prose(50, 30)
    found = compare(f"{one} from 5 5 to 7 pct {two}", f"{one} to 7 5 9 percent {two}")
    assert [(60, 2, 1, 1, 30, 0)] == rows_of(found)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"), [(0, 1, 0), (1, 1, 1), (1, 8, 1), (8, 1, 1), (8, 8, 1), (9, 1, 0), (1, 9, 0)]
)
def test_a_gap_is_of_one_to_eight_tokens_on_both_sides(ours: int, theirs: int, expected: int) -> None:
    """An insertion, a cut, and a rewritten sentence are not one thing in place of another."""
    a = f"{prose(0, 10)} {prose(100, ours)} {prose(20, 10)}"
    b = f"{prose(0, 10)} {prose(200, theirs)} {prose(20, 10)}"
    assert expected == compare(a, b).replaced_gaps[0]


@pytest.mark.parametrize(("words", "expected"), [(4, 0), (5, 5), (19, 19)])
def test_a_run_is_of_one_shingle_or_more(words: int, expected: int) -> None:
    """What is shorter than a shingle is not aligned."""
    found = compare(f"{prose(100, 10)} {prose(0, words)} {prose(200, 10)}", prose(0, words))
    assert (expected, expected) == (found.longest[0], found.kept_words[0])


def test_a_phrase_that_repeats_is_no_anchor() -> None:
    """What occurs twice in one of the two documents aligns nothing."""
    phrase = "click here to read more"
    assert [(0,) * 6] == rows_of(compare(f"{phrase} {prose(0, 9)} {phrase}", phrase))


def test_words_that_two_runs_cover_are_kept_once() -> None:
    """Three words that a page break repeats belong to two runs, and are kept once."""
    found = compare(f"{prose(0, 27)} 1 2 3 {prose(30, 30)}", f"{prose(0, 27)} 1 2 3 1 2 3 {prose(30, 30)}")
    assert [(60, 3, 0, 0, 33, 0)] == rows_of(found)


def test_words_of_a_neighbouring_pair_are_not_mixed_in() -> None:
    """Neighbouring pairs of the same documents, with shingles of one token, stay apart."""
    rows = [[1, 2, 3], [3, 4, 1], [1, 2, 3]]
    assert_equals_twin(rows, [(0, 1), (0, 1), (1, 0), (0, 2), (2, 0), (0, 0)], 1, 0)
    assert [(3, 0, 0, 0, 3, 0)] == rows_of(align(ragged(rows), np.array([[0, 2]]), 1))
