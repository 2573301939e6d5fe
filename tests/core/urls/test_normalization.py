"""Addresses of news sites: one spelling for the addresses of a page, two for those of two articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.urls.normalization import normalize_url, url_key

ALIKE = """
https://oxmoor.example/news/17 http://oxmoor.example/news/17
https://oxmoor.example/news/17 //oxmoor.example/news/17
https://oxmoor.example/news/17 oxmoor.example/news/17
https://oxmoor.example/news/17 HTTPS://WWW.Oxmoor.Example/news/17
https://oxmoor.example/news/17 https://oxmoor.example/news/17/
https://oxmoor.example/news/17 https://oxmoor.example:443/news/17
http://oxmoor.example/news/17 http://oxmoor.example:80/news/17
https://oxmoor.example/news/17 https://oxmoor.example./news/17
https://oxmoor.example/news/17 https://reader:pw@oxmoor.example/news/17
https://oxmoor.example/news/17 https://oxmoor.example//news//17
https://oxmoor.example/news/17 https://oxmoor.example/news/./17
https://oxmoor.example/news/17 https://oxmoor.example/sport/../news/17
https://oxmoor.example/news/17 https://oxmoor.example/news/17#comments
https://oxmoor.example/news/17 https://oxmoor.example/news/17#xtor=RSS-1
https://oxmoor.example/news/17 https://oxmoor.example/news/17?
https://oxmoor.example/news/17 https://oxmoor.example/news/17/index.html
https://oxmoor.example/news/17 https://oxmoor.example/news/17/index.php?utm_source=x
https://oxmoor.example/news/17 https://oxmoor.example/news/17/Default.aspx
https://oxmoor.example/news/17 https://m.oxmoor.example/news/17
https://oxmoor.example/news/17 https://mobile.oxmoor.example/news/17
https://oxmoor.example/news/17 https://www.m.oxmoor.example/news/17
https://oxmoor.example/news/17 https://amp.oxmoor.example/news/17
https://oxmoor.example/news/17 https://oxmoor.example/amp/news/17
https://oxmoor.example/news/17 https://oxmoor.example/news/17/amp/
https://oxmoor.example/news/17 https://oxmoor.example/news/17?amp=1
https://oxmoor.example/news/17 https://oxmoor.example/news/17?amp
https://oxmoor.example/news/17 https://oxmoor.example/news/17?outputType=amp
https://oxmoor.example/news/17 https://oxmoor.example/news/17.amp
https://oxmoor.example/news/17.html https://oxmoor.example/news/17.amp.html
https://oxmoor.example/news/17 https://oxmoor.example/news/amp/17
https://oxmoor.example/news/17 https://oxmoor.example/amphtml/news/17
https://oxmoor.example/news/17 https://oxmoor-example.cdn.ampproject.org/c/s/oxmoor.example/news/17
https://oxmoor.example/news/17 https://oxmoor-example.cdn.ampproject.org/v/s/oxmoor.example/news/17?amp_js_v=0.1&usqp=mq
https://oxmoor.example/news/17 https://cdn.ampproject.org/c/s/amp.oxmoor.example/news/17
http://oxmoor.example/news/17 https://cdn.ampproject.org/c/oxmoor.example/news/17
https://oxmoor.example/news/17 https://www.google.co.uk/amp/s/oxmoor.example/news/17
https://oxmoor.example/news/17 https://www.google.com/amp/s/oxmoor.example/amp/news/17
https://oxmoor.example/news/17 https://oxmoor.example/news/17?print=1
https://oxmoor.example/news/17 https://oxmoor.example/news/17?view=print
https://oxmoor.example/news/17 https://oxmoor.example/print/news/17
https://oxmoor.example/news/17 https://oxmoor.example/news/17/print
https://oxmoor.example/a-17.html https://oxmoor.example/a-17-druck.html
https://oxmoor.example/noticias/17 https://oxmoor.example/noticias/17/imprimir
https://oxmoor.example/notizie/17 https://oxmoor.example/stampa/notizie/17
https://oxmoor.example/2026/03/06/dam https://oxmoor.example/2026/03/06/dam/amp/
https://oxmoor.example/news/17 https://oxmoor.example/news/17?utm_source=a&utm_medium=b&utm_campaign=c
https://oxmoor.example/news/17 https://oxmoor.example/news/17?UTM_Source=a
https://oxmoor.example/news/17 https://oxmoor.example/news/17?fbclid=IwAR0
https://oxmoor.example/news/17 https://oxmoor.example/news/17?gclid=x&msclkid=y
https://oxmoor.example/news/17 https://oxmoor.example/news/17?ref=homepage
https://oxmoor.example/news/17 https://oxmoor.example/news/17?source=rss
https://oxmoor.example/news/17 https://oxmoor.example/news/17?at_medium=RSS&at_campaign=KARANGA
https://oxmoor.example/news/17 https://oxmoor.example/news/17?mc_cid=1a&mc_eid=2b
https://oxmoor.example/news/17 https://oxmoor.example/news/17?wt_mc=rss&cmpid=7
https://oxmoor.example/news/17?id=4 https://oxmoor.example/news/17?utm_source=a&amp;id=4
https://oxmoor.example/view?id=4&page=2 https://oxmoor.example/view?page=2&id=4
https://oxmoor.example/view?id=4 https://oxmoor.example/view?fbclid=1&id=4
https://oxmoor.example/view?id=4 https://m.oxmoor.example/view?id=4&m=1
https://oxmoor.example/view;jsessionid=1A2B?id=4 https://oxmoor.example/view?id=4
https://oxmoor.example/view?id=4 https://oxmoor.example/view?id=4&PHPSESSID=9f86d081884c7d659a2feaa0c55ad015
https://oxmoor.example/view?id=4 https://oxmoor.example/view?id=4&sid=9f86d081884c7d659a2feaa0c55ad015
https://oxmoor.example/(S(lit3py55t21z5v55vlm25s55))/view?id=4 https://oxmoor.example/view?id=4
https://oxmoor.example/?p=123 http://www.oxmoor.example/index.php?p=123&utm_source=x
https://oxmoor.example/?id=7 https://oxmoor.example/?id=7#top
https://münchen.example/straße https://xn--mnchen-3ya.example/stra%C3%9Fe
https://oxmoor.example/%7Eanna/17 https://oxmoor.example/~anna/17
https://oxmoor.example/%e6%b0%b4/17 https://oxmoor.example/%E6%B0%B4/17
https://oxmoor.example/水/17 https://oxmoor.example/%E6%B0%B4/17
https://oxmoor.example/q?t=a%20b https://oxmoor.example/q?t=a+b
https://en.m.wiki.example/wiki/Dam https://en.wiki.example/wiki/Dam
https://www.asahi.or.jp/17 http://asahi.or.jp/17/
https://m.oxmoor.blogspot.com/2026/03/dam.html?m=1 https://oxmoor.blogspot.com/2026/03/dam.html
https://oxmoor.example/#!/news/17 https://www.oxmoor.example/#!/news/17
https://127.0.0.1/news/17 http://127.0.0.1/news/17?utm_source=a
"""
UNLIKE = """
https://oxmoor.example/news/17 https://oxmoor.example/news/18
https://oxmoor.example/news/17 https://oxmoor.example/news/17-2
https://oxmoor.example/news/17 https://oxmoor.example/sport/17
https://oxmoor.example/news/17 https://oxmoor.example/17
https://oxmoor.example/news/Dam https://oxmoor.example/news/dam
https://oxmoor.example/news/17 https://alder.example/news/17
https://oxmoor.example/news/17 https://news.oxmoor.example/news/17
https://sport.oxmoor.example/17 https://kultur.oxmoor.example/17
https://de.oxmoor.example/17 https://fr.oxmoor.example/17
https://de.m.wiki.example/wiki/Dam https://en.m.wiki.example/wiki/Dam
https://oxmoor.example/de/17 https://oxmoor.example/fr/17
https://oxmoor.example:8080/17 https://oxmoor.example:8081/17
https://oxmoor.co.uk/17 https://oxmoor.com/17
https://m.co.uk/news/17 https://mobile.co.uk/news/17
https://mobile.de/17 https://m.de/17
https://amp.dev/17 https://www.dev/17
https://anna.blogspot.com/2026/03/dam.html https://bert.blogspot.com/2026/03/dam.html
https://m.blogspot.com/17 https://mobile.blogspot.com/17
https://anna.github.io/17 https://bert.github.io/17
https://oxmoor.example/view?id=7 https://oxmoor.example/view?id=8
https://oxmoor.example/?p=123 https://oxmoor.example/?p=124
https://oxmoor.example/?id=7 https://oxmoor.example/?p=7
https://oxmoor.example/index.php?id=7 https://oxmoor.example/index.php?id=8
https://oxmoor.example/index.php/17 https://oxmoor.example/index.php/18
https://oxmoor.example/view?story=a https://oxmoor.example/view?story=b
https://oxmoor.example/view?article=17 https://oxmoor.example/view?article=18
https://oxmoor.example/view?newsid=17&page=1 https://oxmoor.example/view?newsid=17&page=2
https://oxmoor.example/view?17 https://oxmoor.example/view?18
https://oxmoor.example/story.php?1234567 https://oxmoor.example/story.php?1234568
https://oxmoor.example/view?id=a%26b https://oxmoor.example/view?id=a&b
https://oxmoor.example/view?id=7&lang=de https://oxmoor.example/view?id=7&lang=en
https://oxmoor.example/view?id=7&section=1 https://oxmoor.example/view?id=7&section=2
https://oxmoor.example/modules.php?name=News&sid=17 https://oxmoor.example/modules.php?name=News&sid=18
https://oxmoor.example/view.asp?ref=12345 https://oxmoor.example/view.asp?ref=12346
https://oxmoor.example/item?source=1234 https://oxmoor.example/item?source=1235
https://oxmoor.example/print.php?print=17 https://oxmoor.example/print.php?print=18
https://oxmoor.example/print.php?id=17 https://oxmoor.example/print.php?id=18
https://oxmoor.example/print/17 https://oxmoor.example/print/18
https://oxmoor.example/amp/17 https://oxmoor.example/amp/18
https://oxmoor.example/glossary/amp https://oxmoor.example/glossary
https://oxmoor.example/print https://oxmoor.example/amp
https://oxmoor.example/technik/print https://oxmoor.example/technik
https://oxmoor.example/unter-druck.html https://oxmoor.example/unter.html
https://oxmoor.example/out-of-print.html https://oxmoor.example/out-of.html
https://oxmoor.example/blaupunkt-amp.html https://oxmoor.example/blaupunkt.html
https://oxmoor.example/view?format=video&id=7 https://oxmoor.example/view?format=text&id=7
https://oxmoor.example/view?m=202603 https://oxmoor.example/view?m=202604
https://oxmoor.example/view?v=1 https://oxmoor.example/view?v=2
https://video.example/watch?v=dQw4 https://video.example/watch?v=eRx5
https://oxmoor.example/live/17?page=all https://oxmoor.example/live/17?page=2
https://oxmoor.example/2026/03/06/brief https://oxmoor.example/2026/03/07/brief
https://oxmoor.example/a%2Fb https://oxmoor.example/a/b
https://oxmoor.example/%E6%B0%B4 https://oxmoor.example/%E7%81%AB
https://oxmoor.example/#!/news/17 https://oxmoor.example/#!/news/18
https://oxmoor.example/news/17.html https://oxmoor.example/news/17.pdf
https://oxmoor.example/news,17,a.html https://oxmoor.example/news,18,a.html
https://oxmoor.example/0,1518,17,00.html https://oxmoor.example/0,1518,18,00.html
https://oxmoor.example/news;id=17 https://oxmoor.example/news;id=18
https://oxmoor.example/x.aspx?storyid=17&t=1 https://oxmoor.example/x.aspx?storyid=18&t=1
https://news.portal.example/article/005/0001 https://news.portal.example/article/018/0001
https://news.portal.example/main/read.nhn?oid=005&aid=0001 https://news.portal.example/main/read.nhn?oid=018&aid=0001
https://oxmoor.example/newsView.php?idxno=17 https://oxmoor.example/newsView.php?idxno=18
https://a-example.cdn.ampproject.org/c/s/a.example/17 https://b-example.cdn.ampproject.org/c/s/b.example/17
https://www.google.com/amp/s/a.example/17 https://www.google.com/amp/s/b.example/17
https://xn--mnchen-3ya.example/17 https://munchen.example/17
"""
NO_PAGE = """
https://oxmoor.example
https://oxmoor.example/
https://www.oxmoor.example/index.html
https://oxmoor.example/?utm_source=feed
https://oxmoor.example/?page=2
https://oxmoor.example/?lang=de
https://oxmoor.example/#top
https://oxmoor.example/?p=
https://m.oxmoor.example//
https://www.google.com/amp/s/oxmoor.example/
/news/17
news/17
article.php?id=7
pages/oxmoor/17.html
tag:oxmoor.example,2026:17
urn:uuid:7d3c
mailto:desk@oxmoor.example
ftp://oxmoor.example/news/17
file:///home/anna/news/17.html
https://
http://oxmoor.example:99999/news/17
https://[::1/news/17
https:///news/17
"""


def pairs(table: str) -> list[tuple[str, str]]:
    return [tuple(line.split()) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("first", "second"), pairs(ALIKE))
def test_addresses_of_one_page(first, second):
    """The spellings of one page are one."""
    assert "" != normalize_url(first)
    assert normalize_url(first) == normalize_url(second)


@pytest.mark.parametrize(("first", "second"), pairs(UNLIKE))
def test_addresses_of_two_articles(first, second):
    """Two articles never have one key."""
    assert 2 == len({url_key(first), url_key(second)} - {0})


@pytest.mark.parametrize("url", ["", "   ", *NO_PAGE.split()])
def test_addresses_of_no_page(url):
    """A front page, a path without a host, and what is not in the web have no key."""
    assert ("", 0) == (normalize_url(url), url_key(url))


def test_the_first_address_of_a_page_counts():
    """The key is that of the first address that names a page."""
    page, front = "https://oxmoor.example/17", "https://oxmoor.example/"
    assert url_key(page) == url_key(page, "https://oxmoor.example/18") == url_key(front, page) == url_key("", page)
    assert 0 == url_key(front, "") == url_key()


def test_the_tables_are_large():
    """Both tables have sixty pairs or more."""
    assert len(pairs(ALIKE)) >= 60
    assert len(pairs(UNLIKE)) >= 60


@pytest.mark.parametrize("url", sorted({url for pair in pairs(ALIKE + UNLIKE) for url in pair}))
def test_a_spelling_is_its_own_spelling(url):
    """The spelling of a spelling is the same."""
    assert normalize_url(url) == normalize_url(f"https://{normalize_url(url)}")


@given(st.text(max_size=60), st.sampled_from(["", "https://", "//", "https://a.example/", "https://a.example/x?"]))
def test_any_text_is_read(text, before):
    """No text, however odd, is an error."""
    assert isinstance(normalize_url(before + text), str)
