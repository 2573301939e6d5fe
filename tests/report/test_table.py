"""The table: its width, its whole ids, and its safety on a terminal."""

import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len

from dedup.report import Listing, write
from dedup.results import Report
from dedup.types import Member, Story

Render = Callable[..., bytes]

LONG_ID = "archive/2024/03/01/" + "a-very-long-name-" * 8 + "end.html"


class Terminal(io.BytesIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def on_terminal(report: Report, monkeypatch: pytest.MonkeyPatch, **listing: Any) -> str:
    """The table for a terminal of 80 columns and 256 colours."""
    for name, value in {"COLUMNS": "80", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    stream = Terminal()
    write(report, stream, "table", Listing(**listing))
    return stream.getvalue().decode()


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_fits(report: Report, render: Render, columns: int) -> None:
    """The rows of stories are as wide as the terminal."""
    lines = render(report, "table", columns=columns).decode().splitlines()
    assert [columns] * 3 == [cell_len(line) for line in lines[2:5]]


@pytest.mark.parametrize(
    ("columns", "headings"),
    [
        (60, "# story copies weakest"),
        (80, "# story copies sources first seen weakest"),
        (120, "# story what the copies are sources first seen for weakest"),
    ],
)
def test_columns_go_as_the_width_does(report: Report, render: Render, columns: int, headings: str) -> None:
    """A wide table says when a story was first seen, for how long it was printed, and of what kinds the copies are."""
    assert headings.split() == render(report, "table", columns=columns).decode().splitlines()[2].split()


def test_a_row_of_a_story(one_story: Callable[..., Report], render: Render) -> None:
    """A row has number, title, copies, sources, the first time in UTC, the time in print, and the weakest share."""
    noon = datetime.datetime(2024, 3, 1, 12, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=3)))
    report = one_story(
        Member("a", title="Ferries merge", source="x", published=noon),
        Member("b", "exact", source="y", published=noon + datetime.timedelta(hours=19, minutes=59)),
        Member("c", "reprint", source="y"),
    )
    lines = render(report, "table", columns=120).decode().splitlines()
    row = " ".join(lines[3].split())
    assert "1 Ferries merge 1 exact, 1 reprint 2 2024-03-01 09:30 19 h 100 %" == row


def test_a_story_without_a_time(one_story: Callable[..., Report], render: Render) -> None:
    """A story without a time says so, and times at both ends of the calendar are times."""
    report = one_story(Member("a"), Member("b", "exact"))
    assert "no date" in render(report, "table").decode()
    zones = (datetime.timezone(datetime.timedelta(hours=hours)) for hours in (14, -11))
    first, last = (time.replace(tzinfo=next(zones)) for time in (datetime.datetime.min, datetime.datetime.max))
    report = one_story(Member("a", published=first), Member("b", "exact", published=last))
    assert "0001-01-01 00:00  3,652,059 d" in render(report, "table", columns=120).decode()


def test_documents_of_each_story(report: Report, render: Render) -> None:
    """With members, a story has a headline with its counts, and a line for each document, with the share of the smaller
    text rounded down: only texts that share everything have 100 %."""
    lines = render(report, "table", members=True).decode().splitlines()
    assert "what    shared  document                                        source  date" == lines[2].strip()
    assert lines[4].startswith(" 1  Ferry operators cleared to merge ")
    assert lines[4].endswith(" 2 copies, 3 sources, weakest 61 %")
    assert ["reprint", "99", "%"] == lines[6].split()[:3]
    assert ["excerpt", "29", "%"] == lines[7].split()[:3]
    assert ["exact", "100", "%"] == lines[11].split()[:3]
    assert lines[6].endswith("courier/ferry.html               courier.example  2024-03-01")


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_ids_are_never_cut(one_story: Callable[..., Report], render: Render, columns: int) -> None:
    """An id wider than the terminal stands uncut on one line."""
    report = one_story(Member(id=LONG_ID, source="ledger.example", title="T"), Member(id="b", relation="exact"))
    lines = render(report, "table", columns=columns, members=True).decode().splitlines()
    assert [f"    original          {LONG_ID}".split()] == [line.split() for line in lines if LONG_ID in line]


def test_titles_are_cut(one_story: Callable[..., Report], render: Render) -> None:
    """A long title ends in an ellipsis and leaves room for the counts."""
    report = one_story(Member(id="a", title="word " * 60), Member(id="b", relation="exact"))
    row = render(report, "table").decode().splitlines()[3]
    assert (80, True) == (cell_len(row), "…" in row)
    headline = render(report, "table", members=True).decode().splitlines()[4]
    assert (80, True) == (cell_len(headline), headline.endswith("…  1 copy, weakest 100 %"))


def test_wide_characters_line_up(one_story: Callable[..., Report], render: Render) -> None:
    """A character of two columns counts as two."""
    report = one_story(
        Member(id="市長.txt", title="市長が辞任を表明" * 9, source="a.example"), Member(id="b", relation="exact")
    )
    assert 80 == cell_len(render(report, "table").decode().splitlines()[3])
    lines = render(report, "table", members=True).decode().splitlines()
    assert [80, 80] == [cell_len(line) for line in lines[4:6]]


