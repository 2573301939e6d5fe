"""The page of a report: its bytes, its blocks, its order, and the places of its texts."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from dedup.cli.commands import report as command
from dedup.core.stories import canonical
from dedup.report.page import TEXTS_LIMIT
from dedup.report.reasons import LEADS
from tests.helpers.report_page import ReportPage, units

Rows = list[dict[str, Any]]
PageOf = Callable[..., ReportPage]


def test_the_same_rows_give_the_same_bytes(rows: Rows, page_bytes: Callable[..., bytes]) -> None:
    """A page has no time and no random number."""
    assert page_bytes(rows) == page_bytes(rows)


def test_data_blocks_come_in_order_and_hold_no_markup(rows: Rows, page_bytes: Callable[..., bytes]) -> None:
    """Parts come first, then the list, and the head last; none has a ``<``."""
    page = ReportPage(page_bytes(rows))
    assert ["part-0", "list", "head"] == list(page.blocks)
    assert "<script>" in page.fixed.partition("</dialog>")[2]


def test_the_policy_names_the_style_and_the_script_of_the_page(rows: Rows, page_of: PageOf) -> None:
    """The page allows its own style and script by their hashes, and nothing else."""
    fixed = page_of(rows).fixed
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', fixed)
    for name in ("style", "script"):
        (code,) = re.findall(rf"<{name}>(.*?)</{name}>", fixed, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"unsafe|https?:(?!//www\.w3\.org/2000/svg)", fixed)


def test_the_largest_story_comes_first(rows: Rows, page_of: PageOf) -> None:
    """Stories are ordered by size, in whatever order the rows are, and each leads to its part."""
    page = page_of(rows)
    assert [3, 2] == page.list["size"]
    assert ["a/large", "a/small"] == [entry["members"][0][0] for entry in page.stories()]
    assert [0, 0] == page.list["part"]


def test_a_story_without_a_headline_is_called_by_its_opening(rows: Rows, page_of: PageOf) -> None:
    """The opening of the story stands for a headline."""
    assert ["A first line that is long enough", "A small story"] == page_of(rows).list["title"]


def test_places_are_units_of_a_browser(rows: Rows, page_of: PageOf) -> None:
    """Places behind an emoji are those of UTF-16: the words there are those of the rows."""
    large, _small = page_of(rows).stories()
    (comparison,) = large["compared"]
    a0, a1, b0, b1, words = comparison["passages"][0]
    a, b = (large["texts"][large["members"][comparison[side]][4]][0] for side in "ab")
    assert ("22", "333", 1) == (units(a, a0, a1), units(b, b0, b1), words)


def test_every_word_of_the_texts_comes_back(rows: Rows, page_of: PageOf) -> None:
    """The texts of stories and of pairs told apart are in the parts as they are in the rows."""
    expected = [row["text"] for row in rows if row["type"] == "text"]
    assert sorted(expected) == sorted(page_of(rows).texts())


def test_a_pair_told_apart_has_its_texts_and_its_line(rows: Rows, page_of: PageOf) -> None:
    """The list has the ids of the pair, for the line of ``--pairs``, and the part that has its texts."""
    page = page_of(rows)
    (line,) = page.list["apart"]
    assert ("a/small", "a/alone", "apart", "share") == (line[0][0], line[1][0], line[2], line[4])
    assert ["one 22 two", "one 55 two"] == [text[0] for text in page.parts["apart/0"]["texts"]]


def test_a_pair_told_apart_has_the_title_of_its_story(rows: Rows, page_of: PageOf) -> None:
    """A document without a headline has that of its story, whatever its first line is; one alone has its first line."""
    lines = {"a/large": "Menu, and so on, of twenty items", "a/alone": "A bulletin of the day: one 55 two"}
    texts = [{"type": "text", "ids": [id], "text": line, "boilerplate": []} for id, line in lines.items()]
    pair = rows[-2] | {"a": rows[-2]["a"] | {"id": "a/large"}}
    (line,) = page_of([*rows[:-4], *texts, pair, rows[-1]]).list["apart"]
    assert ["A first line that is long enough", "A bulletin of the day: one 55 two"] == [side[2] for side in line[:2]]


def test_documents_alone_are_listed_with_the_reason(rows: Rows, page_of: PageOf) -> None:
    """A document that is nobody's copy is listed, with why it is no article."""
    assert [["a/alone", "a", "", None, "a notice"]] == page_of(rows).list["alone"]


