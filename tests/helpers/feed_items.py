"""Items of feeds, in pairs of one story or of two, row by row: each row shows one kind of evidence, or none.

All sentences are made of short lists of words, in English and in German. So a row is the same on every machine.
"""

import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

PAIRS: Final = 80
"""Pairs of a row."""

_SYLLABLES: Final = [f"{first}{second}" for first in "bdfgklmnprtv" for second in ("an", "er", "il", "os", "u")]

_START: Final = datetime(2026, 3, 2, 6, tzinfo=UTC)


def _lists(**lists: str) -> dict[str, list[str]]:
    """Cut lists of phrases."""
    return {name: phrases.split("|") for name, phrases in lists.items()}


_ENGLISH: Final = _lists(
    who="mayor|council|court|police|school|hospital|union|harbour|museum|farmers|nurses|drivers|judges|pupils|engineers"
    "|bakers|divers|brewers|tenants|rangers",
    does="rejects|approves|delays|opens|closes|sells|finds|loses|repairs|bans|doubles|halves|defends|checks|blames|moves"
    "|extends|cancels",
    what="bridge|ferry|tunnel|budget|orchard|tramway|library|dam|stadium|market|airport|archive|lighthouse|quarry"
    "|vineyard|theatre|reservoir|mill",
    how="wooden|northern|costly|flooded|empty|ancient|disputed|popular|narrow|frozen|rusty|private|public|hidden|smaller"
    "|southern",
    when="after heavy rain|before the election|despite a warning|without a vote|at the third attempt|two years late"
    "|because of frost|under protest|for the time being|with little notice|in great haste|to general surprise"
    "|by mistake|ahead of time|once again|for a symbolic price",
    place="Alderholm|Brackwick|Corvale|Dunmere|Eastrow|Farrowby|Glenhurst|Hartsea|Ibsley|Jarrowfield|Kelmarsh|Lowick"
    "|Marlstone|Norbeck|Oxmoor|Penhallow",
    link="and|while|which|because|although|after|before|when",
    end="said a spokesman|the paper has learned|documents show|witnesses say|neighbours told reporters",
)
_GERMAN: Final = _lists(
    who="Bürgermeister|Stadtrat|Gericht|Polizei|Schule|Klinik|Gewerkschaft|Hafen|Museum|Landwirte|Pflegekräfte|Fahrer"
    "|Richter|Schüler|Ingenieure|Bäcker|Taucher|Brauer|Mieter|Förster",
    does="verwirft|billigt|verschiebt|öffnet|schließt|verkauft|findet|verliert|repariert|verbietet|verdoppelt|halbiert"
    "|verteidigt|prüft|räumt|verlegt|verlängert|streicht",
    what="Brücke|Fähre|Röhre|Vorlage|Wiese|Bahn|Bücherei|Talsperre|Arena|Halle|Startbahn|Sammlung|Mole|Grube|Kelter|Bühne"
    "|Quelle|Mühle",
    how="hölzerne|nördliche|teure|überflutete|leere|alte|strittige|beliebte|schmale|vereiste|rostige|private|öffentliche"
    "|geheime|kleinere|südliche",
    when="nach starkem Regen|nach der Wahl|trotz einer Warnung|ohne Abstimmung|im dritten Anlauf|mit Verspätung"
    "|wegen des Frosts|unter Protest|bis auf weiteres|kurz nach Ende|in großer Eile|zur allgemeinen Überraschung"
    "|aus Versehen|zu früher Stunde|schon wieder|zum halben Preis",
    place="Altenholm|Brackwied|Corbach|Dunmoor|Ostrode|Farnbach|Glenau|Hartsee|Ibsdorf|Jarnfeld|Kelmar|Loitz|Marlstein"
    "|Nordbeck|Ochsmoor|Pennau",
    link="und|während|weil|obwohl|nachdem|bevor|sobald",
    end="sagte ein Sprecher|erfuhr diese Zeitung|zeigen Unterlagen|berichten Zeugen|wie Nachbarn erzählen",
)


