"""``dedup index``: every command on a small index, and its exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import dedup
from dedup.cli import main
from dedup.comparison_types import HandPair
from dedup.core import thresholds
from dedup.core.thresholds import fingerprint
from dedup.formats.typed.pairs import read_pairs
from tests.helpers.html_pages import page
from tests.helpers.index_command import json_row, prose, rows_of, run_index

DECISION = ["id", "story", "relation", "canonical", "known", "matches", "events", "is_new", "duplicate_of"]
DECISION += ["first_seen", "seen", "reason", "cold", "replaced", "no_article", "stale"]


def row_without_id(text: str) -> str:
    """A line of JSON Lines with a text only."""
    return json.dumps({"text": text}) + "\n"


def test_decisions(news: Path, tmp_path: Path) -> None:
    """Adding prints a row for each document, with all keys in order; the copy joins the story of the article."""
    result = run_index("add", tmp_path / "index", news)
    article, copy, other = rows_of(result)
    assert [DECISION] * 3 == [list(row) for row in (article, copy, other)]
    assert [("news/a.txt", "s1"), ("news/b.row", "s1"), ("c", "s2")] == [
        (row["id"], row["story"]) for row in rows_of(result)
    ]
    similarity = dedup.similarity(prose(1), prose(1) + " " + prose(2, 30))
    assert [{"id": "news/a.txt", "containment": 1.0, "resemblance": round(similarity.resemblance, 4)}] == copy[
        "matches"
    ]
    assert {"number", "kind", "story", "document", "other"} == set(article["events"][0])
    assert "3 documents, 1 of them copies, 0 known before\n" == result.stderr


def test_added_again(news_index: Path, news: Path) -> None:
    """Articles that are added again are known and change nothing; other words make a version."""
    events = run_index("events", news_index).stdout
    assert [True] * 3 == [row["known"] for row in rows_of(run_index("add", news_index, news))]
    assert events == run_index("events", news_index).stdout
    (news / "a.txt").write_text(prose(1) + " corrected")
    assert "version" == rows_of(run_index("add", news_index, news))[0]["reason"]


def test_query(news_index: Path) -> None:
    """A query prints the rows of `add`, changes nothing, and needs no ids."""
    before = run_index("info", news_index, "--json").stdout, run_index("events", news_index).stdout
    copy, new = rows_of(run_index("query", news_index, "-", stdin=row_without_id(prose(1)) + row_without_id(prose(9))))
    assert (DECISION, "s1", ["news/a.txt", "news/b.row"]) == (
        list(copy),
        copy["story"],
        sorted(m["id"] for m in copy["matches"]),
    )
    assert ("", "original", []) == (new["story"], new["relation"], new["events"])
    assert before == (run_index("info", news_index, "--json").stdout, run_index("events", news_index).stdout)


def test_info(news_index: Path) -> None:
    """The counts are printed for people and as JSON, with the documented keys."""
    (counts,) = rows_of(run_index("info", news_index, "--json"))
    assert "dedup.index/1" == counts["schema"]
    documented = ["schema", "version", "format", "documents", "stories", "events", "bytes", "segments", "settings"]
    assert [*documented, "thresholds"] == list(counts)
    assert fingerprint() == counts["thresholds"]
    assert (3, 2, 3) == (counts["documents"], counts["stories"], counts["events"])
    assert json.loads(json.dumps(dedup.Settings(seed=1).shown())) == counts["settings"]
    stored = sum(path.stat().st_size for path in news_index.rglob("*") if path.is_file())
    assert 0 < counts["bytes"] <= stored
    text = run_index("info", news_index).stdout
    assert f"{news_index}: 3 documents in 2 stories, 3 events" in text
    assert "\n  shingle_size = 5\n" in text
    assert f"\nthresholds {fingerprint()}\n" in text
    run_index("review", news_index)
    (segment,) = rows_of(run_index("info", news_index, "--json"))[0]["segments"]
    assert (["name", "documents", "bytes"], 3) == (list(segment), segment["documents"])


def test_stories(news_index: Path, tmp_path: Path) -> None:
    """Stories are written as a report, under their names in the index, stories of one with --singletons."""
    header, story, footer = rows_of(run_index("stories", news_index, "--format", "jsonl"))
    assert ("dedup.report/1", [str(news_index)]) == (header["schema"], header["inputs"])
    assert ("s1", "news/a.txt", ["news/a.txt", "news/b.row"]) == (
        story["story"],
        story["canonical"],
        [member["id"] for member in story["members"]],
    )
    assert (3, 1, 1, 1) == tuple(footer[key] for key in ("documents", "stories", "copies", "singletons"))
    result = run_index("stories", news_index, "--singletons", "--output", tmp_path / "stories.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "stories.jsonl").read_text().splitlines()]
    assert ["s1", "s2"] == [row["story"] for row in rows[1:-1]]
    assert footer == rows[-1]
    assert "3 documents are 2 articles: 1 copy in 1 story, 1 alone.\n" == result.stderr
    assert "3 documents are 2 articles: 1 copy in 1 story, 1 alone.\n" in run_index("stories", news_index).stdout


def test_events(news_index: Path) -> None:
    """Events are printed in order, all or after a number."""
    kinds = [("created", "s1", "news/a.txt"), ("joined", "s1", "news/b.row"), ("created", "s2", "c")]
    assert kinds == [(row["kind"], row["story"], row["document"]) for row in rows_of(run_index("events", news_index))]
    assert [3] == [row["number"] for row in rows_of(run_index("events", news_index, "--since", "2"))]


def test_show(news_index: Path) -> None:
    """Decisions are printed again, by id or for a story with its leader first; a missing one ends with code 3."""
    (decision,) = rows_of(run_index("show", news_index, "news/b.row"))
    assert (DECISION, "news/b.row", "news/a.txt", "text", 2, True) == (
        list(decision),
        *(decision[key] for key in ("id", "duplicate_of", "reason", "seen", "known")),
    )
    assert ["news/a.txt", "news/b.row"] == [
        row["id"] for row in rows_of(run_index("show", news_index, "--story", "s1"))
    ]
    result = run_index("show", news_index, "lost", "c", "--story", "s9", code=3)
    assert ["c"] == [row["id"] for row in rows_of(result)]
    assert "Skipped lost: there is no document or story of this name\nSkipped s9: " in result.stderr
    assert "Missing argument 'ID...', or --story." in run_index("show", news_index, code=2).stderr


def test_stories_in_the_order_of_cluster(news_index: Path) -> None:
    """The document that leads a story in the index comes first, with ``--canonical rule`` that of `dedup cluster`."""
    run_index("add", news_index, "-", stdin=json_row("a", prose(1)))
    leaders = {
        order: rows_of(run_index("stories", news_index, "--canonical", order, "--format", "jsonl"))[1]["canonical"]
        for order in ("first", "rule")
    }
    assert {"first": "news/a.txt", "rule": "a"} == leaders


def test_forgetting(news_index: Path) -> None:
    """Documents are forgotten by id or by age; a missing id is named, with exit code 3."""
    result = run_index("remove", news_index, "news/a.txt", "lost", code=3)
    assert "Skipped lost: there is no document of this id\n" == result.stderr
    assert "0 documents forgotten\n" == run_index("expire", news_index, "--before", "12h").stderr
    assert "0 documents forgotten\n" == run_index("expire", news_index, "--before", "2020-01-01T12:00:00+02:00").stderr
    assert "2 documents forgotten\n" == run_index("expire", news_index, "--before", "0s").stderr
    assert [] == rows_of(run_index("stories", news_index, "--singletons", "--format", "jsonl"))[1:-1]


def test_remembering(news_index: Path) -> None:
    """What ``add --window`` and ``expire`` forget is remembered with ``--remember``: a copy of it is no new story."""
    run_index("expire", news_index, "--before", "0s", "--remember", "30d")
    with dedup.Index.open(news_index, clock=lambda: 1e9) as index:
        index.add({"id": "old", "text": prose(8)})
    with dedup.Index.open(news_index, mode="r") as index:
        assert None is index.get("news/a.txt") and index.story_of("news/a.txt")
    text = json_row("x", prose(8)) + json_row("y", prose(1))
    spans = ("--window", "7d", "--remember", "9999d")
    decisions = rows_of(run_index("add", news_index, "-", *spans, stdin=text))
    assert ["remembered"] * 2 == [decision["reason"] for decision in decisions]


@pytest.mark.parametrize("window", ["7", "12h", "1.5w", "30m"])
def test_window(news_index: Path, tmp_path: Path, window: str) -> None:
    """Adding forgets the documents that were last seen before the window."""
    with dedup.Index.open(news_index, clock=lambda: 1e9) as index:
        index.add({"id": "old", "text": prose(8)})
    run_index("add", news_index, "-", "--window", window, stdin=json_row("d", prose(7)))
    with dedup.Index.open(news_index, mode="r") as index:
        assert ("news/a.txt" in index, "old" in index) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["add", "x", "-", "--window", "soon"], "'soon' is no span of time: give days, as 7, or a number with s, m, h"),
        (["add", "x", "-", "--window", "9" * 30], "is no span of time"),
        (["add", "x", "-", "--window", "0"], "give a time above 0"),
        (["expire", "x", "--before", "7"], "'7' is no time: give ISO 8601, or an age"),
        (["expire", "x", "--before", "99999999d"], "is no time"),
        (["expire", "x"], "Missing option '--before'"),
        (["add", "x"], "Missing argument 'PATH...'"),
        (["add", "x", "-", "--k", "100"], "k = 100 is out of range"),
    ],
)
def test_mistyped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], reason: str) -> None:
    """Impossible spans, times and settings are usage errors, and no index is made."""
    monkeypatch.chdir(tmp_path)
    assert reason in " ".join(run_index(*arguments, code=2, stdin="").stderr.split())
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command",
    [
        ["query", "-"],
        ["info"],
        ["check"],
        ["check", "--fix"],
        ["expire", "--before", "7d"],
        ["remove", "a"],
        ["review"],
        ["stories"],
        ["events"],
        ["export", "file"],
    ],
    ids=" ".join,
)
def test_no_index(tmp_path: Path, command: list[str]) -> None:
    """Each command but add ends with 4 if there is no index, names the path, and makes nothing."""
    result = run_index(command[0], tmp_path / "lost", *command[1:], code=4, stdin="")
    assert f"Error: {tmp_path / 'lost'}: there is no index" in result.stderr
    assert ("", []) == (result.stdout, list(tmp_path.iterdir()))


def test_unusable(news_index: Path, news: Path) -> None:
    """An index that is locked, has other settings, or is damaged ends a command with 4 and a cure."""
    with dedup.Index.open(news_index):
        assert str(news_index) in run_index("add", news_index, news, "--timeout", "0", code=4).stderr
        assert 3 == len(rows_of(run_index("query", news_index, news)))
    assert "k is 128, not 64" in run_index("add", news_index, news, "--k", "64", code=4).stderr
    run_index("add", news_index, news, "--k", "128")
    assert "is a folder with other things in it" in run_index("add", news, news_index, code=4).stderr
    database = news_index / "documents.sqlite"
    database.write_bytes(bytes(1000) + database.read_bytes()[1000:])
    assert "Error: " in run_index("info", news_index, code=4).stderr


def test_settings_of_a_new_index(news: Path, tmp_path: Path) -> None:
    """A new index has the settings of the flags and of the file of settings."""
    (tmp_path / "dedup.toml").write_text("shingle_size = 4\n")
    run_index("add", tmp_path / "index", news, "--config", tmp_path / "dedup.toml", "--k", "64")
    (counts,) = rows_of(run_index("info", tmp_path / "index", "--json"))
    assert (4, 64) == (counts["settings"]["shingle_size"], counts["settings"]["k"])


def test_check(news_index: Path) -> None:
    """A sound index has no problems; damage is printed with exit code 4 until it is repaired."""
    run_index("review", news_index)
    assert "" == run_index("check", news_index).output
    (segment,) = (news_index / "segments").iterdir()
    data = bytearray(segment.read_bytes())
    data[-1] ^= 1
    segment.write_bytes(data)
    problem = run_index("check", news_index, code=4).stdout
    assert segment.name in problem
    result = run_index("check", news_index, "--fix")
    assert (problem, "mended\n") == (result.stdout, result.stderr)
    assert "" == run_index("check", news_index).output


def test_export_and_import(news_index: Path, tmp_path: Path) -> None:
    """An index that is exported while it is open makes an equal index elsewhere, and replaces nothing."""
    with dedup.Index.open(news_index):
        run_index("export", news_index, tmp_path / "exported")
    again = tmp_path / "again"
    run_index("import", tmp_path / "exported", again)
    for name, *options in (["events"], ["stories", "--format", "csv"], ["check"]):
        assert run_index(name, news_index, *options).stdout == run_index(name, again, *options).stdout
    assert "is there already" in run_index("import", tmp_path / "exported", news_index, code=4).stderr
    assert "there is no folder" in run_index("export", news_index, tmp_path / "lost" / "file", code=2).stderr
    (tmp_path / "exported").write_bytes((tmp_path / "exported").read_bytes()[:-9])
    assert "export it again" in run_index("import", tmp_path / "exported", tmp_path / "third", code=4).stderr
    assert not (tmp_path / "third").exists()


def test_skips_are_named(news_index: Path, news: Path) -> None:
    """Inputs that cannot be read or have no id are named, the other inputs are added, and the exit code is 3."""
    (news / "d.jsonl").write_text('{"text": "no id"}\nnonsense\n' + json_row("d", prose(4)))
    (news / "photo.jpg").write_bytes(b"")
    result = run_index("add", news_index, news, news.parent / "lost", code=3)
    assert "d" == rows_of(result)[-1]["id"]
    lines = result.stderr.splitlines()
    assert f"Skipped {news.parent / 'lost'}: cannot be found: No such file or directory" == lines[0]
    assert lines[1].startswith(f"Skipped {news / 'd.jsonl'}:1: has no id; give each")
    assert lines[2].startswith(f"Skipped {news / 'd.jsonl'}:2: is not JSON")
    assert lines[3].startswith(f"Note: {news / 'photo.jpg'}: 1 file was passed over")
    assert 3 == run_index("query", news_index, news.parent / "lost", code=3).exit_code


def test_fields(tmp_path: Path) -> None:
    """Fields have the names that the user gives, also the id."""
    feed = json.dumps({"guid": "x", "body": prose(1)}) + "\n"
    result = run_index("add", tmp_path / "index", "-", "--field", "text=body", "--field", "id=guid", stdin=feed)
    assert ["x"] == [row["id"] for row in rows_of(result)]


@pytest.mark.long
def test_pages_are_read_as_the_index_reads_them(tmp_path: Path) -> None:
    """A page on standard input, and one of a query, gets the extractor that the index was made with."""
    (tmp_path / "a.html").write_text(page())
    run_index("add", tmp_path / "index", tmp_path / "a.html", "--extractor", "none")
    row = json.dumps({"id": "b", "html": page()}) + "\n"
    asked = [run_index("query", tmp_path / "index", tmp_path / "a.html")]
    asked += [run_index(command, tmp_path / "index", "-", stdin=row) for command in ("query", "add")]
    assert [True, False, False] == [rows_of(result)[0]["known"] for result in asked]
    assert ["same", "same"] == [rows_of(result)[0]["reason"] for result in asked[1:]]


@pytest.mark.parametrize("command", ["add", "query"])
def test_limits_of_standard_input(news_index: Path, command: str) -> None:
    """Standard input has the limits of the flags, and the first row beyond one is named, with the number of others."""
    rows = "".join(json_row(str(number), prose(number)) for number in range(5)) + json_row("short", "some words")
    result = run_index(command, news_index, "-", "--max-tokens", "50", stdin=rows, code=3)
    assert ["short"] == [row["id"] for row in rows_of(result)]
    skipped = "Skipped -:1: has more than 50 words; split it, or leave it out, or raise --max-tokens"
    assert [skipped, f"{skipped} (and 4 more like this)"] == result.stderr.splitlines()[:2]


@pytest.mark.parametrize("command", ["add", "query"])
def test_skips_beyond_the_limit_are_counted(news_index: Path, tmp_path: Path, command: str) -> None:
    """Of one reason as many files are named as the flag says, and the others are counted."""
    for number in range(5):
        (tmp_path / f"{number}.txt").write_bytes(b"before\0after")
    result = run_index(command, news_index, tmp_path, "--max-skips", "2", code=3)
    named = [line for line in result.stderr.splitlines() if line.startswith("Skipped")]
    assert ["0.txt", "1.txt", "2.txt", "2.txt"] == [line.partition(":")[0].rpartition("/")[2] for line in named]
    assert named[-1].endswith(" (and 2 more like this)")


@pytest.fixture
def outdated(news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index whose documents were judged by other numbers."""
    path = tmp_path / "outdated.dedup"
    with monkeypatch.context() as patch:
        patch.setattr(thresholds, "FIGURE_COST", 11)
        run_index("add", path, news)
    return path


