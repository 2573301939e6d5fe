"""Documents to stories: copies, relations, canonical documents, and the order of the report."""

import datetime
import itertools

import pytest

import dedup
from dedup import Document
from dedup.core.stories.clustering import MAX_COMPONENT
from dedup.core.thresholds import fingerprint

UTC = datetime.UTC
NOON = datetime.datetime(2026, 1, 2, 12, 0)


def members(report):
    """Return the ids of each story, the canonical document first."""
    return [[member.id for member in story.members] for story in report.stories]


def relations(report):
    """Return the relation of each copy, by its id."""
    return {copy.id: copy.relation for story in report.stories for copy in story.copies}


def excerpt(text, share, start=0.0):
    """Return a share of the words of a text, from a start on."""
    words = text.split()
    return " ".join(words[int(start * len(words)) : int((start + share) * len(words))])


@pytest.mark.parametrize("empty", ["", " \n\t", "...", "— ! ?", "\u200b\u00ad"])
def test_documents_without_a_word_are_nobodys_copies(empty, prose):
    """Equal documents without a word are no story."""
    report = dedup.cluster([empty, prose(1), empty, prose(1), empty])
    assert [["1", "3"]] == members(report)
    assert ["0", "2", "4"] == [member.id for member in report.singletons]


def test_short_documents_are_copies_if_they_are_equal():
    """Documents of fewer words than a shingle are copies only if their words are equal."""
    report = dedup.cluster(["Page not found", "PAGE NOT FOUND!", "Page not there", "Correction to follow", "found"])
    assert ([["0", "1"]], {"1": "exact"}) == (members(report), relations(report))
    assert ["2", "3", "4"] == [member.id for member in report.singletons]
    assert 1.0 == report.stories[0].weakest


def test_texts_that_differ_in_form_alone_are_exact_copies(prose):
    """Case, punctuation and white space do not make another text, but letters do."""
    text = prose(1)
    shapes = [text, text.upper(), text.replace(" ", "  \n"), text.replace(" ", ", ") + ".", f"“{text}”"]
    report = dedup.cluster([*shapes, text + " indeed"])
    assert [["0", "1", "2", "3", "4", "5"]] == [sorted(story) for story in members(report)]
    longer = [member for member in report.stories[0].members if member.id == "5"]
    assert ["reprint"] == [member.relation for member in longer]  # it is longer, and does not lead for that
    assert {"1": "exact", "2": "exact", "3": "exact", "4": "exact", "5": "reprint"} == relations(report)
    assert {"1": "exact", "2": "exact", "3": "exact", "4": "exact"} == relations(dedup.cluster(shapes))


def test_excerpts_that_share_only_phrases_are_still_of_one_article(prose):
    """Digests of short passages of one article are its copies, though two digests share only two passages."""
    pieces = [prose(number, 25) for number in range(12)]
    choices = ([0, 3, 6, 9], [0, 5, 6, 11], [0, 2, 6, 10], [0, 4, 6, 8])
    digests = [" ".join(pieces[piece] for piece in choice) for choice in choices]
    report = dedup.cluster([" ".join(pieces), *digests])
    assert [["0", "1", "2", "3", "4"]] == [sorted(story) for story in members(report)]
    assert [] == members(dedup.cluster(digests[:2]))  # without the article, phrases are all there is


def test_composed_and_decomposed_letters_are_equal():
    """A French text in NFC and in NFD is an exact copy."""
    texts = "Le dernier gardien du phare a été prévenu à l'aube", "Le dernier gardien du phare a été prévenu à l'aube"
    assert {"1": "exact"} == relations(dedup.cluster(texts))


def test_a_copy_in_other_words_is_a_reprint(prose):
    """A text inside other words is a reprint, and the longer and later page is not the original."""
    whole = Document(prose(1, 300), id="wire", published=NOON)
    page = Document(f"{prose(2, 40)} {prose(1, 300)} {prose(3, 40)}", id="page", published=NOON.replace(hour=13))
    report = dedup.cluster([page, whole])
    assert ([["wire", "page"]], {"page": "reprint"}) == (members(report), relations(report))


def test_an_abridged_copy_is_found_and_is_an_excerpt(prose):
    """The first part of a text is an excerpt of it, with containment 1."""
    text = prose(1, 300)
    report = dedup.cluster([excerpt(text, 0.4), text])
    assert ([["1", "0"]], {"0": "excerpt"}) == (members(report), relations(report))
    (copy,) = report.stories[0].copies
    assert (1.0, 116 / 296) == (copy.containment, copy.resemblance)


def with_menu(prose, numbers, site, words=800):
    """Return a page: paragraphs between the menu and the footer of the site with the number ``site``."""
    words = prose(site, words).split()
    half = len(words) // 2
    menu = "\n".join(" ".join(words[at : at + 2]) for at in range(0, half, 2))
    foot = "\n".join(" ".join(words[at : at + 3]) for at in range(half, len(words), 3))
    return "\n".join([menu, *(prose(number, 50).capitalize() + "." for number in numbers), foot])