class FeedRow(NamedTuple):
    """Documents of one row in the order of arrival, and the ``story`` of each document by id."""

    documents: list[dict[str, Any]]
    story: dict[str, str]


class RowResult(NamedTuple):
    """How many pairs of one story are together, how many there are, and how many pairs of two stories are together."""

    together: int
    pairs: int
    wrong: int


def score(row: FeedRow, stories: Iterable[Iterable[str]]) -> RowResult:
    """Score ``stories``, each the ids of its documents."""
    found = {frozenset(pair) for ids in stories for pair in combinations(sorted(ids), 2)}
    pairs = {frozenset(pair) for pair in combinations(row.story, 2) if row.story[pair[0]] == row.story[pair[1]]}
    return RowResult(len(found & pairs), len(pairs), len(found - pairs))


class _Writer:
    """Writes headlines and summaries in one of two languages, each once."""

    def __init__(self, seed: str) -> None:
        self.draw = random.Random(seed)
        self._headlines: set[str] = set()

    def words(self, number: int) -> dict[str, list[str]]:
        """The words of the language of a pair: every third pair is German."""
        return _GERMAN if number % 3 == 2 else _ENGLISH

    def headline(self, number: int, words: int = 8) -> str:
        """A headline of ``words`` words, or of 8 and more for 8."""
        lists, pick = self.words(number), self.draw.choice
        text = " ".join(pick(lists[name]) for name in ("place", "who", "does", "how", "what", "when"))
        text = f"{text} {self.draw.randint(2, 900)}" if words == 8 else " ".join(text.split()[:words])
        if text in self._headlines:
            return self.headline(number, words)
        self._headlines.add(text)
        return text

    def summary(self, number: int, words: int) -> str:
        """A summary of ``words`` words."""
        lists, pick, text = self.words(number), self.draw.choice, list[str]()
        article, of = ("the", "'s") if lists is _ENGLISH else ("die", "s")
        while len(text) < words:
            text += f"{self._name()}{of} {pick(lists['who'])} {pick(lists['does'])} {article}".split()
            text += f"{pick(lists['how'])} {pick(lists['what'])} in {self._name()} {pick(lists['when'])}".split()
            text += [pick(lists["link"])] if self.draw.random() < 0.6 else f"{pick(lists['end'])}.".split()
        return " ".join(text[:words])

    def _name(self) -> str:
        """The name of somebody."""
        return "".join(self.draw.choice(_SYLLABLES) for _ in range(3)).capitalize()


def _site(number: int) -> str:
    """The name of a site."""
    return ("alder", "birch", "cedar", "dogwood", "elm", "fir")[number % 6]


def _item(id: str, site: int, hours: float, **fields: Any) -> dict[str, Any]:
    """An item of a ``site``, so many ``hours`` after the start, with an address of its own."""
    host = f"{_site(site)}.example"
    published = _START + timedelta(hours=hours)
    return {"id": id, "text": "", "source": host, "url": f"https://{host}/news/{id}", "published": published} | fields


def _paired(seed: str, make: Callable[[_Writer, int], Iterator[dict[str, Any]]]) -> FeedRow:
    """A row of `PAIRS` pairs. ``make`` yields the two items of a pair."""
    writer, documents, story = _Writer(seed), list[dict[str, Any]](), dict[str, str]()
    for number in range(PAIRS):
        for document in make(writer, number):
            documents.append(document)
            story[document["id"]] = str(number)
    return FeedRow(sorted(documents, key=lambda document: document["published"]), story)


def _apart(seed: str, make: Callable[[_Writer, int], Iterator[dict[str, Any]]]) -> FeedRow:
    """A row of pairs of two stories."""
    row = _paired(seed, make)
    return row._replace(story={id: id for id in row.story})


_SPELLINGS: Final = (
    "http://{host}/{path}",
    "https://www.{host}/{path}/",
    "https://{host}/{path}?utm_source=top&utm_medium=rss",
    "https://m.{host}/{path}",
    "https://{host}/{path}/amp",
    "https://{host}/{path}?fbclid=IwAR0x9",
    "https://{host}:443/{path}#comments",
    "https://{host}/{path}/index.html?at_campaign=rss",
    "https://WWW.{host}/{path}?ref=education",
    "//{host}/{path}?mc_cid=4f1&mc_eid=a0",
)
"""Other spellings of ``https://{host}/{path}``."""


