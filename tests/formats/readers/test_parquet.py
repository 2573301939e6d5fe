"""Parquet and Arrow IPC: each row is a document, and damage costs no more than it must."""

import datetime

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from dedup.types import Document

TEXTS = ["A ferry sails at noon.", "", "Zwölf Züge — fahren & <halten>.", "Μία φορά"]
BERLIN = datetime.timezone(datetime.timedelta(hours=2))
TIMES = [datetime.datetime(2024, 3, number, 9, 30, tzinfo=BERLIN) for number in range(1, 5)]


def write_stream(table, path):
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)


def write_file(table, path):
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)


WRITERS = {
    "a.parquet": lambda table, path: pq.write_table(table, path, row_group_size=2),
    "a.arrow": write_file,
    "b.arrow": write_stream,
    "a.ipc": write_stream,
    "a.feather": pyarrow.feather.write_feather,
}
each_kind = pytest.mark.parametrize("name", WRITERS)


def write(tmp_path, name, columns):
    path = str(tmp_path / name)
    WRITERS[name](pa.table(columns), path)
    return path


@each_kind
def test_each_row_is_a_document(tmp_path, hear, name):
    """All fields of a row come through, whatever the kind of file, and other columns are passed over."""
    columns = {"id": [7, 8, 9, 10], "text": TEXTS, "title": ["a", None, "c", "d"], "published": TIMES, "score": [1] * 4}
    path = write(tmp_path, name, columns | {"url": ["https://a.example/1"] * 4, "source": ["S"] * 4})
    heard = hear(path)
    rows = zip(["7", "8", "9", "10"], TEXTS, ["a", "", "c", "d"], TIMES, strict=True)
    expected = [Document(text, id, title, "S", "https://a.example/1", time, path) for id, text, title, time in rows]
    assert expected == heard.documents
    assert ([], []) == (heard.skips, heard.notes)


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.binary(),
        pa.large_binary(),
        pa.dictionary(pa.int32(), pa.string()),
        pa.dictionary(pa.int8(), pa.large_string()),
    ],
    ids=str,
)
def test_texts_may_be_strings_of_any_type(tmp_path, hear, kind):
    """A column of texts may have any type of strings, or be bytes of UTF-8."""
    texts = pa.array([text.encode() for text in TEXTS], pa.binary()) if "binary" in str(kind) else pa.array(TEXTS)
    path = write(tmp_path, "b.arrow", {"text": texts.cast(kind)})
    assert TEXTS == hear(path).texts


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "+02:00", "Europe/Berlin"])
def test_times_have_any_unit_and_zone(tmp_path, hear, unit, zone):
    """A time stamp of any unit is read with its zone, and is UTC without one."""
    stamps = pa.array([1709285400 * 10 ** {"s": 0, "ms": 3, "us": 6, "ns": 9}[unit]], pa.timestamp(unit, zone))
    (document,) = hear(write(tmp_path, "a.parquet", {"text": ["t"], "published": stamps})).documents
    assert datetime.datetime(2024, 3, 1, 9, 30, tzinfo=datetime.UTC) == document.published
    hours = {None: 0, "UTC": 0, "+02:00": 2, "Europe/Berlin": 1}[zone]
    assert datetime.timedelta(hours=hours) == document.published.utcoffset()


def test_a_time_that_python_cannot_hold_is_a_note(tmp_path, hear):
    """A time after the year 9999 is left out with a note, and the other times are read."""
    stamps = pa.array([0, 2**60], pa.timestamp("s", "UTC"))
    heard = hear(write(tmp_path, "a.arrow", {"text": ["t", "u"], "published": stamps}))
    assert [1970, None] == [document.published and document.published.year for document in heard.documents]
    assert 1 == len(heard.notes)


@each_kind
def test_rows_without_an_id_have_their_numbers(tmp_path, hear, name):
    """The id of a row without one is the file and the number of the row, from 1."""
    heard = hear(write(tmp_path, name, {"text": TEXTS, "id": ["a", None, "", "d"]}))
    assert ["a", f"{tmp_path}/{name}:2", f"{tmp_path}/{name}:3", "d"] == heard.ids


@each_kind
def test_a_null_is_a_skip_with_its_row(tmp_path, hear, name):
    """A row whose text is null is named, and the other rows are read."""
    heard = hear(write(tmp_path, name, {"text": ["a", None, "c", "d"], "id": list("wxyz")}))
    assert (["a", "c", "d"], ["w", "y", "z"]) == (heard.texts, heard.ids)
    assert [(2, "'text' is null")] == [(skip.line, skip.reason.partition(";")[0]) for skip in heard.skips]


def test_a_text_of_another_encoding_is_a_skip_with_its_row(tmp_path, hear):
    """A text that is not UTF-8 is named, and the other rows are read."""
    texts = pa.array([b"fine", b"caf\xe9", b"good"]).view(pa.string())
    heard = hear(write(tmp_path, "b.arrow", {"text": texts, "title": ["a", "b", "c"]}))
    assert [("fine", "a"), ("good", "c")] == [(document.text, document.title) for document in heard.documents]
    assert [(2, True)] == [(skip.line, "byte 0xE9 at offset 3" in skip.reason) for skip in heard.skips]


