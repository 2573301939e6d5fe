"""Compose corpus/pages and corpus/truth.jsonl from corpus/sources: run `python corpus/make.py`."""

import gzip
import html
import io
import json
import re
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
PAGES = HERE / "pages"
TABLES = "vowels points arabic-letters thai-breaks hindi-joiners hindi-bare polytonic"  # of forms.json
HEAD = "newsroom title date byline section"
SPIN_GAP = 9  # words between two synonyms of a spun copy, at least
WIDTHS = str.maketrans("\uff0c\uff1a\uff01\uff08\uff09\uff1b", ",:!();")
FULL = str.maketrans({code: code + 0xFEE0 for code in (*range(48, 58), *range(65, 91), *range(97, 123))})
HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF65, 0xFFA0)}
STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
DATELINE = re.compile(r"^[A-Z]{3}[A-Z ]+(, \w+ \d+)?( \([\w ]+\))? --? ")
SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”]))\s+(?=[A-Z“\"])")


def digits(zero: str) -> Callable[[str], str]:
    """Writes the digits of a text in the script whose nought is `zero`."""
    table = str.maketrans("0123456789", "".join(chr(ord(zero) + value) for value in range(10)))
    return lambda text: text.translate(table)


def bare(text: str) -> str:
    """The text without accents, points and vowel marks."""
    letters = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in letters if unicodedata.category(c) != "Mn"))


def half_width(text: str) -> str:
    """The text with half-width katakana, where a voiced letter is a letter and its mark."""
    marked = re.compile("[\u30a1-\u30fc]+")
    return marked.sub(lambda match: "".join(HALF.get(c, c) for c in unicodedata.normalize("NFD", match[0])), text)


def capitals(text: str) -> str:
    """The text in Turkish capitals, which keep their dots."""
    return text.replace("i", "\u0130").replace("\u0131", "I").upper()


def rewritten(name: str) -> Callable[[str], str]:
    """Writes the words of a text as the table `name` of forms.json has them."""

    def change(text: str) -> str:
        for old, new in read_json("forms.json")[name].items():
            text = text.replace(old, new)
        return text

    return change


FORMS: dict[str, Callable[[str], str]] = {
    "full-width": lambda text: text.translate(FULL),
    "half-width": half_width,
    "capitals": capitals,
    "greek-capitals": lambda text: bare(text).upper(),
    "lower": str.lower,
    "no-joiner": lambda text: text.replace("\u200c", " "),
    "latin-digits": lambda text: re.sub(r"\d", lambda match: str(unicodedata.digit(match[0])), text),
    "arabic-digits": digits("\u0660"),
    "hindi-digits": digits("\u0966"),
    "thai-digits": digits("\u0e50"),
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    **{name: rewritten(name) for name in TABLES.split()},
}


@dataclass(frozen=True)
class Article:
    """A story in the words of its newsroom; `parts` are the stories it belongs to or quotes."""

    slug: str
    newsroom: str
    title: str
    date: datetime
    byline: str
    section: str
    paragraphs: tuple[str, ...]
    parts: frozenset[str]

    def teaser(self) -> str:
        """The first two sentences, without the dateline."""
        sentences = SENTENCE_END.split(DATELINE.sub("", " ".join(self.paragraphs[:3])))
        return " ".join(sentences[:2])


def read_json(name: str) -> Any:
    """A data file of the sources: one JSON value, or a list of them for .jsonl."""
    text = (SOURCES / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line] if name.endswith(".jsonl") else json.loads(text)


def parse(slug: str, text: str) -> Article:
    """An article from `key: value` lines, an empty line, and paragraphs parted by empty lines."""
    head, _, body = text.partition("\n\n")
    meta = dict(line.split(": ", 1) for line in head.splitlines())
    newsroom, title, date, byline, section = (meta[key] for key in HEAD.split())
    paragraphs = tuple(body.strip().split("\n\n"))
    return Article(slug, newsroom, title, datetime.fromisoformat(date), byline, section, paragraphs, frozenset({slug}))


