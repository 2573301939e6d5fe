"""Pages: their main text, what they say about themselves, and the hostile ones."""

import datetime
import json
import logging
import subprocess
import sys

import pytest
import trafilatura

from dedup.formats import limits
from dedup.formats.pages.extract import DATES, OPTIONS, extract

BODY = "".join(
    f"<p>Paragraph {number} of the story tells at some length what the council decided on day {number}, and why.</p>"
    for number in range(8)
)
NAV = "<nav><ul><li><a href='/a'>Home page</a></li><li><a href='/b'>Sports pages</a></li></ul></nav>"


def page(head: str = "", body: str = BODY) -> str:
    head = f"<head><title>The title</title>{head}</head>"
    return f"<!DOCTYPE html><html>{head}<body>{NAV}<article>{body}</article></body></html>"


def test_a_page_gives_text_and_what_it_says_of_itself(put, hear):
    """The main text comes without navigation, with title, site, address and time."""
    head = (
        "<meta property='og:site_name' content='Example News'><link rel='canonical' href='https://example.org/a'>"
        "<meta property='article:published_time' content='2024-03-01T10:20:30+01:00'>"
    )
    (document,) = hear(put("a.html", page(head))).documents
    assert "council decided on day 7" in document.text
    assert "Sports pages" not in document.text
    assert ("The title", "Example News", "https://example.org/a") == (document.title, document.source, document.url)
    assert "2024-03-01T10:20:30+01:00" == document.published.isoformat()


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<meta name='author' content='Jane'><meta property='og:title' content='Another'>",
        "<meta name='author' content='Jane Roe'><meta name='keywords' content='council, days'>",
        "<meta name='application-name' content='paper'><link rel='canonical' href='https://paper.example/2024/03/01/a'>",
        """<script type='application/ld+json'>{"@context": "https://schema.org", "@type": "NewsArticle",
        "headline": "In JSON", "author": {"@type": "Person", "name": "Jane Roe"}, "datePublished": "2024-03-01",
        "publisher": {"@type": "Organization", "name": "The Paper"}}</script>""",
    ],
)
def test_who_wrote_a_page_has_no_say_in_what_else_it_tells(head):
    """Text, title, site, address and day are those that trafilatura finds when it looks for all that it can find."""
    text = page(head, f"<h1>Days</h1><p class='author'>By John Doe</p><p><a rel='tag' href='/tag/x'>x</a></p>{BODY}")
    options = {**OPTIONS, "with_metadata": True, "date_extraction_params": dict(DATES)}
    all_of_it, found = trafilatura.bare_extraction(trafilatura.load_html(text), **options), extract(text, "a.html")
    assert all_of_it.text == found.text
    assert all_of_it.author
    assert (all_of_it.title or "", all_of_it.url or "") == (found.title, found.url)
    assert (all_of_it.sitename or "") == found.source
    assert all_of_it.date == (found.published and found.published.date().isoformat())


def test_without_a_site_name_the_host_is_the_source():
    """A page that names no site has the host of its address as its source."""
    assert "example.org" == extract(page("<link rel='canonical' href='https://www.example.org/a'>"), "a").source


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<meta itemprop='datePublished' content='2024-03-01T10:20:30Z'>", "2024-03-01T10:20:30+00:00"),
        (
            f"<script type='application/ld+json'>{json.dumps({'datePublished': '2024-03-01T10:20:30Z'})}</script>",
            "2024-03-01T10:20:30+00:00",
        ),
        ("<meta property='article:published_time' content='2024-03-01'>", "2024-03-01T00:00:00+00:00"),
        (
            "<meta property='article:published_time' content='2024-03-01'>"
            f"<script type='application/ld+json'>{json.dumps({'datePublished': '2020-01-01T00:00:01Z'})}</script>",
            "2024-03-01T00:00:00+00:00",
        ),
    ],
)
def test_the_full_time_stamp_counts(head, expected):
    """A full stamp is preferred to the day alone, unless it is of another day."""
    assert expected == extract(page(head), "a").published.isoformat()


