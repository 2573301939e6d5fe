"""``dedup boilerplate`` and ``--boilerplate``: chrome shown on the labelled collection, and overruled."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import dedup.report.boilerplate
from dedup.cli import main
from dedup.cli.commands.boilerplate import FORMATS
from dedup.types import Ruling

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "corpus" / "pages"
SITE = PAGES / "citizenscroll.example"
TRUTH = ROOT / "corpus" / "truth.jsonl"
ARTICLE = ROOT / "corpus" / "sources" / "articles"


def dedup_command(*arguments: str | Path, code: int = 0, stdin: str | None = None) -> Result:
    """The outcome of ``dedup`` with ``arguments``, which must end with ``code``."""
    result = CliRunner().invoke(main, list(map(str, arguments)), input=stdin, catch_exceptions=False)
    assert code == result.exit_code, result.stderr
    return result


def rows(text: str) -> list[dict[str, Any]]:
    """The rows between header and footer."""
    return [json.loads(line) for line in text.splitlines()][1:-1]


def write(path: Path, *rulings: dict[str, Any]) -> Path:
    """A file of rulings."""
    path.write_text("".join(json.dumps(ruling) + "\n" for ruling in rulings), "utf-8")
    return path


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command writes on the labelled collection."""
    path = tmp_path_factory.mktemp("boilerplate") / "chrome.jsonl"
    result = dedup_command("boilerplate", PAGES, "--output", path)
    assert ("", " blocks of boilerplate in " in result.stderr) == (result.stdout, True)
    return path


def stories(*arguments: str | Path) -> list[list[str]]:
    """The ids of each story of ``dedup cluster``."""
    report = json.loads(dedup_command("cluster", "--format", "json", *arguments).stdout)
    return [sorted(member["id"] for member in story["members"]) for story in report["stories"]]


def test_the_chrome_of_a_known_site(collection: Path) -> None:
    """Menus of an aggregator are told with the number of its pages they stand on, articles are not chrome."""
    found = [row for row in rows(collection.read_text("utf-8")) if row["source"].startswith("citizenscroll.example/")]
    pages = [path.read_text("utf-8").lower() for path in SITE.iterdir()]
    assert {len(pages)} == {row["pages"] for row in found}
    chrome = {row["block"]: row for row in found if row["chrome"]}
    for block in ("Close Menu", "• My county", "Citizen Scroll - News by the people, for the people"):
        assert (len(pages), False) == (chrome[block]["on_pages"], chrome[block]["ruled"])
        assert sum(block.lower() in page for page in pages) == chrome[block]["on_pages"]
        assert 2 < chrome[block]["stories"] <= len(pages)
    body = (ARTICLE / "apple-frost.txt").read_text("utf-8").split("\n\n")[2]
    assert [] == [block for block in chrome if block in body and len(block.split()) > 12]


def test_given_back_unchanged(collection: Path, tmp_path: Path) -> None:
    """What was written, given back, makes the same stories, no further note, and is written again, ruled."""
    assert stories(PAGES) == stories(PAGES, "--boilerplate", collection)
    again = dedup_command("boilerplate", PAGES, "--boilerplate", collection, "--format", "jsonl")
    counts = [
        {
            (row["source"], row["block"], row["pages"], row["on_pages"], row["words"], row["chrome"])
            for row in rows(text)
        }
        for text in (collection.read_text("utf-8"), again.stdout)
    ]
    assert counts[0] == counts[1]
    before, footer = (json.loads(text.splitlines()[-1]) for text in (collection.read_text("utf-8"), again.stdout))
    assert (before["notes"], True) == (footer["notes"], footer["complete"])
    assert {True} == {row["ruled"] for row in rows(again.stdout)}


def test_the_table_of_one_source(collection: Path) -> None:
    """--source picks sources by name, the table tells those only, and a name that is none is noted."""
    told = rows(collection.read_text("utf-8"))
    chrome, kept = ({row["source"] for row in told if row["chrome"] is judged} for judged in (True, False))
    name = min(chrome & kept)
    result = dedup_command("boilerplate", PAGES, "--source", name, "--source", "Lost", "--all", "--kept")
    assert result.stdout.startswith(f"{name}: ")
    assert [] == [other for other in chrome - {name} if f"\n{other}: " in result.stdout]
    assert "\n  Lost: no source of this name has a block that recurs" in result.stdout.partition(" note")[2]
    assert ("", True) == (result.stderr, "block (kept)" in result.stdout)