COMMANDS = ["add", "query", "stories", "info", "events", "remove", "expire", "check", "export"]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_outdated_index_says_so(outdated: Path, news: Path, tmp_path: Path, command: str) -> None:
    """Each command but review does its work, and prints a note on standard error that names the review."""
    more: dict[str, tuple[str | Path, ...]] = {"remove": ("news/a.txt",), "export": (tmp_path / "file",)}
    more |= {"add": (news,), "query": (news / "a.txt",), "expire": ("--before", "2020-01-01")}
    result = run_index(command, outdated, *more.get(command, ()))
    assert [
        f"Note: the documents of {outdated} were judged by another version of the rule: run 'dedup index review "
        f"{outdated}'; until then few copies of them are found"
    ] == [line for line in result.stderr.splitlines() if line.startswith("Note: ")]
    assert "Note: " not in result.stdout


def test_a_review_brings_an_index_up_to_date(outdated: Path) -> None:
    """The counts show that an index is outdated, for people and as JSON, until a review, which prints no note."""
    assert "\nthresholds " in run_index("info", outdated).stdout
    assert "run 'dedup index review'" in run_index("info", outdated).stdout
    before = rows_of(run_index("info", outdated, "--json"))[0]["thresholds"]
    assert fingerprint() != before
    assert before == rows_of(run_index("stories", outdated, "--format", "jsonl"))[0]["thresholds"]
    assert "Note: " not in run_index("review", outdated).stderr
    assert fingerprint() == rows_of(run_index("info", outdated, "--json"))[0]["thresholds"]
    assert "Note: " not in run_index("info", outdated).stderr