def test_pages_stand_in_for_missing_texts(tmp_path, hear):
    """The main text of a page is read where the text is null, among rows that have texts."""
    page = (
        "<html><head><title>Ferry</title></head><body><p>A ferry sails at noon from the old harbour.</p></body></html>"
    )
    heard = hear(write(tmp_path, "a.parquet", {"text": ["first", None, "third"], "html": ["<p>x</p>", page, None]}))
    assert ["first", "A ferry sails at noon from the old harbour.", "third"] == heard.texts
    assert ["", "Ferry", ""] == [document.title for document in heard.documents]


@each_kind
def test_a_column_of_another_type_is_one_skip(tmp_path, hear, name):
    """A file whose texts are numbers is one skip that names the column and its type."""
    (skip,) = hear(write(tmp_path, name, {"text": [1, 2, 3, 4]})).skips
    assert "column 'text' of type int64" in skip.reason


def test_a_file_without_texts_names_its_columns(tmp_path, hear):
    """A file without a column of texts is one skip with the columns and the option, and the option is followed."""
    path = write(tmp_path, "a.parquet", {"words": TEXTS, "n": [1, 2, 3, 4]})
    (skip,) = hear(path).skips
    assert "'words', 'n'" in skip.reason
    assert "--field text=NAME" in skip.reason
    assert TEXTS == hear(path, fields={"text": "words"}).texts


def test_a_damaged_row_group_costs_its_rows(tmp_path, hear):
    """Flipped bytes in one row group of Parquet are a skip with its rows, and the other row groups are read."""
    path = tmp_path / "a.parquet"
    rows = [f"row {number} " * 50 for number in range(6)]
    pq.write_table(pa.table({"text": rows}), path, row_group_size=2, compression="zstd", use_dictionary=False)
    column = pq.ParquetFile(path).metadata.row_group(1).column(0)
    data = bytearray(path.read_bytes())
    end = column.data_page_offset + column.total_compressed_size
    data[end - 20 : end] = b"\xa5" * 20
    path.write_bytes(bytes(data))
    heard = hear(path)
    assert rows[:2] + rows[4:] == heard.texts
    assert [(3, True)] == [(skip.line, "rows 3 to 4 are left out" in skip.reason) for skip in heard.skips]


@pytest.mark.parametrize("cut", [1, 7, 200])
def test_parquet_without_its_footer_is_a_skip(tmp_path, hear, cut):
    """A Parquet file that is cut short, or is none, is one skip, and other files are read."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": TEXTS}), path)
    path.write_bytes(path.read_bytes()[:-cut])
    (tmp_path / "b.parquet").write_bytes(b"words")
    (tmp_path / "c.txt").write_bytes(b"words")
    heard = hear(tmp_path)
    assert (["words"], 2) == (heard.texts, len(heard.skips))


@pytest.mark.parametrize("name", ["a.arrow", "b.arrow"])
def test_arrow_that_is_cut_short_gives_the_batches_before(tmp_path, hear, name):
    """The record batches before the end of a file that is cut short are read, and the skip names the next row."""
    batches = [pa.record_batch({"text": [f"row {number}" * 40] * 3}) for number in range(4)]
    path = tmp_path / name
    opened = pa.ipc.new_file if name == "a.arrow" else pa.ipc.new_stream
    sizes = []
    with path.open("wb") as file, opened(file, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            sizes.append(file.tell())
    path.write_bytes(path.read_bytes()[: sizes[1] + 100])
    heard = hear(path)
    assert [text for batch in batches[:2] for text in batch.column(0).to_pylist()] == heard.texts
    assert [7] == [skip.line for skip in heard.skips]


def test_feather_of_version_1_is_a_skip_with_the_cure(put, hear):
    """Feather of version 1 is named, with what to write instead."""
    (skip,) = hear(put("a.feather", b"FEA1" + bytes(100))).skips
    assert "version 2" in skip.reason


@each_kind
@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_packed_files_are_read(tmp_path, hear, name, packing):
    """A file that was packed as a whole gives the documents of the file."""
    import gzip

    import zstandard

    path = tmp_path / name
    write(tmp_path, name, {"text": TEXTS, "id": list("abcd")})
    pack = gzip.compress if packing == ".gz" else zstandard.compress
    packed = tmp_path / f"{name}{packing}"
    packed.write_bytes(pack(path.read_bytes()))
    assert (TEXTS, list("abcd")) == ((heard := hear(packed)).texts, heard.ids)
    assert packed.stat().st_size == heard.bytes


@each_kind
def test_bytes_are_counted(tmp_path, hear, name):
    """The bytes that a run reports are the size of the file."""
    path = write(tmp_path, name, {"text": TEXTS})
    assert (tmp_path / name).stat().st_size == hear(path).bytes
