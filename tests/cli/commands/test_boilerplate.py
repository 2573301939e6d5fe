"""``dedup boilerplate`` and ``--boilerplate``: the boilerplate of the labelled collection, shown and overruled."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import dedup.report.boilerplate
from dedup.cli import main
from dedup.cli.commands.boilerplate import FORMATS
from dedup.types import Ruling

ROOT = Path(__file__).resolve().parents[3]
PAGES = ROOT / "corpus" / "pages"
SITE = PAGES / "citizenscroll.example"
TRUTH = ROOT / "corpus" / "truth.jsonl"
ARTICLE = ROOT / "corpus" / "sources" / "articles"


def dedup_command(*arguments: str | Path, code: int = 0, stdin: str | None = None) -> Result:
    """Run ``dedup`` with ``arguments``, which must end with ``code``."""
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
    """The file of the command on the labelled collection."""
    path = tmp_path_factory.mktemp("boilerplate") / "chrome.jsonl"
    result = dedup_command("boilerplate", PAGES, "--output", path)
    assert ("", " blocks of boilerplate in " in result.stderr) == (result.stdout, True)
    return path


def stories(*arguments: str | Path) -> list[list[str]]:
    """The ids of each story of ``dedup cluster``."""
    report = json.loads(dedup_command("cluster", "--format", "json", *arguments).stdout)
    return [sorted(member["id"] for member in story["members"]) for story in report["stories"]]


def test_boilerplate_of_one_site(collection: Path) -> None:
    """Menus of an aggregator are boilerplate, with the number of their pages; articles are none."""
    listed = [row for row in rows(collection.read_text("utf-8")) if row["source"].startswith("citizenscroll.example/")]
    pages = [path.read_text("utf-8").lower() for path in SITE.iterdir()]
    assert {len(pages)} == {row["pages"] for row in listed}
    chrome = {row["block"]: row for row in listed if row["chrome"]}
    for block in ("Close Menu", "• My county", "Citizen Scroll - News by the people, for the people"):
        assert (len(pages), False) == (chrome[block]["on_pages"], chrome[block]["ruled"])
        assert sum(block.lower() in page for page in pages) == chrome[block]["on_pages"]
        assert 2 < chrome[block]["stories"] <= len(pages)
    body = (ARTICLE / "apple-frost.txt").read_text("utf-8").split("\n\n")[2]
    assert [] == [block for block in chrome if block in body and len(block.split()) > 12]


def test_unchanged_file(collection: Path, tmp_path: Path) -> None:
    """An unchanged file makes equal stories and no note, and the command writes equal rows, all ruled."""
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
    """--source selects sources by name, and an unknown name is a note."""
    blocks = rows(collection.read_text("utf-8"))
    chrome, retained = ({row["source"] for row in blocks if row["chrome"] is judged} for judged in (True, False))
    name = min(chrome & retained)
    result = dedup_command("boilerplate", PAGES, "--source", name, "--source", "Lost", "--all", "--kept")
    assert result.stdout.startswith(f"{name}: ")
    assert [] == [other for other in chrome - {name} if f"\n{other}: " in result.stdout]
    assert "\n  Lost: no source of this name has a block that recurs" in result.stdout.partition(" note")[2]
    assert ("", True) == (result.stderr, "block (kept)" in result.stdout)


def words(name: str, count: int) -> str:
    """Return ``count`` words that begin with a name."""
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
    documents = [{"id": id, "text": "\n".join(lines), "source": id.split("/")[0]} for id, lines in texts.items()]
    return write(tmp_path / "pages.jsonl", *documents)


PAPERS, SITES = ["paper/0", "paper/1"], [f"globe/{number}" for number in range(4)]


def test_overruled_both_ways(pages: Path, tmp_path: Path) -> None:
    """A ruling makes boilerplate of a story, and a story of boilerplate."""
    assert [PAPERS] == stories(pages)
    ruled = write(tmp_path / "kept.jsonl", {"block": SIDE, "chrome": False, "source": "globe"})
    assert [SITES, PAPERS] == stories(pages, "--boilerplate", ruled)
    left_out = write(tmp_path / "left.jsonl", {"block": WIRE, "chrome": True})
    assert [] == stories(pages, "--boilerplate", left_out)


def test_overruled_on_the_collection(tmp_path: Path) -> None:
    """Two consent walls with one text are copies, and no articles when their sentences are ruled boilerplate."""
    walls = ["gate.example/consent.html", "mainland-mail.example/consent.html"]
    assert walls in stories(PAGES)
    _, *paragraphs = (ARTICLE / "wall-cookies.txt").read_text("utf-8").strip().split("\n\n")
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph.replace(". ", ".\n").split("\n")]
    sentences.append("Before you continue")
    ruled = write(tmp_path / "wall.jsonl", *({"block": sentence, "chrome": True} for sentence in sentences))
    result = dedup_command("cluster", PAGES, "--boilerplate", ruled, "--singletons", "--format", "json")
    stories_of_one = [story["members"] for story in json.loads(result.stdout)["stories"]]
    reasons = {members[0]["id"]: members[0]["no_article"] for members in stories_of_one if len(members) == 1}
    assert ["nothing of its own"] * 2 == [reasons.get(wall) for wall in walls]


def test_the_file_is_edited(pages: Path, tmp_path: Path) -> None:
    """A user writes the file, changes one word of a row, and gives the file back, also as its own output."""
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
    """Rulings change the scores, and are a usage error with a report."""
    truth = write(tmp_path / "truth.jsonl", *({"id": id, "cluster": id.split("/")[0]} for id in SITES + PAPERS))
    ruled = write(tmp_path / "kept.jsonl", {"block": SIDE, "chrome": False})
    assert 1 == dedup_command("eval", pages, "--truth", truth, "--min-f1", "1", code=1).exit_code
    dedup_command("eval", pages, "--truth", truth, "--min-f1", "1", "--boilerplate", ruled)
    report = tmp_path / "stories.jsonl"
    dedup_command("cluster", pages, "--output", report)
    result = dedup_command("eval", report, "--truth", truth, "--boilerplate", ruled, code=2)
    assert "nothing is clustered: leave --field, --boilerplate, --workers and settings out" in result.stderr


@pytest.mark.parametrize("command", ["cluster", "boilerplate"])
def test_rulings_that_hold_nowhere(pages: Path, tmp_path: Path, command: str) -> None:
    """A ruling on a missing block is a note, and does not change the exit code."""
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


def test_arguments_of_the_library(command: Any, tmp_path: Path) -> None:
    """The rulings of the file reach the library; without a file there are none."""
    path = write(tmp_path / "rulings.jsonl", {"block": "Menu", "chrome": True, "source": "a"})
    assert 0 == command("cluster", "news", "--boilerplate", str(path)).exit_code
    assert (Ruling("Menu", True, "a"),) == command.rulings
    command("cluster", "news")
    assert () == command.rulings


def test_skipped_inputs(pages: Path, tmp_path: Path) -> None:
    """Inputs that cannot be read are named, and the exit code is 3."""
    result = dedup_command("boilerplate", pages, tmp_path / "lost", "--format", "jsonl", code=3)
    assert "Skipped 1 input:" in result.stderr
    assert 1 == len(json.loads(result.stdout.splitlines()[-1])["skipped"])


def test_settings_fields_and_standard_input(pages: Path) -> None:
    """The command takes names of fields, settings, and - for standard input, as `dedup cluster` does."""
    feed = pages.read_text("utf-8").replace('"text"', '"body"')
    result = dedup_command("boilerplate", "-", "--field", "text=body", "--k", "64", "--format", "jsonl", stdin=feed)
    header = json.loads(result.stdout.splitlines()[0])
    assert (64, ["-"]) == (header["settings"]["k"], header["inputs"])
    assert {"globe", "paper"} == {row["source"] for row in rows(result.stdout)}


def test_output(pages: Path, tmp_path: Path) -> None:
    """The suffix of --output selects the format, an unknown suffix is refused, and inputs are not replaced."""
    dedup_command("boilerplate", pages, "--output", tmp_path / "chrome.txt")
    assert (tmp_path / "chrome.txt").read_text("utf-8").startswith("globe: 4 pages\n")
    result = dedup_command("boilerplate", pages, "--output", tmp_path / "chrome.csv", code=2)
    assert "blocks are not written as csv: give --output .jsonl or .txt, or --format" in result.stderr
    assert "is one of the inputs" in dedup_command("boilerplate", pages, "--output", pages, code=2).stderr


def test_formats() -> None:
    """--format takes the formats that can be written."""
    assert tuple(dedup.report.boilerplate.FORMATS) == FORMATS
