"""JSON: arrays, lists in an object, and objects one after the other. A bad object costs that object only."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.formats import discover, limits, read_all

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.lists(st.builds(lambda text, more: {"more": more, "text": text}, st.text(max_size=20), VALUES), max_size=6)


def test_an_array_of_objects_gives_all_fields(put, hear, tmp_path):
    """An element of an array is one document; without id, its place in the array is its id."""
    row = {"id": 7, "text": "t", "title": "T", "source": "S", "url": "u", "published": "2024-01-02T03:04:05Z"}
    put("sub/a.json", json.dumps([row, {"text": "b", "x": [{"y": 1}]}]))
    first, second = hear(tmp_path).documents
    assert ("7", "t", "T", "S", "u") == (first.id, first.text, first.title, first.source, first.url)
    assert "2024-01-02T03:04:05+00:00" == first.published.isoformat()
    assert ("sub/a.json:2", "b") == (second.id, second.text)


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        ('{"text": "one"}', ["one"]),
        ('{"text": "one", "comments": [{"text": "no"}]}', ["one"]),
        ('{"status": "ok", "articles": [{"text": "a"}, {"text": "b"}], "total": 2}', ["a", "b"]),
        ('{"response": {"pages": [1, 2], "results": [{"text": "a"}]}}', ["a"]),
        ('{"text": "a"}\n{"text": "b"}\n', ["a", "b"]),
        ('{"text": "a"}{"text": "b"}, {"text": "c"}', ["a", "b", "c"]),
        ('[{"text": "a"}]\n[{"text": "b"}]', ["a", "b"]),
        ('\ufeff[\n{"text": "a"}\n]\n', ["a"]),
        ('[{"text": "\\ud83d\\ude00 ] } \\" {"}]', ['😀 ] } " {']),
        ('[{"text": "a", "x": NaN, "text": "b"}]', ["b"]),
        ("", []),
        ("[]", []),
    ],
)
def test_each_form_is_read(put, hear, data, texts):
    """An object, a list in an object, an array, and objects one after the other give their documents."""
    heard = hear(put("a.json", data))
    assert (texts, []) == (heard.texts, heard.skips)


def test_utf16_is_read(put, hear):
    """UTF-16 with its mark is read."""
    assert ["é"] == hear(put("a.json", '[{"text": "é"}]'.encode("utf-16"))).texts


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        ('{"text": oops}', "is not JSON: Expecting value at character 9"),
        ('{"text": "a",}', "is not JSON: "),
        ("{'text': 'a'}", "is not JSON: "),
        ("oops", "is not JSON: Expecting value at character 0"),
        ('{"text": "raw\nline"}', "is not JSON: Invalid control character"),
        ('{"text": "torn}', ""),
        ('{"text": "a"', ""),
        ("5", "is JSON but not an object (int)"),
        ("null", "is JSON but not an object (NoneType)"),
        ('{"text": "\\ud800"}', "'text' holds a lone surrogate (\\ud800)"),
        ('{"text": 5}', "'text' is of type int"),
        ('{"a": ' * 5000 + "1" + "}" * 5000, "is JSON that no document has: maximum recursion depth"),
    ],
)
@pytest.mark.parametrize("form", ["[\n%s,\n%s,\n%s,\n%s\n]", "%s\n%s\n%s\n%s\n", '{"items": [\n%s,\n%s,\n%s,\n%s\n]}'])
def test_a_bad_element_costs_that_element_only(put, hear, form, element, reason):
    """Each kind of bad element is a skip with its number and reason, and the elements around it are read."""
    path = put("a.json", form % ('{"text": "1"}', element, '{"text": "3"}', '{"text": "4"}'))
    heard = hear(path)
    assert (["1", "3", "4"], [(str(path), 2)]) == (heard.texts, [(skip.path, skip.line) for skip in heard.skips])
    assert reason == heard.skips[0].reason[: len(reason)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"meta": {"n": 1}, "articles": rows}])
def test_a_cut_file_gives_the_whole_elements_before_the_cut(put, hear, indent, wrap):
    """A file cut in an element gives the elements before the cut, and a skip for that element."""
    data = json.dumps(wrap([{"text": str(number), "tags": [{"text": "no"}]} for number in range(4)]), indent=indent)
    heard = hear(put("a.json", data[: data.index('"3"')]))
    assert (["0", "1", "2"], [4]) == (heard.texts, [skip.line for skip in heard.skips])
    assert "breaks off" in heard.skips[0].reason


def test_several_lists_are_one_skip_that_names_them(put, hear):
    """An object with two lists of objects is one skip that names the lists and the cure."""
    heard = hear(put("a.json", '{"top": [{"text": "a"}], "more": {"items": [{"text": "b"}]}}'))
    assert ["is one object with several lists of objects: 'top', 'more.items'; take one out: jq -c '.top[]'"] == [
        skip.reason for skip in heard.skips
    ]


def test_what_is_no_json_is_one_skip(put, hear):
    """A file that does not begin as JSON is one skip, not a skip a word."""
    heard = hear(put("a.json", "some words " * 1000))
    assert ["is not JSON: begins with b's'; give objects, or an array of objects"] == [
        skip.reason for skip in heard.skips
    ]


def test_a_json_feed_is_read(put, hear):
    """JSON Feed gives its content, times and addresses; the source is the host of its home page."""
    items = [
        {"id": "1", "url": "https://a.example/1", "title": "T", "content_html": "<p>One <b>two</b>.</p>"},
        {"id": "2", "content_text": "three", "date_published": "2024-01-02T03:04:05Z"},
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://a.example/", "items": items}
    first, second = hear(put("a.json", json.dumps(feed))).documents
    assert ("1", "One two.", "T", "a.example") == (first.id, first.text, first.title, first.source)
    assert ("2", "three", 2024) == (second.id, second.text, second.published.year)


def test_a_value_above_the_cap_is_a_skip(put, hear, monkeypatch):
    """A value above the cap ends the file, with a skip that has its number; the values before are read."""
    monkeypatch.setattr(limits, "READ_BYTES", 50)
    monkeypatch.setattr(limits, "SNIFF_BYTES", 50)
    heard = hear(put("a.json", '[{"text": "a"}, {"text": "' + "x" * 900 + '"}]'), limits={"document_bytes": 100})
    assert (["a"], [2]) == (heard.texts, [skip.line for skip in heard.skips])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=OBJECTS,
    indent=st.sampled_from([None, 0, 2]),
    ascii=st.booleans(),
    size=st.sampled_from([1, 7, 64 * 1024]),
    form=st.sampled_from(["array", "lines"]),
)
def test_what_is_written_is_read(tmp_path, rows, indent, ascii, size, form):
    """Objects in any layout come back, with reads of any size."""
    if form == "array":
        data = json.dumps(rows, indent=indent, ensure_ascii=ascii)
    else:
        data = "\n".join(json.dumps(row, indent=indent, ensure_ascii=ascii) for row in rows)
    path = tmp_path / "a.json"
    path.write_bytes(data.encode("utf-8", "replace"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "READ_BYTES", size)
        places = discover(path, on_skip=pytest.fail, on_note=pytest.fail)
        documents = list(read_all(places, on_skip=pytest.fail, on_note=pytest.fail))
    assert [row["text"] for row in rows] == [document.text for document in documents]
