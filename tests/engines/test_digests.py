"""Pages that hold several stories join none and glue none; an excerpt joins the story that it is cut from.

A digest is a text that holds two others in different places, which are under different headlines and share nothing.
"""

import random

import pytest

import dedup

BRIEF = "What happened today"


def stories(titles=None, **texts):
    """The stories of texts by name, each as the names of its members, singletons too; ``titles`` are of some names."""
    titles = titles or {}
    report = dedup.cluster({"id": name, "text": text, "title": titles.get(name, "")} for name, text in texts.items())
    found = [sorted(member.id for member in story.members) for story in report.stories]
    return sorted([*found, *([member.id] for member in report.singletons)])


def part(text, first, last):
    """The words of a text from one share of it to another."""
    words = text.split()
    return " ".join(words[int(first * len(words)) : int(last * len(words))])


def headline(text):
    """A headline that a text says: its first five words."""
    return " ".join(text.split()[:5])


@pytest.fixture
def framed(prose):
    """A function from a text and a number to the text in words of a site's own."""
    return lambda text, number: f"{prose(1000 + number, 40)} {text} {prose(2000 + number, 40)}"


@pytest.mark.parametrize("sizes", [(300, 300), (400, 100), (300, 250, 200), (120,) * 5], ids=str)
@pytest.mark.parametrize("copies", [1, 2, 3])
def test_a_digest_joins_none_of_its_stories(sizes, copies, prose, framed):
    """However many stories there are, of whatever length, and whether they have copies."""
    texts = {f"story {number}": prose(number, size) for number, size in enumerate(sizes)}
    given, titles = {"digest": " ".join(texts.values())}, {"digest": BRIEF}
    expected = [["digest"]]
    for number, (name, text) in enumerate(texts.items()):
        reprints = {f"{name}, copy {copy}": framed(text, 10 * number + copy) for copy in range(1, copies)}
        given |= {name: text, **reprints}
        titles |= dict.fromkeys([name, *reprints], headline(text))
        expected.append(sorted([name, *reprints]))
    assert sorted(expected) == stories(titles, **given)


def test_what_is_under_one_headline_or_none_makes_no_digest(prose):
    """An article printed on three pages is under one headline, so the whole of it joins its parts."""
    a, b = prose(1, 300), prose(2, 300)
    for title in ("", headline(a)):
        titles = dict.fromkeys(("a", "b", "whole"), title)
        assert [["a", "b", "whole"]] == stories(titles, a=a, b=b, whole=f"{a} {b}")


def test_copies_of_a_digest_are_one_story(prose, framed):
    """Three sites print one digest, one of them the other way round: they are a story, and its two parts are not in."""
    a, b = prose(1, 300), prose(2, 300)
    digests = {"d": f"{a} {b}", "e": framed(f"{a} {b}", 1), "f": framed(f"{b} {a}", 2)}
    titles = {"a": headline(a), "b": headline(b), **dict.fromkeys(digests, BRIEF)}
    assert [["a"], ["b"], ["d", "e", "f"]] == stories(titles, a=a, b=b, **digests)


def test_overlapping_excerpts_do_not_make_a_digest_of_one_of_them(prose):
    """The excerpt in the middle shares each half of it with another one, and stays with one of these."""
    article = prose(1, 800)
    excerpts = {name: part(article, first, first + 0.4) for name, first in (("a", 0), ("b", 0.2), ("c", 0.4))}
    assert [1, 2] == sorted(len(story) for story in stories(**excerpts))


def test_an_excerpt_of_a_part_of_a_digest_joins_the_part(prose):
    """The excerpt stands in the digest as well, and is not drawn to it."""
    a, b = prose(1, 300), prose(2, 300)
    titles, given = {"a": headline(a), "b": headline(b), "digest": BRIEF}, {"a": a, "b": b, "digest": f"{a} {b}"}
    for title in ("", headline(a), "A report of the day"):
        titles["excerpt"] = title
        assert [["a", "excerpt"], ["b"], ["digest"]] == stories(titles, **given, excerpt=part(a, 0, 0.5))


def test_a_live_page_joins_none_of_the_stories_that_it_quotes(prose):
    """A page half of which is its own and the rest excerpts that also stand elsewhere leaves these to their stories."""
    a, b = prose(1, 300), prose(2, 300)
    excerpts = {"e": part(a, 0, 0.4), "f": part(b, 0, 0.4)}
    live = f"{excerpts['e']} {prose(3, 120)} {excerpts['f']} {prose(4, 120)}"
    titles = {"a": headline(a), "b": headline(b), "e": headline(a), "f": headline(b), "live": BRIEF}
    assert [["a", "e"], ["b", "f"], ["live"]] == stories(titles, a=a, b=b, live=live, **excerpts)


def test_stories_of_a_page_most_of_which_is_unknown_are_not_glued(prose, framed):
    """Of five items two stand elsewhere too, each twice."""
    a, b = prose(1, 120), prose(2, 120)
    page = " ".join([prose(5, 120), a, prose(6, 120), b, prose(7, 120)])
    titles = {"a": headline(a), "b": headline(b), "aa": headline(a), "bb": headline(b), "page": BRIEF}
    given = {"a": a, "b": b, "page": page, "aa": framed(a, 1), "bb": framed(b, 2)}
    assert [["a", "aa"], ["b", "bb"], ["page"]] == stories(titles, **given)


def test_excerpts_join_the_article_that_they_are_cut_from(prose, framed):
    """One excerpt, or two without a word in common, with and without a reprint of the article."""
    article = prose(1, 800)
    first, last = part(article, 0, 0.3), part(article, 0.6, 0.9)
    assert [["article", "first"]] == stories(article=article, first=first)
    assert [["article", "first", "last"]] == stories(article=article, first=first, last=last)
    reprint = framed(article, 1)
    assert [["article", "first", "last", "reprint"]] == stories(
        article=article, first=first, last=last, reprint=reprint
    )


def test_an_article_with_teasers_stays_in_its_story(prose):
    """The first sentences of two other articles at the end of a page do not make a digest of it."""
    article, other, third = prose(1, 500), prose(2, 400), prose(3, 400)
    page = f"{article} {part(other, 0, 0.1)} {part(third, 0, 0.1)}"
    assert [["article", "page"], ["other"], ["third"]] == stories(article=article, page=page, other=other, third=third)


@pytest.mark.parametrize("seed", range(5))
def test_digests_are_told_in_any_order(seed, prose, framed):
    """Digests of digests, their copies and their parts come out the same in whatever order they come."""
    a, b, c = (prose(number, 250) for number in (1, 2, 3))
    texts = {"a": a, "aa": framed(a, 1), "b": b, "c": c, "ab": f"{a} {b}", "abc": framed(f"{a} {b} {c}", 2)}
    texts |= {"ba": framed(f"{b} {a}", 3), "bc": f"{b} {c}"}
    titles = {"a": headline(a), "aa": headline(a), "b": headline(b), "c": headline(c)}
    titles |= dict.fromkeys(("ab", "abc", "ba", "bc"), BRIEF)
    names = random.Random(seed).sample(sorted(texts), len(texts))
    assert stories(titles, **texts) == stories(titles, **{name: texts[name] for name in names})
    assert {("a", "aa"), ("b",), ("c",)} <= {tuple(story) for story in stories(titles, **texts)}