def test_stories_of_no_articles(tmp_path: Path) -> None:
    """Texts that are no articles stand with their reason in the rows and in the table, and in the counts."""
    login = "To continue you need an account. Log in or register, and read our privacy policy."
    feed = "".join(
        [
            json_row("article", prose(1)),
            json_row("login", login),
            json.dumps({"id": "wall 1", "title": "Harvest begins early", "text": prose(9, 60)}) + "\n",
            json.dumps({"id": "wall 2", "title": "Parliament votes about pensions", "text": prose(9, 60)}) + "\n",
        ]
    )
    path = tmp_path / "index"
    run_index("add", path, "-", stdin=feed)
    run_index("review", path)
    _, *rows, footer = rows_of(run_index("stories", path, "--singletons", "--format", "jsonl"))
    wall = "the same under other headlines"
    assert {"article": "", "login": "a notice", "wall 1": wall, "wall 2": wall} == {
        member["id"]: member["no_article"] for story in rows for member in story["members"]
    }
    assert (4, 0, 4, 3) == tuple(footer[key] for key in ("documents", "stories", "singletons", "no_articles"))
    for more in ([], ["--singletons"]):
        lines = run_index("stories", path, "--format", "table", *more).stdout.splitlines()
        place = lines.index("No articles, and nobody's copies: 3")
        assert {"  a notice: login", f"  {wall}: wall 1", f"  {wall}: wall 2"} == set(lines[place + 1 : place + 4])
        assert "4 documents are 1 article: 0 copies in 0 stories, 1 alone, 3 no articles." == lines[0]


