"""Passages measure how much two texts share, and replaced figures count against a copy."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs import alignment, anchors, runs
from dedup.core.pairs.alignment import Passages, align, is_whole
from dedup.core.pairs.reference import alignment as slow
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.core.thresholds import EXCERPT_WORDS, FIGURE_COST, PASSAGE_COST

Row = tuple[int, int, int, list[tuple[int, int]], list[tuple[int, int]]]
"""Credit, replaced figures, longest passage, spans in A and spans in B of one pair."""


def token(word: str) -> int:
    """Returns the token of a word, as the tokenizer makes it."""
    tokens = tokenize(fold(*encode([word]), Workspace()), 1, Workspace()).values
    return int(tokens[0])


def ragged(rows: list[list[int]], gap: int = 0) -> Ragged:
    """Lays out rows with ``gap`` tokens between them that belong to no row."""
    values: list[int] = []
    bounds = []
    for row in rows:
        values += [token("1")] * gap
        bounds.append((len(values), len(values) + len(row)))
        values += row
    return Ragged(np.array(values, np.uint64), np.array(bounds, np.int64).reshape(len(rows), 2))


def rows_of(passages: Passages) -> list[Row]:
    """Returns the passages as a row for each pair."""
    rows: list[Row] = [(*sums, [], []) for sums in zip(*(field.tolist() for field in passages[:3]), strict=True)]
    for column, pairs, spans in ((3, passages.pair, passages.left), (4, passages.run, passages.right)):
        for pair, (start, end) in zip(pairs.tolist(), spans.tolist(), strict=True):
            rows[pair][column].append((start, end))
    return rows


def compare(a: str, b: str) -> Row:
    """Aligns two texts."""
    rows = [[token(word) for word in text.split()] for text in (a, b)]
    return rows_of(align(ragged(rows), np.array([[0, 1]])))[0]


def prose(first: int, count: int) -> str:
    """Returns ``count`` different words."""
    return " ".join(f"w{number}" for number in range(first, first + count))


# Few words, so that shingles repeat; figures; and words that look like a figure in some of their bytes.
TOKENS = [token(word) for word in ("a", "the", "1", "2", "10", "999999", "1234567", "police", "人", "民", "の")]
TOKENS += [0, 2**48 + ord("1"), 2**64 - 1]
TEXT = st.lists(st.sampled_from(TOKENS), max_size=40)
MIXED = st.lists(st.one_of(st.integers(2**50, 2**50 + 10**6), st.sampled_from(TOKENS)), max_size=80)


@st.composite
def edited(draw: st.DrawFn) -> list[list[int]]:
    """Draws versions of one text: pieces are cut, inserted, replaced and moved."""
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
    """Draws a text, and a text of its pieces in any order. Pieces may overlap, so that runs overlap."""
    text = draw(MIXED)
    places = st.tuples(*[st.integers(0, len(text))] * 2)
    return [text, [word for start, end in draw(st.lists(places, max_size=5)) for word in text[start:end]]]


def assert_equals_twin(rows: list[list[int]], pairs: list[tuple[int, int]], gap: int) -> None:
    """Asserts that fast and slow alignment agree on every pair, and that pairs of passages rise.

    Args:
        rows: tokens of the texts.
        pairs: positions in ``rows``.
        gap: tokens between two rows.
    """
    passages = align(ragged(rows, gap), np.array(pairs, np.int64).reshape(len(pairs), 2))
    assert [slow.align(rows[a], rows[b]) for a, b in pairs] == rows_of(passages)
    assert sorted(passages.pair.tolist()) == passages.pair.tolist()
    assert sorted(passages.run.tolist()) == passages.run.tolist()


def all_pairs(rows: list[list[int]]) -> list[tuple[int, int]]:
    """Returns each pair of rows in both orders, and the first three pairs twice."""
    pairs = [(a, b) for a in range(len(rows)) for b in range(len(rows)) if a != b]
    return pairs + pairs[:3]


@given(st.lists(TEXT, max_size=5), st.integers(0, 2))
def test_equals_its_twin_where_words_repeat(rows: list[list[int]], gap: int) -> None:
    """Texts of few words, empty texts and texts shorter than a shingle are aligned as by the slow twin."""
    assert_equals_twin(rows, all_pairs(rows), gap)


@given(edited(), st.integers(0, 2))
def test_equals_its_twin_on_edited_texts(rows: list[list[int]], gap: int) -> None:
    """Versions with cuts, insertions, replacements and moves are aligned as by the slow twin."""
    assert_equals_twin(rows, all_pairs(rows), gap)


@given(pieced(), st.integers(0, 2))
def test_equals_its_twin_where_runs_overlap(rows: list[list[int]], gap: int) -> None:
    """A text and its pieces, which overlap and stand in any order, are aligned as by the slow twin."""
    assert_equals_twin(rows, all_pairs(rows), gap)


@given(st.integers(0, 2**32), st.integers(1, 5))
def test_equals_its_twin_on_reports_with_figures(seed: int, words: int) -> None:
    """Reports of one template with different figures, and some different words, are aligned as by the slow twin."""
    rng = random.Random(seed)
    template = [2**50 + number for number in range(120)]
    rows = []
    for _ in range(4):
        row = [token(str(rng.randrange(4))) if number % (words + 2) == 0 else template[number] for number in range(120)]
        rows.append([value if rng.random() < 0.98 else rng.choice(template) for value in row])
    assert_equals_twin(rows, all_pairs(rows), 0)


@pytest.mark.parametrize(("tokens", "entries"), [(1, 1), (300, 100), (10**6, 2), (10**6, 10**6)])
def test_many_batches(tokens: int, entries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of pairs in a batch changes no alignment, also where a text is longer than a batch."""
    monkeypatch.setattr(alignment, "TOKENS", tokens)
    monkeypatch.setattr(anchors, "_TABLE", entries)
    draw = random.Random(0)
    rows = []
    for length in (0, 3, 40, 200, 900, 0):
        text = draw.choices([*TOKENS, *range(2**50, 2**50 + 500)], k=length)
        moved = text[length // 3 :] + text[: length // 4]
        rows += [text, moved, [word + 1 if word % 7 == 0 else word for word in text]]
    assert_equals_twin(rows, all_pairs(rows), 1)


def test_no_pairs() -> None:
    """Without pairs, and without texts, every field is empty."""
    none = np.zeros((0, 2), np.int64)
    for rows in ([], [[], [1, 2, 3]]):
        assert [0] * 7 == [field.size for field in align(ragged(rows), none)]


def test_fields_are_counts_and_places() -> None:
    """Every field holds 64-bit integers: one for each pair, and two for each passage."""
    text = list(range(2**50, 2**50 + 30))
    passages = align(ragged([text, text]), np.array([[0, 1], [1, 0]]))
    assert [(2,), (2,), (2,), (2,), (2, 2), (2,), (2, 2)] == [field.shape for field in passages]
    assert {np.dtype(np.int64)} == {field.dtype for field in passages}


def test_tokens_in_a_file(tmp_path: Path) -> None:
    """Tokens in a read-only file are aligned like tokens in memory."""
    rows = [[token(word) for word in f"{prose(0, 40)} 12 {prose(50, 30)}".split()]] * 2
    tokens = ragged(rows, 3)
    tokens.values.tofile(tmp_path / "tokens")
    mapped = np.memmap(tmp_path / "tokens", np.uint64, "r")
    passages = align(Ragged(mapped, tokens.bounds), np.array([[0, 1]]))
    assert rows_of(align(tokens, np.array([[0, 1]]))) == rows_of(passages)
    assert [np.ndarray] * 7 == [type(field) for field in passages]


def test_two_ideographs_are_bridged_as_one_word_is() -> None:
    """A word of two characters in place of another word does not end a passage, and a word of three characters does."""
    before, after = "城中的大桥将于明年春天关闭十个月", "市长昨日在会上向记者说明了修理计划"
    whole_text = len(before) + 2 + len(after)
    assert whole_text - 2 == compare(" ".join(before + "工程" + after), " ".join(before + "施工" + after))[2]
    assert whole_text - 3 > compare(" ".join(before + "工程师" + after), " ".join(before + "施工队" + after))[2]


def test_a_template_has_its_figures_replaced() -> None:
    """Two reports of one template have a replaced figure at each place of a figure, and no credit."""
    report = (
        "the federal reserve bank said it added {} mln dlrs of temporary reserves to the banking system through "
        "{} day customer repurchase agreements the fed spokesman said federal funds which averaged {} pct were trading "
        "at {} when the fed began its operation"
    )
    assert (0, 4, 12, [], []) == compare(report.format(500, 3, 6, 7), report.format(750, 4, 8, 9))


def test_a_copy_with_a_paragraph_cut_away_has_no_replaced_figures() -> None:
    """A figure that is cut away is not replaced, and a passage counts its words less its cost."""
    lead, middle, end = f"{prose(0, 40)} 12", "6 of 7 said so", f"in 1987 {prose(100, 40)}"
    row = compare(f"{lead} {end}", f"{lead} {middle} {end}")
    assert (83 - PASSAGE_COST, 0, 83, [(0, 83)], [(0, 41), (46, 88)]) == row


def test_a_correction_costs() -> None:
    """One corrected figure in a long text ends a passage and costs `FIGURE_COST` words more."""
    text = "{} in 1987 {} {} {}"
    row = compare(*(text.format(prose(0, 50), prose(50, 30), toll, prose(90, 40)) for toll in (12, 14)))
    assert (122 - 2 * PASSAGE_COST - FIGURE_COST, 1, 82, [(0, 82), (83, 123)], [(0, 82), (83, 123)]) == row


def test_another_word_costs_no_passage() -> None:
    """One word in place of another stands within a passage and is not counted, and two words end a passage."""
    text = f"{prose(0, 40)} {{}} {prose(100, 40)}"
    assert (80 - PASSAGE_COST, 0, 80, [(0, 81)], [(0, 40), (41, 81)]) == compare(
        text.format("said"), text.format("says")
    )
    row = compare(text.format("he said"), text.format("she says"))
    assert (80 - 2 * PASSAGE_COST, 0, 40, [(0, 40), (42, 82)], [(0, 40), (42, 82)]) == row


def test_a_figure_in_place_of_a_word_costs_no_passage() -> None:
    """A figure in place of a word stands within a passage, as any word does."""
    text = f"{prose(0, 40)} {{}} {prose(100, 40)}"
    assert (80 - PASSAGE_COST, 0) == compare(text.format("7"), text.format("seven"))[:2]


def test_a_moved_passage_is_not_replaced() -> None:
    """Passages count in any order, and figures of moved passages are not replaced."""
    first, second, third = f"{prose(0, 29)} 1", f"{prose(100, 29)} 2", f"{prose(200, 29)} 3"
    row = compare(f"{first} x y {second} x y {third}", f"{third} u v {first} u v {second}")
    assert (90 - 3 * PASSAGE_COST, 0, 30) == row[:3]
    assert [(32, 62), (64, 94), (0, 30)] == row[4]


def test_figures_that_both_sides_of_a_gap_have_are_not_replaced() -> None:
    """A figure of a gap is not replaced as often as both sides have it, in any order and among other words."""
    before, after = prose(0, 30), prose(50, 30)
    assert 1 == compare(f"{before} from 5 5 to 7 pct {after}", f"{before} to 7 5 9 percent {after}")[1]


@pytest.mark.parametrize(
    ("left", "right", "expected"), [(0, 1, 0), (1, 1, 1), (1, 8, 1), (8, 1, 1), (8, 8, 8), (9, 1, 0), (1, 9, 0)]
)
def test_a_gap_is_of_one_to_eight_tokens_on_both_sides(left: int, right: int, expected: int) -> None:
    """An insertion, a cut and a rewritten sentence replace no figure."""
    mine, yours = (" ".join(map(str, range(first, first + count))) for first, count in ((10, left), (50, right)))
    assert expected == compare(f"{prose(0, 10)} {mine} {prose(20, 10)}", f"{prose(0, 10)} {yours} {prose(20, 10)}")[1]


@pytest.mark.parametrize(("words", "longest"), [(2, 0), (3, 3), (18, 18), (19, 19)])
def test_a_passage_is_of_three_words_and_counts_from_its_cost_on(words: int, longest: int) -> None:
    """Words shorter than a shingle are not aligned, and a passage no longer than its cost counts nothing."""
    row = compare(f"{prose(100, 40)} {prose(0, words)}", f"{prose(0, words)} {prose(200, 40)}")
    credit = max(0, words - PASSAGE_COST)
    assert (credit, longest, [(0, words)] if credit else []) == (row[0], row[2], row[4])


def test_an_excerpt_is_placed_however_short() -> None:
    """A text that stands whole in another text has its span returned, also if it is too short for a credit."""
    row = compare(prose(20, EXCERPT_WORDS), prose(0, 60))
    assert (0, 0, EXCERPT_WORDS, [(0, EXCERPT_WORDS)], [(20, 20 + EXCERPT_WORDS)]) == row
    assert [] == compare(prose(20, EXCERPT_WORDS - 1), prose(0, 60))[3]


def test_whole_texts() -> None:
    """A text of eight words or more is whole if one passage has all its words but one, and no figure is replaced."""
    lengths, replaced, longest = np.array([[7, 8, 9, 9, 9], [0, 0, 0, 0, 1], [7, 8, 8, 7, 9]])
    assert [False, True, True, False, False] == is_whole(lengths, replaced, longest).tolist()


def test_a_phrase_that_repeats_is_aligned_where_the_text_goes_on() -> None:
    """A phrase that the other text has twice is aligned at the position where the passage goes on."""
    phrase = "click here for more"
    row = compare(f"{prose(0, 9)} {phrase} {prose(20, 20)}", f"{phrase} {prose(0, 9)} {phrase} {prose(20, 20)}")
    assert ([(0, 33)], [(4, 37)]) == row[3:]


def test_words_that_two_runs_cover_count_once() -> None:
    """Three words that a page break repeats belong to two runs of one passage, and count once."""
    row = compare(f"{prose(0, 27)} 1 2 3 {prose(30, 30)}", f"{prose(0, 27)} 1 2 3 1 2 3 {prose(30, 30)}")
    assert (60 - PASSAGE_COST, 0, 60, [(0, 60)], [(0, 30), (31, 63)]) == row


def test_words_of_a_neighbouring_pair_are_not_mixed_in() -> None:
    """Neighbouring pairs of equal texts stay apart."""
    rows = [[1, 2, 3], [3, 4, 1], [1, 2, 3], [2, 3, 4, 1]]
    assert_equals_twin(rows, [(0, 1), (0, 1), (1, 0), (0, 2), (2, 0), (0, 0), (1, 3)], 0)
    assert 3 == rows_of(align(ragged(rows), np.array([[0, 2]])))[0][2]


@given(pieced(), edited(), st.integers(0, 2), st.sampled_from([1, 300, 10**6]))
def test_runs_are_those_of_the_slow_twin(first: list[list[int]], rest: list[list[int]], gap: int, tokens: int) -> None:
    """The runs of each pair come in the order of pairs and of A, with positions in both texts, in any batches."""
    rows = [*first, *rest]
    pairs = [(a, b) for a, b in all_pairs(rows) if len(rows[a]) <= len(rows[b])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "TOKENS", tokens)
        found = runs.find_runs(ragged(rows, gap), np.array(pairs, np.int64).reshape(-1, 2))
    expected = [(pair, *run) for pair, (a, b) in enumerate(pairs) for run in slow.find_runs(rows[a], rows[b])]
    assert expected == list(zip(*(column.tolist() for column in found), strict=True))
