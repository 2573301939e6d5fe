"""Bytes -> documents as columns, batch by batch. Each format is one reader and one line of the registry.

`discover` turns paths into places; for a progress bar, the bytes to come are the sizes of the places. `read_all` reads
the places: in this process, or in chunks that other processes read by `read_chunk`. `sample_chunks` takes a sample.
`to_document` makes a document of one mapping, for programs. All caps stand in ``limits``.
"""

import logging

from dedup.formats.chunks import Chunk, FileChunk, ReadOutcome, read_chunk
from dedup.formats.columns import DocumentColumns, columns_of_documents
from dedup.formats.discover import discover
from dedup.formats.fields.names import FIELDS, FieldNames
from dedup.formats.inputs import Inputs, read_all
from dedup.formats.messages import FieldProblems, ProblemGroups, SkipGroups
from dedup.formats.places import Place, ReadOptions
from dedup.formats.record import to_document
from dedup.formats.registry import KNOWN
from dedup.formats.sample import SampledChunk, sample_chunks
from dedup.formats.surveys import ByteRange, RangeSurvey, survey_range

__all__ = [
    "FIELDS",
    "KNOWN",
    "ByteRange",
    "Chunk",
    "DocumentColumns",
    "FieldNames",
    "FieldProblems",
    "FileChunk",
    "Inputs",
    "Place",
    "ProblemGroups",
    "RangeSurvey",
    "ReadOptions",
    "ReadOutcome",
    "SampledChunk",
    "SkipGroups",
    "columns_of_documents",
    "discover",
    "read_all",
    "read_chunk",
    "sample_chunks",
    "survey_range",
    "to_document",
]

# Every program that reads or clusters imports this room, so the package's logger gets its handler here. `dedup` itself
# does not import logging: that takes 10 ms, a third of ``import dedup``.
logging.getLogger("dedup").addHandler(logging.NullHandler())
