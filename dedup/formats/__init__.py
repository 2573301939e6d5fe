"""Bytes -> `dedup.types.Document`, as a stream. One file a format behind one registry; all caps in ``limits``.

`discover` finds the places that paths name; for a progress bar, the bytes to come are their sizes. `read_all` reads
them: here, or in lots, by `read_lot`, elsewhere; `sample` looks into a few of them. `document` is one
row, for mappings that a program hands over.
"""

from dedup.formats.chunks import Chunk, Lines, ReadOutcome, read_lot
from dedup.formats.discover import discover
from dedup.formats.inputs import Inputs, read_all
from dedup.formats.places import Place
from dedup.formats.record import FIELDS, document
from dedup.formats.registry import KNOWN
from dedup.formats.sample import Part, sample

__all__ = [
    "FIELDS",
    "KNOWN",
    "Chunk",
    "Inputs",
    "Lines",
    "Part",
    "Place",
    "ReadOutcome",
    "discover",
    "document",
    "read_all",
    "read_lot",
    "sample",
]
