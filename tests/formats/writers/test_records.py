"""A file of records without some records: what stays and what goes are together the input."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.formats.places import Place
from dedup.formats.writers.records import leave_out_records

PLACE = Place("a.warc", "a.warc", "a.warc", ".warc")


@given(st.lists(st.binary(max_size=4), max_size=9), st.sets(st.integers(1, 12)))
def test_records(records, numbers):
    """The bytes are those of the records whose numbers are not given, in their order."""
    drop = np.array(sorted(numbers), np.int64)
    expected = b"".join(record for number, record in enumerate(records, 1) if number not in numbers)
    assert expected == b"".join(leave_out_records(iter)(iter(records), PLACE, drop))