def test_the_time_element_counts():
    """Where the head says nothing, the time element of the article does."""
    found = extract(page("", "<time datetime='2024-03-01T10:20:30Z'>1 March</time>" + BODY), "a").published
    assert datetime.datetime(2024, 3, 1, 10, 20, 30, tzinfo=datetime.UTC) == found


def test_a_page_without_time_has_none():
    """Nothing is guessed from the running text."""
    assert None is extract(page("", BODY + "<p>On 3 March 2021 all was well.</p>"), "a").published


def test_tables_are_text_and_comments_are_not():
    """Tables belong to the story, readers' comments do not."""
    table = "<table><tr><th>Party</th><th>Seats</th></tr><tr><td>Greens</td><td>Twelve seats</td></tr></table>"
    comments = "<div id='comments' class='comments'><p>First comment of a reader who was here first, I think.</p></div>"
    text = extract(page("", BODY + table + comments), "a").text
    assert "Twelve seats" in text
    assert "First comment" not in text


def test_repeated_text_on_two_pages_stays():
    """trafilatura's own deduplication is off: the same page reads the same again and again."""
    assert 1 == len({extract(page(), "a").text for _ in range(5)})


def test_a_log_in_wall_is_a_document(put, hear):
    """A page without a main text is a document with what text it has."""
    (document,) = hear(put("a.html", "<html><body><form><label>Please log in</label></form></body></html>")).documents
    assert "Please log in" in document.text


@pytest.mark.parametrize(
    "text", ["", " \n", "<html></html>", "<!-- only -->", "<html><body><script>x</script></body></html>"]
)
def test_a_page_without_text_is_an_empty_document(put, hear, text):
    """Only a page without any text has none."""
    heard = hear(put("a.html", text))
    assert ([""], []) == (heard.texts, heard.skips)


@pytest.mark.parametrize(
    "text", ["just words, no tags", "<p>just words,</p> <p>no tags</p>", "<div>just words,<b> no tags"]
)
def test_fragments_are_pages(put, hear, text):
    """A page need not be whole."""
    assert ["just", "words,", "no", "tags"] == hear(put("a.htm", text)).texts[0].split()


RUSSIAN = "Совет принял решение о строительстве новой школы в центре города на следующий год."


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("windows-1251", "windows-1251"),
        ("windows-1251", "CP1251"),
        ("koi8-r", "koi8-r"),
        ("iso8859-5", "iso-8859-5"),
        ("utf-8", "utf-8"),
        ("utf-8", "windows-1251"),
        ("utf-8", "no-such-charset"),
        ("utf-8", "punycode"),
    ],
)
def test_declared_charsets_are_honoured(put, hear, codec, declared):
    """A page in its declared charset is read, and one that is UTF-8 whatever it declares too."""
    data = page(f"<meta charset='{declared}'>", f"<p>{RUSSIAN}</p>" * 3).encode(codec)
    assert RUSSIAN in hear(put("a.html", data)).texts[0]


@pytest.mark.parametrize(
    ("codec", "declared", "text"),
    [
        ("cp1252", "iso-8859-1", "The council’s “final” decision costs €5 million, a café owner said on Monday."),
        ("cp932", "x-sjis", "市議会は来年、市の中心部に新しい学校を建設することを決定した。"),
        ("iso2022_jp", "iso-2022-jp", "市議会は来年、市の中心部に新しい学校を建設することを決定した。"),
        ("gb18030", "gb2312", "市议会决定明年在市中心建设一所新学校，市长镕基说。"),
        ("cp949", "euc-kr", "시의회는 내년에 도심에 새 학교를 짓기로 결정했다."),
    ],
)
def test_charsets_are_read_as_browsers_read_them(put, hear, codec, declared, text):
    """Declared charsets are taken in the wider sense in which pages use them."""
    head = f"<meta http-equiv='Content-Type' content='text/html; charset={declared}'>"
    assert text in hear(put("a.html", page(head, f"<p>{text}</p>").encode(codec))).texts[0]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_marks_tell_the_charset(put, hear, codec):
    """A page with the mark of UTF-8 or UTF-16 is read, whatever it declares."""
    data = page("<meta charset='windows-1251'>", f"<p>{RUSSIAN}</p>").encode(codec)
    assert RUSSIAN in hear(put("a.html", data)).texts[0]


