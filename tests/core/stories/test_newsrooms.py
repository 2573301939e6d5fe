"""Names of newsrooms: the spellings of one newsroom, and the names that texts begin with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.stories.newsrooms import host, is_agency, name_at, newsroom, plain


@pytest.mark.parametrize(
    "spellings",
    [
        ["CNBC", "cnbc.com", "www.cnbc.com", "WWW.CNBC.COM", " cnbc "],
        ["The Oxmoor Ledger", "Oxmoor Ledger", "oxmoor-ledger", "oxmoor-ledger.example", "www.oxmoorledger.com"],
        ["AP", "Associated Press", "The Associated Press", "apnews.com", "AP News"],
        ["Reuters", "reuters.com", "uk.reuters.com", "Thomson Reuters", "REUTERS"],
        ["BBC News", "BBC", "bbc.co.uk", "www.bbc.com", "bbc"],
        ["The Guardian", "theguardian.com", "guardian.co.uk"],
        ["Süddeutsche Zeitung", "SÜDDEUTSCHE ZEITUNG"],
        ["Asahi", "asahi.or.jp", "www.asahi.co.jp", "asahi.com", "digital.asahi.com"],
        ["The Herald", "herald.com.au", "herald.ne.jp", "news.herald.gov.in"],
        ["Xinhua", "Xinhua News Agency", "xinhuanet.com", "新华社"],
        ["Agence France-Presse", "AFP", "afp.com"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_of_one_newsroom(spellings):
    """Articles, case, spaces, hyphens, an address around a name and "news" behind it make no other newsroom."""
    assert 1 == len({newsroom(spelling) for spelling in spellings})


def test_newsrooms_that_are_not_one():
    """Names that differ in letters are different newsrooms, and two sites of one host are different too."""
    names = [
        "CNBC",
        "CNN",
        "AP",
        "APA",
        "The Times",
        "Times of India",
        "a.substack.com",
        "b.substack.com",
        "a.github.io",
        "b.github.io",
        "reuters.blogspot.com",
        "Reuters",
        "The",
        "News",
    ]
    assert len(names) == len({newsroom(name) for name in names})
    assert {""} == {newsroom(name) for name in ("", " ", "...", "–")}


@given(st.text(max_size=40))
def test_any_text_may_be_a_name(text):
    """Any text can be read as a name, and a name does not depend on spaces around it."""
    assert newsroom(text) == newsroom(f" {text} ")
    assert is_agency(text) in (True, False)
    assert plain(text) == plain(plain(text).upper().casefold()) or not text.isascii() or text.lower().count("www.") > 1
    name_at(text)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.cnbc.com/2024/a.html", "www.cnbc.com"),
        ("http://user@a.example:8080?q", "a.example"),
        ("https://a.example#top", "a.example"),
        ("a.example/b", ""),
        ("", ""),
    ],
)
def test_host(url, expected):
    """The host of an address stands between the slashes, without user and port."""
    assert expected == host(url)


@pytest.mark.parametrize(
    ("text", "name", "after"),
    [
        ("CNBC.", "CNBC", "."),
        ("The Oxmoor Ledger on Monday", "The Oxmoor Ledger", " on Monday"),
        ("the Guardian, which", "Guardian", ", which"),
        ("“U.S. News & World Report”.", "U.S. News & World Report", "."),
        ("https://www.cnbc.com/2024/a.html and", "www.cnbc.com", " and"),
        ("netzpolitik.org", "netzpolitik.org", ""),
        ("dpa", "dpa", ""),
        ("Bild der Wissenschaft", "Bild der Wissenschaft", ""),
        ("20 Minutes", "20 Minutes", ""),
        ("company data", "", "company data"),
        ("3 March 2024", "", "3 March 2024"),
        ("January", "", "January"),
        ("2019", "", "2019"),
        ("", "", ""),
    ],
)
def test_the_name_a_text_begins_with(text, name, after):
    """Capitals, an address or an agency make a name, and a date or a common noun does not."""
    assert (name, after) == name_at(text)[:2]
