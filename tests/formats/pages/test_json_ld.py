"""JSON-LD -> the news article that it describes."""

import json

import pytest

from dedup.formats import limits
from dedup.formats.pages.json_ld import article_of, names_in, reference

ARTICLE = {"@type": "NewsArticle", "headline": "H"}


@pytest.mark.parametrize(
    "value",
    [
        ARTICLE,
        [{"@type": "Organization"}, ARTICLE],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, ARTICLE]},
        {"@type": ["Thing", "NewsArticle"], "headline": "H"},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {"@type": "https://schema.org/ReportageNewsArticle", "headline": "H"},
        {"@type": "BlogPosting", "headline": "H"},
    ],
)
def test_an_article_is_found_in_each_form(value):
    """An article alone, in a list, in a graph, of several types, of a subtype and inside a page is found."""
    assert "H" == article_of([json.dumps(value)])["headline"]


@pytest.mark.parametrize("around", ["<!--{}-->", "//<![CDATA[\n{}\n//]]>", "{};", "\n {} \n"])
def test_marks_around_the_script_do_not_count(around):
    """Marks that hide a script from old browsers, and a semicolon, are passed over."""
    assert ARTICLE == article_of([around.replace("{}", json.dumps(ARTICLE))])


def test_line_ends_inside_strings_are_read():
    """A line end inside a string, which JSON forbids and pages have, is read."""
    assert "a\nb" == article_of(['{"@type": "NewsArticle", "headline": "a\nb"}'])["headline"]


@pytest.mark.parametrize("script", ["", "no JSON", "[" * 100_000, '{"@type": 3}', "null", '{"@type": {"a": []}}'])
def test_broken_scripts_are_no_article(script):
    """A script that is broken, nests deep or has other types is passed over, and the next script counts."""
    assert {} == article_of([script])
    assert ARTICLE == article_of([script, json.dumps(ARTICLE)])


def test_a_news_article_goes_before_another_article():
    """A ``NewsArticle`` counts before an ``Article`` that stands before it."""
    assert ARTICLE == article_of([json.dumps([{"@type": "Article", "headline": "Other"}, ARTICLE])])


def test_only_so_many_objects_are_searched(monkeypatch):
    """An article behind very many objects is not found."""
    monkeypatch.setattr(limits, "MAX_JSON_LD", 5)
    assert {} == article_of([json.dumps([*[{}] * 10, ARTICLE])])


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Jane Roe", ["Jane Roe"]),
        ({"name": " Jane\n Roe "}, ["Jane Roe"]),
        ([{"name": "A"}, "B", {"name": ["C", "D"]}, 3, None, {}], ["A", "B", "C", "D"]),
        (None, []),
    ],
)
def test_names_of_people(value, names):
    """Names stand in strings, in objects, and in lists of these."""
    assert names == names_in(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("https://a.example/1", "https://a.example/1"),
        ({"@id": "https://a.example/1"}, "https://a.example/1"),
        ({"url": "https://a.example/1", "name": "A"}, "https://a.example/1"),
        ([{}, {"name": "The Wire"}], "The Wire"),
        (None, ""),
        (3, ""),
    ],
)
def test_references(value, text):
    """A reference is a string, or an object with an address or a name."""
    assert text == reference(value)
