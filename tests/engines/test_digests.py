"""Digests join no story, and link no stories; an excerpt joins the story of its article.

A digest is a text that holds two texts in different places, under different headlines, that share no text.
"""

import random

import pytest

import dedup

BRIEF = "What happened today"


def stories(titles=None, **texts):
    """Return the names of the texts of each story, singletons too. ``titles`` are headlines by name."""
    titles = titles or {}
    report = dedup.cluster({"id": name, "text": text, "title": titles.get(name, "")} for name, text in texts.items())
    groups = [sorted(member.id for member in story.members) for story in report.stories]
    return sorted([*groups, *([member.id] for member in report.singletons)])


def excerpt(text, first, last):
    """Return the words of a text between two shares of its length."""
    words = text.split()
    return " ".join(words[int(first * len(words)) : int(last * len(words))])


def headline(text):
    """Return a headline whose words the text has: its first five words."""
    return " ".join(text.split()[:5])


@pytest.fixture
def printed(prose):
    """A function from a text and a number to the text between words of a site."""
    return lambda text, number: f"{prose(1000 + number, 40)} {text} {prose(2000 + number, 40)}"


@pytest.mark.parametrize("sizes", [(300, 300), (400, 100), (300, 250, 200), (120,) * 5], ids=str)
@pytest.mark.parametrize("copies", [1, 2, 3])
def test_a_digest_joins_none_of_its_stories(sizes, copies, prose, printed):
    """A digest joins none of its stories, for each number of stories, lengths and copies."""
    texts = {f"story {number}": prose(number, size) for number, size in enumerate(sizes)}
    texts_by_name, titles = {"digest": " ".join(texts.values())}, {"digest": BRIEF}
    expected = [["digest"]]
    for number, (name, text) in enumerate(texts.items()):
        reprints = {f"{name}, copy {copy}": printed(text, 10 * number + copy) for copy in range(1, copies)}
        texts_by_name |= {name: text, **reprints}
        titles |= dict.fromkeys([name, *reprints], headline(text))
        expected.append(sorted([name, *reprints]))
    assert sorted(expected) == stories(titles, **texts_by_name)


def test_texts_under_one_headline_or_none_make_no_digest(prose):
    """An article on three pages is under one headline, so the whole article joins its pages."""
    a, b = prose(1, 300), prose(2, 300)
    for title in ("", headline(a)):
        titles = dict.fromkeys(("a", "b", "whole"), title)
        assert [["a", "b", "whole"]] == stories(titles, a=a, b=b, whole=f"{a} {b}")


def test_copies_of_a_digest_are_one_story(prose, printed):
    """Copies of a digest, in both orders of its texts, are one story without the texts."""
    a, b = prose(1, 300), prose(2, 300)
    digests = {"d": f"{a} {b}", "e": printed(f"{a} {b}", 1), "f": printed(f"{b} {a}", 2)}
    titles = {"a": headline(a), "b": headline(b), **dict.fromkeys(digests, BRIEF)}
    assert [["a"], ["b"], ["d", "e", "f"]] == stories(titles, a=a, b=b, **digests)


def test_overlapping_excerpts_do_not_make_a_digest_of_one_of_them(prose):
    """An excerpt that overlaps two other excerpts is in one story with one of them."""
    article = prose(1, 800)
    excerpts = {name: excerpt(article, first, first + 0.4) for name, first in (("a", 0), ("b", 0.2), ("c", 0.4))}
    assert [1, 2] == sorted(len(story) for story in stories(**excerpts))


def test_an_excerpt_of_a_part_of_a_digest_joins_the_part(prose):
    """An excerpt of a text in a digest is in the story of the text, not of the digest."""
    a, b = prose(1, 300), prose(2, 300)
    titles, texts = {"a": headline(a), "b": headline(b), "digest": BRIEF}, {"a": a, "b": b, "digest": f"{a} {b}"}
    for title in ("", headline(a), "A report of the day"):
        titles["excerpt"] = title
        assert [["a", "excerpt"], ["b"], ["digest"]] == stories(titles, **texts, excerpt=excerpt(a, 0, 0.5))


def test_a_live_page_joins_none_of_the_stories_that_it_quotes(prose):
    """A page with own text and excerpts of two stories joins neither story."""
    a, b = prose(1, 300), prose(2, 300)
    excerpts = {"e": excerpt(a, 0, 0.4), "f": excerpt(b, 0, 0.4)}
    live = f"{excerpts['e']} {prose(3, 120)} {excerpts['f']} {prose(4, 120)}"
    titles = {"a": headline(a), "b": headline(b), "e": headline(a), "f": headline(b), "live": BRIEF}
    assert [["a", "e"], ["b", "f"], ["live"]] == stories(titles, a=a, b=b, live=live, **excerpts)


def test_stories_of_a_page_most_of_which_is_unknown_are_not_glued(prose, printed):
    """A page of five texts, of which two are stories elsewhere, does not link the two stories."""
    a, b = prose(1, 120), prose(2, 120)
    page = " ".join([prose(5, 120), a, prose(6, 120), b, prose(7, 120)])
    titles = {"a": headline(a), "b": headline(b), "aa": headline(a), "bb": headline(b), "page": BRIEF}
    texts = {"a": a, "b": b, "page": page, "aa": printed(a, 1), "bb": printed(b, 2)}
    assert [["a", "aa"], ["b", "bb"], ["page"]] == stories(titles, **texts)


def test_excerpts_join_the_article_that_they_are_cut_from(prose, printed):
    """Excerpts join the article, with and without a common word, with and without a reprint."""
    article = prose(1, 800)
    first, last = excerpt(article, 0, 0.3), excerpt(article, 0.6, 0.9)
    assert [["article", "first"]] == stories(article=article, first=first)
    assert [["article", "first", "last"]] == stories(article=article, first=first, last=last)
    reprint = printed(article, 1)
    assert [["article", "first", "last", "reprint"]] == stories(
        article=article, first=first, last=last, reprint=reprint
    )


def test_an_article_with_teasers_stays_in_its_story(prose):
    """The first sentences of two other articles make no digest of a page."""
    article, other, third = prose(1, 500), prose(2, 400), prose(3, 400)
    page = f"{article} {excerpt(other, 0, 0.1)} {excerpt(third, 0, 0.1)}"
    assert [["article", "page"], ["other"], ["third"]] == stories(article=article, page=page, other=other, third=third)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_digests_does_not_matter(seed, prose, printed):
    """The order of input does not change digests of digests, their copies and their texts."""
    a, b, c = (prose(number, 250) for number in (1, 2, 3))
    texts = {"a": a, "aa": printed(a, 1), "b": b, "c": c, "ab": f"{a} {b}", "abc": printed(f"{a} {b} {c}", 2)}
    texts |= {"ba": printed(f"{b} {a}", 3), "bc": f"{b} {c}"}
    titles = {"a": headline(a), "aa": headline(a), "b": headline(b), "c": headline(c)}
    titles |= dict.fromkeys(("ab", "abc", "ba", "bc"), BRIEF)
    names = random.Random(seed).sample(sorted(texts), len(texts))
    assert stories(titles, **texts) == stories(titles, **{name: texts[name] for name in names})
    assert {("a", "aa"), ("b",), ("c",)} <= {tuple(story) for story in stories(titles, **texts)}
