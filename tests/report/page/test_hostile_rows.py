"""Hostile rows: each text that tries to be markup is data in the file, and comes back as it was."""

from collections.abc import Callable
from typing import Any

from tests.helpers.report_page import ReportPage

Rows = list[dict[str, Any]]

HOSTILE = (
    "</script><script>window.ran=1</script>",
    "<!--<script>",
    "@DATA@ @POLICY@ @STYLE@ @SCRIPT@",
    "\u2028 <img src=x onerror=alert(1)> \u2029",
    "\u202egnp.exe\u202c \x1b[31m",
    "__proto__",
    "constructor",
    "]]> --> */ `${1}`",
)


def hostile(rows: Rows) -> Rows:
    """Rows with a hostile text in every place that takes a text."""
    first, second, third, *_ = HOSTILE

    def change(value: Any, number: int) -> Any:
        if isinstance(value, dict):
            return {key: change(below, number) for key, below in value.items()} | {
                key: HOSTILE[number % len(HOSTILE)]
                for key in ("title", "source", "credit", "decided", "no_article")
                if key in value
            }
        return [change(below, number) for below in value] if isinstance(value, list) else value

    changed = [change(row, number) for number, row in enumerate(rows)]
    changed[0] |= {"version": first, "inputs": list(HOSTILE), "settings": {second: third, "__proto__": {"x": 1}}}
    changed[-1] |= {
        "skipped": [{"path": text, "line": 3, "reason": text} for text in HOSTILE],
        "notes": [{"about": text, "reason": text} for text in HOSTILE],
    }
    for row in changed:
        if row["type"] == "text":
            row["text"] += "".join(HOSTILE)
    return changed


def test_hostile_texts_are_data(rows: Rows, page_bytes: Callable[..., bytes]) -> None:
    """The page has as many tags as that of harmless rows, and the fixed parts are the same."""
    harmful, harmless = page_bytes(hostile(rows)), page_bytes(rows)
    assert harmless.count(b"<") == harmful.count(b"<")
    assert ReportPage(harmless).fixed == ReportPage(harmful).fixed


def test_hostile_texts_come_back(rows: Rows, page_of: Callable[..., ReportPage]) -> None:
    """Names, notes, settings and texts are in the page as they were in the rows."""
    changed = hostile(rows)
    page = page_of(changed)
    assert list(HOSTILE) == page.head["inputs"] == [note["about"] for note in page.head["notes"]]
    assert [[HOSTILE[1], HOSTILE[2]], ["__proto__", '{"x":1}']] == page.head["settings"]
    assert sorted(row["text"] for row in changed if row["type"] == "text") == sorted(page.texts())


def test_ids_that_are_names_of_objects(rows: Rows, page_of: Callable[..., ReportPage]) -> None:
    """Documents called ``__proto__`` and ``constructor`` have their texts and their comparison."""
    names = {"a/small": "__proto__", "b/small": "constructor"}
    for row in rows[1:5]:
        for owner in (*row.get("members", ()), *(row[side] for side in "ab" if side in row)):
            owner["id"] = names[owner["id"]]
        row |= {"ids": [names[id] for id in row["ids"]]} if "ids" in row else {}
    small = page_of(rows).stories()[1]
    assert ["__proto__", "constructor"] == [member[0] for member in small["members"]]
    assert ["one 22 two", "one 333 two and more"] == [small["texts"][member[4]][0] for member in small["members"]]