def test_credits(tmp_path: Path) -> None:
    """A row has the name that a document credits, or says that the source has no name; a link is no name."""
    first, link = "This story first appeared on The Gazette.", "Source link"
    path = tmp_path / "index"
    feed = json_row("a", f"{prose(1)}\n\n{first}") + json_row("b", f"{prose(2)}\n\n{link}") + json_row("c", prose(2))
    run_index("add", path, "-", stdin=feed)
    for _ in range(2):
        _, *rows, _ = rows_of(run_index("stories", path, "--singletons", "--format", "jsonl"))
        credits = {member["id"]: member["credit"] for story in rows for member in story["members"]}
        assert {"a": "The Gazette", "b": "an unnamed source", "c": ""} == credits
        run_index("review", path)


def test_the_word_of_a_person(news_index: Path, news: Path) -> None:
    """A word on two articles, which are ids or files, changes their stories, and is told; `--forget` takes it back."""
    pair = (news / "a.txt", "news/b.row")
    assert "1 event\n" == run_index("rule", news_index, *pair, "--apart").stderr
    compared = CliRunner().invoke(main, ["compare", *map(str, pair), "--index", str(news_index)])
    assert "a person decided" in compared.stdout
    assert 3 == len(run_index("stories", news_index, "--format", "jsonl", "--singletons").stdout.splitlines()) - 2
    assert "1 event\n" == run_index("rule", news_index, *pair, "--forget").stderr
    assert "no word on" in run_index("rule", news_index, *pair, "--forget", code=2).stderr
    assert "Missing option '--same'" in run_index("rule", news_index, *pair, code=2).stderr
    both = run_index("rule", news_index, *pair, "--same", "--apart", "--same", code=2)
    assert "--apart and --same exclude each other" in both.stderr
    assert "Give the ids" in run_index("rule", news_index, pair[0], "--same", code=2).stderr


