"""Documents -> stories: what is a copy, what it is called, who is the original, in what order all stand."""

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
    """The ids of each story, its canonical document first."""
    return [[member.id for member in story.members] for story in report.stories]


def relations(report):
    """What each copy is, by its id."""
    return {copy.id: copy.relation for story in report.stories for copy in story.copies}


def part(text, share, start=0.0):
    """Some of the words of a text."""
    words = text.split()
    return " ".join(words[int(start * len(words)) : int((start + share) * len(words))])


@pytest.mark.parametrize("empty", ["", " \n\t", "...", "— ! ?", "\u200b\u00ad"])
def test_documents_without_a_word_are_nobodys_copies(empty, prose):
    """Empty pages, and those of punctuation alone, are no story together, though they are equal."""
    report = dedup.cluster([empty, prose(1), empty, prose(1), empty])
    assert [["1", "3"]] == members(report)
    assert ["0", "2", "4"] == [member.id for member in report.singletons]


def test_short_documents_are_copies_if_they_are_equal():
    """Documents of fewer words than a shingle are joined by equality of their words, and by nothing else."""
    report = dedup.cluster(["Page not found", "PAGE NOT FOUND!", "Page not there", "Correction to follow", "found"])
    assert ([["0", "1"]], {"1": "exact"}) == (members(report), relations(report))
    assert ["2", "3", "4"] == [member.id for member in report.singletons]
    assert 1.0 == report.stories[0].weakest


def test_texts_that_differ_in_form_alone_are_exact_copies(prose):
    """Case, punctuation and white space do not make another text; letters do."""
    text = prose(1)
    shapes = [text, text.upper(), text.replace(" ", "  \n"), text.replace(" ", ", ") + ".", f"“{text}”"]
    report = dedup.cluster([*shapes, text + " indeed"])
    assert [["0", "1", "2", "3", "4", "5"]] == [sorted(story) for story in members(report)]
    found = [member for member in report.stories[0].members if member.id == "5"]
    assert ["reprint"] == [member.relation for member in found]  # it is longer, and does not lead for that
    assert {"1": "exact", "2": "exact", "3": "exact", "4": "exact", "5": "reprint"} == relations(report)
    assert {"1": "exact", "2": "exact", "3": "exact", "4": "exact"} == relations(dedup.cluster(shapes))


def test_excerpts_that_share_only_phrases_are_still_of_one_article(prose):
    """Digests of one article, made of short passages, of which any two have but two in common, are all its copies."""
    pieces = [prose(number, 25) for number in range(12)]
    chosen = ([0, 3, 6, 9], [0, 5, 6, 11], [0, 2, 6, 10], [0, 4, 6, 8])
    digests = [" ".join(pieces[piece] for piece in some) for some in chosen]
    report = dedup.cluster([" ".join(pieces), *digests])
    assert [["0", "1", "2", "3", "4"]] == [sorted(story) for story in members(report)]
    assert [] == members(dedup.cluster(digests[:2]))  # without the article, phrases are all there is


def test_composed_and_decomposed_letters_are_equal():
    """The same French text in NFC and NFD is an exact copy."""
    texts = "Le dernier gardien du phare a été prévenu à l'aube", "Le dernier gardien du phare a été prévenu à l'aube"
    assert {"1": "exact"} == relations(dedup.cluster(texts))


def test_a_copy_in_chrome_is_a_reprint(prose):
    """The whole text inside other words is a reprint; the longer page does not become the original if it is later."""
    whole = Document(prose(1, 300), id="wire", published=NOON)
    page = Document(f"{prose(2, 40)} {prose(1, 300)} {prose(3, 40)}", id="page", published=NOON.replace(hour=13))
    report = dedup.cluster([page, whole])
    assert ([["wire", "page"]], {"page": "reprint"}) == (members(report), relations(report))


def test_an_abridged_copy_is_found_and_is_an_excerpt(prose):
    """The first third of a text is contained in it wholly, and is an excerpt of it."""
    text = prose(1, 300)
    report = dedup.cluster([part(text, 0.4), text])
    assert ([["1", "0"]], {"0": "excerpt"}) == (members(report), relations(report))
    (copy,) = report.stories[0].copies
    assert (1.0, 116 / 296) == (copy.containment, copy.resemblance)


