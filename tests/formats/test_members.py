"""Archives and standard input: what is read, what is passed over, and what damage costs."""

import bz2
import gzip
import io
import lzma
import random
import stat
import tarfile
import zipfile

import pytest
import zstandard

PAGE = "<html><head><title>Title</title></head><body><p>The strait is open again.</p></body></html>"
PACK = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def zipped(members, method=zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of names and texts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def tarred(members) -> bytes:
    """A tar of names and texts."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in members:
            data = data.encode() if isinstance(data, str) else data
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return file.getvalue()


MAKE = {".zip": zipped, ".tar": tarred}
each_kind = pytest.mark.parametrize("kind", MAKE)


@each_kind
@pytest.mark.parametrize("packing", PACK)
def test_members_are_read_as_files(put, hear, kind, packing):
    """A member of each format is read as a file would be, and its id is the archive and its name."""
    rows = b'{"text": "three"}\n{"id": "own", "text": "four"}\n'
    members = [("./a.txt", "one"), ("b/c.html.gz", gzip.compress(PAGE.encode())), ("d.jsonl", rows)]
    path = put(f"x{kind}{packing}", PACK[packing](MAKE[kind](members)))
    heard = hear(path.parent)
    name = path.name
    assert ([], []) == (heard.skips, heard.notes)
    assert {
        f"{name}/a.txt": "one",
        f"{name}/b/c.html.gz": "The strait is open again.",
        f"{name}/d.jsonl:1": "three",
        "own": "four",
    } == dict(zip(heard.ids, heard.texts, strict=True))
    assert {f"{path}/a.txt", f"{path}/b/c.html.gz", f"{path}/d.jsonl"} == {doc.path for doc in heard.documents}
    assert path.stat().st_size == heard.bytes


@each_kind
@pytest.mark.parametrize("packing", PACK)
def test_an_archive_on_standard_input(hear, kind, packing):
    """An archive on standard input, packed or not, is known by its first bytes."""
    heard = hear("-", stdin=PACK[packing](MAKE[kind]([("a.txt", "one"), ("b.txt", "two")])))
    assert (["-/a.txt", "-/b.txt"], ["one", "two"], []) == (heard.ids, heard.texts, heard.skips)


@pytest.mark.parametrize("name", ["x.tgz", "x.tbz2", "x.txz", "x.tzst"])
def test_short_names_of_packed_tars(put, hear, name):
    """One suffix can stand for a tar and its packing."""
    pack = {"g": gzip.compress, "b": bz2.compress, "x": lzma.compress, "z": PACK[".zst"]}[name[3]]
    assert ["one"] == hear(put(name, pack(tarred([("a.txt", "one")])))).texts


@each_kind
def test_names_are_only_names(put, hear, tmp_path, kind):
    """An absolute name, a name with ``..`` and a name that comes twice are read, and nothing is written."""
    names = ["/etc/a.txt", "../../b.txt", "c.txt", "c.txt"]
    with pytest.warns(UserWarning, match="Duplicate") if kind == ".zip" else pytest.MonkeyPatch.context():
        data = MAKE[kind]([(name, name) for name in names])
    path = put(f"x{kind}", data)
    heard = hear(path)
    assert (sorted(names), []) == (sorted(heard.texts), heard.skips)
    assert [path] == list(tmp_path.iterdir())


@each_kind
def test_members_that_are_no_pages_are_counted(put, hear, kind):
    """Parts of saved pages, hidden files and files without text are passed over, wherever their page stands."""
    members = [
        ("__MACOSX/._a.html", "no"),
        (".hidden/a.txt", "no"),
        ("s/a_files/frame.html", PAGE),
        ("s/a.html", PAGE),
        ("s/b.css", "no"),
        ("my_files/c.txt", "yes"),
        ("robots.txt", "no"),
        ("d.odd", b"\0"),
        ("index.html?id=1", PAGE),
    ]
    heard = hear(put(f"x{kind}", MAKE[kind](members)))
    assert ["index.html?id=1", "my_files/c.txt", "s/a.html"] == sorted(id.partition(f"x{kind}/")[2] for id in heard.ids)
    assert ["3 files were passed over", "1 file was passed over"] == [
        note.reason.split(":")[0].split(",")[0] for note in heard.notes
    ]


@each_kind
def test_an_archive_in_an_archive_is_a_skip(put, hear, kind):
    """An archive in an archive is a skip, and the other members are read."""
    heard = hear(put(f"x{kind}", MAKE[kind]([("in.zip", zipped([("a.txt", "a")])), ("b.txt", "b")])))
    assert (["b"], 1) == (heard.texts, len(heard.skips))
    assert "archive in an archive" in heard.skips[0].reason


@each_kind
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_members_before_a_cut_are_read(put, hear, kind, share):
    """Of an archive that is cut short, the whole members are read, and a skip names the cut."""
    noise = random.Random(0)
    members = [(f"{number}.txt", noise.randbytes(3000).hex()) for number in range(20)]
    data = MAKE[kind](members)
    path = put(f"x{kind}", data[: int(share * len(data))])
    heard = hear(path)
    assert [text for _, text in members[: len(heard.texts)]] == heard.texts
    assert abs(share * 20 - len(heard.texts)) < 3
    assert any(skip.path == str(path) and "fetch it again" in skip.reason for skip in heard.skips)


def test_a_damaged_header_costs_its_member(put, hear):
    """A header of a tar that cannot be read costs one member, and a skip names it."""
    data = bytearray(tarred([(f"{number}.txt", f"text {number}") for number in range(4)]))
    data[1024:1034] = b"#" * 10
    heard = hear(put("x.tar", bytes(data)))
    assert ["text 0", "text 2", "text 3"] == heard.texts
    assert ["the archive is damaged"] == [skip.reason.split(" (")[0] for skip in heard.skips]


def test_a_wrong_checksum_costs_its_member(put, hear):
    """A member of a zip with a wrong checksum is a skip, and the others are read."""
    data = zipped([("a.txt", "one"), ("b.txt", "two")], zipfile.ZIP_STORED)
    heard = hear(put("x.zip", data.replace(b"one", b"eno")))
    assert (["two"], ["a.txt"]) == (heard.texts, [skip.path.rpartition("/x.zip/")[2] for skip in heard.skips])
    assert heard.skips[0].reason.startswith("is damaged in the archive (Bad CRC-32")


def test_an_encrypted_member_is_a_skip(put, hear):
    """An encrypted member is a skip that says what to do."""
    data = bytearray(zipped([("a.txt", "one"), ("b.txt", "two")]))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    heard = hear(put("x.zip", bytes(data)))
    assert (["two"], ["is encrypted in the archive; unpack the archive with its password"]) == (
        heard.texts,
        [skip.reason for skip in heard.skips],
    )


def test_links_are_passed_over(put, hear):
    """Links and devices in an archive are counted in a note."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in (("a.txt", tarfile.SYMTYPE), ("b.txt", tarfile.LNKTYPE), ("c.txt", tarfile.FIFOTYPE)):
            header = tarfile.TarInfo(name)
            header.type, header.linkname = kind, "/etc/passwd"
            archive.addfile(header)
    link = zipfile.ZipInfo("d.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    tar, zip = put("x.tar", file.getvalue()), put("y.zip", zipped([(link, "/etc/passwd")]))
    heard = hear(tar, zip)
    assert ([], [], 1) == (heard.documents, heard.skips, len(heard.notes))
    assert heard.notes[0].reason.startswith("4 files were passed over")


def test_overlapping_members_are_skips(put, hear):
    """Members of a zip that share bytes, as in a bomb, are skips but for the first."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "one")
        info = archive.infolist()[0]
        for number in range(3):
            twin = zipfile.ZipInfo(f"{number}.txt")
            twin.CRC, twin.file_size, twin.compress_size, twin.header_offset = info.CRC, 3, 3, 0
            archive.filelist.append(twin)
    heard = hear(put("x.zip", file.getvalue()))
    assert (["one"], 3) == (heard.texts, len(heard.skips))
    assert "shares bytes with another member" in heard.skips[0].reason


@each_kind
def test_a_bomb_is_a_skip(put, hear, kind, monkeypatch):
    """An archive that expands far beyond its size is a skip."""
    bounds = {"unpacked_bytes": 1_000_000, "unpacked_ratio": 100}
    data = MAKE[kind]([("a.jsonl", b"\n" * 20_000_000), ("b.txt", "b")])
    path = put("x.zip", data) if kind == ".zip" else put("x.tar.gz", gzip.compress(data))
    reasons = [skip.reason for skip in hear(path, limits=bounds).skips if skip.path.startswith(str(path))]
    assert reasons[0].startswith("expands to more than 100 times its size, like a decompression bomb")


def test_a_header_may_not_fill_the_memory(put, hear):
    """A long name of a tar that claims gigabytes is damage."""
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    heard = hear(put("x.tar", tarred([("a.txt", "one")])[:1024] + header.tobuf(tarfile.GNU_FORMAT) + b"a" * 4096))
    assert (["one"], 1) == (heard.texts, len(heard.skips))
    assert "claims 8,589,934,592 bytes" in heard.skips[0].reason


@each_kind
def test_what_is_no_archive_is_a_skip(put, hear, kind):
    """Text with the suffix of an archive is a skip."""
    heard = hear(put(f"x{kind}", "plain text, and no archive " * 50))
    assert ([], ["the archive is damaged"]) == (
        heard.documents,
        [skip.reason.split(" (")[0] for skip in heard.skips],
    )


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        ("Just some text.\nMore of it.", ["Just some text.\nMore of it."]),
        (PAGE, ["The strait is open again."]),
        ('{"text": "a"}\n{"text": "b"}\n', ["a", "b"]),
        ("From: a@b.example\nSubject: c\n\nbody", ["body"]),
        ("From a@b.example Tue Apr 23 12:00:00 2024\nSubject: c\n\nbody\n", ["body\n"]),
    ],
)
@pytest.mark.parametrize("packing", PACK)
def test_standard_input_is_sniffed(hear, data, texts, packing):
    """The first bytes of standard input, packed or not, tell its format."""
    heard = hear("-", stdin=PACK[packing](data.encode()))
    assert (texts, []) == (heard.texts, heard.skips)


def test_standard_input_of_no_format_is_a_skip(hear):
    """Bytes of no known format on standard input are a skip that names the formats."""
    (skip,) = hear("-", stdin=b"%PDF-1.4 and more").skips
    assert skip.reason.startswith("has no known format; known are .txt")


def test_a_format_can_be_named(put, hear, tmp_path):
    """A format that the caller names goes before suffixes and first bytes, in archives too."""
    put("a.odd", PAGE)
    put("b.txt", PAGE)
    put("c.zip", zipped([("d.txt", PAGE)]))
    assert ["The strait is open again."] * 3 == hear(tmp_path, format="html").texts
    assert ["The strait is open again."] == hear("-", stdin=PAGE.encode(), format="html").texts
