"""Names of sites: names that a user knows."""

import numpy as np
import pytest

from dedup.core.sites.names import name_sites


@pytest.mark.parametrize(
    ("pages", "sites", "expected"),
    [
        pytest.param([], [], {}, id="nothing"),
        pytest.param([("a", "", 1), ("b", "globe", 2)], [0, 0], {0: "globe"}, id="most give it"),
        pytest.param([("a", "wire", 1), ("b", "globe", 1)], [0, 0], {0: "globe"}, id="the least of several"),
        pytest.param([("a", "globe", 1), ("b", "", 1), ("c", "", 1)], [0, 0, 0], {0: "b"}, id="most give none"),
        pytest.param([("a", "", 1), ("b", "", 1)], [0, 1], {0: "a", 1: "b"}, id="none gives one"),
        pytest.param([("globe", "", 1), ("a", "globe", 1)], [5, 7], {5: "globe", 7: "globe"}, id="an id like a source"),
    ],
)
def test_names(pages, sites, expected):
    """A site has the source of most of its pages as its name, or the id of its first page without one."""
    ids, sources, counts = zip(*pages, strict=True) if pages else ((), (), ())
    assert expected == name_sites(np.array(sites, np.int64), sources, ids, np.array(counts, np.int64))
