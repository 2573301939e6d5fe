"""Bytes -> `dedup.types.Document`, as a stream. One file a format behind one registry; all caps in ``limits``.

`discover` finds the places that paths name; for a progress bar, the bytes to come are their sizes. `read_all` reads
them: here, or in lots, by `read_lot`, elsewhere; `sample` looks into a few of them. `document` is one
row, for mappings that a program hands over.
"""

from dedup.formats.lots import Found, Lines, Lot, read_lot
from dedup.formats.read import Inputs, read_all
from dedup.formats.record import FIELDS, document
from dedup.formats.registry import KNOWN
from dedup.formats.sampling import Part, sample
from dedup.formats.source import Place
from dedup.formats.walk import discover

__all__ = [
    "FIELDS",
    "KNOWN",
    "Found",
    "Inputs",
    "Lines",
    "Lot",
    "Part",
    "Place",
    "discover",
    "document",
    "read_all",
    "read_lot",
    "sample",
]
