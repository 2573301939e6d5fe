"""What two texts share is told by their passages, and figures that are replaced speak against a copy."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs import alignment, anchors
from dedup.core.pairs.alignment import Passages, align, whole
from dedup.core.pairs.reference import alignment as slow
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.core.thresholds import EXCERPT_WORDS, FIGURE_COST, PASSAGE_COST

Row = tuple[int, int, int, list[tuple[int, int]], list[tuple[int, int]]]
"""What `align` says of one pair."""


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


def rows_of(found: Passages) -> list[Row]:
    """What is said of each pair."""
    rows: list[Row] = [(*sums, [], []) for sums in zip(*(field.tolist() for field in found[:3]), strict=True)]
    for number, pairs, places in ((3, found.pair, found.left), (4, found.run, found.right)):
        for pair, (start, end) in zip(pairs.tolist(), places.tolist(), strict=True):
            rows[pair][number].append((start, end))
    return rows


def compare(a: str, b: str) -> Row:
    """What is said of two texts."""
    rows = [[token(word) for word in text.split()] for text in (a, b)]
    return rows_of(align(ragged(rows), np.array([[0, 1]])))[0]


def prose(first: int, count: int) -> str:
    """``count`` words of which no two are alike."""
    return " ".join(f"w{number}" for number in range(first, first + count))


# Few words, so that shingles repeat; figures; and words that differ in the bytes a figure is not known by.
TOKENS = [token(word) for word in ("a", "the", "1", "2", "10", "999999", "1234567", "police", "人", "民", "の")]
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


def assert_equals_twin(rows: list[list[int]], pairs: list[tuple[int, int]], gap: int) -> None:
    """The fast and the slow version agree on every pair, and pairs of passages rise."""
    found = align(ragged(rows, gap), np.array(pairs, np.int64).reshape(len(pairs), 2))
    assert [slow.align(rows[a], rows[b]) for a, b in pairs] == rows_of(found)
    assert sorted(found.pair.tolist()) == found.pair.tolist()
    assert sorted(found.run.tolist()) == found.run.tolist()


def every_pair(rows: list[list[int]]) -> list[tuple[int, int]]:
    """Every pair of rows, either way round, and the first ones twice."""
    pairs = [(a, b) for a in range(len(rows)) for b in range(len(rows)) if a != b]
    return pairs + pairs[:3]


@given(st.lists(TEXT, max_size=5), st.integers(0, 2))
def test_equals_its_twin_where_words_repeat(rows: list[list[int]], gap: int) -> None:
    """Texts of few words, empty ones and ones shorter than a shingle are aligned as by the definition."""
    assert_equals_twin(rows, every_pair(rows), gap)


@given(edited(), st.integers(0, 2))
def test_equals_its_twin_on_edited_texts(rows: list[list[int]], gap: int) -> None:
    """Versions with cuts, insertions, replacements of every length and moves are aligned as by the definition."""
    assert_equals_twin(rows, every_pair(rows), gap)


@given(pieced(), st.integers(0, 2))
def test_equals_its_twin_where_runs_overlap(rows: list[list[int]], gap: int) -> None:
    """A text and pieces of it that overlap and stand in any order are aligned as by the definition."""
    assert_equals_twin(rows, every_pair(rows), gap)


@given(st.integers(0, 2**32), st.integers(1, 5))
def test_equals_its_twin_on_reports_with_figures(seed: int, words: int) -> None:
    """Reports of one template with other figures, and here and there other words, are aligned as by the definition."""
    rng = random.Random(seed)
    template = [2**50 + number for number in range(120)]
    rows = []
    for _ in range(4):
        row = [token(str(rng.randrange(4))) if number % (words + 2) == 0 else template[number] for number in range(120)]
        rows.append([value if rng.random() < 0.98 else rng.choice(template) for value in row])
    assert_equals_twin(rows, every_pair(rows), 0)


@pytest.mark.parametrize(("tokens", "entries", "pairs"), [(1, 1, 100), (300, 100, 3), (10**6, 2, 2), (10**6, 10**6, 9)])
def test_many_lots(tokens: int, entries: int, pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs are aligned alike however many are compared at a time, texts longer than a lot included."""
    monkeypatch.setattr(alignment, "_TOKENS", tokens)
    monkeypatch.setattr(anchors, "_TABLE", entries)
    monkeypatch.setattr(anchors, "_ROWS", pairs)
    draw = random.Random(0)
    rows = []
    for length in (0, 3, 40, 200, 900, 0):
        text = draw.choices([*TOKENS, *range(2**50, 2**50 + 500)], k=length)
        moved = text[length // 3 :] + text[: length // 4]
        rows += [text, moved, [word + 1 if word % 7 == 0 else word for word in text]]
    assert_equals_twin(rows, every_pair(rows), 1)


def test_no_pairs() -> None:
    """Without pairs, and without texts, every field is empty."""
    none = np.zeros((0, 2), np.int64)
    for rows in ([], [[], [1, 2, 3]]):
        assert [0] * 7 == [field.size for field in align(ragged(rows), none)]


def test_fields_are_counts_and_places() -> None:
    """Every field holds 64-bit integers: one for each pair, and two for each passage."""
    text = list(range(2**50, 2**50 + 30))
    found = align(ragged([text, text]), np.array([[0, 1], [1, 0]]))
    assert [(2,), (2,), (2,), (2,), (2, 2), (2,), (2, 2)] == [field.shape for field in found]
    assert {np.dtype(np.int64)} == {field.dtype for field in found}


def test_tokens_in_a_file(tmp_path: Path) -> None:
    """Tokens that lie in a file that may only be read are aligned like those in memory."""
    rows = [[token(word) for word in f"{prose(0, 40)} 12 {prose(50, 30)}".split()]] * 2
    tokens = ragged(rows, 3)
    tokens.values.tofile(tmp_path / "tokens")
    mapped = np.memmap(tmp_path / "tokens", np.uint64, "r")
    found = align(Ragged(mapped, tokens.bounds), np.array([[0, 1]]))
    assert rows_of(align(tokens, np.array([[0, 1]]))) == rows_of(found)
    assert [np.ndarray] * 7 == [type(field) for field in found]


def test_two_ideographs_are_bridged_as_one_word_is() -> None:
    """A word of two characters in place of another one does not end a passage; a word of three does."""
    before, after = "城中的大桥将于明年春天关闭十个月", "市长昨日在会上向记者说明了修理计划"
    whole_text = len(before) + 2 + len(after)
    assert whole_text - 2 == compare(" ".join(before + "工程" + after), " ".join(before + "施工" + after))[2]
    assert whole_text - 3 > compare(" ".join(before + "工程师" + after), " ".join(before + "施工队" + after))[2]


def test_a_template_has_its_figures_replaced() -> None:
    """A report with the same words and other figures has as many replaced figures as places for them, and no credit."""
    report = (
        "the federal reserve bank said it added {} mln dlrs of temporary reserves to the banking system through "
        "{} day customer repurchase agreements the fed spokesman said federal funds which averaged {} pct were trading "
        "at {} when the fed began its operation"
    )
    assert (0, 4, 12, [], []) == compare(report.format(500, 3, 6, 7), report.format(750, 4, 8, 9))


def test_a_copy_with_a_paragraph_cut_away_has_none() -> None:
    """What is missing is not replaced, figures or not; each passage is short of the cost."""
    lead, middle, rest = f"{prose(0, 40)} 12", "6 of 7 said so", f"in 1987 {prose(100, 40)}"
    found = compare(f"{lead} {rest}", f"{lead} {middle} {rest}")
    assert (83 - PASSAGE_COST, 0, 83, [(0, 83)], [(0, 41), (46, 88)]) == found


def test_a_correction_costs() -> None:
    """One figure corrected in a long text ends a passage and costs more words beside."""
    text = "{} in 1987 {} {} {}"
    found = compare(*(text.format(prose(0, 50), prose(50, 30), toll, prose(90, 40)) for toll in (12, 14)))
    assert (122 - 2 * PASSAGE_COST - FIGURE_COST, 1, 82, [(0, 82), (83, 123)], [(0, 82), (83, 123)]) == found


def test_another_word_costs_no_passage() -> None:
    """One word in place of another stands within a passage, which does not count it; two words end a passage."""
    text = f"{prose(0, 40)} {{}} {prose(100, 40)}"
    assert (80 - PASSAGE_COST, 0, 80, [(0, 81)], [(0, 40), (41, 81)]) == compare(
        text.format("said"), text.format("says")
    )
    found = compare(text.format("he said"), text.format("she says"))
    assert (80 - 2 * PASSAGE_COST, 0, 40, [(0, 40), (42, 82)], [(0, 40), (42, 82)]) == found


def test_a_figure_in_place_of_a_word_costs_no_passage() -> None:
    """Only a figure in place of another figure ends a passage."""
    text = f"{prose(0, 40)} {{}} {prose(100, 40)}"
    assert (80 - PASSAGE_COST, 0) == compare(text.format("7"), text.format("seven"))[:2]


def test_a_moved_passage_is_not_replaced() -> None:
    """Passages in another order count all the same, and nothing stands in the place of anything."""
    one, two, three = f"{prose(0, 29)} 1", f"{prose(100, 29)} 2", f"{prose(200, 29)} 3"
    found = compare(f"{one} x y {two} x y {three}", f"{three} u v {one} u v {two}")
    assert (90 - 3 * PASSAGE_COST, 0, 30) == found[:3]
    assert [(32, 62), (64, 94), (0, 30)] == found[4]


def test_figures_that_both_sides_of_a_gap_have_are_not_replaced() -> None:
    """Figures in another order or among other words stay, each as often as both sides have it."""
    one, two = prose(0, 30), prose(50, 30)
    assert 1 == compare(f"{one} from 5 5 to 7 pct {two}", f"{one} to 7 5 9 percent {two}")[1]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"), [(0, 1, 0), (1, 1, 1), (1, 8, 1), (8, 1, 1), (8, 8, 8), (9, 1, 0), (1, 9, 0)]
)
def test_a_gap_is_of_one_to_eight_tokens_on_both_sides(ours: int, theirs: int, expected: int) -> None:
    """An insertion, a cut, and a rewritten sentence are not one thing in place of another."""
    mine, others = (" ".join(map(str, range(first, first + count))) for first, count in ((10, ours), (50, theirs)))
    assert expected == compare(f"{prose(0, 10)} {mine} {prose(20, 10)}", f"{prose(0, 10)} {others} {prose(20, 10)}")[1]


