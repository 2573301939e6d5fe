"""The registry of formats: rules that each format obeys, and the names of files."""

import gzip
import tempfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import formats
from dedup.formats.files.compression import PACKINGS
from dedup.formats.registry import ARCHIVES, FORMATS, KNOWN, suffixes

PARTS = [
    b"<",
    b">",
    b"<p>",
    b"</div>",
    b"<!--",
    b"{",
    b'"text":',
    b'"a"',
    b"}",
    b"\n",
    b"---\n",
    b"[a](b)",
    b"\0",
    b"\xff",
]
JUNK = st.one_of(
    st.binary(max_size=200),
    st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=9).map(str.encode)), max_size=40).map(b"".join),
)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("pack", [("", bytes), (".gz", gzip.compress), (".zst", zstandard.ZstdCompressor().compress)])
@settings(max_examples=40, deadline=None)
@given(data=JUNK, cut=st.integers(0, 300))
def test_no_bytes_break_a_reader(suffix, pack, data, cut):
    """Any bytes, packed or not, cut anywhere, give documents and skips that can be encoded, and raise nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}{pack[0]}")
        path.write_bytes(pack[1](data)[: cut or None])
        skips, notes = [], []
        places = formats.discover(path, on_skip=skips.append, on_note=notes.append)
        for document in formats.read_all(places, on_skip=skips.append, on_note=notes.append):
            "".join((document.text, document.id, document.title, document.source, document.url, document.path)).encode()
        assert all((skip.path + skip.reason).encode() and skip.path == str(path) for skip in skips)


def test_messages_list_every_suffix():
    """Messages list the suffixes of the registry."""
    assert [*FORMATS, *ARCHIVES, *PACKINGS] == [word.rstrip(",") for word in KNOWN.split() if word.startswith(".")]


def test_only_files_of_many_documents_are_split():
    """A format that is cut holds many documents, for a file of one document is never cut."""
    assert all(format.many for format in FORMATS.values() if format.splittable or format.records)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", (".txt", "")),
        ("dir.md/A.HTML.GZ", (".html", ".gz")),
        ("a.b.jsonl.zst", (".jsonl", ".zst")),
        ("a.gz", None),
        ("a.txt.gz.gz", None),
        (".txt", None),
        ("txt", None),
        ("", None),
    ],
)
def test_format_and_packing_of_a_name(name, expected):
    """The last suffixes of a name, in any case, tell format and packing."""
    assert expected == suffixes(name)


def test_public_names_are_sorted_and_documented():
    """The public names are sorted, exist, and have docstrings."""
    assert sorted(formats.__all__, key=lambda name: (not name.isupper(), name)) == formats.__all__
    assert all(getattr(formats, name).__doc__ for name in formats.__all__)
