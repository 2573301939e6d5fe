"""The labelled collection through the command: the same stories in every format, and how good they are."""

import csv
import gzip
import io
import json
import random
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

import dedup
from dedup.formats import discover, read_all

CORPUS = Path(__file__).parents[1] / "corpus"
LABELS = {row["id"]: row for row in map(json.loads, (CORPUS / "truth.jsonl").read_text("utf-8").splitlines())}
TRUE = {id: row["cluster"] for id, row in LABELS.items()}
LANGUAGES = ("ar", "de", "el", "fa", "fr", "he", "hi", "ja", "ru", "th", "tr", "zh")
"""With which the clusters of articles in other languages than English begin."""
NO_ARTICLES = ("wall", "error", "empty", "blank", "one-line")
"""The kinds of pages that hold no article."""
WRITTEN = ("original", "revision", "template", "same-headline", "follow-up", "column", "release", "short")
"""The kinds of pages that the newsroom of the article publishes, whole."""

_CAPTURE = "three captures without title and source have other teasers each, so the article is taken for boilerplate"
_NOTICE = "the same notice under the same title on two sites is one story"
_FEED = "a feed item has the first sentences of an article of which a version has the other parts"
MISTAKES = {
    "dailyferret.example/live-storm-and-flood-updates.html": "a live page that quotes much of an article joins it",
    "mainland-mail.example/abo.html": _NOTICE,
    "mainland-mail.example/consent.html": _NOTICE,
    "oxmoor-ledger/tunnel-2026-03-24.html": "two reports half a year apart are in one wording, with few figures",
    "garrow-today.example/lottery-1.txt": _CAPTURE,
    "garrow-today.example/lottery-2.txt": _CAPTURE,
    "garrow-today.example/lottery-3.txt": _CAPTURE,
    "feeds.newsglobe.example/run-airport-2": _FEED,
    "vesmark-business.example/canal.html": "its date is written in another form, and counts as a replaced figure",
}
"""The pages that are in a wrong story, or not in their story, with the reason. All other pages are right."""


UNDATED = [
    "matome-news.example/misaki-sen.txt",
    "nouvelles-en-vrac.example/fr-phare-1.txt",
    "novosti-potok.example/stantsiya-pod-rynkom.txt",
]
"""Copies that lead: no page of their stories names a time or a source, and their ids are shorter."""


def run(format, *options):
    """What ``dedup cluster corpus/pages`` writes, in a process of its own; it must end with 0."""
    command = [sys.executable, "-m", "dedup", "cluster", str(CORPUS / "pages"), "--format", format, *options]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


@pytest.fixture(scope="module")
def rows():
    """The rows of the report in JSON Lines."""
    return [json.loads(line) for line in run("jsonl", "--singletons").splitlines()]


@pytest.fixture(scope="module")
def stories(rows):
    """The ids of each story, those of one document too."""
    return [[member["id"] for member in row["members"]] for row in rows if row["type"] == "story"]


@pytest.fixture(scope="module")
def found(stories):
    """The story of each document, by its number."""
    return {id: number for number, story in enumerate(stories) for id in story}


def pairs(clusters):
    """The pairs of documents with one label."""
    return {(a, b) for a, b in combinations(sorted(clusters), 2) if clusters[a] == clusters[b]}


def unknown(mistakes):
    """Of pairs that are judged wrong those without a page of the table of mistakes."""
    return sorted(pair for pair in mistakes if not MISTAKES.keys() & {*pair})


def wrong(found, kinds):
    """The pairs that are together and should not be, one page of which is of these kinds."""
    return [pair for pair in unknown(pairs(found) - pairs(TRUE)) if {LABELS[id]["kind"] for id in pair} & kinds]


def missed(found, kinds):
    """The pairs that should be together and are not, one page of which is of these kinds."""
    return [pair for pair in unknown(pairs(TRUE) - pairs(found)) if {LABELS[id]["kind"] for id in pair} & kinds]


def test_every_page_is_told_once(stories):
    """All labelled pages are in the report, each in one story."""
    assert sorted(TRUE) == sorted(id for story in stories for id in story)


def test_header_and_footer_frame_the_report(rows):
    """The first row names schema, settings and inputs, the last one counts what the rows between hold."""
    header, *body, footer = rows
    assert ("dedup.report/1", "header", [str(CORPUS / "pages")]) == (header["schema"], header["type"], header["inputs"])
    assert {"version", "settings"} <= header.keys()
    assert {"story"} == {row["type"] for row in body}
    copies = sum(row["size"] - 1 for row in body)
    several = sum(row["size"] > 1 for row in body)
    counts = footer["documents"], footer["stories"], footer["copies"], footer["singletons"]
    assert (len(LABELS), several, copies, len(body) - several) == counts
    assert ("footer", [], True) == (footer["type"], footer["skipped"], footer["complete"])


