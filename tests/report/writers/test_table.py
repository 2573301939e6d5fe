"""The table: its width, its whole ids, and its safety on a terminal."""

import io
from collections.abc import Callable

import pytest
from rich.cells import cell_len

from dedup.report import write
from dedup.results import Report
from dedup.types import Member, Story

Render = Callable[..., bytes]

LONG_ID = "archive/2024/03/01/" + "a-very-long-name-" * 8 + "end.html"


class Terminal(io.BytesIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def on_terminal(report: Report, monkeypatch: pytest.MonkeyPatch) -> str:
    """The table for a terminal of 80 columns and 256 colours."""
    for name, value in {"COLUMNS": "80", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    stream = Terminal()
    write(report, stream, "table")
    return stream.getvalue().decode()


@pytest.mark.parametrize("columns", [80, 120])
def test_fits(report: Report, render: Render, columns: int) -> None:
    """No line of an ordinary report is wider than the terminal, and the first line of a story fills it."""
    widths = [cell_len(line) for line in render(report, "table", columns=columns).decode().splitlines()]
    assert columns == max(widths)
    assert columns == widths[0]


def test_headline(report: Report, render: Render) -> None:
    """The first line of a story has its title, or its id without a title, and counts its copies and sources."""
    lines = render(report, "table").decode().splitlines()
    assert lines[0].startswith("Ferry operators cleared to merge ") and lines[0].endswith(" 2 copies, 3 sources")
    assert lines[5].startswith("frost-1.txt ") and lines[5].endswith(" 1 copy, 1 source")


def test_percentages_round_down(report: Report, render: Render) -> None:
    """Only texts that share everything have 100%, and 0.29 is 29%."""
    lines = render(report, "table").decode().splitlines()
    assert ["reprint", "99%", "91%"] == lines[2].split()[:3]
    assert ["excerpt", "29%", "10%"] == lines[3].split()[:3]
    assert ["exact", "100%", "100%"] == lines[7].split()[:3]


@pytest.mark.parametrize("columns", [80, 120])
def test_ids_are_never_cut(one_story: Callable[..., Report], render: Render, columns: int) -> None:
    """An id wider than the terminal stands uncut on one line, as member and as headline."""
    report = one_story(Member(id=LONG_ID, source="ledger.example"), Member(id="b", relation="exact"))
    lines = render(report, "table", columns=columns).decode().splitlines()
    assert 2 == sum(LONG_ID in line for line in lines)
    assert any(line.split() == ["ledger.example"] for line in lines)


def test_titles_are_cut(one_story: Callable[..., Report], render: Render) -> None:
    """A long title ends in an ellipsis and leaves room for the counts."""
    report = one_story(Member(id="a", title="word " * 60), Member(id="b", relation="exact"))
    line = render(report, "table").decode().splitlines()[0]
    assert 80 == cell_len(line)
    assert line.endswith("…  1 copy")


def test_wide_characters_line_up(one_story: Callable[..., Report], render: Render) -> None:
    """A character of two columns counts as two."""
    report = one_story(
        Member(id="市長.txt", title="市長が辞任を表明", source="a.example"), Member(id="b", relation="exact")
    )
    lines = render(report, "table").decode().splitlines()
    assert [80, 80] == [cell_len(line) for line in lines[:2]]


def test_markup_is_text(one_story: Callable[..., Report], render: Render) -> None:
    """Brackets and emoji codes in titles and ids are written unchanged."""
    report = one_story(
        Member(id="[red]a[/red]", title="[bold]now[/bold] :smile: [/]"), Member(id="b", relation="exact")
    )
    text = render(report, "table").decode()
    assert "[bold]now[/bold] :smile: [/]" in text
    assert "[red]a[/red]" in text


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x1b]0;t\x07", "\r", "\x9b31m", "\u202e", "\u2028", "\x00", "\udce9"])
def test_nothing_acts_on_the_terminal(
    one_story: Callable[..., Report], monkeypatch: pytest.MonkeyPatch, evil: str
) -> None:
    """Control characters in ids, titles and sources are spelled out or removed, on a terminal too."""
    member = Member(id=f"a{evil}b", title=f"a{evil}b", source=f"a{evil}b")
    text = on_terminal(one_story(member, Member(id="b", relation="exact")), monkeypatch)
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


def test_ends_with_the_summary(report: Report, render: Render) -> None:
    """The table ends with the counts, each skipped input as path:line: reason, and the notes."""
    expected = [
        "7 documents, 2 stories, 3 copies; 3 originals, 1 no article",
        "Skipped 2 inputs:",
        "  feeds/a.jsonl:17: not valid JSON; mend the line",
        "  news/b.html.gz: truncated",
        "1 note:",
        "  frost-2.txt: its id was changed",
    ]
    assert expected == render(report, "table").decode().splitlines()[-6:]


def test_no_articles_stand_under_the_last_heading(report: Report, render: Render) -> None:
    """Texts that are no articles stand after all stories, each once with its reason, with singletons or without."""
    for singletons in (False, True):
        lines = render(report, "table", singletons=singletons).decode().splitlines()
        place = lines.index("No articles, and nobody's copies: 1")
        assert ["  a notice: wall.html", ""] == lines[place + 1 : place + 3]
        assert lines[place + 3].startswith("7 documents, ")
        assert [place + 1] == [number for number, line in enumerate(lines) if "wall.html" in line]


def test_many_no_articles(render: Render) -> None:
    """The table names twenty texts that are no articles, and all of them with --singletons."""
    walls = tuple(Member(f"w{number}", no_article="nothing of its own") for number in range(31))
    report = Report(stories=(), singletons=walls, documents=31)
    lines = render(report, "table").decode().splitlines()
    assert (20, "  and 11 more; --singletons lists all") == (
        sum(line.startswith("  nothing of its own: w") for line in lines),
        lines[21],
    )
    assert 31 == render(report, "table", singletons=True).decode().count("nothing of its own: w")
    assert "31 documents, 0 stories, 0 copies; 0 originals, 31 no articles" == lines[-1]


def test_a_terminal_shows_the_largest_stories(monkeypatch: pytest.MonkeyPatch, render: Render) -> None:
    """A terminal shows twenty stories and says how to see all. A file has all, with headings for the measures."""
    stories = tuple(Story(Member(f"a{number}"), (Member(f"b{number}", "exact"),)) for number in range(31))
    report = Report(stories, (), 62)
    text = on_terminal(report, monkeypatch)
    assert (20, True) == (text.count("100%  100%"), "20 of 31 stories are shown" in text)
    assert "--output FILE.txt writes all" in text
    assert (31, 31) == (render(report, "table").count(b"100%  100%"), render(report, "table").count(b"cont  res."))


def test_a_title_of_any_member(one_story: Callable[..., Report], render: Render) -> None:
    """A story whose original has no title has that of a copy."""
    text = render(one_story(Member("a.txt"), Member("b.html", "exact", title="Ferries merge")), "table").decode()
    assert text.startswith("Ferries merge ")


def test_nothing_found(render: Render) -> None:
    """The table of a report without documents is the counts."""
    expected = b"0 documents, 0 stories, 0 copies; 0 originals\n"
    assert expected == render(Report(stories=(), singletons=(), documents=0), "table")
