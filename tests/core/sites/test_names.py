"""Names of sites: a name that a user knows, and a different one for each site."""

import numpy as np
import pytest

from dedup.core.sites.names import name_sites


@pytest.mark.parametrize(
    ("pages", "sites", "expected", "families"),
    [
        pytest.param([], [], [], [], id="nothing"),
        pytest.param([("a", ""), ("b", "globe"), ("c", "globe")], [0, 0, 0], ["globe"], [0], id="most give it"),
        pytest.param([("a", "wire"), ("b", "globe")], [0, 0], ["globe"], [0], id="the least of several"),
        pytest.param([("a", "globe"), ("b", ""), ("c", "")], [0, 0, 0], ["b"], [0], id="most give none"),
        pytest.param([("a", ""), ("b", "")], [0, 1], ["a", "b"], [0, 1], id="none gives one"),
        pytest.param(
            [("a", "globe"), ("b", "globe"), ("c", "globe"), ("d", "globe")],
            [0, 1, 1, 2],
            ["globe (a)", "globe", "globe (d)"],
            [1, 1, 1],
            id="the largest has the name",
        ),
        pytest.param([("a", "globe"), ("b", "globe")], [0, 1], ["globe", "globe (b)"], [0, 0], id="or the first"),
        pytest.param([("a", "globe"), ("globe", "")], [0, 1], ["globe", "globe#2"], [0, 1], id="an id like a source"),
        pytest.param([("globe", ""), ("a", "globe")], [0, 1], ["globe#2", "globe"], [0, 1], id="whichever comes first"),
    ],
)
def test_names(pages, sites, expected, families):
    """A site has the source of most of its pages as its name, or an id; equal names get an id behind them."""
    names = name_sites(np.array(sites, np.int64), [source for _, source in pages], [id for id, _ in pages])
    assert (expected, families) == (names.names, names.families.tolist())
