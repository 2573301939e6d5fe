"""A file of records without some records: what stays and what goes are together the input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import ReadError
from dedup.formats.places import Place
from dedup.formats.writers.records import leave_out_records
from dedup.settings import DEFAULT_LIMITS

PLACE = Place("a.warc", "a.warc", "a.warc", ".warc")


@given(st.lists(st.binary(max_size=4), max_size=9), st.sets(st.integers(1, 12)))
def test_records(records, numbers):
    """The bytes are those of the records whose numbers are not given, in their order."""
    drop = np.array(sorted(numbers), np.int64)
    expected = b"".join(record for number, record in enumerate(records, 1) if number not in numbers)
    assert expected == b"".join(
        leave_out_records(lambda pieces, _bounds: pieces)(iter(records), PLACE, drop, DEFAULT_LIMITS)
    )


def test_a_record_that_is_cut():
    """A splitter that gives the beginning of a record only is told at the end."""
    cut = leave_out_records(lambda records, _bounds: (record[:3] for record in records))(
        iter([b"abc", b"abcd"]), PLACE, np.array([1]), DEFAULT_LIMITS
    )
    assert b"abc" == next(cut)
    with pytest.raises(ReadError, match="too long to be copied"):
        next(cut)