def numbers(spec: str) -> list[int]:
    """The numbers of paragraphs (from 0) that a list such as "1-3,5" (from 1) stands for."""
    ends = [[int(end) for end in part.split("-")] for part in spec.split(",")]
    return [number for end in ends for number in range(end[0] - 1, end[-1])]


def quoting(article: Article, articles: dict[str, Article]) -> Article:
    """The article with each `@ story 1-3` line replaced by those paragraphs of that story."""
    paragraphs: list[str] = []
    parts = set(article.parts)
    for paragraph in article.paragraphs:
        if paragraph.startswith("@ "):
            _, slug, spec = paragraph.split()
            paragraphs += [articles[slug].paragraphs[number] for number in numbers(spec)]
            parts.add(slug)
        else:
            paragraphs.append(paragraph)
    return replace(article, paragraphs=tuple(paragraphs), parts=frozenset(parts))


def revised(row: dict[str, Any], article: Article) -> Article:
    """The later version of an article that a row of revisions.json describes."""
    text = "\n\n".join(article.paragraphs)
    for old, new in row["replace"]:
        if text.count(old) != 1:
            raise ValueError(f"{article.slug} has not exactly one {old!r}")
        text = text.replace(old, new)
    date = article.date + timedelta(hours=row["hours"])
    return replace(article, title=row["title"], date=date, paragraphs=tuple(text.split("\n\n")))


def load_articles() -> dict[str, Article]:
    """Every article by name: written, filled-in templates, revisions, digests."""
    files = sorted((SOURCES / "articles").glob("*.txt"))
    found = {file.stem: parse(file.stem, file.read_text(encoding="utf-8")) for file in files}
    for row in read_json("templates/reports.jsonl"):
        text = (SOURCES / "templates" / f"{row['template']}.txt").read_text(encoding="utf-8")
        found[row["id"]] = parse(row["id"], text.format_map(row))
    found = {slug: quoting(article, found) for slug, article in found.items()}
    for slug, row in read_json("revisions.json").items():
        found[slug] = revised(row, found[row["of"]])
    return found


def spin(text: str, synonyms: dict[str, str]) -> str:
    """The text as spinning software would leave it: a synonym every ten words or so."""
    words = text.split(" ")
    since = 0
    for place, word in enumerate(words):
        since += 1
        synonym = synonyms.get(word.lower())
        if synonym and since >= SPIN_GAP:
            words[place] = synonym.capitalize() if word[0].isupper() else synonym
            since = 0
    return " ".join(words)


def changed(article: Article, row: dict[str, Any]) -> Article:
    """The article as a row of pages.jsonl wants it: cut, renamed, spun, in other characters."""
    paragraphs = list(article.paragraphs)
    if "keep" in row:
        paragraphs = [paragraphs[number] for number in numbers(row["keep"])]
    if row["kind"] == "spun":
        paragraphs = spin("\n\n".join(paragraphs).replace("\n\n", " \n\n "), read_json("synonyms.json")).split(" \n\n ")
    paragraphs += row.get("add", [])
    title = row.get("title", article.title)
    if "words" in row:
        paragraphs = [" ".join(" ".join(paragraphs).split()[: row["words"]]) + row.get("end", "")]
    for name in row.get("lead", []):
        title, paragraphs[0] = FORMS[name](title), FORMS[name](paragraphs[0])
    for name in row.get("forms", []):
        title, paragraphs = FORMS[name](title), [FORMS[name](text) for text in paragraphs]
    date = article.date + timedelta(hours=row.get("hours", 0))
    return replace(article, title=title, date=date, paragraphs=tuple(paragraphs))


def fields(article: Article, sites: dict[str, Any], site: str) -> dict[str, str]:
    """What the chrome of a site and its teasers may name of an article."""
    return {
        "title": article.title,
        "teaser": article.teaser(),
        "byline": article.byline,
        "section": article.section,
        "newsroom": sites[article.newsroom]["name"],
        "origin": article.newsroom,
        "date": article.date.strftime(sites[site]["date"]),
        "iso": article.date.isoformat(),
        "slug": article.slug,
        "site": site,
    }