def test_json_says_what_json_lines_say(rows):
    """The JSON document holds the same rows, but for the time it took."""
    document = json.loads(run("json", "--singletons"))
    header, *body, footer = rows
    assert body == document["stories"]
    assert [header["schema"], header["settings"]] == [document["schema"], document["settings"]]
    assert footer["documents"] == document["documents"]


def test_csv_says_what_json_lines_say(rows):
    """The table has a row for each member, in the order of the report, with the same story and relation."""
    table = csv.DictReader(io.StringIO(run("csv", "--singletons").removeprefix("\ufeff"), newline=""))
    expected = [
        (row["story"], member["id"], member["relation"], str(row["size"]))
        for row in rows
        if row["type"] == "story"
        for member in row["members"]
    ]
    assert expected == [(row["story"], row["id"], row["relation"], row["size"]) for row in table]


def test_the_table_names_every_story(rows):
    """The table for people counts the same stories and copies."""
    footer = rows[-1]
    told = run("table")
    assert f"{footer['documents']} documents are " in told
    assert f"{footer['copies']} copies in {footer['stories']} stories" in told


def test_nearly_every_page_is_in_its_story(found):
    """With the sources that the pages name, pairwise F1 is at least .99."""
    true, told = pairs(TRUE), pairs(found)
    assert 2 * len(true & told) / (len(true) + len(told)) >= 0.99


def test_all_pages_without_a_known_mistake_are_right(found):
    """Two pages that are in no row of the table of mistakes are in one story exactly if they are labelled so."""
    assert [] == unknown(pairs(TRUE) ^ pairs(found))


def test_every_known_mistake_is_one(found):
    """The table of mistakes has no page that is right by now: without the page, the table leaves a wrong pair out."""
    mistakes = pairs(TRUE) ^ pairs(found)
    needed = {id for pair in mistakes if len(known := MISTAKES.keys() & {*pair}) == 1 for id in known}
    assert set(MISTAKES) == needed


def test_the_page_of_the_collection_names_the_mistakes():
    """``corpus/README.md`` lists the pages that are judged wrong."""
    told = (CORPUS / "README.md").read_text("utf-8")
    assert [] == [id for id in MISTAKES if f"`{id}`" not in told]


@pytest.mark.parametrize("kind", [*NO_ARTICLES, "same-headline", "live"])
def test_what_is_no_article_is_nobodys_copy(found, kind):
    """Walls, error pages, empty pages, single lines, live pages and other articles of one headline join no story."""
    assert [] == wrong(found, {kind})


@pytest.mark.parametrize("kind", ["stub", "column", "follow-up", "release", "feed", "recapture"])
def test_what_pages_of_a_site_have_in_common_is_no_article(found, kind):
    """Stubs before a wall, columns with a bio, follow-ups, releases, feed items, captures join no other story."""
    assert [] == wrong(found, {kind})


@pytest.mark.parametrize("kind", ["revision", "recapture", "printed-release", "form", "mojibake", "stub", "feed"])
def test_copies_of_a_kind_are_found(found, kind):
    """Later versions, captures, printed releases, other characters, mojibake, stubs and summaries are copies."""
    assert [] == missed(found, {kind})


def test_one_article_on_forty_sites_is_one_story(found):
    """Each of forty small sites has its own frame, and most have their own title."""
    pages = [id for id, row in LABELS.items() if row["kind"] == "small-site"]
    assert 40 == len({id.split("/")[0] for id in pages}) == len(pages)
    assert 1 == len({found[id] for id in pages})


def test_an_article_in_its_own_words_is_no_release(found):
    """A newspaper that reports what a release says, in its own words, has an article of its own."""
    assert found["ardent-systems.example/battery.html"] != found["calder-press/battery.md"]
    assert found["sandrey-county.example/swimming.html"] != found["sandrey-courier/swimming.txt"]


@pytest.mark.parametrize("name", ["earnings", "closing", "weather", "tide", "level"])
def test_reports_of_one_template_are_apart(found, name):
    """Reports that share their words but not their figures are not merged with each other, nor with anything else."""
    assert [] == [pair for pair in wrong(found, {"template"}) if any(f"/{name}-" in id for id in pair)]


@pytest.mark.parametrize("name", ["reserve", "tunnel"])
def test_reports_of_a_wordy_template_are_apart(found, name):
    """Reports of templates with so many words that the figures hardly count are apart too."""
    assert [] == [pair for pair in wrong(found, {"template"}) if any(f"/{name}-" in id for id in pair)]


