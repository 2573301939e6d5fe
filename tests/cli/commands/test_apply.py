"""``dedup apply``: files and rows that are no copies, byte by byte, and every refusal before the first byte."""

import gzip
import json
import os
from pathlib import Path

import pytest

from dedup.formats.files.stream import decompressed
from dedup.formats.places import Place
from tests.helpers.harbour_news import OTHER, TEXT, Dedup


def report(run: Dedup, *inputs: str, code: int = 0) -> None:
    """Write the report ``stories.jsonl`` of inputs."""
    run(code, "cluster", *inputs, "--output", "stories.jsonl", "--workers", "1")


@pytest.fixture
def pages(run: Dedup) -> Dedup:
    """Three files in two folders, of which one is a copy, and their report."""
    for name, text in (("in/a/one.txt", TEXT * 3), ("in/b/one.txt", TEXT * 3), ("in/b/two.txt", OTHER * 3)):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    report(run, "in")
    return run


def files(folder: str) -> dict[str, str]:
    """The texts of the files below a folder, by their relative paths."""
    root = Path(folder)
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


KEPT = {"a/one.txt": TEXT * 3, "b/two.txt": OTHER * 3}


def test_copy(pages: Dedup) -> None:
    """--copy-to fills a folder with the files that are no copies, in their folders, and leaves the inputs alone."""
    before = files("in")
    assert "copy: 2 of 2 files, without 1 copies\n" == pages(0, "apply", "stories.jsonl", "--copy-to", "out").stderr
    assert (KEPT, before) == (files("out"), files("in"))
    assert Path("in/a/one.txt").stat().st_mtime == Path("out/a/one.txt").stat().st_mtime


def test_move(pages: Dedup) -> None:
    """--move-to moves the files that are no copies. The copies stay where they are."""
    pages(0, "apply", "stories.jsonl", "--move-to", "out")
    assert (KEPT, {"b/one.txt": TEXT * 3}) == (files("out"), files("in"))


def test_move_of_a_link(run: Dedup) -> None:
    """A link that is moved leads to the same file."""
    Path("store").mkdir()
    Path("in").mkdir()
    Path("store/a.txt").write_text(TEXT)
    Path("in/a.txt").symlink_to("../store/a.txt")
    Path("in/b.txt").write_text(OTHER)
    report(run, "in")
    run(0, "apply", "stories.jsonl", "--move-to", "deep/out")
    assert ({"a.txt": TEXT, "b.txt": OTHER}, {}) == (files("deep/out"), files("in"))


def test_link(pages: Dedup) -> None:
    """--link-to makes symbolic links that lead to the inputs from anywhere."""
    pages(0, "apply", "stories.jsonl", "--link-to", "out")
    assert (KEPT, True) == (files("out"), Path("out/a/one.txt").is_symlink())


def test_dry_run(pages: Dedup) -> None:
    """--dry-run names each action and makes nothing."""
    lines = pages(0, "apply", "stories.jsonl", "--copy-to", "out", "--dry-run").stderr.splitlines()
    assert "copy in/a/one.txt to out/a/one.txt" == lines[0]
    assert ("copy: 2 files, without 1 copies; nothing was done", False) == (lines[-1], Path("out").exists())


@pytest.mark.parametrize("option", ["--copy-to", "--move-to", "--link-to"])
def test_nothing_is_overwritten(pages: Dedup, option: str) -> None:
    """A file that is there already is a refusal before the first action, also where it is an input."""
    Path("out/b").mkdir(parents=True)
    Path("out/b/two.txt").write_text("mine")
    for folder, reason in (
        ("out", "is there already"),
        ("in", "lies in the input"),
        ("in/../in/c", "lies in the input"),
    ):
        before = files("in"), files("out")
        assert reason in pages(2, "apply", "stories.jsonl", option, folder).stderr
        assert before == (files("in"), files("out"))


def test_some_of_the_inputs(pages: Dedup) -> None:
    """Named inputs restrict the action to them. Inputs that the report does not have are an error."""
    pages(0, "apply", "stories.jsonl", "in/b/one.txt", "in/b/two.txt", "--copy-to", "out")
    assert ["in/b/two.txt"] == list(files("out"))
    Path("else").mkdir()
    Path("else/one.txt").write_text(TEXT)
    assert "its inputs are in" in pages(2, "apply", "stories.jsonl", "else", "--copy-to", "more").stderr


def test_the_report_lies_among_the_inputs(pages: Dedup) -> None:
    """A report in a folder of inputs is no input."""
    Path("stories.jsonl").rename("in/stories.jsonl")
    pages(0, "apply", "in/stories.jsonl", "--copy-to", "out")
    assert files("out") == KEPT


