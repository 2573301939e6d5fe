"""Names of fields as data sets have them, and the note that says which names were read."""

import json

import pytest

from dedup.formats.fields.names import ALIASES, FIELDS, FieldNames, folded

DATA_SETS = {
    "CC-News": ("date_publish maintext source_domain title url", "maintext title source_domain url date_publish"),
    "cc_news": ("domain date description image_url text title url", "text title domain url date"),
    "All the News": (
        "date year month day author title article url section publication",
        "article title publication url date",
    ),
    "RealNews": ("text title authors publish_date domain url", "text title domain url publish_date"),
    "NewsAPI": (
        "source author title description url urlToImage publishedAt content",
        "content title source url publishedAt",
    ),
    "AG News": ("Class Index|Title|Description", "Description Title source url published"),
    "cnn_dailymail": ("article highlights", "article title source url published"),
    "MIND": ("category subcategory title abstract url", "abstract title source url published"),
    "JSON Feed": ("content_html content_text date_published title url", "content_text title source url date_published"),
    "schema.org": (
        "headline articleBody datePublished publisher url",
        "articleBody headline publisher url datePublished",
    ),
    "Scrapy": ("Headline|Body Text|Link|Pub-Date|SOURCE", "Body Text|Headline|SOURCE|Link|Pub-Date"),
}
"""The keys of each data set, and the keys of text, title, source, url and published."""


@pytest.mark.parametrize(("keys", "expected"), DATA_SETS.values(), ids=DATA_SETS)
def test_the_keys_of_data_sets_are_read(keys, expected):
    """The fields of a data set are read from its keys, as people name them."""
    names = FieldNames()
    names.see(keys.split("|") if "|" in keys else keys.split())
    expected_keys = expected.split("|") if "|" in expected else expected.rsplit(" ", 4)
    assert expected_keys == [names.keys[name] for name in ("text", "title", "source", "url", "published")]


def test_no_alias_stands_for_two_fields():
    """Each other name belongs to one field, whatever its case and marks; `CREDITS` may stand for another field too."""
    names = [folded(alias) for aliases in ALIASES.values() for alias in aliases]
    assert len(names) == len(set(names))
    assert {folded("canonical_url"), "publisher"} == set(names) & {folded(field) for field in FIELDS}


def test_a_summary_is_no_text_where_there_is_a_page():
    """A page goes before a key that holds less than the text."""
    names = FieldNames()
    names.see(["summary", "html"])
    assert ("text", "html") == (names.keys["text"], names.keys["html"])


def test_the_key_of_a_field_stays():
    """A field keeps the key of the first rows, and a field without a key gets one from later rows."""
    names = FieldNames()
    names.see(["content"])
    names.see(["body", "headline"])
    assert ("content", "headline") == (names.keys["text"], names.keys["title"])


def test_a_name_of_the_user_holds():
    """A key that the user names is read for its field, and for no other field."""
    names = FieldNames({"title": "description"})
    names.see(["description", "content", "title"])
    assert ("description", "content") == (names.keys["title"], names.keys["text"])


def rows(*values):
    return "".join(json.dumps(value) + "\n" for value in values)


def test_one_note_says_what_is_read(put, hear, tmp_path):
    """One note of a run names the keys that are read, and the keys that could be read too."""
    put("a.jsonl", rows({"body": "t", "content": "u", "headline": "T"}, {"body": "v"}))
    put("b.jsonl", rows({"article": "w", "headline": "T"}))
    heard = hear(tmp_path)
    assert ["t", "v", "w"] == heard.texts
    (note,) = heard.notes
    assert (
        "text is read from 'body' or 'article' (not from 'content'), title from 'headline'; to choose another: "
        "--field text=NAME, or fields={'text': 'NAME'}"
    ) == note.reason


def test_our_own_names_need_no_note(put, hear):
    """A file with our names of fields, in any case, gives no note."""
    assert [] == hear(put("a.jsonl", rows({"Text": "t", "title": "T", "body": "other"}))).notes


def test_rows_of_a_file_are_read_alike(put, hear):
    """A row without the key of its file is a skip, though it has a key that another file could be read from."""
    heard = hear(put("a.jsonl", rows({"body": "t"}, {"body": None, "description": "short"}, {"body": "u"})))
    assert (["t", "u"], [2]) == (heard.texts, [skip.line for skip in heard.skips])


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_all_chunks_of_a_file_are_read_alike(put, hear, monkeypatch, suffix):
    """The first rows of a file decide for all its chunks, plain or packed."""
    import gzip

    monkeypatch.setattr("dedup.formats.limits.CHUNK_BYTES", 200)
    data = rows({"body": "first", "content": "x", "pubDate": "25/04/2024"})
    data += "".join(rows({"content": f"row {n} " + "x" * 60, "date": "03/04/2024", "body": f"b{n}"}) for n in range(20))
    data += rows({"pubDate": "03/04/2024", "body": "last"})
    packed = gzip.compress(data.encode()) if suffix.endswith("gz") else data
    heard = hear(put(f"a{suffix}", packed))
    assert ["first", *(f"b{n}" for n in range(20)), "last"] == heard.texts
    assert "2024-04-03" == heard.documents[-1].published.date().isoformat()
    assert None is heard.documents[3].published


def test_a_dotted_name_reaches_into_objects(put, hear):
    """The user names a value in an object by a path of keys; a key of the whole name goes first."""
    data = rows({"fields": {"bodyText": "t", "tags": ["T"]}}, {"fields.bodyText": "u"}, {"fields": 5})
    heard = hear(put("a.jsonl", data), fields={"text": "fields.bodyText", "title": "fields.tags.0"})
    assert (["t", "u"], ["T", ""], [3]) == (
        heard.texts,
        [document.title for document in heard.documents],
        [skip.line for skip in heard.skips],
    )