def test_undeclared_charsets_are_guessed(put, hear):
    """A page in windows-1251 that declares nothing is read."""
    assert RUSSIAN in hear(put("a.html", page("", f"<p>{RUSSIAN}</p>" * 9).encode("windows-1251"))).texts[0]


def test_undeclared_quotes_of_windows_are_read(put, hear):
    """An English page in windows-1252 that declares nothing keeps its few quotes."""
    assert "council’s" in hear(put("a.html", page("", BODY + "<p>The council’s vote.</p>").encode("cp1252"))).texts[0]


def test_a_broken_byte_does_not_make_utf8_the_declared_charset(put, hear):
    """A UTF-8 page that declares windows-1251 and has one broken byte is read as UTF-8."""
    data = page("<meta charset='windows-1251'>", f"<p>{RUSSIAN}</p>" * 9).encode() + b"<!-- \xff -->"
    assert RUSSIAN in hear(put("a.html", data)).texts[0]


def test_a_few_broken_bytes_cost_themselves_only(put, hear):
    """A UTF-8 page with one broken byte is read without it."""
    data = page("<meta charset='utf-8'>", f"<p>{RUSSIAN}</p>" * 9).encode() + b"<!-- \xff -->"
    assert RUSSIAN in hear(put("a.html", data)).texts[0]


def test_xml_declarations_are_no_obstacle(put, hear):
    """XHTML with a declaration of its encoding is read."""
    data = '<?xml version="1.0" encoding="windows-1251"?>\n' + page("", f"<p>{RUSSIAN}</p>")
    assert RUSSIAN in hear(put("a.html", data.encode("windows-1251"))).texts[0]