def test_abridged_copies_in_the_menus_of_two_known_sites_are_copies(prose):
    """Menus longer than the article do not count where three pages of each site are there."""
    sites = [[range(30 + 10 * number, 36 + 10 * number) for number in range(3 * site, 3 * site + 3)] for site in (0, 1)]
    sites[0][0], sites[1][0] = range(6), range(2, 8)
    pages = [with_menu(prose, numbers, 1000 + site, 400) for site in (0, 1) for numbers in sites[site]]
    assert [["0", "3"]] == members(dedup.cluster(pages))


def test_abridged_copies_in_the_menus_of_two_unknown_sites_are_copies(prose):
    """The words around an article count where its site has one page: the passages are a share of the whole page."""
    pages = [
        with_menu(prose, range(6), 100, 200),
        with_menu(prose, range(2, 8), 101, 200),
        with_menu(prose, range(20, 26), 102),
    ]
    assert [["0", "1"]] == members(dedup.cluster(pages))


def test_a_notice_on_two_pages_of_short_texts_is_no_story(prose):
    """Two pages of three texts each are no copies if they share one of the texts."""
    shorts = [[range(20, 22), range(30, 32)], [range(40, 42), range(50, 52)]]
    pages = [
        "\n".join(
            with_menu(prose, numbers, 100 + 3 * page + place) for place, numbers in enumerate([*texts, range(90, 93)])
        )
        for page, texts in enumerate(shorts)
    ]
    assert [] == members(dedup.cluster(pages))


def test_a_later_version_of_the_same_source_is_a_revision(prose):
    """A later version of the same source is a revision, and of another source a reprint."""
    text = prose(1, 300)
    later = f"{text} {prose(2, 30)}"
    time = NOON.replace(hour=14)
    report = dedup.cluster(
        [
            Document(text, id="first", source="wire", published=NOON),
            Document(later, id="second", source="wire", published=time),
            Document(later, id="third", source="courier", published=time),
            Document(later, id="fourth", published=time),
        ]
    )
    assert "first" == report.stories[0].id
    assert {"second": "revision", "third": "reprint", "fourth": "reprint"} == relations(report)


def test_no_source_is_not_a_common_source(prose):
    """Documents without a source have no common source, so none is a revision."""
    documents = [Document(prose(1), published=NOON), Document(prose(1) + " indeed", published=NOON.replace(hour=13))]
    assert {"1": "reprint"} == relations(dedup.cluster(documents))


def test_other_texts_are_no_copies(prose):
    """Texts that share a smaller share of the shorter text than the threshold are two stories."""
    common = prose(0, 40)
    report = dedup.cluster([f"{common} {prose(1, 160)}", f"{common} {prose(2, 160)}"])
    assert ((), 2) == (report.stories, len(report.singletons))


def test_the_threshold_is_the_callers(prose):
    """Two texts that share a half are one story, and two stories with a higher containment."""
    common = prose(0, 100)
    texts = [f"{common} {prose(1, 100)}", f"{common} {prose(2, 100)}"]
    assert 1 == len(dedup.cluster(texts).stories)
    assert [] == members(dedup.cluster(texts, dedup.Settings(containment=0.6)))


@pytest.mark.parametrize("order", list(itertools.permutations(range(5))))
def test_the_original_is_the_earliest_then_a_whole_one_then_the_least_id(order, prose):
    """The canonical rule holds in each order of input; an unknown time comes after known times."""
    text = prose(1, 200)
    documents = [
        Document(text, id="e", published=NOON),
        Document(excerpt(text, 0.4), id="a", published=NOON),
        Document(text, id="f", published=NOON),
        Document(text + " more words to be the longest", id="b", published=NOON.replace(hour=13)),
        Document(text + " and still more words so that it is longer", id="0"),
    ]
    assert [["e", "f", "a", "b", "0"]] == members(dedup.cluster(documents[place] for place in order))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (NOON, NOON.replace(minute=1, tzinfo=UTC)),
        (NOON.replace(tzinfo=UTC), NOON.replace(minute=1)),
        (NOON.replace(hour=13, tzinfo=datetime.timezone(datetime.timedelta(hours=2))), NOON),
        (NOON, NOON.replace(hour=9, tzinfo=datetime.timezone(datetime.timedelta(hours=-4)))),
        (NOON, NOON.replace(microsecond=1)),
        (datetime.datetime(1, 1, 1), NOON),
        (datetime.datetime(1, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=14))), NOON),
        (NOON, datetime.datetime(9999, 12, 31, 23, 59, tzinfo=datetime.timezone(datetime.timedelta(hours=-9)))),
        (datetime.datetime(9999, 12, 31), None),
        (datetime.datetime(1, 1, 1), None),
    ],
    ids=str,
)
def test_times_with_and_without_a_zone_are_compared_in_utc(first, second, prose):
    """A time without a zone is UTC, and the first and the last year of Python are valid times."""
    documents = [Document(prose(1), id="b", published=first), Document(prose(1), id="a", published=second)]
    report = dedup.cluster(documents)
    assert [["b", "a"]] == members(report)
    assert (first, second) == tuple(member.published for member in report.stories[0].members)


