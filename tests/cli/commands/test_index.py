"""``dedup index``: every command on a small index, its exit codes, and its place in a pipe."""

import json
import os
import pty
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli import main
from dedup.core import thresholds
from dedup.core.thresholds import fingerprint

ROOT = Path(__file__).resolve().parents[2]

DECISION = ["id", "story", "relation", "canonical", "known", "matches", "events"]


def run(*arguments: str | Path, code: int = 0, stdin: str | None = None) -> Result:
    """The outcome of ``dedup index`` with ``arguments``, which must end with ``code``."""
    result = CliRunner().invoke(main, ["index", *map(str, arguments)], input=stdin, catch_exceptions=False)
    assert code == result.exit_code, result.stderr
    return result


def told(result: Result) -> list[dict[str, Any]]:
    """The rows on standard output."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def prose(seed: int, words: int = 90) -> str:
    """A text that shares no runs of words with that of another seed."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(words))


def row(id: str, text: str) -> str:
    return json.dumps({"id": id, "text": text}) + "\n"


def unnamed(text: str) -> str:
    return json.dumps({"text": text}) + "\n"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder with an article, its copy, and another article."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(prose(1) + " " + prose(2, 30))
    (folder / "b.jsonl").write_text(row("b.row", prose(1)) + row("c", prose(3)))
    return folder


@pytest.fixture
def made(news: Path, tmp_path: Path) -> Path:
    """An index of these."""
    path = tmp_path / "news.dedup"
    run("add", path, news)
    return path


def test_decisions(news: Path, tmp_path: Path) -> None:
    """Adding prints a row a document with all keys in order: the copy is in the story of the article, and joins it."""
    result = run("add", tmp_path / "index", news)
    article, copy, other = told(result)
    assert [DECISION] * 3 == [list(each) for each in (article, copy, other)]
    assert [("a.txt", "s1"), ("b.row", "s1"), ("c", "s2")] == [(each["id"], each["story"]) for each in told(result)]
    similarity = dedup.similarity(prose(1), prose(1) + " " + prose(2, 30))
    assert [{"id": "a.txt", "containment": 1.0, "resemblance": round(similarity.resemblance, 4)}] == copy["matches"]
    assert {"number", "kind", "story", "document", "other"} == set(article["events"][0])
    assert "3 documents, 1 of them copies, 0 known before\n" == result.stderr


def test_added_again(made: Path, news: Path) -> None:
    """The same articles again are known, and change nothing; other words make a revision."""
    events = run("events", made).stdout
    assert [True] * 3 == [each["known"] for each in told(run("add", made, news))]
    assert events == run("events", made).stdout
    (news / "a.txt").write_text(prose(1) + " corrected")
    assert "revision" == told(run("add", made, news))[0]["relation"]


def test_query(made: Path) -> None:
    """A query prints such rows without making anything of it, and needs no id."""
    before = run("info", made, "--json").stdout, run("events", made).stdout
    copy, new = told(run("query", made, "-", stdin=unnamed(prose(1)) + unnamed(prose(9))))
    assert (DECISION, "s1", ["a.txt", "b.row"]) == (list(copy), copy["story"], sorted(m["id"] for m in copy["matches"]))
    assert ("", "original", []) == (new["story"], new["relation"], new["events"])
    assert before == (run("info", made, "--json").stdout, run("events", made).stdout)


def test_info(made: Path) -> None:
    """The counts are told to people and to programs; the keys of the JSON are those that are promised."""
    (found,) = told(run("info", made, "--json"))
    assert "dedup.index/1" == found["schema"]
    promised = ["schema", "version", "format", "documents", "stories", "events", "bytes", "segments", "settings"]
    assert [*promised, "thresholds"] == list(found)
    assert fingerprint() == found["thresholds"]
    assert (3, 2, 3) == (found["documents"], found["stories"], found["events"])
    assert json.loads(json.dumps(dedup.Settings().to_mapping())) == found["settings"]
    stored = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
    assert 0 < found["bytes"] <= stored
    text = run("info", made).stdout
    assert f"{made}: 3 documents in 2 stories, 3 events" in text
    assert "\n  shingle_size = 5\n" in text
    assert f"\nthresholds {fingerprint()}\n" in text
    run("review", made)
    (segment,) = told(run("info", made, "--json"))[0]["segments"]
    assert (["name", "documents", "bytes"], 3) == (list(segment), segment["documents"])