def test_a_file_that_cannot_be_copied(pages: Dedup, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system refuses is named, the others are copied, and the exit code is 3."""

    def refuse(_source: object, target: Path, *_: object) -> None:
        if "one" in str(target):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copystat", refuse)
    result = pages(3, "apply", "stories.jsonl", "--copy-to", "out")
    assert "Skipped in/a/one.txt: cannot copy it to out/a/one.txt: No space left on device" in result.stderr
    assert "copy: 1 of 2 files" in result.stderr


ROWS = [
    json.dumps({"id": "1", "text": TEXT * 3, "more": "é"}, ensure_ascii=False) + "\r\n",
    "{broken\n",
    "\n",
    json.dumps({"id": "1", "text": TEXT * 3}) + "\n",  # its id becomes 1#2
    json.dumps({"headline": "no text"}) + "\n",
    json.dumps({"text": TEXT * 3 + "And more."}) + "\n",  # its id is that of its line
    json.dumps({"id": 5, "text": OTHER * 3}),
]


@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
@pytest.mark.parametrize("target", ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"])
def test_rows(run: Dedup, packing: str, target: str) -> None:
    """The rows that are no copies come byte by byte, with rows that no reader takes, compressed by the suffix."""
    data = "".join(ROWS).encode()
    feed = f"feed.jsonl{packing}"
    write_packed(feed, packing, data)
    report(run, feed, code=3)
    drop = {
        member["id"]
        for row in map(json.loads, Path("stories.jsonl").read_text().splitlines()[1:-1])
        for member in row["members"][1:]
    }
    assert 2 == len(drop)
    result = run(0, "apply", "stories.jsonl", "--rows-to", target)
    assert f"{feed}: 2 of 4 documents stay" in result.stderr
    suffix = "" if target.endswith(".jsonl") else Path(target).suffix
    rows = b"".join(decompressed(Place(target, target, target, ".jsonl", suffix)))
    expected = [row for number, row in enumerate(ROWS) if number not in dropped_rows(drop, feed)]
    assert "".join(expected).encode() == rows


def dropped_rows(ids: set[str], feed: str) -> set[int]:
    """The places in ``ROWS`` of documents."""
    return {{"1": 0, "1#2": 3, f"{feed}:6": 5, "5": 6}[id] for id in ids}


def write_packed(path: str, packing: str, data: bytes) -> None:
    """Write a file, compressed by its packing."""
    from dedup.formats.files.compressors import compressing

    with Path(path).open("wb") as file, compressing(file, packing, path) as stream:
        stream.write(data)


def test_rows_of_an_id_that_comes_twice(run: Dedup) -> None:
    """A new id is none that a later file gives, so that the report names the same rows as ``apply``."""
    rows = [json.dumps({"id": id, "text": text * 3}) + "\n" for id, text in zip(("a", "a"), (OTHER, TEXT), strict=True)]
    Path("one.jsonl").write_text("".join(rows))
    more = [json.dumps({"id": "a#2", "text": TEXT * 3}) + "\n", json.dumps({"id": "a", "text": OTHER * 3}) + "\n"]
    Path("two.jsonl").write_text("".join(more))
    report(run, "one.jsonl", "two.jsonl")
    run(0, "apply", "stories.jsonl", "--rows-to", "out")
    assert {"one.jsonl": rows[0], "two.jsonl": more[0]} == files("out")


def three_rows(id: str, text: str) -> list[str]:
    """Three rows with these names of fields. The second is a copy of the first."""
    return [
        json.dumps({id: name, text: of_row * 3}) + "\n" for name, of_row in zip("xyz", (TEXT, TEXT, OTHER), strict=True)
    ]


def test_rows_of_a_folder(run: Dedup) -> None:
    """A folder gets a file for each input under its name, and whole files that are no copies."""
    Path("in/deep").mkdir(parents=True)
    Path("in/deep/feed.jsonl.gz").write_bytes(gzip.compress("".join(ROWS).encode()))
    Path("in/page.txt").write_text(TEXT * 3)
    report(run, "in", code=3)
    run(0, "apply", "stories.jsonl", "--rows-to", "out")
    assert ["deep/feed.jsonl.gz"] == [path.relative_to("out").as_posix() for path in Path("out").rglob("*.gz")]
    rows = gzip.decompress(Path("out/deep/feed.jsonl.gz").read_bytes()).decode()
    stay = [row for row in ROWS if row in rows]
    assert "".join(stay) == rows
    assert 4 + 1 - (len(ROWS) - len(stay)) - (not Path("out/page.txt").exists()) == 2


def test_other_names_of_fields(run: Dedup) -> None:
    """Rows that were read with --field are applied with --field, and without it the error says so."""
    rows = [
        json.dumps({"number": name, "words": text * 3}) + "\n"
        for name, text in (("x", TEXT), ("y", TEXT), ("z", OTHER))
    ]
    Path("feed.jsonl").write_text("".join(rows))
    fields = "--field", "id=number", "--field", "text=words"
    run(0, "cluster", "feed.jsonl", *fields, "--output", "stories.json", "--workers", "1")
    run(0, "apply", "stories.json", *fields, "--rows-to", "out.jsonl")
    assert "".join([rows[0], rows[2]]) == Path("out.jsonl").read_text()
    assert "was read with another --field" in run(2, "apply", "stories.json", "--rows-to", "more.jsonl").stderr
    assert not Path("more.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--rows-to", "feed.jsonl"], "feed.jsonl: is there already, and nothing is overwritten"),
        (["--rows-to", "out.csv"], "give a name that ends in .jsonl"),
        (["--copy-to", "out"], "feed.jsonl holds many documents: give --rows-to"),
        ([], "give one of --copy-to, --move-to, --link-to and --rows-to"),
        (["--rows-to", "a.jsonl", "--copy-to", "out"], "give one of --copy-to"),
        (["-", "--rows-to", "a.jsonl"], "standard input cannot be read again"),
    ],
)
def test_refusals(run: Dedup, arguments: list[str], reason: str) -> None:
    """What cannot be done is one sentence and exit code 2, and no file changes."""
    Path("feed.jsonl").write_text("".join(ROWS))
    report(run, "feed.jsonl", code=3)
    before = sorted(Path().iterdir())
    assert reason in run(2, "apply", "stories.jsonl", *arguments).stderr
    assert ("".join(ROWS).encode(), before) == (Path("feed.jsonl").read_bytes(), sorted(Path().iterdir()))


def test_rows_on_standard_output(run: Dedup) -> None:
    """With - the rows of one input go to standard output as they are."""
    rows = [
        json.dumps({"id": name, "text": text * 3}) + "\n" for name, text in (("x", TEXT), ("y", TEXT), ("z", OTHER))
    ]
    Path("feed.jsonl.gz").write_bytes(gzip.compress("".join(rows).encode()))
    report(run, "feed.jsonl.gz")
    assert rows[0] + rows[2] == run(0, "apply", "stories.jsonl", "--rows-to", "-").stdout


def test_records_that_are_packed_apart(run: Dedup, monkeypatch: pytest.MonkeyPatch) -> None:
    """A format whose records are packed alone gets a gzip member a record."""
    from dedup.formats.registry import FORMATS
    from dedup.formats.writers.records import leave_out_records

    rows = three_rows("id", "text")
    Path("feed.jsonl").write_text("".join(rows))
    report(run, "feed.jsonl")
    split = leave_out_records(lambda pieces, _bounds: iter(b"".join(pieces).splitlines(keepends=True)))
    monkeypatch.setitem(FORMATS, ".jsonl", FORMATS[".jsonl"]._replace(leave_out=split, packed_apart=True))
    run(0, "apply", "stories.jsonl", "--rows-to", "out.jsonl.gz")
    packed = Path("out.jsonl.gz").read_bytes()
    assert (rows[0] + rows[2], 2) == (gzip.decompress(packed).decode(), packed.count(b"\x1f\x8b\x08\x00"))


def test_a_feed_that_breaks_off(run: Dedup) -> None:
    """Rows before the damage of a packed file are written, the damage is named, and the exit code is 3."""
    rows = [json.dumps({"id": str(number), "text": f"{number} {OTHER * 3}"}) + "\n" for number in range(2000)]
    data = gzip.compress("".join(rows).encode(), 0)
    Path("feed.jsonl.gz").write_bytes(data[: len(data) // 2])
    report(run, "feed.jsonl.gz", code=3)
    result = run(3, "apply", "stories.jsonl", "--rows-to", "out.jsonl")
    assert "feed.jsonl.gz: the compressed data is cut short" in result.stderr
    assert Path("out.jsonl").read_text().startswith(rows[0])


def test_a_copy_whose_original_is_gone_is_not_left_out(run: Dedup) -> None:
    """If the original was removed after the report, its copies are the last of their story: nothing is done."""
    Path("in").mkdir()
    for name in ("a.txt", "b.txt"):
        Path("in", name).write_text(TEXT * 3)
    run(0, "cluster", "in", "--output", "stories.jsonl", "--workers", "1")
    Path("in/a.txt").unlink()
    assert "which is not there any more" in run(2, "apply", "stories.jsonl", "--copy-to", "out").stderr
    assert not Path("out").exists()


def test_rows_of_a_file_that_lost_an_original_are_not_written(run: Dedup) -> None:
    """If the row of the original is gone, the copies in the file stay, and the error names the id."""
    rows = [json.dumps({"id": name, "text": TEXT * 3}) + "\n" for name in "xyz"]
    Path("feed.jsonl").write_text("".join(rows))
    run(0, "cluster", "feed.jsonl", "--output", "stories.jsonl", "--workers", "1")
    Path("feed.jsonl").write_text("".join(rows[1:]))
    assert "such as 'x'" in run(2, "apply", "stories.jsonl", "--rows-to", "out.jsonl").stderr
    assert not Path("out.jsonl").exists()


def test_numbers_of_rows_are_ids_only_of_an_unchanged_file(run: Dedup) -> None:
    """Rows without ids are told by their numbers, so a file that is newer than the report is refused."""
    rows = [json.dumps({"text": TEXT * 3}) + "\n"] * 3
    Path("feed.jsonl").write_text("".join(rows))
    run(0, "cluster", "feed.jsonl", "--output", "stories.jsonl", "--workers", "1")
    Path("feed.jsonl").write_text(json.dumps({"text": OTHER}) + "\n" + "".join(rows))
    later = Path("stories.jsonl").stat().st_mtime + 1
    os.utime("feed.jsonl", (later, later))
    assert "changed after the report" in run(2, "apply", "stories.jsonl", "--rows-to", "out.jsonl").stderr
