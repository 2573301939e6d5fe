"""Paths -> places: order, names, links, and paths that are not files."""

import os
import random
import socket
import subprocess
from pathlib import Path

import pytest

from dedup.errors import SettingsError
from dedup.formats import KNOWN, discover, read_all
from dedup.formats.discover import REPEATED
from dedup.formats.registry import UNKNOWN


def test_order_is_by_name(put, hear, tmp_path):
    """A directory is walked by name, not in the order in which its files were made."""
    names = ["b.txt", "a/z.txt", "a/b/c.txt", "c.txt", "B.txt", "é.txt", "a.txt"]
    random.Random(1).shuffle(names)
    for name in names:
        put(name, name)
    assert ["B.txt", "a/b/c.txt", "a/z.txt", "a.txt", "b.txt", "c.txt", "é.txt"] == hear(tmp_path).ids


def test_id_is_relative_to_the_only_directory(put, hear, tmp_path):
    """A file in the only directory has an id relative to the directory, and its path leads there from here."""
    put("in/x/a.txt", "one")
    (document,) = hear(tmp_path / "in").documents
    assert ("x/a.txt", f"{tmp_path}/in/x/a.txt") == (document.id, document.path)


def test_id_of_a_typed_file_is_its_path(put, hear, tmp_path, monkeypatch):
    """The id of a file is its path as typed, also with a leading ./ in it."""
    put("a.txt", "one")
    monkeypatch.chdir(tmp_path)
    assert ["./a.txt"] == hear("./a.txt").ids


def test_ids_do_not_depend_on_other_paths(put, hear, tmp_path, monkeypatch):
    """An id begins below the folder that is named; a file of the name of an earlier one gets more of its path."""
    put("one/a.txt", "1")
    put("two/a.txt", "2")
    put("two/b.txt", "3")
    monkeypatch.chdir(tmp_path)
    heard = hear("one", "two/")
    assert (["a.txt", "two/a.txt", "b.txt"], ["two/a.txt"]) == (heard.ids, [note.about for note in heard.notes])
    assert (["a.txt", "b.txt"], []) == ((heard := hear("two")).ids, heard.notes)


def test_one_path_may_be_given_bare(put, tmp_path):
    """A string is one path, not a list of its letters."""
    put("a.txt", "one")
    assert ["a.txt"] == [place.id for place in discover(str(tmp_path), on_skip=pytest.fail, on_note=pytest.fail)]


def test_hidden_files_and_folders_are_left_out(put, hear, tmp_path):
    """Names with a leading dot are left out without a note."""
    put(".a.txt", "no")
    put(".git/b.txt", "no")
    put("c.txt", "yes")
    heard = hear(tmp_path)
    assert (["c.txt"], [], []) == (heard.ids, heard.skips, heard.notes)


def test_other_suffixes_are_counted_in_one_note(put, hear, tmp_path):
    """One note counts the files with other suffixes, and names one of them."""
    for name in ("x.odd", "y.gz", "z", "sub/a.txt.old"):
        put(name, "?")
    heard = hear(tmp_path)
    assert ([], [], [f"{tmp_path}/sub/a.txt.old"]) == (heard.documents, heard.skips, [n.about for n in heard.notes])
    assert f"4 files were passed over, this one first: it {UNKNOWN}" == heard.notes[0].reason


def test_a_typed_file_with_an_unknown_suffix_is_a_skip(put, hear):
    """A typed file with an unknown suffix is a skip that lists the known suffixes."""
    path = put("x.odd", b"\0\1\2")
    (skip,) = hear(path).skips
    assert (str(path), UNKNOWN) == (skip.path, skip.reason)
    assert KNOWN in skip.reason and "--input-format" in skip.reason


def test_suffixes_are_known_in_any_case(put, hear, tmp_path):
    """Suffixes are known in upper case, too."""
    put("A.TXT", "one")
    put("B.Md", "two")
    assert ["one", "two"] == hear(tmp_path).texts


def test_a_missing_path_is_a_skip(put, hear, tmp_path):
    """A path that does not exist is a skip, and the other paths are read."""
    path = put("a.txt", "one")
    heard = hear(tmp_path / "no.txt", path)
    assert (["one"], [str(tmp_path / "no.txt")]) == (heard.texts, [skip.path for skip in heard.skips])
    assert "cannot be found: No such file or directory" == heard.skips[0].reason


