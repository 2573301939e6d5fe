"""The tables of the plan from results to related coverage. `core.arrays.tables` explains kinds of columns."""

from typing import Final

from dedup.core.arrays.tables import F64, FLAG, I32, I64, MANY_I64, MANY_U64, TEXT, U64, Schema

LEADING_TEXTS: Final[Schema] = {"num": I64, "id": TEXT, "time": I64}
"""The text of a canonical document that is an article: its number, and the id and the time of the document."""

EVENT_TEXTS: Final[Schema] = {"num": I64, "time": I64, "tokens": MANY_U64}
"""A text that stands for its story, without boilerplate."""

EVENT_TIMES: Final[Schema] = {"num": I64, "time": I64}
"""The time of a text that stands for its story."""

EVENT_TERMS: Final[Schema] = {"slot": I32, "term": U64, "num": I64, "times": I32, "place": I32}
"""A term of a text: how often it occurs, and its first place."""

COUNTED_TEXTS: Final[Schema] = {"all": I64, "texts": I64}
"""The number of texts of a part. The key ``all`` is 0."""

COLLECTIONS: Final[Schema] = {"slot": I32, "texts": I64}
"""The number of texts of the collection, for each slot."""

WEIGHED_TERMS: Final[Schema] = {"num": I64, "term": U64, "place": I32, "weight": I32, "shared": FLAG}
"""A rare term of a text: its first place, its weight, and whether another text has it too."""

VECTORS: Final[Schema] = {
    "num": I64,
    "time": I64,
    "terms": MANY_U64,
    "weights": MANY_I64,
    "places": MANY_I64,
    "squares": I64,
    "figures": I64,
}
"""The vector of a text (`core.related.weights.Vectors`)."""

LOOKUPS: Final[Schema] = {"term": U64, "num": I64}
"""One of the heaviest terms of a text."""

RELATED_PAIRS: Final[Schema] = {"a": I64, "b": I64, "cosine": I64, "rewrite": FLAG}
"""A candidate: its cosine, and whether one text is a rewrite of the other."""

EVENT_LINKS: Final[Schema] = {"a": I64, "b": I64}
"""Two texts of one event."""

EVENT_NODES: Final[Schema] = {"node": I64, "label": I64}
"""A text that has a link, and the least text of its component."""

EVENT_LABELS: Final[Schema] = {"num": I64, "component": I64}
"""The component of a text that has a link."""

EVENT_VECTORS: Final[Schema] = {**VECTORS, "component": I64}
"""The vector of a text that has a link."""

EVENT_PAIRS: Final[Schema] = {**RELATED_PAIRS, "component": I64}
"""A candidate with two texts of one component."""

COVERAGE_TEXTS: Final[Schema] = {"num": I64, "coverage": I64, "score": F64}
"""A text in a coverage of two texts or more, which is named by its first text; and the lowest average in it."""

REWRITES: Final[Schema] = {"a": I64, "b": I64, "cosine": I64}
"""Two texts of one coverage. One is a rewrite of the other."""

COVERAGE: Final[Schema] = {**COVERAGE_TEXTS, "id": TEXT}
"""A story in a coverage, by the id of its canonical document."""
