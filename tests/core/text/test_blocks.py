"""Documents are cut into blocks without a byte lost, and equal blocks have equal hashes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.text import blocks, sentence_ends
from dedup.core.text.batches import encode
from dedup.core.text.blocks import Blocks
from dedup.core.text.reference import blocks as slow

MARKS = [". ", ".", "...", "! ", "?", '"', "'", "`", ")", "|", " | ", " ", "\n", "\r", "\r\n"]
PIECES = st.sampled_from(
    [
        "word",
        "word ",
        "a" * 20,
        "é",
        "の",
        "。",
        "！",
        "？",
        "、",
        "”",
        "…",
        "…",
        "؟",
        "۔ ",
        "।",
        "։",
        "」",
        "\u00a0",
        "  ",
        *MARKS,
    ]
)
TEXTS = st.lists(st.lists(PIECES, max_size=30).map("".join), max_size=6)


def as_arrays(documents: list[bytes], lead: bytes = b"") -> tuple[np.ndarray, np.ndarray]:
    """The documents as one buffer, with their offsets, behind ``lead``, which belongs to none."""
    sizes = [len(lead), *map(len, documents)]
    return np.frombuffer(lead + b"".join(documents), np.uint8), np.cumsum(np.array(sizes, np.int64))


def pieces(buffer: np.ndarray, found: Blocks) -> list[list[bytes]]:
    """The blocks of each document as bytes."""
    data, offsets, bounds = buffer.tobytes(), found.offsets.tolist(), found.bounds.tolist()
    return [
        [data[offsets[block] : offsets[block + 1]] for block in range(first, last)] for first, last in pairwise(bounds)
    ]


def cut(*texts: str) -> list[list[str]]:
    """The blocks of each text."""
    buffer, offsets = as_arrays([text.encode() for text in texts])
    return [[block.decode() for block in page] for page in pieces(buffer, blocks.split_blocks(buffer, offsets))]


@given(TEXTS, st.sampled_from([1, 2, 3, 7, 64, 1 << 16]), st.sampled_from([b"", b". \r"]))
def test_cut_equals_its_twin(texts: list[str], chunk: int, lead: bytes) -> None:
    """Blocks and labels are those of regular expressions, wherever a chunk ends."""
    documents = [text.encode() for text in texts]
    buffer, offsets = as_arrays(documents, lead)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_CHUNK", chunk)
        patch.setattr(sentence_ends, "_CHUNK", chunk)
        found = blocks.split_blocks(buffer, offsets)
    assert [slow.split_blocks(document) for document in documents] == pieces(buffer, found)
    assert [flag for document in documents for flag in slow.labels(document)] == found.labels.tolist()


@given(TEXTS)
def test_blocks_tile_the_documents(texts: list[str]) -> None:
    """Every byte of a document is in one of its blocks, no block is empty, and offsets are 64-bit."""
    buffer, offsets = as_arrays([text.encode() for text in texts])
    found = blocks.split_blocks(buffer, offsets)
    assert [text.encode() for text in texts] == [b"".join(page) for page in pieces(buffer, found)]
    assert bool((np.diff(found.offsets) > 0).all())
    assert (np.int64, np.int64) == (found.offsets.dtype, found.bounds.dtype)


@given(st.lists(TEXTS.map("".join) | st.just("word\n" * 60) | st.just("word " * 49 + "words. A line\n"), max_size=4))
def test_blocks_do_not_depend_on_the_place_in_the_batch(texts: list[str]) -> None:
    """The line feed that stands behind every text of a batch but the last cuts nothing and joins nothing."""
    buffer, offsets = encode([*texts, *texts[::-1]])
    found = [
        [block for block in page if block.strip()] for page in pieces(buffer, blocks.split_blocks(buffer, offsets))
    ]
    assert [list(map(bytes.rstrip, page)) for page in found] == [list(map(bytes.rstrip, page)) for page in found[::-1]]


def test_lines_end_in_three_ways() -> None:
    """Line feed, carriage return and both end a line; both together end one."""
    assert [["a\n", "b\r\n", "c\r", "d\r", "\r\n", "\n", "e"]] == cut("a\nb\r\nc\rd\r\r\n\ne")


def test_pair_of_two_documents_is_no_pair() -> None:
    """A return that ends a document and a line feed that begins the next one are two lines."""
    assert [["a\r"], ["\n", "b"]] == cut("a\r", "\nb")


def test_empty_documents_have_no_blocks() -> None:
    """An empty document has no block, alone and among others."""
    assert [[]] == cut("")
    assert [[], ["a"], [], []] == cut("", "a", "", "")


def test_no_documents() -> None:
    """No documents have no blocks."""
    found = blocks.split_blocks(np.zeros(0, np.uint8), np.zeros(1, np.int64))
    assert ([0], [0], []) == (found.offsets.tolist(), found.bounds.tolist(), found.labels.tolist())


@pytest.mark.parametrize(
    "parts",
    [
        ["He left. ", "She stayed."],
        ["He left! ", "She? ", "Stayed."],
        ['"He left." ', "She stayed.' ", "He (too.) ", "Left"],
        ["„Er ging.“ ", "»Sie blieb.« ", "Ende"],
        ["Storm hits the coast...", "Minister resigns"],
        ["Wait… ", "Go"],
        ["雨が降る。", "「本当！」", "はい？", "何！？", "いいえ"],
        ["هل ذهب؟ ", "نعم. ", "لا"],
        ["वह गया। ", "वह आई॥ ", "और"],
        ["Նա գնաց։ ", "Այո"],
        ["He left.\u00a0", "She\u202fstayed.\u3000", "End"],
        ["At 3.15 he e-mailed a.b@example.org, see www.example.org?a=b|c."],
    ],
)
def test_lines_are_cut_at_their_sentences(parts: list[str]) -> None:
    """A line is cut behind its sentences in any script, and not inside numbers or names."""
    if parts[0].endswith("..."):
        parts = ["".join(parts)]  # a teaser that is glued to the next one is no sentence
    assert [parts] == cut("".join(parts))


def test_space_at_the_end_of_a_line_is_no_block() -> None:
    """A line of one sentence is one block, however much space follows the sentence."""
    assert [["One.  \r\n", " Two.\u00a0\n", "Three." + " " * 40]] == cut("One.  \r\n Two.\u00a0\nThree." + " " * 40)


def flags(text: str) -> list[bool]:
    """The labels of the blocks of one text."""
    return blocks.split_blocks(*as_arrays([text.encode()])).labels.tolist()


def test_whole_lines_are_labels() -> None:
    """A line of one sentence is a label; a sentence of a longer line is none."""
    assert [True, False, False, True] == flags("Home\nOne. Two.\nSport. \n")


def test_a_text_of_one_line_has_no_label() -> None:
    """A single line is no label, and blank lines around the line do not make several lines of a text."""
    assert [False] == flags("Home")
    assert [False, False, False] == flags("\nHome\n  \t\n")


def test_a_document_does_not_depend_on_its_neighbours() -> None:
    """What follows a document in the buffer does not cut it, and what stands before it does not either."""
    assert [["The end."], [" The end"]] == cut("The end.", " The end")
    assert [["The end."], ["” The end"]] == cut("The end.", "” The end")
    assert [["終。"], ["」終"]] == cut("終。", "」終")


ROWS = st.lists(st.lists(st.integers(0, 3) | st.integers(0, 2**64 - 1), max_size=6), max_size=10)


@given(ROWS, st.lists(st.integers(0, 2), min_size=11, max_size=11), st.sampled_from([1, 2, 5, 1 << 15]))
def test_hashes_equal_their_twin(rows: list[list[int]], gaps: list[int], together: int) -> None:
    """Hashes are those of plain arithmetic, with values between rows that belong to none, or without, however few
    tokens are looked at together."""
    values: list[int] = []
    bounds = []
    for row, gap in zip(rows, gaps, strict=False):
        values += [7] * gap
        bounds.append((len(values), len(values) + len(row)))
        values += row
    values += [7] * gaps[-1]
    tokens = Ragged(np.array(values, np.uint64), np.array(bounds, np.int64).reshape(len(rows), 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_TOKENS", together)
        assert slow.block_hashes(rows) == blocks.block_hashes(tokens).tolist()


@given(ROWS)
def test_rows_have_equal_hashes_if_they_are_equal(rows: list[list[int]]) -> None:
    """One sequence, one hash; another sequence, or another order, another one; and 0 is the empty one."""
    rows = [*rows, *rows, *(row[::-1] for row in rows), []]
    hashes = slow.block_hashes(rows)
    assert len(set(map(tuple, rows))) == len(set(hashes))
    assert [not row for row in rows] == [hash == 0 for hash in hashes]


def test_every_bit_of_a_hash_is_mixed() -> None:
    """Of the hashes of ten thousand short tokens each bit is set in half, and no two agree in their upper 48 bits."""
    tokens = Ragged(np.arange(10_000, dtype=np.uint64), np.stack((np.arange(10_000), np.arange(1, 10_001)), axis=1))
    found = blocks.block_hashes(tokens)
    share = [float((found >> np.uint64(bit) & np.uint64(1)).mean()) for bit in range(64)]
    assert [] == [bit for bit, mean in enumerate(share) if abs(mean - 0.5) > 0.03]
    assert 10_000 == np.unique(found >> np.uint64(16)).size