@pytest.mark.parametrize("kind", ["digest", "short"])
def test_pages_that_are_mostly_something_else_are_apart(found, kind):
    """A digest that quotes articles, and a brief body in much chrome, join no other story."""
    assert [] == wrong(found, {kind})


def test_texts_that_are_no_articles_are_set_aside(rows):
    """Pages without a word, a log-in page and two error pages are set aside with the reason. The other notices have
    too few of the phrases, or say their headline in the heading of the page, so they are told as articles."""
    members = [member for row in rows if row["type"] == "story" for member in row["members"]]
    assert {
        "gate.example/4711.html": "a notice",
        "gate.example/login.html": "a notice",
        "mainland-mail.example/missing.html": "a notice",
        "scraped/0017.txt": "nothing of its own",
        "scraped/0023.txt": "nothing of its own",
    } == {member["id"]: member["no_article"] for member in members if member["no_article"]}
    assert 5 == rows[-1]["no_articles"]


def test_equal_lines_are_one_story(found):
    """The two error pages of one line that are equal are a story, and exactly equal."""
    assert found["scraped/0048.txt"] == found["scraped/0049.txt"]


@pytest.mark.parametrize(
    "cluster", sorted({name for name in TRUE.values() if name[:2] in LANGUAGES and name[2] == "-"})
)
def test_copies_in_other_languages_are_found(found, cluster):
    """Copies are found in any script, in other forms of its letters and digits, with and without marks."""
    members = [id for id, name in TRUE.items() if name == cluster]
    assert len(members) > 1
    assert 1 == len({found[id] for id in members})


def test_there_are_articles_in_many_languages():
    """The test above is about twelve languages besides English, nine of them with two articles and two reports."""
    articles = {name for name in TRUE.values() if name[2] == "-"}
    assert set(LANGUAGES) == {name[:2] for name in articles}
    several = {name for name in LANGUAGES if sum(article[:2] == name for article in articles) > 1}
    assert {"ar", "el", "fa", "he", "hi", "ja", "th", "tr", "zh"} == several
    assert all({f"level-{name}-1", f"level-{name}-2"} <= set(TRUE.values()) for name in several)


def test_what_is_no_article_has_a_cluster_of_its_own():
    """Only the two files that are the same line share a cluster."""
    pages = [id for id, row in LABELS.items() if row["kind"] in NO_ARTICLES]
    shared = [id for id in pages if list(TRUE.values()).count(TRUE[id]) > 1]
    assert ["scraped/0048.txt", "scraped/0049.txt"] == shared


@pytest.mark.parametrize(
    ("canonical", "why"),
    [
        ("marlow-gazette.example/mill-wheel.html", "undated; dated copies say that it appeared there first"),
        ("calder-press/beaver-dams.md", "undated and without a source, in a folder of the name that copies credit"),
        ("harbour-wire/rail-signals.txt", "the same of an agency, which datelines name too"),
        ("harbour-wire/wind-auction.txt", "the same, and an earlier copy has only the dateline"),
        ("alsterblatt.example/stadtarchiv-buergerbuch.txt", "the copy says Quelle: Alsterblatt"),
        ("sandrey-courier/morning-briefing.txt", "the copy says Source link, and nothing is dated"),
        ("oxmoor-ledger/rent-cap.html", "the earliest, and named; its own later version is a revision"),
        ("northfold-post/lost-opera.html", "the earliest, and named"),
    ],
)
def test_who_leads(rows, canonical, why):
    """The page that credits, sources and times speak for leads its story."""
    assert canonical in [row["canonical"] for row in rows if row.get("size", 0) > 1], why


def test_originals_lead(rows):
    """A page of the newsroom leads, unless only a copy names a time, or an undated copy has a shorter id."""
    undated = []
    for row in rows:
        members = {member["id"]: member for member in row.get("members", ()) if row["size"] > 1}
        own = [member for id, member in members.items() if LABELS[id]["kind"] in WRITTEN]
        if own and LABELS[row["canonical"]]["kind"] not in WRITTEN:
            assert {None} == {member["published"] for member in own}
            undated += [] if members[row["canonical"]]["published"] else [row["canonical"]]
    assert UNDATED == sorted(undated)


def test_members_have_their_relations(rows):
    """Versions of one newsroom that are later are revisions, equal pages exact, parts excerpts, in any chrome."""
    found = {member["id"]: member["relation"] for row in rows if row["type"] == "story" for member in row["members"]}
    assert {
        "oxmoor-ledger/rent-cap-2.html": "revision",
        "newsglobe.example/grain-trial.html": "exact",
        "pressmirror.example/four-day-school.txt": "excerpt",
        "thepapertrail.example/ferry-merger-ledger.txt": "excerpt",
        "citizenscroll.example/mill-wheel.txt": "excerpt",
        "newsglobe.example/mill-wheel.html": "reprint",
    }.items() <= found.items()