def framed(prose, numbers, frame, words=800):
    """A page of a site: paragraphs between so many words of menus, the same for each ``frame``."""
    words = prose(frame, words).split()
    half = len(words) // 2
    menu = "\n".join(" ".join(words[at : at + 2]) for at in range(0, half, 2))
    foot = "\n".join(" ".join(words[at : at + 3]) for at in range(half, len(words), 3))
    return "\n".join([menu, *(prose(number, 50).capitalize() + "." for number in numbers), foot])


def test_abridged_copies_in_the_frames_of_two_known_sites_are_copies(prose):
    """Menus of more words than the article say nothing against its copy, where three pages of each site are known."""
    sites = [[range(30 + 10 * number, 36 + 10 * number) for number in range(3 * site, 3 * site + 3)] for site in (0, 1)]
    sites[0][0], sites[1][0] = range(6), range(2, 8)
    pages = [framed(prose, numbers, 1000 + site, 400) for site in (0, 1) for numbers in sites[site]]
    assert [["0", "3"]] == members(dedup.cluster(pages))


def test_abridged_copies_in_the_frames_of_two_unknown_sites_are_copies(prose):
    """The words around an article count where the site is unknown: the passages need to be enough of the whole page."""
    pages = [framed(prose, range(6), 100, 200), framed(prose, range(2, 8), 101, 200), framed(prose, range(20, 26), 102)]
    assert [["0", "1"]] == members(dedup.cluster(pages))


def test_a_notice_on_two_pages_of_short_texts_is_no_story(prose):
    """A notice of one text's length makes no copies of two pages that print three texts each."""
    shorts = [[range(20, 22), range(30, 32)], [range(40, 42), range(50, 52)]]
    pages = [
        "\n".join(framed(prose, numbers, 100 + 3 * page + place) for place, numbers in enumerate([*own, range(90, 93)]))
        for page, own in enumerate(shorts)
    ]
    assert [] == members(dedup.cluster(pages))


def test_a_later_version_of_the_same_source_is_a_revision(prose):
    """Mostly the same text, from the same source, at a later time: a revision; from another source: a reprint."""
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
    """Documents without a source are not of the same one, so none revises another."""
    given = [Document(prose(1), published=NOON), Document(prose(1) + " indeed", published=NOON.replace(hour=13))]
    assert {"1": "reprint"} == relations(dedup.cluster(given))


def test_other_texts_are_no_copies(prose):
    """Texts that share some shingles, but not most of those of the shorter one, are two stories."""
    common = prose(0, 40)
    report = dedup.cluster([f"{common} {prose(1, 160)}", f"{common} {prose(2, 160)}"])
    assert ((), 2) == (report.stories, len(report.singletons))


def test_the_threshold_is_the_callers(prose):
    """Two texts of which half is shared are one story, and with a higher containment they are not."""
    common = prose(0, 100)
    given = [f"{common} {prose(1, 100)}", f"{common} {prose(2, 100)}"]
    assert 1 == len(dedup.cluster(given).stories)
    assert [] == members(dedup.cluster(given, dedup.Settings(containment=0.6)))


@pytest.mark.parametrize("order", list(itertools.permutations(range(5))))
def test_the_original_is_the_earliest_then_a_whole_one_then_the_least_id(order, prose):
    """The canonical rule, in every order of the input; a time that is not known comes after those that are."""
    text = prose(1, 200)
    given = [
        Document(text, id="e", published=NOON),
        Document(part(text, 0.4), id="a", published=NOON),
        Document(text, id="f", published=NOON),
        Document(text + " more words to be the longest", id="b", published=NOON.replace(hour=13)),
        Document(text + " and still more words so that it is longer", id="0"),
    ]
    assert [["e", "f", "a", "b", "0"]] == members(dedup.cluster(given[place] for place in order))


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
    """A time without a zone is UTC; the first and the last year that Python knows are times as well."""
    given = [Document(prose(1), id="b", published=first), Document(prose(1), id="a", published=second)]
    report = dedup.cluster(given)
    assert [["b", "a"]] == members(report)
    assert (first, second) == tuple(member.published for member in report.stories[0].members)


def test_the_largest_story_comes_first(prose):
    """Stories stand by size, those of one size by id; copies by the canonical rule; singletons as they came."""
    given = [("z", 9), ("c", 1), ("b", 2), ("a", 3), ("d", 1), ("e", 2), ("f", 2), ("y", 8), ("g", 3)]
    report = dedup.cluster(Document(prose(number), id=id) for id, number in given)
    assert [["b", "e", "f"], ["a", "g"], ["c", "d"]] == members(report)
    assert ["z", "y"] == [member.id for member in report.singletons]
    assert (9, 4) == (report.documents, report.copies)
    assert [3, 2, 2] == [story.size for story in report.stories]


