"""Documents are cut into blocks, and no byte is lost."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.text import blocks
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
    """Return the documents as one buffer, behind ``lead``, which belongs to no document, and their offsets."""
    sizes = [len(lead), *map(len, documents)]
    return np.frombuffer(lead + b"".join(documents), np.uint8), np.cumsum(np.array(sizes, np.int64))


def blocks_of(buffer: np.ndarray, result: Blocks) -> list[list[bytes]]:
    """Return the blocks of each document as bytes."""
    data, offsets, bounds = buffer.tobytes(), result.offsets.tolist(), result.bounds.tolist()
    return [
        [data[offsets[block] : offsets[block + 1]] for block in range(first, last)] for first, last in pairwise(bounds)
    ]


def cut(*texts: str) -> list[list[str]]:
    """Return the blocks of each text."""
    buffer, offsets = as_arrays([text.encode() for text in texts])
    return [[block.decode() for block in page] for page in blocks_of(buffer, blocks.split_blocks(buffer, offsets))]


@given(TEXTS, st.sampled_from([1, 2, 3, 7, 64, 1 << 16]), st.sampled_from([b"", b". \r"]))
def test_split_blocks_equals_its_twin(texts: list[str], chunk: int, lead: bytes) -> None:
    """Blocks and labels equal those of regular expressions, wherever a chunk ends."""
    documents = [text.encode() for text in texts]
    buffer, offsets = as_arrays(documents, lead)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_CHUNK", chunk)
        result = blocks.split_blocks(buffer, offsets)
    assert [slow.split_blocks(document) for document in documents] == blocks_of(buffer, result)
    assert [flag for document in documents for flag in slow.labels(document)] == result.labels.tolist()


@given(TEXTS)
def test_blocks_tile_the_documents(texts: list[str]) -> None:
    """Every byte of a document is in one of its blocks, no block is empty, and offsets have 64 bits."""
    buffer, offsets = as_arrays([text.encode() for text in texts])
    result = blocks.split_blocks(buffer, offsets)
    assert [text.encode() for text in texts] == [b"".join(page) for page in blocks_of(buffer, result)]
    assert bool((np.diff(result.offsets) > 0).all())
    assert (np.int64, np.int64) == (result.offsets.dtype, result.bounds.dtype)


@given(st.lists(TEXTS.map("".join) | st.just("word\n" * 60) | st.just("word " * 49 + "words. A line\n"), max_size=4))
def test_blocks_do_not_depend_on_the_position_in_the_batch(texts: list[str]) -> None:
    """The line feed behind every text of a batch but the last cuts no block and joins no blocks."""
    buffer, offsets = encode([*texts, *texts[::-1]])
    pages = [
        [block for block in page if block.strip()] for page in blocks_of(buffer, blocks.split_blocks(buffer, offsets))
    ]
    assert [list(map(bytes.rstrip, page)) for page in pages] == [list(map(bytes.rstrip, page)) for page in pages[::-1]]


def test_lines_end_in_three_ways() -> None:
    """A line feed ends a line, a carriage return ends a line, and both together end one line."""
    assert [["a\n", "b\r\n", "c\r", "d\r", "\r\n", "\n", "e"]] == cut("a\nb\r\nc\rd\r\r\n\ne")


def test_line_end_across_two_documents_is_two_line_ends() -> None:
    """A carriage return at the end of a document and a line feed at the begin of the next one end two lines."""
    assert [["a\r"], ["\n", "b"]] == cut("a\r", "\nb")


def test_empty_documents_have_no_blocks() -> None:
    """An empty document has no block, alone and among other documents."""
    assert [[]] == cut("")
    assert [[], ["a"], [], []] == cut("", "a", "", "")


def test_no_documents() -> None:
    """No documents have no blocks."""
    result = blocks.split_blocks(np.zeros(0, np.uint8), np.zeros(1, np.int64))
    assert ([0], [0], []) == (result.offsets.tolist(), result.bounds.tolist(), result.labels.tolist())


@pytest.mark.parametrize(
    "sentences",
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
def test_lines_are_cut_at_their_sentences(sentences: list[str]) -> None:
    """A line is cut behind its sentences in any script, and not inside numbers or names."""
    if sentences[0].endswith("..."):
        sentences = ["".join(sentences)]  # a teaser without a space behind is no sentence
    assert [sentences] == cut("".join(sentences))


def test_space_at_the_end_of_a_line_is_no_block() -> None:
    """A line of one sentence is one block, with any amount of space behind the sentence."""
    assert [["One.  \r\n", " Two.\u00a0\n", "Three." + " " * 40]] == cut("One.  \r\n Two.\u00a0\nThree." + " " * 40)


def flags(text: str) -> list[bool]:
    """Return the labels of the blocks of one text."""
    return blocks.split_blocks(*as_arrays([text.encode()])).labels.tolist()


def test_whole_lines_are_labels() -> None:
    """A line of one sentence is a label, and a sentence of a longer line is no label."""
    assert [True, False, False, True] == flags("Home\nOne. Two.\nSport. \n")


def test_a_text_of_one_line_has_no_label() -> None:
    """A single line is no label, and blank lines around the line change nothing."""
    assert [False] == flags("Home")
    assert [False, False, False] == flags("\nHome\n  \t\n")


def test_a_document_does_not_depend_on_its_neighbours() -> None:
    """Neither the document before nor the document behind changes the blocks of a document."""
    assert [["The end."], [" The end"]] == cut("The end.", " The end")
    assert [["The end."], ["” The end"]] == cut("The end.", "” The end")
    assert [["終。"], ["」終"]] == cut("終。", "」終")