def test_credits_are_told(rows):
    """A member says whom its text credits: a name, or that the source is unnamed; an original credits nobody."""
    found = {member["id"]: member["credit"] for row in rows if row["type"] == "story" for member in row["members"]}
    assert {
        "insightmonitor.example/mill-wheel.html": "Marlow Gazette",
        "dailyferret.example/mill-wheel.html": "Marlow Gazette",
        "citizenscroll.example/morning-briefing.txt": "an unnamed source",
        "insightmonitor.example/wind-auction.html": "Harbour Wire",
        "thepapertrail.example/beaver-dams.txt": "Calder Press",
        "nachrichtenmagnet.example/stadtarchiv-buergerbuch.html": "Alsterblatt",
    }.items() <= found.items()
    assert [] == [id for id, credit in found.items() if credit and LABELS[id]["kind"] in ("original", "revision")]


@pytest.mark.parametrize(
    ("options", "canonical"),
    [
        (("--canonical", "longest"), "marlow-matters.example/mill-wheel.txt"),  # a site of one page: its frame counts
        (("--canonical", "source"), "marlow-gazette.example/mill-wheel.html"),
        (("--prefer", "nobody", "--prefer", "newsglobe"), "newsglobe.example/mill-wheel.html"),
        (("--prefer", "citizenscroll.example", "--prefer", "NewsGlobe"), "citizenscroll.example/mill-wheel.txt"),
    ],
)
def test_who_leads_is_a_matter_of_choice(stories, options, canonical):
    """The flags change who leads, by a rule, by source or by folder, and never who is in a story."""
    changed = [json.loads(line) for line in run("jsonl", "--singletons", *options).splitlines()][1:-1]
    assert canonical in [row["canonical"] for row in changed]
    again = {frozenset(member["id"] for member in row["members"]) for row in changed}
    assert {frozenset(story) for story in stories} == again


@pytest.mark.parametrize(
    ("order", "reviews", "reached"),
    [(1, 1 << 15, 0.99), (2, 0, 0.5)],  # reached: .992 where it reviews itself as it grows, .88 where it never does
    ids=["reviews itself", "never reviews"],
)
def test_an_index_ends_in_the_same_stories(stories, tmp_path, order, reviews, reached):
    """Pages that are added to an index one by one, in any order, are in the stories of the batch after a review."""
    places = discover(CORPUS / "pages", on_skip=pytest.fail, on_note=pytest.fail)
    documents = list(read_all(places, on_skip=pytest.fail, on_note=pytest.fail))
    random.Random(order).shuffle(documents)
    with dedup.Index.open(tmp_path / "index", dedup.Settings().to_mapping(), reviews=reviews, durable=False) as index:
        for document in documents:
            index.add(document)
        told = {member.id: story.story for story in index.stories() for member in story.members}
    both, batch = pairs(told), pairs({id: number for number, story in enumerate(stories) for id in story})
    assert 2 * len(both & batch) / (len(both) + len(batch)) >= reached
    command = [sys.executable, "-m", "dedup", "index"]
    subprocess.run([*command, "review", str(tmp_path / "index")], check=True)
    report = [*command, "stories", str(tmp_path / "index"), "--singletons", "--format", "jsonl"]
    rows = [json.loads(line) for line in subprocess.run(report, capture_output=True, check=True).stdout.splitlines()]
    found = {frozenset(member["id"] for member in row["members"]) for row in rows[1:-1]}
    assert {frozenset(story) for story in stories} == found


def unpacked(folder):
    """The files of a folder, decompressed, as compressors differ from version to version."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in files
    }


def test_the_collection_is_made_from_its_sources(tmp_path):
    """``corpus/make.py`` writes the pages and the labels that are there, and nothing else."""
    for name in ("make.py", "sources"):
        source = CORPUS / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    subprocess.run([sys.executable, str(tmp_path / "make.py")], check=True)
    assert unpacked(CORPUS / "pages") == unpacked(tmp_path / "pages")
    assert (CORPUS / "truth.jsonl").read_bytes() == (tmp_path / "truth.jsonl").read_bytes()


def test_a_date_in_another_form_is_a_replaced_figure():
    """The stub of `canal.html` is not told because of its date, which the copy writes with the name of the month."""
    sites = ("vesmark-business.example", "insightmonitor.example")
    pair = dedup.compare(*(f"{site}/canal.html" for site in sites), among=dedup.read(CORPUS / "pages"))
    assert (1, "share", False) == (pair.replaced_figures, pair.decided, pair.match)
    dates = [pair.a.text[slice(*change.a)] for change in pair.differences if change.kind == "date"]
    assert ["04.03.2026"] == [date[-10:] for date in dates]