def test_the_weakest_link_is_told(prose):
    """A story says how close its loosest member is to the rest: here a passage of 168 words, less 18, in 200."""
    text = prose(1, 200)
    loose = f"{part(text, 168 / 200)} {prose(2, 32)}"
    (story,) = dedup.cluster([text, f"{text} {prose(3, 10)}", loose]).stories
    assert 0.75 == story.weakest
    assert (164 / 196, 164 / 228) == min((copy.containment, copy.resemblance) for copy in story.copies)


def test_a_chain_of_overlaps_is_not_one_story(prose):
    """Each text shares most with the next, the first nothing with the last: they are not all copies of one."""
    long = prose(1, 1000)
    chain = [part(long, 0.2, start / 20) for start in range(17)]
    assert {2, 3, 4} >= {story.size for story in dedup.cluster(chain).stories}


def test_a_report_names_its_settings(prose):
    """All settings of the run are in the report, by name, and the hash of the numbers that decided."""
    settings = dedup.Settings(shingle_size=3)
    assert settings.to_mapping() == dedup.cluster([prose(1)], settings).settings
    assert fingerprint() == dedup.cluster([prose(1)], settings).thresholds
    assert dedup.Settings().to_mapping() == dedup.cluster([prose(1)]).settings


@pytest.mark.parametrize("size", [1, 2, 3, 7, 32])
def test_shingles_of_every_size_find_copies(size, prose):
    """A copy is found whatever the size of a shingle."""
    given = [prose(1, 300), part(prose(1, 300), 0.7), prose(2, 300)]
    assert [["0", "1"]] == members(dedup.cluster(given, dedup.Settings(shingle_size=size)))


def test_progress_is_told(prose):
    """Stages come in their order, each with counts that do not fall and end at their total, where it is known."""
    told = []
    count = 30
    dedup.cluster((prose(n % 10, 20_000) for n in range(count)), on_progress=lambda *heard: told.append(heard))
    stages = {stage: [(done, total) for name, done, total in told if name == stage] for stage, _, _ in told}
    looks = ["signatures", "candidates", "verifying", "clustering"]
    assert ["reading", "texts", "boilerplate", *looks, "stories"] == list(stages)
    assert sorted(told, key=lambda item: list(stages).index(item[0])) == told
    for heard in stages.values():
        assert sorted(heard) == heard
    assert len(stages["reading"]) > 1
    assert (count, 0) == stages.pop("reading")[-1]
    for heard in stages.values():
        assert heard[-1][0] == heard[-1][1]
        assert 1 >= len({total for _, total in heard} - {0})


def test_what_progress_raises_stops_the_run(prose):
    """A callback that raises, as on Ctrl-C, is not held up."""

    def stop(stage, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dedup.cluster([prose(1)], on_progress=stop)


def printed(text, number, prose):
    """A text as a site prints it, within words of its own."""
    return f"{prose(number, 40)} {text} {prose(-number, 40)}"


@pytest.mark.parametrize("count", [MAX_COMPONENT, MAX_COMPONENT + 1, 2000])
def test_many_different_copies_are_one_story(count, prose):
    """A wire story that hundreds of sites print, each within its own words, is one story, and stays one beyond 512."""
    report = dedup.cluster(printed(prose(0, 300), number, prose) for number in range(1, count + 1))
    assert [count] == [story.size for story in report.stories]


@pytest.mark.parametrize("first", [True, False], ids=["digests first", "digests last"])
def test_digests_do_not_join_two_large_stories(first, prose):
    """Three digests that hold both of two articles with 600 reprints each leave them two stories, and are one."""
    texts = prose(10_001, 300), prose(10_002, 300)
    titles = [part(text, 6 / 300) for text in texts]
    given = [
        Document(printed(texts[number % 2], number, prose), id=f"{number % 2}", title=titles[number % 2])
        for number in range(1, 1201)
    ]
    digests = [
        Document(f"{texts[0]} {texts[1]} {prose(number, 20)}", id="digest", title="What you need to know today")
        for number in range(20_000, 20_003)
    ]
    report = dedup.cluster([*digests, *given] if first else [*given, *digests])
    found = [sorted({member.id[0] for member in story.members} - {"d"}) for story in report.stories]
    assert [[], ["0"], ["1"]] == sorted(found)
    assert 1200 == sum(member.id[0] != "d" for story in report.stories for member in story.members)