def words(name: str, count: int) -> str:
    """So many words that begin with a name."""
    return " ".join(name + "abcdefghij"[number // 10] + "abcdefghij"[number % 10] for number in range(count))


SIDE, WIRE = words("side", 60), words("wire", 60)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Four pages of a site with one long sidebar, and two newspapers with one wire story, as JSON Lines."""
    menu = ["Front page", "My county", "Sign in", "Top news", "Leave a reply", "About us"]

    def sentence(text: str) -> str:
        return text.capitalize() + "."

    texts = {
        f"globe/{n}": [*menu, *(sentence(words(name + "abcd"[n], 30)) for name in ("one", "other")), sentence(SIDE)]
        for n in range(4)
    }
    texts |= {f"paper/{n}": [sentence(words("paper" + "ab"[n], 20)), sentence(WIRE)] for n in range(2)}
    given = [{"id": id, "text": "\n".join(lines), "source": id.split("/")[0]} for id, lines in texts.items()]
    return write(tmp_path / "pages.jsonl", *given)


PAPERS, SITES = ["paper/0", "paper/1"], [f"globe/{number}" for number in range(4)]


def test_overruled_both_ways(pages: Path, tmp_path: Path) -> None:
    """A ruling makes boilerplate of a story and a story of boilerplate: other stories come of it."""
    assert [PAPERS] == stories(pages)
    kept = write(tmp_path / "kept.jsonl", {"block": SIDE, "chrome": False, "source": "globe"})
    assert [SITES, PAPERS] == stories(pages, "--boilerplate", kept)
    left_out = write(tmp_path / "left.jsonl", {"block": WIRE, "chrome": True})
    assert [] == stories(pages, "--boilerplate", left_out)


def test_overruled_on_the_collection(tmp_path: Path) -> None:
    """Two consent walls with one text, which look like copies of a story, are none when their sentences are ruled
    chrome: then nothing of their own is left."""
    walls = ["gate.example/consent.html", "mainland-mail.example/consent.html"]
    assert walls in stories(PAGES)
    _, *paragraphs = (ARTICLE / "wall-cookies.txt").read_text("utf-8").strip().split("\n\n")
    sentences = [one for paragraph in paragraphs for one in paragraph.replace(". ", ".\n").split("\n")]
    sentences.append("Before you continue")
    ruled = write(tmp_path / "wall.jsonl", *({"block": sentence, "chrome": True} for sentence in sentences))
    result = dedup_command("cluster", PAGES, "--boilerplate", ruled, "--singletons", "--format", "json")
    told = [story["members"] for story in json.loads(result.stdout)["stories"]]
    reasons = {members[0]["id"]: members[0]["no_article"] for members in told if len(members) == 1}
    assert ["nothing of its own"] * 2 == [reasons.get(wall) for wall in walls]


def test_the_file_is_edited(pages: Path, tmp_path: Path) -> None:
    """The user's way: write, change one word in one row, give back, and see it ruled; in place, too."""
    path = tmp_path / "chrome.jsonl"
    dedup_command("boilerplate", pages, "--output", path)
    lines = path.read_text("utf-8").splitlines()
    (row,) = (line for line in lines if '"Sideaa' in line)
    path.write_text("\n".join(lines).replace(row, row.replace('"chrome":true', '"chrome":false')), "utf-8")
    assert [SITES, PAPERS] == stories(pages, "--boilerplate", path)
    dedup_command("boilerplate", pages, "--boilerplate", path, "--output", path)
    (row,) = (line for line in path.read_text("utf-8").splitlines() if '"Sideaa' in line)
    assert (False, True, 4) == (json.loads(row)["chrome"], json.loads(row)["ruled"], json.loads(row)["on_pages"])


def test_rulings_in_eval(pages: Path, tmp_path: Path) -> None:
    """The same file changes the scores."""
    truth = write(tmp_path / "truth.jsonl", *({"id": id, "cluster": id.split("/")[0]} for id in SITES + PAPERS))
    kept = write(tmp_path / "kept.jsonl", {"block": SIDE, "chrome": False})
    assert 1 == dedup_command("eval", pages, "--truth", truth, "--min-f1", "1", code=1).exit_code
    dedup_command("eval", pages, "--truth", truth, "--min-f1", "1", "--boilerplate", kept)
    report = tmp_path / "stories.jsonl"
    dedup_command("cluster", pages, "--output", report)
    result = dedup_command("eval", report, "--truth", truth, "--boilerplate", kept, code=2)
    assert "nothing is clustered: leave --field, --boilerplate, --workers and settings out" in result.stderr


@pytest.mark.parametrize("command", ["cluster", "boilerplate"])
def test_rulings_that_hold_nowhere(pages: Path, tmp_path: Path, command: str) -> None:
    """A ruling on a block that is not there is noted, and fails nothing."""
    path = write(tmp_path / "rulings.jsonl", {"block": "Hot news", "chrome": True}, {"block": SIDE, "chrome": False})
    result = dedup_command(command, pages, "--boilerplate", path, "--format", "jsonl")
    (note,) = json.loads(result.stdout.splitlines()[-1])["notes"]
    assert note["reason"].startswith("1 ruling holds nowhere")
    assert note["reason"].endswith(": 'Hot news'")
    assert note["reason"] in result.stderr


@pytest.mark.parametrize("command", [["cluster"], ["boilerplate"], ["eval", "--truth", "truth.jsonl"]])
def test_bad_rulings(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    """A row that is no ruling is a usage error with file, line and cure, before a page is read."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "truth.jsonl", {"id": "a", "cluster": "x"})
    path = write(tmp_path / "rulings.jsonl", {"block": "Menu", "chrome": True}, {"block": "Menu"})
    result = dedup_command(*command, pages, "--boilerplate", path, code=2)
    assert ("", True) == (result.stdout, f'{path}:2: has no chrome; give {{"block"' in result.stderr)
    lost = dedup_command(*command, pages, "--boilerplate", tmp_path / "lost.jsonl", code=2)
    assert "does not exist" in lost.stderr


def test_what_the_library_is_handed(command: Any, tmp_path: Path) -> None:
    """The rulings of the file arrive with the paths; without a file there are none."""
    path = write(tmp_path / "rulings.jsonl", {"block": "Menu", "chrome": True, "source": "a"})
    assert 0 == command("cluster", "news", "--boilerplate", str(path)).exit_code
    assert (Ruling("Menu", True, "a"),) == command.rulings
    command("cluster", "news")
    assert () == command.rulings


def test_skipped_inputs(pages: Path, tmp_path: Path) -> None:
    """Inputs that cannot be read are named, the rest is told, and the exit code is 3."""
    result = dedup_command("boilerplate", pages, tmp_path / "lost", "--format", "jsonl", code=3)
    assert "Skipped 1 input:" in result.stderr
    assert 1 == len(json.loads(result.stdout.splitlines()[-1])["skipped"])


def test_settings_fields_and_standard_input(pages: Path) -> None:
    """The command takes what `dedup cluster` takes: other names of fields, settings, and - for standard input."""
    given = pages.read_text("utf-8").replace('"text"', '"body"')
    result = dedup_command("boilerplate", "-", "--field", "text=body", "--k", "64", "--format", "jsonl", stdin=given)
    header = json.loads(result.stdout.splitlines()[0])
    assert (64, ["-"]) == (header["settings"]["k"], header["inputs"])
    assert {"globe", "paper"} == {row["source"] for row in rows(result.stdout)}


def test_output(pages: Path, tmp_path: Path) -> None:
    """The suffix of --output picks the format, one that has none is refused, and inputs are not replaced."""
    dedup_command("boilerplate", pages, "--output", tmp_path / "chrome.txt")
    assert (tmp_path / "chrome.txt").read_text("utf-8").startswith("globe: 4 pages\n")
    result = dedup_command("boilerplate", pages, "--output", tmp_path / "chrome.csv", code=2)
    assert "blocks are not written as csv: give --output .jsonl or .txt, or --format" in result.stderr
    assert "is one of the inputs" in dedup_command("boilerplate", pages, "--output", pages, code=2).stderr


def test_the_same_formats() -> None:
    """The formats that the command offers are those that can be written."""
    assert tuple(dedup.report.boilerplate.FORMATS) == FORMATS
