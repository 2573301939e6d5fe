"""Sources get names that a user knows, and no two the same."""

import numpy as np
import pytest
from dedup.engines.stages.source_names import name_sources

from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages.documents import DocumentIntake
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter
from dedup.settings import Settings
from dedup.types import Document


def named(pages, sources):
    """The names and families of sources; a page is its id and the source it gives, its text its number in words."""
    # Those of a longer text come first.
    documents = [Document("w " * (len(pages) - n), id=id, source=source) for n, (id, source) in enumerate(pages)]
    with SpillFiles() as stores:
        gathered = load_documents(DocumentIntake(), documents, Settings(), 1, Meter(lambda *_: None, stores), stores)
        found = name_sources(gathered.printed, np.array(sources, np.int64))
    return found.names, found.families.tolist()


@pytest.mark.parametrize(
    ("pages", "sources", "expected", "families"),
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
def test_names(pages, sources, expected, families):
    """The source most pages give, else the id of the first that gives none; what would be the same gets an id."""
    assert (expected, families) == named(pages, sources)