def test_markup_is_text(one_story: Callable[..., Report], render: Render) -> None:
    """Brackets and emoji codes in titles and ids are written unchanged."""
    report = one_story(
        Member(id="[red]a[/red]", title="[bold]now[/bold] :smile: [/]"), Member(id="b", relation="exact")
    )
    text = render(report, "table", members=True).decode()
    assert "[bold]now[/bold] :smile: [/]" in text
    assert "[red]a[/red]" in text


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x1b]0;t\x07", "\r", "\x9b31m", "\u202e", "\u2028", "\x00", "\udce9"])
def test_nothing_acts_on_the_terminal(
    one_story: Callable[..., Report], monkeypatch: pytest.MonkeyPatch, evil: str
) -> None:
    """Control characters in ids, titles and sources are spelled out or removed, on a terminal too."""
    member = Member(id=f"a{evil}b", title=f"a{evil}b", source=f"a{evil}b")
    text = on_terminal(one_story(member, Member(id="b", relation="exact")), monkeypatch, members=True)
    text += on_terminal(one_story(member, Member(id="b", relation="exact")), monkeypatch)
    assert evil not in text
    assert evil[0].encode("unicode_escape").decode() in text


def test_no_colour_off_a_terminal(report: Report, render: Render) -> None:
    """Without a terminal there are no escape sequences, and no boxes."""
    text = render(report, "table").decode()
    assert not set(text) & set("\x1b│┃─━┏┓┗┛┌┐└┘")


def test_colour_on_a_terminal(report: Report, render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal there is colour, and without the colour the text is the same as in a file."""
    from rich.text import Text

    text = on_terminal(report, monkeypatch)
    assert "\x1b[" in text
    plain = "".join(f"{Text.from_ansi(line).plain}\n" for line in text.splitlines())
    assert render(report, "table").decode() == plain


def test_begins_and_ends_with_the_summary(report: Report, render: Render) -> None:
    """The table begins with the counts, and ends with each skipped input as path:line: reason, and the notes."""
    expected = [
        "",
        "Skipped 2 inputs:",
        "  feeds/a.jsonl:17: not valid JSON; mend the line",
        "  news/b.html.gz: truncated",
        "1 note:",
        "  frost-2.txt: its id was changed",
    ]
    lines = render(report, "table").decode().splitlines()
    assert "7 documents are 3 articles: 3 copies in 2 stories, 1 alone, 1 no article." == lines[0]
    assert expected == lines[-6:]


def test_no_articles_stand_under_the_last_heading(report: Report, render: Render) -> None:
    """Texts that are no articles stand after all stories, each once with its reason, with singletons or without."""
    for singletons in (False, True):
        lines = render(report, "table", singletons=singletons).decode().splitlines()
        place = lines.index("No articles, and nobody's copies: 1")
        assert ["  a notice: wall.html", ""] == lines[place + 1 : place + 3]
        assert "Skipped 2 inputs:" == lines[place + 3]
        assert [place + 1] == [number for number, line in enumerate(lines) if "wall.html" in line]


def test_many_no_articles(render: Render) -> None:
    """The table names twenty texts that are no articles, and all of them with --singletons."""
    walls = tuple(Member(f"w{number}", no_article="nothing of its own") for number in range(31))
    report = Report(stories=(), singletons=walls, documents=31)
    lines = render(report, "table").decode().splitlines()
    assert (20, "  and 11 more; --singletons lists all") == (
        sum(line.startswith("  nothing of its own: w") for line in lines),
        lines[23],
    )
    assert 31 == render(report, "table", singletons=True).decode().count("nothing of its own: w")
    assert "31 documents are 0 articles: 0 copies in 0 stories, 0 alone, 31 no articles." == lines[0]


def test_a_terminal_shows_the_largest_stories(monkeypatch: pytest.MonkeyPatch, render: Render) -> None:
    """A terminal shows twenty stories and says how to see all. A file has all. A limit holds for both."""
    stories = tuple(Story(Member(f"a{number}"), (Member(f"b{number}", "exact"),)) for number in range(31))
    report = Report(stories, (), 62)
    for listing, shown in (({}, 20), ({"limit": 0}, 31), ({"limit": 7}, 7)):
        text = on_terminal(report, monkeypatch, **listing)
        hint = f"{31 - shown} more stories: --limit 0 shows all."
        assert (shown, shown < 31) == (text.count("100 %"), hint in text)
    assert (31, 7) == (render(report, "table").count(b"100 %"), render(report, "table", limit=7).count(b"100 %"))


def test_weak_stories_are_named(monkeypatch: pytest.MonkeyPatch, render: Render) -> None:
    """The table names the stories with a document that has less than .7 in common with the others, the weakest first,
    by the numbers of their rows. A terminal has them in red."""
    shares = (0.9, 0.4, 0.7, 0.3)
    stories = tuple(
        Story(Member(f"a{number}"), (Member(f"b{number}", "exact"),), share) for number, share in enumerate(shares)
    )
    report = Report(stories, (), 8)
    assert "Look first at 4, 2: a document" in render(report, "table").decode()
    assert 2 == on_terminal(report, monkeypatch).count("\x1b[1;31m")


def test_next_steps_come_last(report: Report, render: Render) -> None:
    """What the caller gives as next steps are the last lines."""
    assert render(report, "table", next_steps=("one", "two")).endswith(b"its id was changed\n\none\ntwo\n")


def test_a_title_of_any_member(one_story: Callable[..., Report], render: Render) -> None:
    """A story whose original has no title has that of a copy."""
    text = render(one_story(Member("a.txt"), Member("b.html", "exact", title="Ferries merge")), "table").decode()
    assert "1  Ferries merge " in text


def test_nothing_found(render: Render) -> None:
    """The table of a report without documents says so."""
    expected = b"There is no document.\n"
    assert expected == render(Report(stories=(), singletons=(), documents=0), "table")