def compose(article: Article, site: str, sites: dict[str, Any], articles: dict[str, Article]) -> str:
    """The article inside the chrome of a site, with teasers of stories that are not in it."""
    config = sites[site]
    chrome = next((SOURCES / "sites").glob(f"{config.get('layout', site)}.[hmt]*"))
    is_html = chrome.suffix == ".html"

    def clean(text: str) -> str:
        """The text with the quotation marks and the escapes of the site."""
        text = text.translate(STRAIGHT) if config.get("straight") else text
        return html.escape(text) if is_html else text

    def cleaned(story: Article) -> dict[str, str]:
        """The fields of a story, each of them clean."""
        return {name: clean(value) for name, value in fields(story, sites, site).items()}

    teasers = [cleaned(articles[name]) for name in config.get("teasers", []) if name not in article.parts]
    body = [f"<p>{clean(text)}</p>" if is_html else clean(text) for text in article.paragraphs]
    for after, number, line in reversed(config.get("inserts", [])):
        if after < len(body):
            body.insert(after, line.format_map(teasers[number]))
    values = {**config.get("values", {}), **cleaned(article), "body": ("\n" if is_html else "\n\n").join(body)}
    for name, (start, stop, line) in config.get("lists", {}).items():
        values[name] = "\n".join(line.format_map(teaser) for teaser in teasers[start:stop])
    text = re.sub(r"{{(\w+)}}", lambda match: values[match[1]], chrome.read_text(encoding="utf-8"))
    return " ".join(text.split()) if config.get("one_line") else text


def captured(config: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The site as a row finds it: other values, and teasers that have moved on by `turn`."""
    teasers = config.get("teasers", [])
    turn = row.get("turn", 0)
    values = {**config.get("values", {}), **row.get("values", {})}
    return {**config, "teasers": teasers[turn:] + teasers[:turn], "values": values}


def page_text(row: dict[str, Any], sites: dict[str, Any], articles: dict[str, Article]) -> str:
    """The whole text of the page that a row of pages.jsonl asks for."""
    if "text" in row:
        return str(row["text"])
    article = changed(articles[row["article"]], row)
    site = row["id"].split("/")[0]
    text = compose(article, site, {**sites, site: captured(sites[site], row)}, articles)
    text = text.translate(WIDTHS) if row.get("width") else text
    text = unicodedata.normalize("NFD", text) if row.get("nfd") else text
    return text.encode().decode(row["misread"]) if "misread" in row else text


def feed_item(row: dict[str, Any], sites: dict[str, Any], articles: dict[str, Article]) -> str:
    """The line of a feed that a row of pages.jsonl with a `feed` asks for."""
    article = changed(articles[row["article"]], row)
    name = sites[row["feed"]]["name"]
    tail = sites[row["feed"]].get("tail", "").format(title=article.title, name=name)
    item = {
        "id": row["id"],
        "title": article.title,
        "text": " ".join(article.paragraphs) + tail,
        "source": name,
        "url": f"https://{row['feed']}/{article.slug}",
        "published": article.date.isoformat(),
    }
    return json.dumps(item, ensure_ascii=False) + "\n"


def packed(data: bytes) -> bytes:
    """The data gzipped, with a header that is the same in every version of Python."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


def write(path: Path, text: str) -> None:
    """Write a file, gzipped if its name says so."""
    data = text.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(data) if path.suffix == ".gz" else data)


def main() -> None:
    """Write the pages anew and their labels."""
    sites = read_json("sites.json")
    articles = load_articles()
    shutil.rmtree(PAGES, ignore_errors=True)
    labels: dict[str, str] = {}
    feeds: dict[str, str] = {}
    for row in read_json("pages.jsonl"):
        if "feed" in row:
            feeds[row["feed"]] = feeds.get(row["feed"], "") + feed_item(row, sites, articles)
        else:
            write(PAGES / row["id"], page_text(row, sites, articles))
        cluster = row.get("cluster") or articles[row["article"]].slug
        labels[row["id"]] = json.dumps({"id": row["id"], "cluster": cluster, "kind": row["kind"]})
    for site, text in feeds.items():
        write(PAGES / site / "feed.jsonl", text)
    lines = [labels[name] + "\n" for name in sorted(labels)]
    (HERE / "truth.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
