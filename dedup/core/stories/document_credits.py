"""Documents and their blocks -> the credits of each document to a newsroom that is not its own.

A credit stands in the text, or a page declares it in its tags.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np

from dedup.array_types import Bytes, Indices
from dedup.core.arrays.ragged import Ragged
from dedup.core.stories.credits import HEAD, LONGEST, Credit, openings, read_credit, read_dateline
from dedup.core.stories.newsrooms import NOBODY, host, is_agency, newsroom
from dedup.core.text.blocks import Blocks

_HEAD: Final = 8
"""Blocks at the beginning of a document that are its head. Its tail is its second half, because boilerplate follows."""

_READ: Final = 32
"""Blocks that begin like a credit and are read at most, at each end of a document. So no document is slow."""

_MOST: Final = 8
"""Credits that a document has at most."""


_LETTER_BYTES: Final = 4
"""Bytes of a character, at most."""


class DeclaredOriginal(Protocol):
    """The data that a page declares of its original. `dedup.types.Document` explains the fields."""

    @property
    def canonical_url(self) -> str:
        """The canonical address."""
        ...

    @property
    def syndicated_from(self) -> str:
        """The address or the name of the original."""
        ...

    @property
    def publisher(self) -> str:
        """The publisher."""
        ...


class PrintedDocuments(Protocol):
    """``n`` documents as they came: where they come from, and their texts as `core.text.batches.encode` encodes
    them."""

    @property
    def sources(self) -> Sequence[str]:
        """The sources."""
        ...

    @property
    def urls(self) -> Sequence[str]:
        """The addresses."""
        ...

    @property
    def paths(self) -> Sequence[str]:
        """The files."""
        ...

    @property
    def declared(self) -> Mapping[int, DeclaredOriginal]:
        """The data that pages declare, by position. Most documents declare nothing."""
        ...

    @property
    def buffer(self) -> np.ndarray[Any, Any]:
        """The texts."""
        ...

    @property
    def offsets(self) -> np.ndarray[Any, Any]:
        """The offsets of the texts."""
        ...


def source_of(source: str, url: str) -> str:
    """The source of a document. A document without a source has the host of its address."""
    return source or (host(url) if url else "")


def home_of(source: str, url: str, path: str) -> str:
    """The name under which a credit may name a document: its source, or the name of its folder without a source.

    Some folders are named after a site, others are not. So the name of a folder is a name that credits may give. It
    never makes two documents of one source or of two sources.

    Args:
        source: the source of the document.
        url: its address.
        path: its file.
    """
    return source_of(source, url) or _folder_name(path)


@functools.lru_cache(1)  # the rows of one file follow each other
def _folder_name(path: str) -> str:
    """The name of the folder of a file."""
    return path.rpartition("/")[0].rpartition("/")[2]


def credits_of(
    batch: PrintedDocuments, buffer: Bytes, cut: Blocks, tokens: Ragged, seed: int, ascii: bool
) -> tuple[dict[int, tuple[Credit, ...]], list[int]]:
    """Finds the credits of documents, and the blocks that are credits.

    A dateline names the author of an article, not the newsroom of the page. So a dateline is a credit only on a page of
    a known source.

    Args:
        batch: the documents as they came.
        buffer: the clean texts of the documents, as UTF-8.
        cut: the blocks of the texts.
        tokens: a row of tokens for each block.
        seed: the seed of the tokens.
        ascii: whether no text has a letter beyond ASCII.

    Returns:
        The credits to other newsrooms, by the position of the document in the batch. Credits with a name come first,
        and credits of lines come before credits of datelines. The second value is the numbers of the blocks that are a
        credit and nothing else, credits to the document's own newsroom included.
    """
    credits: dict[int, list[Credit]] = {}
    lines: list[int] = []
    blocks, owners = _choose_blocks(openings(tokens, seed, ascii), cut)
    for block, owner in zip(blocks.tolist(), owners.tolist(), strict=True):
        begin, end = cut.offsets[block : block + 2].tolist()
        credit = read_credit(buffer[begin:end].tobytes().decode()) if end - begin <= LONGEST else None
        if credit is not None and (not credit.edge or _is_at_edge(block, *cut.bounds[owner : owner + 2].tolist())):
            credits.setdefault(owner, []).append(credit)
            lines += [] if credit.weak else [block]
    for position in range(len(batch.sources)):
        if (batch.sources[position] or batch.urls[position]) and (credit := _dateline(batch, position)) is not None:
            credits.setdefault(position, []).append(credit)
    for position, page in batch.declared.items():
        if declared := declared_credits(page, bool(batch.urls[position])):
            credits.setdefault(position, []).extend(declared)
    to_others = {position: _drop_own(of_document, batch, position) for position, of_document in credits.items()}
    return {position: of_document for position, of_document in to_others.items() if of_document}, lines


def _dateline(batch: PrintedDocuments, position: int) -> Credit | None:
    """The credit of the dateline in the head of a document. Few heads have a bracket, and no other becomes a string."""
    begin, end = batch.offsets[position : position + 2].tolist()
    head = batch.buffer[begin : min(end, begin + _LETTER_BYTES * HEAD)].tobytes()
    return read_dateline(head.decode("utf-8", "ignore")) if b"(" in head else None


def declared_credits(page: DeclaredOriginal, has_url: bool) -> list[Credit]:
    """Returns the credits that a page declares in its tags, in the form of a line such as "Source: X".

    An address is a credit only on a page of a known address: nothing else tells a site by its host. The front page of a
    site names no article, so a canonical address without a path is no credit. Many pages name the company that owns
    them as the publisher, so that a publisher is a weak credit, unless it is an agency.

    Args:
        page: what the page declares.
        has_url: whether the address of the page is known.
    """
    credits = []
    if has_url and has_path(page.canonical_url):
        credits.append(Credit(_site(page.canonical_url)))
    if page.syndicated_from and (has_url or not host(page.syndicated_from)):
        credits.append(Credit(_site(page.syndicated_from)))
    if page.publisher:
        credits.append(Credit(_site(page.publisher), weak=not is_agency(page.publisher)))
    return [credit for credit in credits if (name := newsroom(credit.name)) and name not in NOBODY]


def has_path(url: str) -> bool:
    """Whether an address names more than the front page of a site."""
    path = url.partition("://")[2].partition("/")[2]
    return bool(re.split("[?#]", path, maxsplit=1)[0].strip("/") or "?" in path)


def _site(name: str) -> str:
    """The host of an address without ``www.``, or the name itself if it is no address."""
    return host(name).removeprefix("www.") or name


def _choose_blocks(blocks: Indices, cut: Blocks) -> tuple[Indices, Indices]:
    """Chooses the first and the last `_READ` of the ``blocks`` of each document, and returns their documents too."""
    owners = cut.bounds.searchsorted(blocks, "right") - 1
    if blocks.size <= _READ:
        return blocks, owners
    positions = np.arange(blocks.size)
    before = positions - owners.searchsorted(owners)
    after = owners.searchsorted(owners, "right") - positions
    keep = (before < _READ) | (after <= _READ)
    return blocks[keep], owners[keep]


def _is_at_edge(block: int, first: int, end: int) -> bool:
    """Whether a block is in the head or the tail of its document, which has the blocks from ``first`` to ``end``."""
    return block < first + _HEAD or 2 * (block - first) >= end - first


def _drop_own(credits: list[Credit], batch: PrintedDocuments, position: int) -> tuple[Credit, ...]:
    """The first `_MOST` credits to other newsrooms than that of the document, credits with a name first."""
    source, url = batch.sources[position], batch.urls[position]
    own_names = {newsroom(source), newsroom(host(url)), newsroom(home_of(source, url, batch.paths[position]))}
    to_others = [credit for credit in credits if not credit.name or newsroom(credit.name) not in own_names]
    return tuple(sorted(to_others, key=lambda credit: not credit.name)[:_MOST])
