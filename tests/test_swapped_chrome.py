"""Every article in the chrome of every site, whole and cut: as many stories as there are articles, without a mistake.

This is what aggregators make of the news. The pages are composed from the sources of the collection in ``corpus/``.
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
KEPT = 0.6


@pytest.fixture(scope="module")
def make():
    """The program that composes the collection."""
    spec = importlib.util.spec_from_file_location("make", CORPUS / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def composed(make):
    """A function from sites to the text of each page, by article, site and length."""
    articles, sites = make.load_articles(), make.read_json("sites.json")

    def compose(names):
        found = {}
        for name in ARTICLES:
            whole = articles[name]
            cut = replace(whole, paragraphs=whole.paragraphs[: math.ceil(len(whole.paragraphs) * KEPT)])
            for site in names:
                found[name, site, "whole"] = make.compose(whole, site, sites, articles)
                found[name, site, "cut"] = make.compose(cut, site, sites, articles)
        return found

    return compose


def stories(documents):
    """The ids in each story, sorted."""
    report = dedup.cluster(documents)
    return sorted(sorted(member.id for member in story.members) for story in report.stories)


def expected(names):
    """For each article, the ids of its pages on these sites."""
    return sorted(sorted(f"{name}/{site}/{size}" for site in names for size in ("whole", "cut")) for name in ARTICLES)


def test_articles_in_the_chrome_of_text_sites(composed):
    """Pages as a scraper leaves them, one site's on a single line, without a source."""
    documents = [Document(text, "/".join(key)) for key, text in composed(TEXTS).items()]
    assert expected(TEXTS) == stories(documents)


def test_two_sites_are_enough(composed):
    """Of two sites, eight pages each, all is learned that is needed, whichever two they are."""
    pages = composed(TEXTS)
    for names in permutations(TEXTS, 2):
        documents = [Document(text, "/".join(key)) for key, text in pages.items() if key[1] in names]
        assert expected(names) == stories(documents), names


def test_articles_in_the_chrome_of_html_sites(composed, tmp_path):
    """The same with HTML that is read from files."""
    for (name, site, size), text in composed(PAGES).items():
        (tmp_path / f"{name}+{site}+{size}.html").write_text(text, encoding="utf-8")
    told = []
    places = discover([tmp_path], on_skip=told.append, on_note=told.append)
    documents = list(read_all(places, on_skip=told.append, on_note=told.append))
    assert [] == told
    found = [[Path(id).stem.replace("+", "/") for id in story] for story in stories(documents)]
    assert expected(PAGES) == sorted(sorted(story) for story in found)