@pytest.mark.parametrize(("words", "longest"), [(2, 0), (3, 3), (18, 18), (19, 19)])
def test_a_passage_is_of_three_words_and_counts_from_its_cost_on(words: int, longest: int) -> None:
    """Less than a shingle is not aligned, and a passage no longer than its cost counts nothing."""
    found = compare(f"{prose(100, 40)} {prose(0, words)}", f"{prose(0, words)} {prose(200, 40)}")
    credit = max(0, words - PASSAGE_COST)
    assert (credit, longest, [(0, words)] if credit else []) == (found[0], found[2], found[4])


def test_an_excerpt_is_placed_however_short() -> None:
    """The place of a text that stands whole in another one is told, also where it is too short to count."""
    found = compare(prose(20, EXCERPT_WORDS), prose(0, 60))
    assert (0, 0, EXCERPT_WORDS, [(0, EXCERPT_WORDS)], [(20, 20 + EXCERPT_WORDS)]) == found
    assert [] == compare(prose(20, EXCERPT_WORDS - 1), prose(0, 60))[3]


def test_whole_texts() -> None:
    """A text is whole in another one but for one word at most, with no figure replaced, and from eight words on."""
    lengths, replaced, longest = np.array([[7, 8, 9, 9, 9], [0, 0, 0, 0, 1], [7, 8, 8, 7, 9]])
    assert [False, True, True, False, False] == whole(lengths, replaced, longest).tolist()


