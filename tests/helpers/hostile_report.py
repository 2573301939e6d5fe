"""Rows of a report with a hostile string in every place that takes a string."""

from collections.abc import Iterator
from typing import Any

from tests.helpers.report_documents import ARTICLES

STRINGS = (
    "</script><script>window.ran=1</script>",
    "<img src=x onerror=window.ran=2>",
    "<!--<script>",
    '"><svg onload=window.ran=3>',
    "javascript:window.ran=4//",
    "\u202egnp.exe\u202c",
    "a\0b\a\x1b[31mred\x1b]8;;http://hostile.example\a",
    "${window.ran=5}{{constructor.constructor('window.ran=6')()}}",
    "</style><style>*{background:url(http://hostile.example/css)}",
    "x" * 200_000,
    "{{ data }} @DATA@ @POLICY@ $style $script %(policy)s",
    "\\ud800 \\u003cimg src=x\\u003e \ufffd",
    "\u2028line\u2029",
    "../../../etc/passwd",
    "data:text/html,<script>window.ran=7</script>",
    "__proto__",
    "constructor",
    '<iframe srcdoc="<script>top.ran=8</script>"></iframe>',
    '<meta http-equiv=refresh content="0;url=http://hostile.example">',
    "<base href=http://hostile.example/>",
    "<form action=http://hostile.example><input name=q><button>",
    "; background-image:url(http://hostile.example/i)",
    "&lt;img src=x onerror=window.ran=9&gt;",
    '<a href="javascript:window.ran=10" ping=http://hostile.example>here</a>',
    "e" + "\u0301" * 5_000,
    "\U0001f3f3\ufe0f\u200d\U0001f308\U0001d4b3 ferry",
    "\ufeff\u200b\u2066x\u2069",
    "<link rel=stylesheet href=http://hostile.example/a.css>",
    "#/story/0",
    "hasOwnProperty",
    "toString",
)

_TIMES = (None, "2026-03-01T09:00:00+00:00", "0001-01-01T00:00:00+00:00", "9999-12-31T00:00:00+00:00")


def hostile_rows() -> Iterator[dict[str, Any]]:
    """The rows of a story, of a pair apart and of a document alone, for each string."""
    settings = {"__proto__": {"x": 1}, **dict(zip(STRINGS, reversed(STRINGS), strict=True)), "prefer": list(STRINGS)}
    header = {"type": "header", "schema": "dedup.report/1", "version": STRINGS[0], "thresholds": STRINGS[1]}
    yield header | {"settings": settings, "inputs": list(STRINGS)}
    for number, string in enumerate(STRINGS):
        other = STRINGS[(number + 5) % len(STRINGS)]
        names = [string, *(f"{place}/{string}" for place in range(1, 4))]
        members = [_member(name, place, string, other, names[0]) for place, name in enumerate(names)]
        lead = {"canonical_rule": other, "over": names[1]}
        counts = {"size": len(names), "weakest": 0.4}
        yield {"type": "story", "story": string, "canonical": string, **counts, "members": members, "lead": lead}
        for name in names[:3]:
            yield _text(name, string, other)
        for name in names[1:3]:
            yield _comparison("member", names[0], name, string, other)
    yield from _alone()
    yield from _apart()
    skipped = [{"path": string, "line": 3, "reason": string, "count": 1} for string in STRINGS]
    notes = [{"about": string, "reason": string} for string in STRINGS]
    counts = {"documents": 7 * len(STRINGS), "stories": len(STRINGS), "copies": 3 * len(STRINGS)}
    counts |= {"singletons": 3 * len(STRINGS), "no_articles": 1}
    yield {"type": "footer", **counts, "skipped": skipped, "notes": notes, "seconds": 1.0, "complete": True}


def _member(name: str, place: int, string: str, other: str, nearest: str) -> dict[str, Any]:
    return {
        "id": name,
        "relation": ("original", "reprint", string, other)[place],
        "containment": 0.7,
        "resemblance": 0.5,
        "source": (string, other, "", "constructor")[place],
        "published": _TIMES[place],
        "title": string if place % 2 else other,
        "path": other,
        "credit": string,
        "no_article": other,
        "by": nearest if place else "",
        "link": 0.4,
        "decided": string,
        "boilerplate": 0.1,
    }


def _words(string: str, other: str) -> str:
    return f"{string} {ARTICLES[0]} {other}\n{ARTICLES[1]} {string}"


def _text(name: str, string: str, other: str) -> dict[str, Any]:
    text = _words(string, other)
    return {"type": "text", "ids": [name], "text": text, "boilerplate": [[0, 3], [len(text) - 3, len(text)]]}


def _comparison(why: str, a: str, b: str, string: str, other: str) -> dict[str, Any]:
    def side(name: str) -> dict[str, Any]:
        spans = [[0, 3]]
        facts = {"source": other, "title": string, "published": None, "words": 90, "shingles": 80}
        return {"id": name, **facts, "boilerplate": spans, "text": ""}

    begin = len(string) + 2
    ground = {"name": string, "value": 0.5, "bound": 0.4, "sense": other, "passed": False, "counts": [1, 2]}
    unknown = {"name": "constructor", "value": None, "bound": None, "sense": "at least", "passed": None, "counts": None}
    return {
        "type": "comparison",
        "why": why,
        "boilerplate_known": False,
        "a": side(a),
        "b": side(b),
        "match": why == "member",
        "same_story": why == "member",
        "decided": string,
        "relation": string,
        "grounds": [ground, unknown],
        "replaced_figures": 1,
        "estimate": 0.5,
        "resemblance": 0.5,
        "containment": [0.5, 0.6],
        "passages": [
            {"a": [begin, begin + 30], "b": [begin, begin + 30], "words": 5},
            {"a": [begin + 40, begin + 60], "b": [begin + 40, begin + 60], "words": 4},
        ],
        "differences": [{"kind": other, "a": [begin + 30, begin + 40], "b": [begin + 30, begin + 40]}],
        "met": {"bands": 1, "of_bands": 61, "sampled": 2},
    }


def _alone() -> Iterator[dict[str, Any]]:
    for number, string in enumerate(STRINGS):
        for name in (f"alone/{string}", f"apart/a/{string}", f"apart/b/{string}"):
            member = _member(name, 0, string, STRINGS[number - 1], "")
            yield {"type": "story", "story": name, "canonical": name, "size": 1, "weakest": 1.0, "members": [member]}


def _apart() -> Iterator[dict[str, Any]]:
    for number, string in enumerate(STRINGS):
        other = STRINGS[number - 3]
        names = (f"apart/a/{string}", f"apart/b/{string}")
        yield from (_text(name, string, other) for name in names)
        yield _comparison("nearest" if number % 2 else "apart", *names, string, other)
