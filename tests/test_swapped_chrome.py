"""Every article in the boilerplate of every site, whole and cut, gives one story for each article.

Aggregators mix articles and boilerplate in this way. The pages are composed from the sources of the collection in
``corpus/``.
"""

import importlib.util
import math
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

import dedup
from dedup import Document
from dedup.formats import discover, read_all

CORPUS = Path(__file__).parents[1] / "corpus"
ARTICLES = ("ferry-merger", "rate-cut", "storm-isolde", "wind-auction")
TEXTS = ("pressmirror.example", "thepapertrail.example", "omnifeed.example", "citizenscroll.example")
PAGES = ("newsglobe.example", "dailyferret.example", "techpulsehub.example", "insightmonitor.example")
CUT_TO = 0.6
"""Share of the paragraphs that a cut article has."""


@pytest.fixture(scope="module")
def make():
    """Loads the program that composes the collection."""
    spec = importlib.util.spec_from_file_location("make", CORPUS / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def composed(make):
    """Returns a function from sites to the text of each page, by article, site and length."""
    articles, sites = make.load_articles(), make.read_json("sites.json")

    def compose(names):
        """Composes the whole and the cut page of each article on each site."""
        texts = {}
        for name in ARTICLES:
            whole = articles[name]
            cut = replace(whole, paragraphs=whole.paragraphs[: math.ceil(len(whole.paragraphs) * CUT_TO)])
            for site in names:
                texts[name, site, "whole"] = make.compose(whole, site, sites, articles)
                texts[name, site, "cut"] = make.compose(cut, site, sites, articles)
        return texts

    return compose


def stories(documents):
    """Clusters documents and returns the ids of each story, sorted."""
    report = dedup.cluster(documents)
    return sorted(sorted(member.id for member in story.members) for story in report.stories)


def expected(names):
    """Returns the ids of the pages of each article on these sites."""
    return sorted(sorted(f"{name}/{site}/{size}" for site in names for size in ("whole", "cut")) for name in ARTICLES)


def test_articles_in_the_boilerplate_of_text_sites(composed):
    """Text pages without a source give one story an article, also if a site has its page on a single line."""
    documents = [Document(text, "/".join(key)) for key, text in composed(TEXTS).items()]
    assert expected(TEXTS) == stories(documents)


def test_two_sites_are_enough(composed):
    """Eight pages each of any two sites are enough to find their boilerplate."""
    pages = composed(TEXTS)
    for names in permutations(TEXTS, 2):
        documents = [Document(text, "/".join(key)) for key, text in pages.items() if key[1] in names]
        assert expected(names) == stories(documents), names


def test_articles_in_the_boilerplate_of_html_sites(composed, tmp_path):
    """HTML pages that are read from files give one story an article."""
    for (name, site, size), text in composed(PAGES).items():
        (tmp_path / f"{name}+{site}+{size}.html").write_text(text, encoding="utf-8")
    events = []
    places = discover([tmp_path], on_skip=events.append, on_note=events.append)
    documents = list(read_all(places, on_skip=events.append, on_note=events.append))
    assert [] == events
    ids = [[Path(id).stem.replace("+", "/") for id in story] for story in stories(documents)]
    assert expected(PAGES) == sorted(sorted(story) for story in ids)
