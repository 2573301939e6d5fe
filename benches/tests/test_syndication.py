"""One article on many sites is one story: the small cases of the bench."""

import pytest
from syndication import TITLES, Case, Outcome, cases, collection, outcome

SURE = [
    Case(words, 12, menu, seen, titles, source)
    for words in (60, 300)
    for menu, seen, source in ((1 / 3, 1, True), (2 / 3, 1, True), (2 / 3, 4, True), (2 / 3, 4, False))
    for titles in TITLES
]


@pytest.mark.parametrize("case", SURE, ids=str)
def test_one_article_on_twelve_sites_is_one_story(case: Case) -> None:
    """All copies are one story, and none is set aside."""
    assert Outcome(1, 0) == outcome(case)


def test_the_pages_are_what_the_case_says() -> None:
    """Each site has a menu of its own around the article and its other pages, and titles of the kind."""
    case = Case(60, 5, 2 / 3, 4, "site", True)
    documents = collection(case)
    copies = [document for document in documents if document.id.startswith("copy")]
    assert [20, 5, 5] == [len(documents), len(copies), len({document.source for document in documents})]
    lines = [set(document.text.split("\n")) for document in copies]
    assert 2 == len(set.intersection(*lines))
    assert {100} == {len(document.text.split()) for document in copies}
    assert copies[0].title.removesuffix("0 News") == copies[1].title.removesuffix("1 News")


def test_a_title_of_its_own_says_a_third_of_its_words_in_the_article() -> None:
    """Nine words of each title count, three of them stand in the article."""
    for document in collection(Case(300, 5, 1 / 3, 1, "own", True)):
        title = document.title.lower().split()
        text = document.text.lower().replace(".", "").split()
        assert 9 == len(set(title))
        assert 3 <= sum(word in text for word in title)


def test_cases_are_all_kinds_up_to_the_most_sites() -> None:
    """Three lengths, three menus, two ways to see a site, four kinds of titles, with and without source."""
    assert 3 * 2 * 3 * 2 * 4 * 2 == len(set(cases(12)))
