"""Keys of items of feeds: which headlines are one, and which sites."""

import numpy as np
import pytest

from dedup.core.items.keys import item_keys
from dedup.core.text.headlines import headline_keys, is_long_headline
from dedup.core.thresholds import HEADLINE_WORDS, SITE_LETTERS, URL_WORDS

TITLE = "Thousands told to leave as dam on the Orle weakens"


def key(title):
    """Return the key of a headline."""
    return int(headline_keys([title], 7)[0])


@pytest.mark.parametrize(
    "title",
    [
        TITLE.upper(),
        f"“{TITLE}”.",
        f"{TITLE} - The Oxmoor Ledger",
        f"{TITLE} | Oxmoor.example ",
        f"{TITLE} – Ledger",
        f"{TITLE}\u00a0— Ledger",
        TITLE.replace("th", "\uff54\uff48"),
        f"{TITLE} - {'x' * SITE_LETTERS}",
    ],
)
def test_spellings_of_a_headline_are_one(title):
    """Case, punctuation, letter forms and the name of a site at its end do not count."""
    assert key(TITLE) == key(title)


@pytest.mark.parametrize(
    "title",
    [f"{TITLE} again", f"{TITLE} - {'x' * (SITE_LETTERS + 1)}", f"{TITLE}-Ledger", TITLE.replace("Orle", "Tamm")],
)
def test_other_words_are_another_headline(title):
    """A further word counts, and so do more characters behind a dash than the name of a site has."""
    assert key(TITLE) != key(title)


def test_a_key_says_whether_the_headline_is_long():
    """A headline is long from eight words on. A title without words has no key."""
    titles = ["word " * count for count in (HEADLINE_WORDS - 1, HEADLINE_WORDS)]
    assert [False, True] == is_long_headline(headline_keys(titles, 7)).tolist()
    assert [0, 0] == headline_keys(["", "?!"], 7).tolist()
    assert 0 == headline_keys([], 7).size


def keys(title="A title", source="", url="", words=0):
    """Return the keys of the headline and of the site of an item."""
    headlines, sites = item_keys([title], [source], [url], np.array([words]), 7)
    return int(headlines[0]), int(sites[0])


def test_only_a_short_document_with_a_headline_and_a_site_is_an_item():
    """A text of more than sixty words, no title, a title without words, or no site: the keys are 0."""
    assert all(keys(source="Oxmoor", words=URL_WORDS))
    for other in ({"words": URL_WORDS + 1}, {"title": ""}, {"title": "?"}, {"source": ""}, {"source": "!"}):
        assert (0, 0) == keys(**{"source": "Oxmoor", **other})


def test_the_site_is_that_of_the_address():
    """An item of a feed of many sites is of the site of its address; spellings of a site are one."""
    sites = {
        keys(source=source, url=url)[1]
        for source, url in (
            ("The Oxmoor Ledger", ""),
            ("planet.example", "https://www.oxmoor-ledger.example/17"),
            ("", "https://m.oxmoor-ledger.example/18"),
        )
    }
    assert 1 == len(sites)
    assert keys(source="planet.example")[1] not in sites
