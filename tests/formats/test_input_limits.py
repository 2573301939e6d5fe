"""The limits on input: each has a flag, and input beyond it is a skip or a note that names the flag."""

import dataclasses
import gzip
import io
import json
import tarfile
import zipfile

import pytest

import dedup
from dedup.formats.places import ReadOptions
from dedup.settings import DEFAULT_LIMITS, InputLimits, Settings
from tests.helpers.html_pages import BODY, page

NAMES = [item.name for item in dataclasses.fields(InputLimits)]


def zipped(members):
    """Return a zip of some members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(members):
    """Return a tar of some members."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return file.getvalue()


MAIL = b"From a@b.example Mon Jan  1 10:00:00 2024\nSubject: one\n\nword word\n"
BEYOND = [
    ("document_bytes", "a.txt", b"word " * 100, 99),
    ("document_bytes", "a.jsonl", b'{"text": "%s"}\n' % (b"word " * 100), 99),
    ("document_bytes", "a.json", b'[{"text": "%s"}]' % (b"word " * 100_000), 99),
    ("record_bytes", "a.rss", b"<rss><channel><item><title>A</title></item></channel></rss>", 9),
    ("page_bytes", "a.html", page("", BODY).encode(), 99),
    ("page_bytes", "a.jsonl", json.dumps({"html": page("", BODY)}).encode(), 99),
    ("page_elements", "a.html", page("", BODY).encode(), 3),
    ("page_attributes", "a.html", page("<meta a=1 b=2 c=3 d=4>", BODY).encode(), 3),
    ("tokens", "a.txt", b"word " * 100, 99),
    ("tokens", "a.md", b"word " * 100, 99),
    ("tokens", "a.html", page("", BODY).encode(), 9),
    ("tokens", "a.csv", b"id,text\n1,%s\n" % (b"word " * 100), 99),
    ("unpacked_ratio", "a.txt.gz", gzip.compress(b"word " * 100_000), 9),
    ("members", "a.zip", zipped({"a.txt": b"word", "b.txt": b"word"}), 1),
    ("members", "a.tar", tarred({"a.txt": b"word", "b.txt": b"word"}), 1),
    ("archive_depth", "a.zip", zipped({"b.tar": tarred({"a.txt": b"word"})}), 1),
    ("archive_depth", "a.tar", tarred({"b.zip": zipped({"a.txt": b"word"})}), 1),
]


@pytest.mark.parametrize(("name", "file", "data", "most"), BEYOND, ids=[f"{case[0]}-{case[1]}" for case in BEYOND])
def test_input_beyond_a_limit_names_its_flag(put, hear, name, file, data, most):
    """Beyond the limit a skip or a note names the flag; with a higher limit the input is read without a word."""
    path, others = put(file, data), {"unpacked_bytes": 1} if name == "unpacked_ratio" else {}
    heard = hear(path, limits={**others, name: most})
    reasons = [skip.reason for skip in heard.skips] or [note.reason for note in heard.notes]
    assert [f"raise --max-{name.replace('_', '-')}"] == [
        f"raise --max-{name.replace('_', '-')}" for reason in reasons if f"--max-{name.replace('_', '-')}" in reason
    ]
    higher = hear(path, limits={**others, name: 16 if name == "archive_depth" else 10**9})
    assert ([], True) == (higher.skips, bool(higher.documents))


def test_a_broken_archive_in_an_archive_costs_that_archive_only(put, hear):
    """Members of archives in archives have the names of both, and damage is a skip of the inner one."""
    inner = tarred({"a.txt": b"word one", "../b.txt": b"word two"})
    path = put("x.zip", zipped({"in.tar": inner, "bad.zip": b"no zip", "c.txt": b"word three"}))
    heard = hear(path, limits={"archive_depth": 2})
    assert ["word one", "word two", "word three"] == heard.texts
    assert [f"{path}/bad.zip"] == [skip.path for skip in heard.skips]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("give", ["cluster", "read"])
def test_limits_reach_each_process(put, tmp_path, workers, give):
    """The limits of a job hold in its workers and in their processes of pages, those of `dedup.read` too."""
    put("a.html", page("", BODY))
    put("b.jsonl", b'{"text": "%s"}\n' % (b"word " * 300) * 2000)
    limits = {"page_elements": 3, "document_bytes": 1000}
    if give == "cluster":
        report = dedup.cluster(dedup.read(tmp_path), workers=workers, limits=limits)
    else:
        report = dedup.cluster(dedup.read(tmp_path, limits=limits), workers=workers)
    assert 2000 == sum(skip.count for skip in report.skipped)
    assert "--max-document-bytes" in report.skipped[0].reason
    assert any("--max-page-elements" in note.reason for note in report.notes)


def test_limits_are_none_of_the_settings_of_an_index(tmp_path):
    """An index is opened with other limits, and these hold for what is added."""
    path, row = tmp_path / "i", {"id": "a", "html": page("", BODY)}
    with dedup.Index.open(path, k=64, limits={"page_bytes": 99}) as index:
        skips = []
        assert [] == list(index.add_many([row], on_skip=skips.append))
        assert "--max-page-bytes" in skips[0].reason
    with dedup.Index.open(path, limits={"tokens": 9}) as index:
        with pytest.raises(dedup.ReadError, match="--max-tokens"):
            index.add(row)
        assert 64 == index.settings.k
    with dedup.Index.open(path) as index:
        assert index.add(row).is_new


def test_limits_change_no_fingerprint_and_no_report():
    """Limits are no settings of a comparison."""
    changed = Settings(limits={"page_seconds": 60})
    assert (Settings(), Settings().fingerprint()) == (changed, changed.fingerprint())
    assert "limits" not in changed.shown()
    assert InputLimits(page_seconds=60.0) == changed.limits
    assert changed.limits == Settings.from_mapping(changed.to_message()).limits
    assert InputLimits(page_seconds=60.0) == ReadOptions(limits=changed.limits).with_settings(Settings()).limits


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_out_of_range_is_an_error(name):
    """A limit of 0 and text are errors that name the limit."""
    for value in (0, "many"):
        with pytest.raises(dedup.SettingsError, match=f"limits.{name}"):
            Settings(limits={name: value})


@pytest.mark.parametrize("value", [{"page_second": 1}, 5, ["page_seconds"]])
def test_unknown_limits_are_an_error(value):
    """A misspelled limit and a value that is no mapping are errors."""
    with pytest.raises(dedup.SettingsError, match="limits"):
        dedup.read("a", limits=value)


@pytest.mark.parametrize("command_name", [["cluster"], ["eval"], ["boilerplate"], ["compare"], ["apply"]])
def test_each_limit_has_a_row_at_the_end_of_the_help(command_name):
    """The help lists each limit with its default, behind the other options."""
    from click.testing import CliRunner

    from dedup.cli import main

    text = " ".join(CliRunner().invoke(main, [*command_name, "--help"], terminal_width=200).output.split())
    rows = [f"--max-{name.replace('_', '-')} " for name in NAMES]
    assert rows == sorted((row for row in rows if row in text), key=text.index)
    assert f"[default: {DEFAULT_LIMITS.document_bytes:,}]" in text
