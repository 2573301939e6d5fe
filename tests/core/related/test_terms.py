"""Terms of texts: the distinct tokens, how often they occur, and where they occur first."""

from hypothesis import given

from dedup.core.related.reference import terms as slow
from dedup.core.related.terms import find_terms
from tests.helpers.ragged_rows import ragged
from tests.helpers.related_texts import word_lists


@given(word_lists())
def test_terms_equal_those_of_the_twin(texts):
    """The terms of texts equal those of the slow twin, also where values stand between the texts."""
    for gap in (0, 2):
        columns = (column.tolist() for column in find_terms(ragged(texts, gap)))
        assert slow.find_terms(texts) == list(zip(*columns, strict=True))