@pytest.mark.parametrize("path", ["", "a\0b.txt", "\ud800.txt"])
def test_a_path_that_no_file_can_have_is_a_skip(hear, path):
    """An empty path, a NUL and a lone surrogate in a path are skips."""
    heard = hear(path)
    assert 1 == len(heard.skips)
    heard.skips[0].path.encode()


def test_a_file_as_a_folder_is_a_skip(put, hear):
    """A path through a file is a skip."""
    path = put("a.txt", "one")
    assert ["cannot be found: Not a directory"] == [skip.reason for skip in hear(path / "b.txt").skips]


def test_a_link_to_nowhere_is_a_skip(hear, tmp_path):
    """A dangling link and a link to itself with a known suffix are skips."""
    (tmp_path / "a.txt").symlink_to("nowhere")
    (tmp_path / "b.txt").symlink_to("b.txt")
    assert ["a.txt", "b.txt"] == [Path(skip.path).name for skip in hear(tmp_path).skips]


def test_a_directory_with_the_suffix_of_a_file_is_walked(put, hear, tmp_path):
    """A directory named x.txt is a directory."""
    put("x.txt/a.txt", "one")
    assert ["x.txt/a.txt"] == hear(tmp_path).ids


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_and_folder_are_skips(put, hear, tmp_path):
    """A file and a folder that the user may not read are skips."""
    put("a.txt", "one").chmod(0)
    put("b/c.txt", "two")
    (tmp_path / "b").chmod(0)
    reasons = [skip.reason for skip in hear(tmp_path).skips]
    (tmp_path / "b").chmod(0o700)
    assert ["cannot be listed: Permission denied", "cannot be read: Permission denied"] == reasons


def test_a_file_that_vanishes_is_a_skip(put, tmp_path):
    """A file that is removed before it is read is a skip, and its bytes are reported."""
    path = put("a.txt", "one")
    places = discover([tmp_path], on_skip=pytest.fail, on_note=pytest.fail)
    path.unlink()
    skips, counts = [], []
    assert [] == list(read_all(places, on_skip=skips.append, on_note=pytest.fail, on_bytes=counts.append))
    assert (["cannot be read: No such file or directory"], 3) == ([skip.reason for skip in skips], sum(counts))


def test_a_place_that_became_a_directory_is_a_skip(put, tmp_path):
    """A file that turned into a directory is a skip."""
    path = put("a.txt", "one")
    places = discover([tmp_path], on_skip=pytest.fail, on_note=pytest.fail)
    path.unlink()
    path.mkdir()
    skips = []
    assert [] == list(read_all(places, on_skip=skips.append, on_note=pytest.fail))
    assert ["is a folder, not a file; name a file"] == [skip.reason for skip in skips]


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.txt.gz"])
def test_a_place_that_became_a_pipe_is_a_skip(put, tmp_path, name):
    """A file that turned into a named pipe is a skip, and nobody waits for its bytes."""
    path = put(name, "one")
    places = discover([tmp_path], on_skip=pytest.fail, on_note=pytest.fail)
    path.unlink()
    os.mkfifo(path)
    skips = []
    assert [] == list(read_all(places, on_skip=skips.append, on_note=pytest.fail))
    assert ["is a named pipe"] == [skip.reason.split(",")[0] for skip in skips]


def test_a_file_that_grew_is_read_to_its_end(put, tmp_path):
    """Bytes that came after the listing are read."""
    path = put("a.txt", "one")
    places = discover([tmp_path], on_skip=pytest.fail, on_note=pytest.fail)
    path.write_text("one " * 50_000)
    texts = [document.text for document in read_all(places, on_skip=pytest.fail, on_note=pytest.fail)]
    assert ["one " * 50_000] == texts