@pytest.mark.parametrize("data", [bytes(range(256)) * 50, b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" * 99, b"\0" * 1000])
def test_bytes_that_are_no_text_are_a_skip(put, hear, data):
    """What decodes as nothing sensible is a skip."""
    heard = hear(put("a.html", data))
    assert ([], ["is not text in any known charset; save the page as UTF-8, or leave it out"]) == (
        heard.documents,
        [skip.reason for skip in heard.skips],
    )


def test_a_stray_nul_is_dropped(put, hear):
    """One NUL in a page costs itself only."""
    (text,) = hear(put("a.html", page("", BODY + "<p>one\0two</p>"))).texts
    assert "council decided on day 7" in text
    assert "\0" not in text


@pytest.mark.parametrize("close", ["</div>" * 100_000, ""])
def test_100_000_nested_elements_lose_no_text(put, hear, close):
    """A page nested too deep for a tree is read flat, with a note, and no text is lost."""
    heard = hear(
        put("a.html", f"<title>T</title>{'<div>' * 100_000}{BODY}{close}<p>And the end.</p><script>no</script>")
    )
    assert "council decided on day 7" in heard.texts[0]
    assert heard.texts[0].endswith("And the end.")
    assert ["the page has more than 250 nested elements; its whole text was taken, with what boilerplate it has"] == [
        note.reason for note in heard.notes
    ]


def test_unclosed_tags_lose_no_text():
    """Thousands of tags that nobody closed nest, and lose no text."""
    text = extract("<html><body>" + "".join(f"<font><p>word{number} " for number in range(5000)), "a").text
    assert [f"word{number}" for number in range(5000)] == text.split()


def test_100_000_attributes_take_no_time():
    """An element of so many attributes that a tree of it would take minutes is read without one."""
    found = extract("<p " + " ".join(f"a{number}" for number in range(100_000)) + ">words", "a")
    assert ("words", "the page has more than 1,000 attributes on one element") == (found.text, found.note)


def test_a_page_of_one_long_text_is_not_lost():
    """A page of one paragraph just below the cap keeps its words."""
    text = "word " * ((limits.MAX_HTML_BYTES - 100) // 5)
    assert text.count("word") == extract(f"<html><body><p>{text}</p></body></html>", "a").text.count("word")


def test_a_page_of_many_elements_is_read_flat(monkeypatch):
    """A page of more elements than the cap is read flat, and keeps its title."""
    monkeypatch.setattr(limits, "MAX_HTML_ELEMENTS", 20)
    found = extract(page("", BODY * 3), "a")
    assert ("the page has more than 20 elements", "The title") == (found.note, found.title)
    assert 3 == found.text.count("council decided on day 7")


def test_a_huge_page_is_a_skip(put, hear, monkeypatch):
    """A page over the cap is a skip, as a file and in a row."""
    monkeypatch.setattr(limits, "MAX_HTML_BYTES", 500)
    paths = put("a.html", page()), put("b.jsonl", json.dumps({"html": page()}))
    assert [
        "is larger than 500 bytes (decompressed); split it or leave it out",
        "is HTML of more than 500 bytes; hand its text over instead",
    ] == [skip.reason for skip in hear(*paths).skips]


@pytest.mark.parametrize(
    "text",
    [
        "<" * 10_000,
        "<a " * 5_000,
        "<!--" * 5_000,
        "<![CDATA[" * 5_000,
        "&#xD800;&#0;&#99999999999;" * 100,
        "<table>" * 300 + "x",
        "<html/><body><p>x",
        "<script type='application/ld+json'>" + "[" * 10_000 + "</script><p>x",
        "<meta property='article:published_time' content='9999-99-99T99:99:99'><p>x",
        "<link rel='canonical' href='http://[::1'><p>x",
        "<time datetime='2024-01-01T00:00:00+99:99'>x</time>",
        "<p xmlns:a='b' a:c='d' :e='f'>x",
        "<svg><style><p>x",
        "<frameset><frame src='x'></frameset>",
        BODY + "<p>\ufffe\uffff\x01\x85x",
    ],
)
def test_malformed_pages_are_documents(put, hear, text):
    """Whatever a page is made of, it is one document whose text can be encoded."""
    heard = hear(put("a.html", text))
    assert (1, []) == (len(heard.documents), heard.skips)
    heard.documents[0].text.encode()


def test_the_extraction_writes_no_log(put, hear, caplog):
    """The loggers of the extraction are silent while it runs, and as they were afterwards."""
    logger = logging.getLogger("trafilatura")
    logger.setLevel(logging.DEBUG)
    hear(put("a.html", ""), put("b.html", page()))
    assert ([], logging.DEBUG) == (caplog.records, logger.level)
    logger.setLevel(logging.NOTSET)


def test_nothing_heavy_is_imported_before_the_first_page():
    """Importing the readers imports neither trafilatura nor lxml."""
    code = "import sys, dedup.formats; print([name for name in ('trafilatura', 'lxml') if name in sys.modules])"
    assert "[]\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("joiner", ["\u200c", "&zwnj;", "&#8204;", "&#x200C;"])
def test_words_of_persian_stay_apart(put, hear, joiner):
    """Where a joiner parts two words of Persian, the text of the page has a space."""
    sentence = f"کتاب{joiner}خانه مرکزی شهر امروز پس از دو سال بازسازی دوباره باز شد و مردم از آن دیدن کردند. "
    heard = hear(put("a.html", f"<html><body><article><p>{sentence * 4}</p></article></body></html>"))
    assert "کتاب خانه" in heard.documents[0].text
