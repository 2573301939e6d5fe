"""Bytes -> `dedup.types.Document`, as a stream. One file a format behind one registry; all caps in ``limits``.

`discover` finds the places that paths name; for a progress bar, the bytes to come are their sizes. `read_all` reads
them: here, or in lots, by `read_chunk`, elsewhere; `sample_chunks` looks into a few of them. `to_document` is one
row, for mappings that a program hands over.
"""

import logging

from dedup.formats.chunks import Chunk, LineChunk, ReadOutcome, read_chunk
from dedup.formats.discover import discover
from dedup.formats.inputs import Inputs, read_all
from dedup.formats.places import Place
from dedup.formats.record import FIELDS, to_document
from dedup.formats.registry import KNOWN
from dedup.formats.sample import SampledChunk, sample_chunks

__all__ = [
    "FIELDS",
    "KNOWN",
    "Chunk",
    "Inputs",
    "LineChunk",
    "Place",
    "ReadOutcome",
    "SampledChunk",
    "discover",
    "read_all",
    "read_chunk",
    "sample_chunks",
    "to_document",
]

# Every program that reads or clusters imports this room, so the package's logger gets its handler here. `dedup` itself
# does not import logging: that takes 10 ms, a third of ``import dedup``.
logging.getLogger("dedup").addHandler(logging.NullHandler())