def test_a_link_back_to_its_folder_is_a_skip(put, hear, tmp_path):
    """A loop of links is one skip with the name of the link, and each file is read once."""
    put("a/b/c.txt", "one")
    (tmp_path / "a/b/up").symlink_to(tmp_path / "a")
    heard = hear(tmp_path)
    assert (["a/b/c.txt"], [f"{tmp_path}/a/b/up"]) == (heard.ids, [skip.path for skip in heard.skips])
    assert f"is a symbolic link back to {tmp_path}/a, which it is in; remove the link" == heard.skips[0].reason


def test_a_link_to_the_root_is_a_loop(put, hear, tmp_path):
    """A link to the directory that is walked is a loop, too."""
    put("c.txt", "one")
    (tmp_path / "self").symlink_to(tmp_path)
    heard = hear(tmp_path)
    assert (1, [f"{tmp_path}/self"]) == (len(heard.documents), [skip.path for skip in heard.skips])


def test_a_linked_folder_is_followed(put, hear, tmp_path):
    """A link to another directory is walked under the name of the link."""
    put("else/a.txt", "one")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link").symlink_to(tmp_path / "else")
    assert ["link/a.txt"] == hear(tmp_path / "in").ids


def test_the_same_path_twice_is_one_document(put, hear, tmp_path):
    """A path that is typed twice, or is inside of a typed directory, is read once without a note."""
    path = put("a.txt", "one")
    for paths in ((tmp_path, f"{tmp_path}/", path, path), (path, path)):
        heard = hear(*paths)
        assert (["one"], [], []) == (heard.texts, heard.skips, heard.notes)


