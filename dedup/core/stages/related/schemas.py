"""The tables of the plan from results to related coverage. `core.arrays.tables` explains kinds of columns."""

from typing import Final

from dedup.core.arrays.tables import F64, FLAG, I64, MANY_I32, MANY_U8, MANY_U64, TEXT, U64, Schema

LEADING_TEXTS: Final[Schema] = {"num": I64, "id": TEXT, "time": I64}
"""The text of a canonical document that is an article: its number, and the id and the time of the document."""

EVENT_TEXTS: Final[Schema] = {"num": I64, "time": I64, "tokens": MANY_U64}
"""A text that stands for its story, without boilerplate."""

COUNTED_TEXTS: Final[Schema] = {"all": I64, "texts": I64}
"""The number of texts of a part. The key ``all`` is 0."""

COLLECTIONS: Final[Schema] = {"all": I64, "texts": I64}
"""The number of texts of the collection: one row, or none for a collection that is too small."""

SAMPLED_SLOTS: Final[Schema] = {"all": I64, "slot": I64, "texts": I64}
"""How many texts of the sample in a part have a term of a slot. The slot -1 has the number of these texts."""

RARITY: Final[Schema] = {"all": I64, "rarity": MANY_U8}
"""How rare the terms of all slots are (`core.related.rarity`): one row, or none for a collection that is too small."""

VECTORS: Final[Schema] = {"num": I64, "time": I64, "terms": MANY_U64, "weights": MANY_U8, "places": MANY_I32}
"""The vector of a text (`core.related.vectors.Vectors`)."""

LOOKUPS: Final[Schema] = {"term": U64, "num": I64}
"""One of the heaviest terms of a text."""

TERMS_MET: Final[Schema] = {"pair": I64}
"""The code of two texts that meet in the list of a term."""

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