def test_the_largest_story_comes_first(prose):
    """Stories have the order of size and then of id, copies that of the canonical rule, singletons that of input."""
    texts = [("z", 9), ("c", 1), ("b", 2), ("a", 3), ("d", 1), ("e", 2), ("f", 2), ("y", 8), ("g", 3)]
    report = dedup.cluster(Document(prose(number), id=id) for id, number in texts)
    assert [["b", "e", "f"], ["a", "g"], ["c", "d"]] == members(report)
    assert ["z", "y"] == [member.id for member in report.singletons]
    assert (9, 4) == (report.documents, report.copies)
    assert [3, 2, 2] == [story.size for story in report.stories]


def test_the_weakest_link_is_reported(prose):
    """A story has the average similarity of its loosest member: here a passage of 168 words, less 18, in 200."""
    text = prose(1, 200)
    loose = f"{excerpt(text, 168 / 200)} {prose(2, 32)}"
    (story,) = dedup.cluster([text, f"{text} {prose(3, 10)}", loose]).stories
    assert 0.75 == story.weakest
    assert (164 / 196, 164 / 228) == min((copy.containment, copy.resemblance) for copy in story.copies)


def test_a_chain_of_overlaps_is_not_one_story(prose):
    """A chain of texts, of which each overlaps the next, is not one story."""
    long = prose(1, 1000)
    chain = [excerpt(long, 0.2, start / 20) for start in range(17)]
    assert {2, 3, 4} >= {story.size for story in dedup.cluster(chain).stories}


def test_a_report_names_its_settings(prose):
    """The report has the settings of the run by name, and the hash of the thresholds."""
    settings = dedup.Settings(shingle_size=3)
    assert settings.to_mapping() == dedup.cluster([prose(1)], settings).settings
    assert fingerprint() == dedup.cluster([prose(1)], settings).thresholds
    assert dedup.Settings().to_mapping() == dedup.cluster([prose(1)]).settings


@pytest.mark.parametrize("size", [1, 2, 3, 7, 32])
def test_shingles_of_every_size_find_copies(size, prose):
    """A copy is found with each size of a shingle."""
    texts = [prose(1, 300), excerpt(prose(1, 300), 0.7), prose(2, 300)]
    assert [["0", "1"]] == members(dedup.cluster(texts, dedup.Settings(shingle_size=size)))


def test_progress_is_reported(prose):
    """Stages are reported in order, and the counts of a stage rise to its total."""
    progress = []
    count = 30
    dedup.cluster((prose(n % 10, 20_000) for n in range(count)), on_progress=lambda *counts: progress.append(counts))
    stages = {stage: [(done, total) for name, done, total in progress if name == stage] for stage, _, _ in progress}
    looks = ["signatures", "candidates", "verifying", "clustering"]
    assert ["reading", "texts", "boilerplate", *looks, "stories"] == list(stages)
    assert sorted(progress, key=lambda item: list(stages).index(item[0])) == progress
    for heard in stages.values():
        assert sorted(heard) == heard
    assert len(stages["reading"]) > 1
    assert (count, 0) == stages.pop("reading")[-1]
    for heard in stages.values():
        assert heard[-1][0] == heard[-1][1]
        assert 1 >= len({total for _, total in heard} - {0})


def test_what_progress_raises_stops_the_run(prose):
    """An error of the callback, as on Ctrl-C, ends the run."""

    def stop(stage, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dedup.cluster([prose(1)], on_progress=stop)


def printed(text, number, prose):
    """Return a text between words of a site."""
    return f"{prose(number, 40)} {text} {prose(-number, 40)}"


@pytest.mark.parametrize("count", [MAX_COMPONENT, MAX_COMPONENT + 1, 2000])
def test_many_different_copies_are_one_story(count, prose):
    """A wire story on hundreds of sites is one story, also above `MAX_COMPONENT`."""
    report = dedup.cluster(printed(prose(0, 300), number, prose) for number in range(1, count + 1))
    assert [count] == [story.size for story in report.stories]


@pytest.mark.parametrize("first", [True, False], ids=["digests first", "digests last"])
def test_digests_do_not_join_two_large_stories(first, prose):
    """Three digests of two articles with 600 reprints each are one story, and the articles are two stories."""
    texts = prose(10_001, 300), prose(10_002, 300)
    titles = [excerpt(text, 6 / 300) for text in texts]
    reprints = [
        Document(printed(texts[number % 2], number, prose), id=f"{number % 2}", title=titles[number % 2])
        for number in range(1, 1201)
    ]
    digests = [
        Document(f"{texts[0]} {texts[1]} {prose(number, 20)}", id="digest", title="What you need to know today")
        for number in range(20_000, 20_003)
    ]
    report = dedup.cluster([*digests, *reprints] if first else [*reprints, *digests])
    groups = [sorted({member.id[0] for member in story.members} - {"d"}) for story in report.stories]
    assert [[], ["0"], ["1"]] == sorted(groups)
    assert 1200 == sum(member.id[0] != "d" for story in report.stories for member in story.members)