def test_a_phrase_that_repeats_is_aligned_where_the_text_goes_on() -> None:
    """A text that begins like an earlier passage of the other one is aligned as one passage behind the first words."""
    phrase = "click here for more"
    found = compare(f"{prose(0, 9)} {phrase} {prose(20, 20)}", f"{phrase} {prose(0, 9)} {phrase} {prose(20, 20)}")
    assert ([(0, 33)], [(4, 37)]) == found[3:]


def test_words_that_two_runs_cover_count_once() -> None:
    """Three words that a page break repeats belong to two runs of one passage, and count once."""
    found = compare(f"{prose(0, 27)} 1 2 3 {prose(30, 30)}", f"{prose(0, 27)} 1 2 3 1 2 3 {prose(30, 30)}")
    assert (60 - PASSAGE_COST, 0, 60, [(0, 60)], [(0, 30), (31, 63)]) == found


def test_words_of_a_neighbouring_pair_are_not_mixed_in() -> None:
    """Neighbouring pairs of the same texts stay apart."""
    rows = [[1, 2, 3], [3, 4, 1], [1, 2, 3], [2, 3, 4, 1]]
    assert_equals_twin(rows, [(0, 1), (0, 1), (1, 0), (0, 2), (2, 0), (0, 0), (1, 3)], 0)
    assert 3 == rows_of(align(ragged(rows), np.array([[0, 2]])))[0][2]