def test_stories(made: Path, tmp_path: Path) -> None:
    """Stories are written as those of a batch are, under their names in the index, those of one if asked."""
    header, story, footer = told(run("stories", made, "--format", "jsonl"))
    assert ("dedup.report/1", [str(made)]) == (header["schema"], header["inputs"])
    assert ("s1", "a.txt", ["a.txt", "b.row"]) == (
        story["story"],
        story["canonical"],
        [member["id"] for member in story["members"]],
    )
    assert (3, 1, 1, 1) == tuple(footer[key] for key in ("documents", "stories", "copies", "singletons"))
    result = run("stories", made, "--singletons", "--output", tmp_path / "stories.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "stories.jsonl").read_text().splitlines()]
    assert ["s1", "s2"] == [each["story"] for each in rows[1:-1]]
    assert footer == rows[-1]
    assert "3 documents, 1 story, 1 copy; 2 originals\n" == result.stderr
    assert "3 documents, 1 story, 1 copy; 2 originals\n" in run("stories", made).stdout


def test_events(made: Path) -> None:
    """Events come in order, from a number on."""
    kinds = [("created", "s1", "a.txt"), ("joined", "s1", "b.row"), ("created", "s2", "c")]
    assert kinds == [(each["kind"], each["story"], each["document"]) for each in told(run("events", made))]
    assert [3] == [each["number"] for each in told(run("events", made, "--since", "2"))]


def test_forgetting(made: Path) -> None:
    """Documents are forgotten by id or by when they were seen; an id that is not there is told, with exit code 3."""
    result = run("remove", made, "a.txt", "lost", code=3)
    assert "Skipped lost: there is no document of this id\n" == result.stderr
    assert "0 documents forgotten\n" == run("expire", made, "--before", "12h").stderr
    assert "0 documents forgotten\n" == run("expire", made, "--before", "2020-01-01T12:00:00+02:00").stderr
    assert "2 documents forgotten\n" == run("expire", made, "--before", "0s").stderr
    assert [] == told(run("stories", made, "--singletons", "--format", "jsonl"))[1:-1]


@pytest.mark.parametrize("window", ["7", "12h", "1.5w", "30m"])
def test_window(made: Path, tmp_path: Path, window: str) -> None:
    """What has not been seen for the window is forgotten as others are added."""
    with dedup.Index.open(made, clock=lambda: 1e9) as index:
        index.add({"id": "old", "text": prose(8)})
    run("add", made, "-", "--window", window, stdin=row("d", prose(7)))
    with dedup.Index.open(made, mode="r") as index:
        assert ("a.txt" in index, "old" in index) == (True, False)


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
    """Spans, times, and settings that cannot be are usage errors, and no index is made."""
    monkeypatch.chdir(tmp_path)
    assert reason in " ".join(run(*arguments, code=2, stdin="").stderr.split())
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
    """Where there is no index only add makes one: others end with 4, name the path, and leave nothing behind."""
    result = run(command[0], tmp_path / "lost", *command[1:], code=4, stdin="")
    assert f"Error: {tmp_path / 'lost'}: there is no index" in result.stderr
    assert ("", []) == (result.stdout, list(tmp_path.iterdir()))


def test_unusable(made: Path, news: Path) -> None:
    """An index that another process writes to, that has other settings, or is damaged, ends with 4 and the cure."""
    with dedup.Index.open(made):
        assert str(made) in run("add", made, news, code=4).stderr
        assert 3 == len(told(run("query", made, news)))
    assert "k is 128, not 64" in run("add", made, news, "--k", "64", code=4).stderr
    run("add", made, news, "--k", "128")
    assert "is a folder with other things in it" in run("add", news, made, code=4).stderr
    database = made / "documents.sqlite"
    database.write_bytes(bytes(1000) + database.read_bytes()[1000:])
    assert "Error: " in run("info", made, code=4).stderr


def test_settings_of_a_new_index(news: Path, tmp_path: Path) -> None:
    """Flags and a file of settings make an index with these."""
    (tmp_path / "dedup.toml").write_text("shingle_size = 4\n")
    run("add", tmp_path / "index", news, "--config", tmp_path / "dedup.toml", "--k", "64")
    (found,) = told(run("info", tmp_path / "index", "--json"))
    assert (4, 64) == (found["settings"]["shingle_size"], found["settings"]["k"])


def test_check(made: Path) -> None:
    """A sound index has nothing to tell; damage is told with exit code 4 until it is mended."""
    run("review", made)
    assert "" == run("check", made).output
    (segment,) = (made / "segments").iterdir()
    data = bytearray(segment.read_bytes())
    data[-1] ^= 1
    segment.write_bytes(data)
    problem = run("check", made, code=4).stdout
    assert segment.name in problem
    result = run("check", made, "--fix")
    assert (problem, "mended\n") == (result.stdout, result.stderr)
    assert "" == run("check", made).output


def test_there_and_back(made: Path, tmp_path: Path) -> None:
    """What was exported, while the index is written to, is the same index elsewhere; nothing is replaced by it."""
    with dedup.Index.open(made):
        run("export", made, tmp_path / "exported")
    run("import", tmp_path / "exported", tmp_path / "again")
    for command in (["events"], ["stories", "--format", "csv"], ["check"]):
        assert run(command[0], made, *command[1:]).stdout == run(command[0], tmp_path / "again", *command[1:]).stdout
    assert "is there already" in run("import", tmp_path / "exported", made, code=4).stderr
    assert "there is no folder" in run("export", made, tmp_path / "lost" / "file", code=2).stderr
    (tmp_path / "exported").write_bytes((tmp_path / "exported").read_bytes()[:-9])
    assert "export it again" in run("import", tmp_path / "exported", tmp_path / "third", code=4).stderr
    assert not (tmp_path / "third").exists()


def test_skips_are_named(made: Path, news: Path) -> None:
    """What cannot be read, or has no id to be known again by, is named on standard error; the rest is added; 3."""
    (news / "d.jsonl").write_text('{"text": "no id"}\nnonsense\n' + row("d", prose(4)))
    (news / "photo.jpg").write_bytes(b"")
    result = run("add", made, news, news.parent / "lost", code=3)
    assert "d" == told(result)[-1]["id"]
    found = result.stderr.splitlines()
    assert f"Skipped {news.parent / 'lost'}: cannot be found: No such file or directory" == found[0]
    assert found[1].startswith(f"Skipped {news / 'd.jsonl'}:1: has no 'id'; give each")
    assert found[2].startswith(f"Skipped {news / 'd.jsonl'}:2: is not JSON")
    assert found[3].startswith(f"Note: {news / 'photo.jpg'}: 1 file was passed over")
    assert 3 == run("query", made, news.parent / "lost", code=3).exit_code


def test_fields(tmp_path: Path) -> None:
    """The user's names of fields are taken, that of the id too."""
    given = json.dumps({"guid": "x", "body": prose(1)}) + "\n"
    result = run("add", tmp_path / "index", "-", "--field", "text=body", "--field", "id=guid", stdin=given)
    assert ["x"] == [each["id"] for each in told(result)]


@pytest.fixture
def piped(tmp_path: Path) -> Any:
    """``dedup index add`` as a process of its own, fed by a pipe."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dedup", "index", "add", str(tmp_path / "index"), "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell in the background takes it away
    )
    yield process
    process.kill()
    process.communicate()


def put(process: Any, line: str) -> None:
    process.stdin.write(line.encode())
    process.stdin.flush()


def test_in_a_pipe(piped: Any) -> None:
    """A decision is there before the next row is written; after the last one the command ends."""
    stories = []
    for number, seed in enumerate((1, 2, 1, 2)):
        put(piped, row(f"d{number}", prose(seed)))
        stories.append(json.loads(piped.stdout.readline())["story"])
    assert ["s1", "s2", "s1", "s2"] == stories
    put(piped, "nonsense\n")
    assert b"Skipped -:5: is not JSON" in piped.stderr.readline()
    assert (b"", b"4 documents, 2 of them copies, 0 known before\n") == piped.communicate(timeout=60)
    assert 3 == piped.returncode


def test_interrupt(piped: Any, tmp_path: Path) -> None:
    """Ctrl-C ends it with 130, and what was answered is there."""
    put(piped, row("a", prose(1)))
    piped.stdout.readline()
    put(piped, row("b", prose(2))[:50])
    piped.send_signal(signal.SIGINT)
    assert 130 == piped.wait(60)
    assert b"Interrupted.\n" == piped.stderr.read()
    with dedup.Index.open(tmp_path / "index") as index:
        assert (["a"], []) == ([story.id for story in index.stories()], index.check())


def test_the_reader_goes(piped: Any) -> None:
    """Where nobody reads the decisions any more the command says so, as what comes is not added."""
    piped.stdout.close()
    put(piped, row("a", prose(1)))
    assert b"Error: standard output: its reader has gone, so what came after was not added\n" == piped.stderr.read()
    assert 2 == piped.wait(60)
    piped.stdout = None


def test_progress_on_a_terminal(news: Path, tmp_path: Path) -> None:
    """With standard error on a terminal a bar shows there, above it what is skipped; decisions stay clean."""
    (news / "d.jsonl").write_text("nonsense\n")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "dedup", "index", "add", str(tmp_path / "index"), str(news)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "200"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says EIO where others say end of file
            break
        if not part:
            break
        shown += part
    results, _ = process.communicate(timeout=60)
    os.close(ours)
    assert (3, 3) == (process.returncode, len(results.splitlines()))
    assert [] == [word for word in (b"Reading", b"Skipped ", b"is not JSON", b"3 documents") if word not in shown]
    assert b"\x1b" not in results


@pytest.fixture
def outdated(news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index whose documents were judged by another number."""
    path = tmp_path / "outdated.dedup"
    with monkeypatch.context() as other:
        other.setattr(thresholds, "FIGURE_COST", 11)
        run("add", path, news)
    return path


COMMANDS = ["add", "query", "stories", "info", "events", "remove", "expire", "check", "export"]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_outdated_index_says_so(outdated: Path, news: Path, tmp_path: Path, command: str) -> None:
    """Every command but the review does its work, and tells on standard error what is to be done."""
    more: dict[str, tuple[str | Path, ...]] = {"remove": ("a.txt",), "export": (tmp_path / "file",)}
    more |= {"add": (news,), "query": (news / "a.txt",), "expire": ("--before", "2020-01-01")}
    result = run(command, outdated, *more.get(command, ()))
    assert [
        f"Note: the documents of {outdated} were judged by another version of the rule: run 'dedup index review "
        f"{outdated}'; until then few copies of them are found"
    ] == [line for line in result.stderr.splitlines() if line.startswith("Note: ")]
    assert "Note: " not in result.stdout


def test_a_review_brings_an_index_up_to_date(outdated: Path) -> None:
    """The counts tell that it is outdated, to people and to programs; a review says nothing of it, and ends it."""
    assert "\nthresholds " in run("info", outdated).stdout
    assert "run 'dedup index review'" in run("info", outdated).stdout
    before = told(run("info", outdated, "--json"))[0]["thresholds"]
    assert fingerprint() != before
    assert before == told(run("stories", outdated, "--format", "jsonl"))[0]["thresholds"]
    assert "Note: " not in run("review", outdated).stderr
    assert fingerprint() == told(run("info", outdated, "--json"))[0]["thresholds"]
    assert "Note: " not in run("info", outdated).stderr


def test_stories_of_what_is_no_article(tmp_path: Path) -> None:
    """Texts that are no articles are told with the reason in rows, in the table and in the counts."""
    login = "To continue you need an account. Log in or register, and read our privacy policy."
    given = "".join(
        [
            row("article", prose(1)),
            row("login", login),
            json.dumps({"id": "wall 1", "title": "Harvest begins early", "text": prose(9, 60)}) + "\n",
            json.dumps({"id": "wall 2", "title": "Parliament votes about pensions", "text": prose(9, 60)}) + "\n",
        ]
    )
    path = tmp_path / "index"
    run("add", path, "-", stdin=given)
    run("review", path)
    _, *rows, footer = told(run("stories", path, "--singletons", "--format", "jsonl"))
    wall = "the same under other headlines"
    assert {"article": "", "login": "a notice", "wall 1": wall, "wall 2": wall} == {
        member["id"]: member["no_article"] for story in rows for member in story["members"]
    }
    assert (4, 0, 4, 3) == tuple(footer[key] for key in ("documents", "stories", "singletons", "no_articles"))
    for more in ([], ["--singletons"]):
        lines = run("stories", path, "--format", "table", *more).stdout.splitlines()
        place = lines.index("No articles, and nobody's copies: 3")
        assert {"  a notice: login", f"  {wall}: wall 1", f"  {wall}: wall 2"} == set(lines[place + 1 : place + 4])
        assert "4 documents, 0 stories, 0 copies; 1 original, 3 no articles" == lines[-1]


def test_a_credit_is_a_name_or_that_there_is_one(tmp_path: Path) -> None:
    """A row says whom a document credits, or that it credits somebody; the words of a link are no name."""
    first, link = "This story first appeared on The Gazette.", "Source link"
    path = tmp_path / "index"
    given = row("a", f"{prose(1)}\n\n{first}") + row("b", f"{prose(2)}\n\n{link}") + row("c", prose(2))
    run("add", path, "-", stdin=given)
    for _ in range(2):
        _, *rows, _ = told(run("stories", path, "--singletons", "--format", "jsonl"))
        credits = {member["id"]: member["credit"] for story in rows for member in story["members"]}
        assert {"a": "The Gazette", "b": "an unnamed source", "c": ""} == credits
        run("review", path)
