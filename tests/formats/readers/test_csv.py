"""CSV and TSV: dialects are sniffed, and one bad row costs that row only."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.formats import discover, limits, read_all

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)
ROWS = st.lists(st.tuples(CELLS.filter(bool), CELLS, CELLS), min_size=1, max_size=8)


def test_rows_give_all_fields(put, hear):
    """A row gives id, text, title, source, url and time; other columns are passed over."""
    path = put("a.csv", "id,title,extra,text,source,url,published\n7,T,x,t,S,U,2024-01-02T03:04:05Z\n")
    (document,) = hear(path).documents
    assert ("7", "t", "T", "S", "U") == (document.id, document.text, document.title, document.source, document.url)
    assert "2024-01-02T03:04:05+00:00" == document.published.isoformat()


def test_a_row_without_id_has_its_number(put, hear, tmp_path):
    """The id of a row without id is file and row, as a spreadsheet counts: cells may have line ends."""
    put("sub/a.csv", 'text\n"one\nline"\n\ntwo\n')
    assert (["sub/a.csv:2", "sub/a.csv:3"], ["one\nline", "two"]) == ((heard := hear(tmp_path)).ids, heard.texts)


@pytest.mark.parametrize(
    ("name", "data", "texts"),
    [
        ("a.csv", "id,text\n1,one; two; three\n2,four; five\n", ["one; two; three", "four; five"]),
        ("a.csv", "id;text\r\n1;one, two, three\r\n2;four, five\r\n", ["one, two, three", "four, five"]),
        ("a.tsv", "id\ttext\n1\tone, two; three\n", ["one, two; three"]),
        ("a.tab", "id\ttext\n1\tone\n", ["one"]),
        ("a.csv", "id|text\n1|one, two, a\n2|three, b, c\n", ["one, two, a", "three, b, c"]),
        ("a.csv", 'id,text\n1,"one, ""two"", three"\n', ['one, "two", three']),
        ("a.csv", 'id,text\n1,"one, \\"two\\", three"\n2,"four"\n', ['one, "two", three', "four"]),
        ("a.csv", "id;text\n1;'one; two'\n2;'three; four'\n", ["one; two", "three; four"]),
        ("a.csv", 'id, text\n1, "one, two"\n2, "three, four"\n', ["one, two", "three, four"]),
        ("a.tsv", 'id\ttext\n1\t"One" he said\n2\t"Two\n3\tthree\n', ['"One" he said', '"Two', "three"]),
        ("a.csv", 'id,text\n1,5" nails, 6 of them"\n'.replace(", 6", " 6"), ['5" nails 6 of them"']),
        ("a.csv", 'text\nHello, world; yes\n"a ""quoted"" text"\n', ["Hello, world; yes", 'a "quoted" text']),
        ("a.csv", "sep=;\nid;text\n1;a,b\n", ["a,b"]),
        ("a.csv", "id,text\r1,abc\r2,def\r", ["abc", "def"]),
        ("a.csv", 'id,text\r\n1,"a\r\nb"\r\n', ["a\r\nb"]),
        ("a.csv", "id,text\n1,a\rb\n2,\rc\rd\r\n", ["a\rb", "\rc\rd"]),
        ("a.csv", "\ufeffid,text\n1,abc\n", ["abc"]),
        ("a.csv", "id,text,text\n1,first,second\n", ["first"]),
        ("a.csv", "id, text \n1,abc\n", ["abc"]),
        ("a.csv", "id,text\n1,abc,,\n", ["abc"]),
        ("a.csv", "text,id\n abc ,1", [" abc "]),
        ("a.csv", "id,text\n1," + "x" * 300_000 + "\n", ["x" * 300_000]),
        ("a.csv", "", []),
        ("a.csv", "\n\n", []),
        ("a.csv", "id,text\n", []),
    ],
)
def test_dialects_are_sniffed(put, hear, name, data, texts):
    """Delimiter, quote, escape, spaces, line ends and marks are read as the file has them."""
    heard = hear(put(name, data))
    assert (texts, []) == (heard.texts, heard.skips)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_marks_tell_the_encoding(put, hear, encoding):
    """UTF-8 and UTF-16 with its mark are read."""
    assert ["é,ß"] == hear(put("a.csv", 'id,text\n1,"é,ß"\n'.encode(encoding))).texts


def test_another_charset_is_guessed_with_a_note(put, hear):
    """A table of windows-1252, as spreadsheets write it, is read, and a note names the charset."""
    rows = ["1;Das Café öffnet für alle Gäste.", "2;Die Züge fahren künftig täglich – auch über Köln."]
    path = put("a.csv", "\r\n".join(["id;text", *rows, ""]).encode("cp1252"))
    heard = hear(path)
    assert ([row[2:] for row in rows], []) == (heard.texts, heard.skips)
    assert [(str(path), True)] == [(note.about, "windows-1252" in note.reason.lower()) for note in heard.notes]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('2,"torn', "has a quote that does not close"),
        ('2,"torn,b', "has a quote that does not close"),
        ('2,"a "quote" inside"', "has a quote that does not close"),
        ("2", "has 1 cell, not 2 as the first row; quote a cell that holds a delimiter or a line end"),
        ("2,a,b", "has 3 cells, not 2 as the first row"),
        ("2,a\0b", "holds a NUL byte"),
        ("2,caf\udce9", "is not UTF-8: byte 0xE9; convert the file"),
        ("2,", "'text' is null"),
    ],
)
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_bad_row_costs_that_row_only(put, hear, row, reason, quote):
    """Each kind of bad row is a skip with its line and reason, and the rows around it are read."""
    data = f"id,text\n1,{quote}one{quote}\n{row}\n3,{quote}three{quote}\nééééé,four\n"
    path = put("a.csv", data.encode("utf-8", "surrogateescape"))
    heard = hear(path)
    assert (["one", "three", "four"], [(str(path), 3)]) == (
        heard.texts,
        [(skip.path, skip.line) for skip in heard.skips],
    )
    assert reason == heard.skips[0].reason[: len(reason)]
    heard.skips[0].reason.encode()


def test_messages_have_lines_and_ids_have_rows(put, hear, tmp_path):
    """After a cell with line ends, a message names the line, and an id the row."""
    path = put("a.csv", 'text,n\n"one\ntwo\nthree",1\n,2\nc,3\n')
    heard = hear(tmp_path)
    assert (["a.csv:2", "a.csv:4"], [(str(path), 5)]) == (
        heard.ids,
        [(skip.path, skip.line) for skip in heard.skips],
    )


def test_rows_are_counted_past_bad_rows(put, hear, tmp_path):
    """The number of a row counts bad rows too, so that ids do not depend on them."""
    put("a.csv", 'text,n\na,1\n"torn,2\nc,3,4\nd,4\n')
    assert ["a.csv:2", "a.csv:5"] == hear(tmp_path).ids


def test_a_quote_that_never_closes_does_not_swallow_the_file(put, hear):
    """Ten thousand rows after a torn quote are read."""
    rows = "".join(f"{number},text {number}\n" for number in range(10_000))
    heard = hear(put("a.csv", f'id,text\n1,"closed, once"\n2,"never\n{rows}'))
    assert (10_001, [3]) == (len(heard.texts), [skip.line for skip in heard.skips])


def test_hostile_quotes_take_bounded_time(put, hear, monkeypatch):
    """Rows that are torn again and again are given up after the cap, and the skip tells how many lines go with it."""
    monkeypatch.setattr(limits, "MAX_REREAD_BYTES", 5000)
    heard = hear(put("a.csv", "id,text\n" + 'a","\n' * 100))
    assert "lines are lost with it" in heard.skips[-1].reason


def test_a_row_above_the_cap_costs_that_row_only(put, hear, monkeypatch):
    """A row above the cap is a skip."""
    heard = hear(put("a.csv", "id,text\n1," + "x" * 200 + "\n2,b\n"), limits={"document_bytes": 50})
    assert (["b"], [2]) == (heard.texts, [skip.line for skip in heard.skips])


def test_a_file_without_a_text_column_is_one_skip(put, hear):
    """A first row that names no text is one skip with the names and both cures, not a skip a row."""
    heard = hear(put("a.csv", "1,Some text,x\n2,Other text,y\n"))
    (skip,) = heard.skips
    assert ([], True) == (heard.texts, "its first row is '1', 'Some text', 'x'" in skip.reason)
    assert "--field text=NAME" in skip.reason
    assert "--field text=2" in skip.reason


def test_columns_of_a_file_without_header_have_numbers(put, hear):
    """A number as the name of a field stands for a column of a file without header."""
    heard = hear(put("a.csv", "1,Some text,x\n2,Other text,y\n"), fields={"text": "2", "id": "3"})
    assert (["Some text", "Other text"], ["x", "y"]) == (heard.texts, heard.ids)


def test_fields_map_names(put, hear):
    """The caller's names of fields replace ours."""
    (document,) = hear(put("a.csv", "body,text,guid\nb,no,5\n"), fields={"text": "body", "id": "guid"}).documents
    assert ("b", "5") == (document.text, document.id)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    size=st.sampled_from([1, 7, 64 * 1024]),
)
def test_what_is_written_is_read(tmp_path, rows, delimiter, end, quoting, size):
    """Rows that the csv module writes in any dialect come back, with reads of any size."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["text", "id", "title"])
    writer.writerows(rows)
    path = tmp_path / "a.csv"
    path.write_bytes(buffer.getvalue().encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "READ_BYTES", size)
        places = discover(path, on_skip=pytest.fail, on_note=pytest.fail)
        documents = list(read_all(places, on_skip=pytest.fail, on_note=lambda _: None))
    assert [(text, id or f"{path}:{number}", title) for number, (text, id, title) in enumerate(rows, 2)] == [
        (document.text, document.id, document.title) for document in documents
    ]
