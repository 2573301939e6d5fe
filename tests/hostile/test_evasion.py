"""Edits that no reader sees hide no copy, through the command and each door that takes HTML."""

import json
import random
from email.message import EmailMessage

import pytest

from dedup.core.text.tables.letter_forms import IGNORED
from tests.helpers.limited import run_limited


def made_up(seed, count=300):
    """Return a text of made-up words, another one for each seed."""
    chance = random.Random(seed)
    parts = ["ba", "do", "ke", "li", "mur", "na", "pol", "ri", "sta", "tu", "ven", "zo", "gan", "hol", "for"]
    return " ".join("".join(chance.choices(parts, k=chance.choice((2, 3)))) for _ in range(count))


TEXT, JUNK = made_up(1), made_up(2)

LATIN, CYRILLIC, GREEK = "aceopxyi", "асеорхуі", "ανο"

LETTERS = {
    "cyrillic": dict(zip(LATIN, CYRILLIC, strict=True)),
    "greek": dict(zip("vo", "νο", strict=True)),
    "armenian": {"o": "օ", "n": "ո", "u": "ս", "h": "հ"},
    "fullwidth": {chr(97 + place): chr(0xFF41 + place) for place in range(26)},
    "mathematical": {chr(97 + place): chr(0x1D41A + place) for place in range(26)},
    "script": {chr(97 + place): chr(0x1D4D0 + 26 + place) for place in range(26)},
    "circled": {chr(97 + place): chr(0x24D0 + place) for place in range(26)},
    "small capitals": dict(zip("abcdegkmnoprtuvw", "ᴀʙᴄᴅᴇɢᴋᴍɴᴏᴘʀᴛᴜᴠᴡ", strict=True)),
}

HIDES = [
    "hidden",
    "style='display:none'",
    "STYLE='color:red; DISPLAY : NONE !important'",
    "style='visibility:hidden'",
    "style='opacity:0.0'",
    "style='font-size:0px'",
    "style='color:transparent'",
    "style='position:absolute;left:-9999px'",
    "style='position:absolute;clip:rect(0 0 0 0)'",
    "style='display:inline-block;width:0;height:0;overflow:hidden'",
    "style='d&#105;spl\\61y:none'",
    "class=x",
]
HIDDEN_BLOCKS = ["div hidden", "div style='font-size:0'", "template", "noscript", "dialog", "div class=y"]
RULES = "<style>@media screen { .y, span.x { display: none } } @media print { p { display: none } }</style>"


def relations(tmp_path, rows):
    """Cluster rows of JSON Lines; return the relations of the members of the story of the first row."""
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return relations_of(rows[0]["id"], tmp_path / "rows.jsonl")


def relations_of(first, *paths):
    """Cluster files; return the relation of each member of the story of a document, by its id."""
    done = run_limited("cluster", *paths, "--format", "jsonl")
    assert 0 == done.code, done.err
    for row in done.rows:
        if row["type"] == "story" and first in [member["id"] for member in row["members"]]:
            return {member["id"]: member["relation"] for member in row["members"]}
    return {}


def edited(table):
    """The text with the first letter of each word replaced that a table has."""
    changed = []
    for word in TEXT.split():
        place = next((place for place, letter in enumerate(word) if letter in table), None)
        changed.append(word if place is None else word[:place] + table[word[place]] + word[place + 1 :])
    return " ".join(changed)


def broken(mark):
    """The text with a page of HTML that hides junk behind each third word."""
    parts = TEXT.split()
    body = " ".join(
        f"{' '.join(parts[place : place + 3])} <span {mark}>{JUNK[place : place + 20]}</span>"
        for place in range(0, len(parts), 3)
    )
    return f"{RULES}<article><p>{body}</p></article>"


def test_no_ignorable_character_hides_a_copy(tmp_path):
    """A copy with any character that no reader sees in each word is an exact copy, of every block of them."""
    marks = sorted({point for low, high in IGNORED for point in (low, (low + high) // 2, high - 1)})
    copies = {f"{mark:x}": " ".join(f"{word[:2]}{chr(mark)}{word[2:]}" for word in TEXT.split()) for mark in marks}
    found = relations(tmp_path, [{"id": id, "text": text} for id, text in {"plain": TEXT, **copies}.items()])
    assert [] == [id for id in copies if found.get(id) not in ("exact", "original")]


@pytest.mark.parametrize("name", LETTERS)
def test_no_look_alike_hides_a_copy(tmp_path, name):
    """A copy with a look-alike letter in each word is found."""
    rows = [{"id": "plain", "text": TEXT}, {"id": "changed", "text": edited(LETTERS[name])}]
    assert {"plain", "changed"} == set(relations(tmp_path, rows))


@pytest.mark.parametrize("door", ["html", "field", "feed", "mail"])
def test_no_hidden_text_hides_a_copy(tmp_path, door):
    """Junk that a page hides behind each third word of a copy is no text, by whichever way the page comes."""
    (tmp_path / "plain.txt").write_text(TEXT)
    ids = [f"p{place}" for place in range(len(HIDES))]
    pages = dict(zip(ids, map(broken, HIDES), strict=True))
    if door == "html":
        for id, page in pages.items():
            (tmp_path / f"{id}.html").write_text(f"<html><head><title>t</title></head><body>{page}</body></html>")
        paths, ids = [tmp_path], [f"{id}.html" for id in ids]
    elif door == "field":
        (tmp_path / "rows.jsonl").write_text("".join(json.dumps({"id": id, "html": pages[id]}) + "\n" for id in ids))
        paths = [tmp_path]
    elif door == "feed":
        items = "".join(
            f"<item><guid>{id}</guid><title>t</title><content:encoded><![CDATA[{page}]]></content:encoded></item>"
            for id, page in pages.items()
        )
        (tmp_path / "feed.rss").write_text(
            "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
            f"<title>c</title>{items}</channel></rss>"
        )
        paths = [tmp_path]
    else:
        for id, page in pages.items():
            message = EmailMessage()
            message["Subject"], message["Message-ID"] = "t", id
            message.set_content(page, subtype="html")
            (tmp_path / f"{id}.eml").write_bytes(bytes(message))
        paths = [tmp_path]
    found = relations_of("plain.txt", *paths)
    assert [] == [HIDES[place] for place, id in enumerate(ids) if id not in found]


@pytest.mark.parametrize(
    "element", ["div hidden", "div style='font-size:0'", "template", "noscript", "dialog", "div class=y"]
)
def test_a_page_that_hides_an_article_is_no_copy(tmp_path, element):
    """A page that hides the article of another paper below its own text is no copy of it."""
    (tmp_path / "plain.txt").write_text(TEXT)
    page = f"{RULES}<article><p>{JUNK}</p><{element}><p>{TEXT}</p></{element.split()[0]}></article>"
    (tmp_path / "page.html").write_text(f"<html><head><title>t</title></head><body>{page}</body></html>")
    assert {} == relations_of("plain.txt", tmp_path)