def test_counts_are_those_of_the_footer(rows: Rows, page_of: PageOf) -> None:
    """The head has the counts of the run; without a footer it says that the run was cut short, and counts itself."""
    whole, cut = page_of(rows).head, page_of(rows[:-1]).head
    assert (6, 3, 1, True) == tuple(whole[name] for name in ("documents", "copies", "alone", "complete"))
    assert (6, 3, 1, False) == tuple(cut[name] for name in ("documents", "copies", "alone", "complete"))


def test_plain_rows_give_a_page_without_texts(rows: Rows, page_of: PageOf) -> None:
    """Rows without ``--explain`` have stories, and no comparison."""
    page = page_of([row for row in rows if row["type"] in ("header", "story", "footer")])
    assert ([], False, False) == (page.texts(), page.head["texts"]["has"], page.head["explained"])
    assert [3, 2] == page.list["size"]


def test_a_run_with_reasons_and_without_copies(page_of: PageOf) -> None:
    """The rows of ``--explain`` are known by the reasons of a document, where there is no comparison."""
    alone = {"type": "story", "members": [{"id": "a", "relation": "original", "link": 1.0}]}
    assert page_of([{"type": "header", "schema": "dedup.report/1"}, alone]).head["explained"]


def test_the_page_has_the_words_of_the_terminal(rows: Rows, page_of: PageOf) -> None:
    """The page says why a document leads in the words of the table, for each answer that the rule gives."""
    leads = dict(page_of(rows).head["leads"])
    assert (LEADS, canonical.LEADS) == (leads, tuple(leads))


def test_the_seed_is_not_shown(page_of: PageOf) -> None:
    """A page has the settings of the run without the seed, which is a secret of an index."""
    header = {"type": "header", "schema": "dedup.report/1", "settings": {"k": 128, "seed": 4711, "containment": 0.3}}
    assert [["k", "128"], ["containment", "0.3"]] == page_of([header]).head["settings"]


def test_texts_may_come_behind_pairs(rows: Rows, page_of: PageOf) -> None:
    """A text behind a pair that is told apart is that of a pair, though the story before has its document."""
    header, small, a, b, _compared, large, *others = rows
    apart = others[-2]
    page = page_of([header, large, small, apart, a, b, apart])
    assert [[], []] == [entry["texts"] for entry in page.stories()]
    assert [None, None] == page.parts["apart/0"]["texts"]
    assert ["one 22 two", None] == [text and text[0] for text in page.parts["apart/1"]["texts"]]


def test_rows_of_unknown_types_are_passed_over(rows: Rows, page_bytes: Callable[..., bytes]) -> None:
    """A row of a type that comes later, with keys of other kinds, changes nothing."""
    unknown = {"type": "picture", "text": 7, "members": "none", "schema": []}
    assert page_bytes(rows) == page_bytes([*rows[:4], unknown, *rows[4:]])


def test_a_long_headline_is_cut(rows: Rows, page_of: PageOf) -> None:
    """A headline has at most 240 characters, and ends with an ellipsis then."""
    rows[1]["members"][0]["title"] = "x" * 250
    assert f"{'x' * 239}…" == page_of(rows).list["title"][1]


@pytest.mark.parametrize("years", [("0001", "9999"), ("2026", "2026"), ("1990", "2026")])
def test_times_of_any_years_are_counted_in_few_bars(rows: Rows, page_of: PageOf, years: tuple[str, str]) -> None:
    """The chart of times has at most 80 bars, and counts each dated document once."""
    for place, year in enumerate(years):
        rows[1]["members"][place]["published"] = f"{year}-01-0{place + 1}T00:00:00+00:00"
    time = page_of(rows).head["time"]
    assert len(time["bars"]) <= 80
    assert 3 == sum(map(sum, time["bars"]))


def test_the_command_has_the_limit_of_the_page() -> None:
    """The copy of the limit in the command is the limit."""
    assert TEXTS_LIMIT == command.TEXTS_LIMIT