def test_what_was_said_is_listed(news_index: Path, tmp_path: Path) -> None:
    """The words of an index are printed as --pairs reads them, and nothing else goes with that."""
    assert "" == run_index("rule", news_index, "--list").stdout
    run_index("rule", news_index, "news/b.row", "news/a.txt", "--apart")
    listed = run_index("rule", news_index, "--list").stdout
    (tmp_path / "pairs.jsonl").write_text(listed)
    assert (HandPair("news/b.row", "news/a.txt", same=False),) == read_pairs(str(tmp_path / "pairs.jsonl"))
    assert "takes no A and B" in run_index("rule", news_index, "a", "b", "--list", code=2).stderr
    assert "--forget and --list exclude" in run_index("rule", news_index, "--list", "--forget", code=2).stderr


def test_words_that_contradict_each_other(news_index: Path) -> None:
    """A word that contradicts others is refused and names them, and an unknown article is named."""
    run_index("rule", news_index, "news/a.txt", "c", "--same")
    run_index("rule", news_index, "c", "news/b.row", "--same")
    refused = run_index("rule", news_index, "news/a.txt", "news/b.row", "--apart", code=2)
    assert "'news/a.txt' and 'c', 'c' and 'news/b.row' are; take one of these pairs out" in refused.stderr
    assert "no document with the id 'nobody'" in run_index("rule", news_index, "c", "nobody", "--same", code=2).stderr
