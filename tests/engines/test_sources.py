"""A true source helps: pages with their source have no worse stories than pages without a source."""

import random

import pytest
from msgspec.structs import replace

import dedup
from dedup import Document
from dedup.engines.evaluation import score
from dedup.formats.typed.labels import Truth

LOST = 0.003
"""F1 that a true source may cost."""


@pytest.fixture
def sentences(prose):
    """A function from a number and a count to sentences of ten words."""

    def make(number, count):
        words = prose(number, 10 * count).split()
        return [" ".join(words[at : at + 10]).capitalize() + "." for at in range(0, len(words), 10)]

    return make


@pytest.fixture
def site(prose, sentences):
    """A function from a number to the menu and the footer of a site, shorter or longer than an article."""

    def make(number):
        entries = (15, 40, 90)[number % 3]
        words = prose(10_000 + number, 2 * entries).split()
        menu = [" ".join(words[at : at + 2]).capitalize() for at in range(0, 2 * entries, 2)]
        return menu, sentences(20_000 + number, 4)

    return make


class Collection:
    """Pages and the true cluster of each, with the menus of ``site`` and the text of ``sentences``."""

    def __init__(self, seed, site, sentences, menus):
        self.chosen, self.pages, self.truth = random.Random(seed), [], {}
        self._site, self._sentences, self._menus, self._last = site, sentences, menus, 1000 * seed

    def text(self, count):
        """Return sentences that no other text has."""
        self._last += 1
        return self._sentences(self._last, count)

    def put(self, source, title, body, cluster):
        """Add a page of a site."""
        menu, footer = self._site(source)
        text = "\n".join([*(menu if self._menus else ()), " ".join(body), *footer])
        self.pages.append(Document(text, f"p{len(self.pages)}", title, f"s{source}.example"))
        self.truth[self.pages[-1].id] = cluster

    def reprinted(self, sites, cluster):
        """Add an article on several sites, whole or cut, under its headline or another one."""
        body = self.text(self.chosen.randrange(4, 30))
        title = headline(body)
        for source in sites:
            printed = body[: max(4, int(len(body) * self.chosen.choice((1, 1, 0.6))))]
            printed_title = self.chosen.choice((title, f"{title} | Paper {source}", headline(printed[1:])))
            self.put(source, printed_title, printed, cluster)

    def followed_up(self, source):
        """Add two articles of one site that share most of their text, the background."""
        background = self.text(14)
        for number in range(2):
            body = self.text(12)
            self.put(source, headline(body), [*body, *background], f"follow-up {source} {number}")

    def hidden(self, source, count):
        """Add the beginnings of different articles before one wall."""
        wall = self.text(5)
        for number in range(count):
            body = self.text(3)
            self.put(source, headline(body), [*body, *wall], f"stub {source} {number}")

    def seen_again(self, source):
        """Add one article of a site twice."""
        body = self.text(15)
        for _ in range(2):
            self.put(source, headline(body), body, f"seen again {source}")


def headline(body):
    """Return the first words of a text."""
    return " ".join(body[0].split()[:6])


@pytest.fixture
def collection(sentences, site):
    """A function from a seed and sizes to pages and their true clusters."""

    def make(seed, sites, articles, menus):
        made = Collection(seed, site, sentences, menus)
        made.reprinted(range(sites), "everywhere")
        for number in range(articles):
            most = min(sites, 4)
            made.reprinted(made.chosen.sample(range(sites), made.chosen.randrange(1, most + 1)), f"article {number}")
        for source in range(sites):
            made.followed_up(source)
            made.hidden(source, 2 + source % 4)
            made.seen_again(source)
        return made.pages, Truth(made.truth)

    return make


def f1(documents, truth):
    """Return the pairwise F1 of the stories of documents."""
    return score(dedup.cluster(documents), truth, 0).f1


@pytest.mark.parametrize("titles", [True, False], ids=["titled", "untitled"])
@pytest.mark.parametrize("menus", [True, False], ids=["menus", "bare"])
@pytest.mark.parametrize(("sites", "articles"), [(1, 30), (3, 20), (8, 12), (20, 15)])
@pytest.mark.parametrize("seed", range(2))
def test_a_true_source_costs_nothing(seed, sites, articles, menus, titles, collection):
    """F1 with all sources or half of the sources is no lower than F1 without sources; with titles it is nearly 1."""
    pages, truth = collection(seed, sites, articles, menus)
    pages = pages if titles else [replace(page, title="") for page in pages]
    least = f1([replace(page, source="") for page in pages], truth) - LOST
    with_sources = f1(pages, truth)
    assert with_sources >= least
    assert f1([replace(page, source=page.source * (place % 2)) for place, page in enumerate(pages)], truth) >= least
    assert with_sources >= 0.99 * titles


@pytest.mark.parametrize("spelt", ["www.one.example", "One.Example", "WWW.ONE.EXAMPLE"])
def test_a_source_has_several_spellings(spelt, prose, tmp_path):
    """A source with or without www. and capitals is one newsroom, which does not copy itself."""
    first, background, second = prose(1, 110), prose(2, 120), prose(3, 110)
    titles = [" ".join(background.split()[at : at + 6]) for at in (0, 6)]
    documents = [
        Document(f"{first} {background}", "first", titles[0], "one.example"),
        Document(f"{background} {second}", "second", titles[1], spelt),
    ]
    assert () == dedup.cluster(documents).stories
    assert 1 == len(dedup.cluster([documents[0], replace(documents[1], source="two.example")]).stories)
    with dedup.Index.open(tmp_path / "index") as index:
        assert 2 == len({decision.story for decision in index.add_many(documents)})


def test_the_source_of_most_pages_is_believed(collection, sentences, prose):
    """A crawl of one source is one site, and the text of all its pages is boilerplate."""
    notice = sentences(5, 3)
    pages = [
        Document("\n".join([" ".join(sentences(100 + n, 10)), *notice]), f"{n}", source="one.example")
        for n in range(30)
    ]
    result = dedup.boilerplate(pages)
    assert [("one.example", 30)] == [(source.name, source.pages) for source in result.sources]
    assert set(notice) == {block.block for block in result.blocks if block.chrome}