def test_other_names_of_a_file_are_one_document(put, hear, tmp_path):
    """A file under several names is read once, and one note counts hard links, links to files and links to folders."""
    path = put("a/1.txt", "one")
    os.link(path, tmp_path / "a/2.txt")
    (tmp_path / "a/3.txt").symlink_to(path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    heard = hear(tmp_path)
    assert (["a/1.txt"], [], 1) == (heard.ids, heard.skips, len(heard.notes))
    assert (f"{tmp_path}/a/2.txt", f"3 files were passed over, this one first: it {REPEATED}") == (
        heard.notes[0].about,
        heard.notes[0].reason,
    )


def test_equal_copies_are_two_documents(put, hear, tmp_path):
    """Two files of the same bytes are two documents."""
    put("a.txt", "one")
    put("b.txt", "one")
    assert ["one", "one"] == hear(tmp_path).texts


def test_special_files_are_skips(hear, tmp_path):
    """Pipes, sockets and devices are skips, and never opened."""
    os.mkfifo(tmp_path / "a.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "b.txt"))
        (tmp_path / "c.txt").symlink_to("/dev/zero")
        reasons = [skip.reason.split(",")[0] for skip in hear(tmp_path, "/dev/null").skips]
    assert ["is a named pipe", "is a socket", "is a device", "is a device"] == reasons


def test_names_that_are_not_unicode_can_be_stored(hear, tmp_path):
    """A file whose name is not UTF-8 is read, and its id, path and skips can be encoded."""
    for name in (b"caf\xe9.txt", b"bad\xff.jsonl"):
        (tmp_path / os.fsdecode(name)).write_bytes(b"{}")
    heard = hear(tmp_path)
    assert (["caf\\udce9.txt"], [f"{tmp_path}/bad\\udcff.jsonl"]) == (heard.ids, [skip.path for skip in heard.skips])
    heard.documents[0].path.encode()


def test_folders_deeper_than_the_stack_are_walked(hear, tmp_path, monkeypatch):
    """A tree of 1,500 nested folders, deeper than Python recurses, is walked."""
    monkeypatch.chdir(tmp_path)
    try:
        for _ in range(1500):
            Path("a").mkdir()
            os.chdir("a")
        Path("x.txt").write_text("deep")
        os.chdir(tmp_path)
        texts = hear(".").texts
    finally:  # pytest's own cleanup recurses
        subprocess.run(["rm", "-rf", tmp_path / "a"], check=True)
    assert ["deep"] == texts


def test_reported_bytes_add_up_to_the_sizes(put, tmp_path, hear):
    """The bytes that a run reports add up to the sizes of the places, bad files included."""
    put("a.txt", "one")
    put("b.txt.gz", b"\x1f\x8b junk")
    put("c.jsonl", '{"text": "x"}\n' * 9)
    put("d.txt", b"\xff")
    places = discover(tmp_path, on_skip=pytest.fail, on_note=pytest.fail)
    assert sum(place.size for place in places) == hear(tmp_path).bytes


def test_no_path_gives_nothing(hear, tmp_path):
    """No path and an empty directory give no document, no skip and no note."""
    for heard in (hear(), hear(tmp_path)):
        assert ([], [], []) == (heard.documents, heard.skips, heard.notes)


PAGE = "<!DOCTYPE html><html><head><title>T</title></head><body><p>The strait is open again.</p></body></html>"


@pytest.mark.parametrize(
    "name",
    ["index.html?id=1", "index.html@id=1", "article.php?id=7", "view;jsessionid=12", "a.asp", "b.jsp", "page", "a%20b"],
)
def test_pages_of_other_names_are_sniffed(put, hear, tmp_path, name):
    """A file in a folder whose name tells no format is read if it begins as a page, under its name on the disk."""
    put(name, PAGE)
    heard = hear(tmp_path)
    assert ([name], ["The strait is open again."], []) == (heard.ids, heard.texts, heard.notes)


def test_files_beside_saved_pages_are_passed_over(put, hear, tmp_path):
    """Parts of saved pages, robots.txt and their like are one counted note; another folder with such a name is read."""
    for name in ("a.html", "sub/b.htm", "c.html", "other_files/d.html"):
        put(name, PAGE)
    parts = ("a_files/x.html", "sub/b-Dateien/y.html", "c_arquivos/z.html")
    for name in (*parts, "robots.txt", "ads.txt", "sitemap-2.xml.gz", "__MACOSX/e.html", "Thumbs.db", "f.png"):
        put(name, PAGE)
    heard = hear(tmp_path)
    assert ["a.html", "c.html", "other_files/d.html", "sub/b.htm"] == sorted(heard.ids)
    assert ["9 files were passed over"] == [note.reason.split(",")[0] for note in heard.notes]


@pytest.mark.parametrize("name", ["robots.txt", ".hidden.txt", "humans.txt"])
def test_a_typed_file_is_read_whatever_its_name(put, hear, name):
    """A file that is typed is read, though a walk would pass it over."""
    assert ["words"] == hear(put(name, "words")).texts


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.odd", PAGE),
        ("b.odd", '{"text": "The strait is open again."}\n'),
        ("c.odd", "The strait is open again."),
        ("d", "Subject: a\nFrom: b\n\nThe strait is open again."),
    ],
)
def test_a_typed_file_of_unknown_suffix_is_sniffed(put, hear, name, data):
    """A typed file of unknown suffix is read by its first bytes, whatever the format."""
    assert ["The strait is open again."] == hear(put(name, data)).texts


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("a.xlsx", "save it as CSV"),
        ("a.pdf", "pdftotext"),
        ("a.docx", "save it as text or HTML"),
        ("a.epub", "pandoc"),
        ("a.sqlite", "export its table"),
        ("a.pkl", "save them as Parquet"),
        ("a.7z", "unpack it"),
    ],
)
def test_known_kinds_that_cannot_be_read_say_the_next_step(put, hear, tmp_path, name, step):
    """A file of a well-known kind says what to do with it: as a skip if it is typed, as a note in a folder."""
    path = put(name, "text at first sight")
    (skip,), (note,) = hear(path).skips, hear(tmp_path).notes
    assert step in skip.reason and step in note.reason
    assert (str(path), str(path)) == (skip.path, note.about)
    assert name not in note.reason


@pytest.mark.parametrize(
    ("address", "step"), [("https://a.example/b.xml", "curl -LO"), ("s3://a/b", "aws s3 cp"), ("file:///a", "the path")]
)
def test_addresses_are_not_fetched(hear, address, step):
    """An address is a skip that says how to download it."""
    (skip,) = hear(address).skips
    assert "is an address" in skip.reason and step in skip.reason


def test_a_wrong_format_is_an_error():
    """A format that is none is an error that lists the formats."""
    with pytest.raises(SettingsError, match="input format 'docx' is none; there are txt, md, html"):
        discover([], on_skip=pytest.fail, on_note=pytest.fail, format="docx")
