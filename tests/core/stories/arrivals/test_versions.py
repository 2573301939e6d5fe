"""Which texts of known ids are older versions that come late."""

import numpy as np
import pytest

from dedup.array_types import UNKNOWN_TIME
from dedup.core.stories.arrivals.versions import are_stale


@pytest.mark.parametrize(
    ("published", "before", "is_former", "stale"),
    [
        (1, 2, False, True),
        (1, 2, True, True),
        (2, 2, False, False),
        (2, 2, True, True),
        (3, 2, True, False),
        (3, 2, False, False),
        (UNKNOWN_TIME, 2, False, False),
        (UNKNOWN_TIME, 2, True, True),
        (2, UNKNOWN_TIME, True, True),
        (2, UNKNOWN_TIME, False, False),
    ],
)
def test_an_earlier_or_former_text_is_stale(published, before, is_former, stale):
    """An earlier time is stale, and a former text without a later time; an unknown time says nothing."""
    assert [stale] == are_stale(np.array([published]), np.array([before]), np.array([is_former])).tolist()
