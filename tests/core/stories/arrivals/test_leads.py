"""Who leads a story while documents come: every order of arrival against a slow twin, and each rule alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.stories.arrivals.leads import NO_LEAD, Lead, Leads
from dedup.core.stories.canonical import Credits, Origins

DOCUMENT = st.tuples(
    st.integers(0, 2),  # its story
    st.integers(0, 1),  # its preference
    st.integers(-1, 2),  # its newsroom
    st.lists(st.integers(-1, 2), max_size=2),  # the newsrooms that it credits
    st.booleans(),  # whether it is an article
)


def origins(documents):
    """Return the origins of documents."""
    credits = [(row, newsroom) for row, document in enumerate(documents) for newsroom in document[3]]
    columns = np.array(credits, np.int64).reshape(-1, 2).T
    weak = np.zeros(len(credits), np.bool_)
    preference, newsrooms = (np.array([document[column] for document in documents], np.int64) for column in (1, 2))
    return Origins(preference, newsrooms, Credits(columns[0], columns[1], weak), [""] * len(credits))


def slow_leads(documents):
    """Return the leader that each document finds, and whether the document takes the lead: the rules as sentences."""
    found = []
    for row, (story, preference, newsroom, _, is_article) in enumerate(documents):
        leader = None
        for earlier in range(row):
            if documents[earlier][0] == story and (leader is None or found[earlier][1]):
                leader = earlier
        if leader is None:
            found.append((None, False))
            continue
        _, other_preference, _, credited, leader_is_article = documents[leader]
        takes = preference < other_preference
        takes |= preference == other_preference and newsroom != -1 and newsroom in credited
        takes |= is_article and not leader_is_article
        found.append((leader, takes))
    return found


@given(st.lists(DOCUMENT, max_size=8))
def test_leads_equal_their_twin(documents):
    """Each document finds the leader, and takes the lead or not, as the slow twin says."""
    no_articles = [row for row, document in enumerate(documents) if not document[4]]
    leads = Leads(origins(documents), no_articles) if documents else None
    got = [leads.add(row, document[0]) for row, document in enumerate(documents)]
    assert [(-1 if leader is None else leader, takes) for leader, takes in slow_leads(documents)] == [
        (lead.before, lead.took) for lead in got
    ]


def test_the_first_article_of_a_story_is_told_from_a_copy():
    """An article that finds a text without an article takes the lead, and is the first article of its story."""
    documents = [(0, 0, -1, [], is_article) for is_article in (False, False, True, True)]
    leads = Leads(origins(documents), [0, 1])
    assert [NO_LEAD, Lead(0), Lead(0, True, True), Lead(2)] == [leads.add(row, 0) for row in range(4)]


def test_a_document_may_be_kept_from_leading():
    """A document that may lead no story finds the leader, and the leader stays."""
    leads = Leads(origins([(0, 1, -1, [], True), (0, 0, -1, [], True)]))
    leads.add(0, 0)
    assert Lead(0) == leads.add(1, 0, may_lead=False)
    assert {0: 0} == leads.leaders
