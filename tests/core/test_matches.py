"""The decision rule: when containment is a match, and when the alignment speaks against it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.clusters import UNKNOWN_TIME
from dedup.core.matches import PASSAGE, SHORT, SOON, mended, weigh
from dedup.core.passages import Alignment
from dedup.core.reference import matches as slow

HOUR = 3600 * 10**9
PAIR = np.array([[0, 1]])
THRESHOLD = 0.4
ALMOST = THRESHOLD - SHORT


def aligned(**counts):
    """An alignment of one pair: a long shared passage and nothing replaced, but for what is given."""
    plain = {"kept_words": 300, "kept_figures": 4, "longest": 100}
    return Alignment(**{name: np.array([(plain | counts).get(name, 0)]) for name in Alignment._fields})


def weight(containment, times=(UNKNOWN_TIME, UNKNOWN_TIME), sources=(0, 1), **counts):
    """The weight of one pair."""
    alignment = aligned(**counts)
    return float(weigh(np.array([containment]), alignment, np.array(times), np.array(sources), PAIR, THRESHOLD)[0])


def test_an_abridged_copy_is_a_match():
    """A low containment with a long shared passage and nothing replaced counts as it is."""
    assert 0.4 == weight(0.4)


def test_other_figures_make_a_template():
    """A report with half of its figures replaced is no copy, however much it contains."""
    assert 0.0 == weight(0.95, kept_figures=5, replaced_figures=5, replaced_gaps=5)


def test_one_corrected_figure_among_many_is_a_copy():
    """A correction replaces one figure of twenty."""
    assert 0.95 == weight(0.95, kept_figures=19, replaced_figures=1, replaced_gaps=1)


def test_one_figure_of_few_says_little():
    """One figure of ten may be the first of many that a longer report would replace."""
    assert 0.0 == weight(0.95, kept_figures=9, replaced_figures=1, replaced_gaps=1)


def test_a_form_letter_with_another_name_is_no_copy():
    """One name replaced in fifty words makes another letter, in five hundred the same article."""
    letter, article = ({"kept_words": words, "kept_figures": 0, "replaced_gaps": 1} for words in (49, 499))
    assert (0.0, 0.85) == (weight(0.85, **letter), weight(0.85, **article))


def test_a_correction_within_hours_may_replace_more():
    """One figure of seven is a correction after an hour, and another report after a week."""
    counts = {"kept_figures": 6, "replaced_figures": 1, "replaced_gaps": 1}
    assert (0.9, 0.0) == (weight(0.9, (0, HOUR), **counts), weight(0.9, (0, 7 * 24 * HOUR), **counts))


def test_two_pages_of_one_source_must_be_mostly_the_same():
    """Half of a page is what two articles of one site have in common, and a copy on another site."""
    assert (0.5, 0.0) == (weight(0.5), weight(0.5, sources=(3, 3)))
    assert 0.8 == weight(0.8, sources=(3, 3))


def test_names_replaced_all_over_make_a_template():
    """A template without figures gives itself away by the places where words are replaced."""
    assert 0.0 == weight(0.9, kept_words=100, kept_figures=0, replaced_gaps=6)


def test_shared_phrases_are_no_passage():
    """Half of the words in short runs is what two articles on one event share."""
    assert ALMOST == weight(0.5, longest=PASSAGE - 1)


def test_phrases_do_not_excuse_a_template():
    """Replaced figures or words, or a common site, speak against a copy, also where all passages are short."""
    assert 0.0 == weight(0.5, longest=PASSAGE - 1, kept_figures=5, replaced_figures=5, replaced_gaps=5)
    assert 0.0 == weight(0.5, longest=PASSAGE - 1, replaced_gaps=60)
    assert 0.0 == weight(0.5, longest=PASSAGE - 1, sources=(3, 3))


def test_more_phrases_weigh_no_less_than_fewer():
    """Below the threshold a pair counts as it is, whatever its passages; from there on no less, and is no match."""
    assert 0.3 == weight(0.3, longest=10)
    assert weight(THRESHOLD - 2 * SHORT, longest=10) <= weight(THRESHOLD, longest=10) < THRESHOLD


def test_spun_text_with_all_its_figures_is_a_copy():
    """A long text with a word in twelve replaced and every figure kept is the same article."""
    assert 0.6 == weight(0.6, kept_words=400, kept_figures=14, replaced_gaps=34, longest=23)


def test_spun_text_with_other_figures_is_not():
    """The same with its figures replaced is another report."""
    assert 0.0 == weight(0.6, kept_words=400, kept_figures=7, replaced_figures=7, replaced_gaps=34, longest=23)


@given(
    st.floats(0, 1),
    st.tuples(*[st.integers(0, 400)] * len(Alignment._fields)),
    st.sampled_from([UNKNOWN_TIME, 0, HOUR, 30 * HOUR, 2**62]),
    st.sampled_from([UNKNOWN_TIME, 0, SOON, -(2**62)]),
    st.booleans(),
    st.floats(0.05, 1),
)
def test_the_rule_is_what_it_says(containment, counts, first, second, one_source, threshold):
    """The arrays decide as the rule does for one pair."""
    expected = slow.weigh(containment, counts, first, second, one_source, threshold)
    alignment = Alignment(*(np.array([count]) for count in counts))
    times, sources = np.array([first, second]), np.array([0, 0 if one_source else 1])
    found = weigh(np.array([containment]), alignment, times, sources, PAIR, threshold)
    assert [expected] == found.tolist()


@given(st.floats(0, 1), st.integers(0, 400), st.integers(0, 400), st.booleans())
def test_misprints_are_mended_as_the_rule_says(containment, misread, size, one_source):
    """What only misprints keep from being shared counts as shared, but not for a site's frame."""
    expected = slow.mended(containment, misread, size, one_source)
    sources = np.array([0, 0 if one_source else 1])
    found = mended(np.array([containment]), aligned(misread=misread), np.array([size]), sources, PAIR)
    assert [expected] == found.tolist()