def _one_address(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    host, path = f"{_site(number)}.example", f"news/{number}-story"
    title, other = writer.headline(number), writer.headline(number)
    spelling = _SPELLINGS[number % len(_SPELLINGS)].format(host=host, path=path)
    yield _item(f"a{number}", number, number, title=title, url=f"https://{host}/{path}")
    yield _item(f"b{number}", number, number + 2.5, title=other if number % 4 == 3 else title, url=spelling)


def _respell(writer: _Writer, number: int, title: str) -> str:
    """A headline as another site sets it."""
    words = title.split()
    return (
        title,
        title.upper(),
        f"“{words[0]} {words[1]}” {' '.join(words[2:])}",
        title.replace(" ", "\u00a0", 2) + ".",
        f"{' '.join(words[:2])}: {' '.join(words[2:])}!",
        title.replace("ü", "u\u0308").replace("fi", "\ufb01"),
    )[number % 6]


def _one_headline(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    title = writer.headline(number)
    if number % 5 == 4:
        title = f"{writer.headline(number, 5)} - {title.lower()}"
    one_feed = {"source": "planet.example"} if number % 4 == 3 else {}
    yield _item(f"a{number}", number, number, title=title, **one_feed)
    yield _item(f"b{number}", number + 1, number + 40, title=_respell(writer, number, title), **one_feed)


def _behind_the_headline(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    title, dash = writer.headline(number), (" - ", " | ", " – ", " — ")[number % 4]
    other, one_feed = _site(number + 1).capitalize(), {"source": "planet.example"} if number % 4 == 3 else {}
    name = (other, f"The {other} Evening Ledger", f"{other} News & Views", f"{other}.example")[number // 4 % 4]
    yield _item(f"a{number}", number, number, title=title, text=writer.summary(number, 30), **one_feed)
    text = writer.summary(number, 15 + number % 40)
    yield _item(f"b{number}", number + 1, number + 3, title=f"{title}{dash}{name}", text=text, **one_feed)


def _cut_with_dots(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    text, title, other = writer.summary(number, 45), writer.headline(number), writer.headline(number)
    ends = ("...", "…", " […]", "… Read more", " ... Weiterlesen auf Birch", "… [+812 chars]")
    begin = " ".join(text.split()[: 21 + number % 20])
    yield _item(f"a{number}", number, number, title=title, text=text)
    yield _item(f"b{number}", number + 1, number + 3, title=other, text=begin + ends[number % 6])


def _grown(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    title, url = writer.headline(number), f"https://{_site(number)}.example/news/{number}"
    yield _item(f"a{number}", number, number, title=title, text=writer.summary(number, 20), url=url)
    text = ". ".join(writer.summary(number, 20) for _ in range(20))
    yield _item(f"b{number}", number, number + 3, title=title, text=text, url=f"{url}?utm_source=rss")


def _short_headline(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    title, lede = writer.headline(number, 4 + number % 2), writer.summary(number, 6 + number % 6)
    yield _item(f"a{number}", number, number, title=title, text=f"{lede} {writer.summary(number, 25)}")
    text = f"{writer.summary(number, 12)}. {lede} {writer.summary(number, 8)}"
    yield _item(f"b{number}", number + 1, number + 3, title=title, text=text)


def _edited_headline(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    text, title = writer.summary(number, 24 + number % 16), writer.headline(number)
    words = title.split()
    other = (f"Update: {title}", " ".join(words[:-1]), " ".join([*words[:2], "now", *words[2:]]), "Live: " + words[0])
    yield _item(f"a{number}", number, number, title=title, text=text)
    yield _item(f"b{number}", number + number % 2, number + 3, title=other[number % 4], text=text)


_RECURRING: Final = "The evening in brief", "Letters to the editor", "Das Wichtigste am Morgen", "Photos of the day"

_LONG_RECURRING: Final = (
    "What to watch, read and hear in the valley this week",
    "Ihr Horoskop: Was die Sterne heute für Sie bereithalten",
)


def _recurring(titles: Sequence[str]) -> FeedRow:
    """Headlines that come back day after day on three sites, with and without texts."""
    writer, documents = _Writer("recurring"), []
    for number in range(PAIRS):
        day, site = divmod(number, 3)
        title = titles[day % len(titles)]
        text = writer.summary(number, 12 + number % 30) if number % 5 else ""
        documents.append(_item(f"a{number}", site, 24 * day + site, title=title, text=text))
    return FeedRow(documents, {document["id"]: document["id"] for document in documents})


def _template(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    pick, draw = writer.draw.choice, writer.draw.randint
    for side in "ab":
        road, lanes, hurt = draw(2, 990), draw(1, 4), draw(2, 30)
        place, other = pick(_ENGLISH["place"]), pick(_ENGLISH["place"])
        title = f"Road {road} closed between {place} and {other} after accident with {hurt} cars"
        text = (
            f"The road {road} is closed between {place} and {other}. {hurt} people were hurt at {draw(1, 12)} o'clock,"
            f" and {lanes} lanes stay shut until {draw(1, 12)} in the evening."
        )
        yield _item(f"{side}{number}", number + ord(side), number + ord(side) % 2, title=title, text=text)


def _others(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    for side in range(2):
        text = writer.summary(number, 10 + number % 50) if number % 4 else ""
        yield _item(f"{'ab'[side]}{number}", number + side, number + side, title=writer.headline(number), text=text)


def _one_short_headline(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    title = writer.headline(number, 3 + number % 5)
    for side in range(2):
        text = writer.summary(number, 10 + number % 50) if number % 4 else ""
        text = text.split(" ", 1)[-1] if number % 3 else text
        yield _item(f"{'ab'[side]}{number}", number + side, number + side, title=title, text=text)


def _years_apart(writer: _Writer, number: int) -> Iterator[dict[str, Any]]:
    title = writer.headline(number)
    for side in range(2):
        text = writer.summary(number, 30) if number % 2 else ""
        hours = number + side * (73 + 24 * number)
        yield _item(f"{'ab'[side]}{number}", number + side, hours, title=title, text=text)


@cache
def rows() -> dict[str, FeedRow]:
    """All rows by name. The names of rows of two stories begin with ``not``."""
    return {
        "one address written otherwise, no text": _paired("address", _one_address),
        "one headline, two sites, no text": _paired("headline", _one_headline),
        "the site's name behind the headline, other summary": _paired("behind", _behind_the_headline),
        "a summary cut with dots, other headline": _paired("dots", _cut_with_dots),
        "an item, then its article": _paired("grown", _grown),
        "a short headline, some words of the summary": _paired("short", _short_headline),
        "an edited headline, one summary": _paired("edited", _edited_headline),
        "not: recurring headlines of several sites": _recurring(_RECURRING),
        "not: long recurring headlines of several sites": _recurring(_LONG_RECURRING),
        "not: one template": _apart("template", _template),
        "not: other stories, other headlines": _apart("others", _others),
        "not: one short headline, other stories": _apart("one short", _one_short_headline),
        "not: one headline, days apart": _apart("years", _years_apart),
    }


def write_set(folder: Path) -> None:
    """Write all rows as one labelled set: the rows share sites, and nothing else."""
    with (folder / "docs.jsonl").open("w", encoding="utf-8") as lines, (folder / "truth.jsonl").open("w") as labels:
        for number, row in enumerate(rows().values()):
            for document in row.documents:
                id, port = f"{number}-{document['id']}", f":443/{number}/"
                url = document["url"].replace(".example/", f".example/{number}/").replace(":443/", port)
                published = document["published"].isoformat()
                lines.write(
                    json.dumps({**document, "id": id, "url": url, "published": published}, ensure_ascii=False) + "\n"
                )
                labels.write(json.dumps({"id": id, "cluster": f"{number}-{row.story[document['id']]}"}) + "\n")


if __name__ == "__main__":
    write_set(Path(sys.argv[1]))
