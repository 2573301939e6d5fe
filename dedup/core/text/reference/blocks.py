"""One document -> its blocks, cut with regular expressions."""

import re

from dedup.core.text.reference.sentence_ends import sentences


def split_blocks(document: bytes) -> list[bytes]:
    """Return the blocks of one document: the sentences of its lines."""
    return [block for line in lines(document) for block in sentences_of(line)]


def labels(document: bytes) -> list[bool]:
    """Tell for each block whether it is a whole line of a document that has several lines that are not blank."""
    all_lines = lines(document)
    full_lines = [line for line in all_lines if any(byte > ord(" ") for byte in line)]
    flags = []
    for line in all_lines:
        blocks = sentences_of(line)
        flags += [len(full_lines) > 1 and len(blocks) == 1] * len(blocks)
    return flags


def lines(document: bytes) -> list[bytes]:
    """Return the lines of one document with their ends."""
    return re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", document)


def sentences_of(line: bytes) -> list[bytes]:
    """Return the sentences of one line. The space at the end of the line belongs to the last sentence."""
    text = line.rstrip(bytes(range(33)))
    encoded = [sentence.encode() for sentence in sentences(text.decode())] or [b""]
    return [*encoded[:-1], encoded[-1] + line[len(text) :]]
