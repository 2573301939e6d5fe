"""The charset of a page: marks, declarations, guesses, and bytes that are not text."""

import pytest

from tests.helpers.html_pages import BODY, page

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
    """A page in its declared charset is read, and a page in UTF-8 is read with any declaration."""
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
    """A declared charset is read as the larger charset that browsers take for it."""
    head = f"<meta http-equiv='Content-Type' content='text/html; charset={declared}'>"
    assert text in hear(put("a.html", page(head, f"<p>{text}</p>").encode(codec))).texts[0]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_marks_tell_the_charset(put, hear, codec):
    """A page with the mark of UTF-8 or UTF-16 is read with any declaration."""
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
    """Bytes that make no sense in any charset are a skip."""
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
