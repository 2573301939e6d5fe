"""The peers' doors: how each of them goes from text, or from shingle hashes, to signatures, on its fastest honest way.

A peer is its module and up to two doors. ``prepare`` and the turning of results into arrays are not timed: both are
in the peers' favour, since most of them want lists or columns of their own making. Every peer is held to one thread.
Shingling in Python, where a peer has none of its own, is timed, for its users pay for it: lower case, `split`, and
`b" ".join` over five neighbours, the fastest way we know.
"""

import operator
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.core.arrays.ragged import Ragged

__all__ = ["FASTSKETCH", "PEERS", "RENSA", "RENSA_RHO", "HashDoor", "Peer", "TextDoor", "installed", "one_thread"]

SEED: Final = 1


@dataclass(frozen=True, slots=True)
class TextDoor:
    """``run(prepare(texts), k, size)`` gives the signatures of texts by shingles of ``size`` words, in the peer's own
    form; ``rows`` makes them an ``(n, k)`` array."""

    run: Callable[[Any, int, int], Any]
    rows: Callable[[Any], npt.NDArray[Any]]
    prepare: Callable[[list[str]], Any] = list


@dataclass(frozen=True, slots=True)
class HashDoor:
    """``run(prepare(shingles), k)`` gives the signatures of sets of 64-bit hashes."""

    run: Callable[[Any, int], Any]
    rows: Callable[[Any], npt.NDArray[Any]]
    prepare: Callable[[Ragged], Any]


@dataclass(frozen=True, slots=True)
class Peer:
    """A library, or one of its ways: ``name`` in the tables, the ``module`` it needs, and its doors."""

    name: str
    module: str
    text: TextDoor | None = None
    hashes: HashDoor | None = None
    note: str = ""


def installed(peer: Peer) -> bool:
    """Whether the peer can be imported here."""
    return find_spec(peer.module) is not None


def one_thread() -> None:
    """Hold every peer to one thread. Call it before any of them is imported."""
    for name in ("RAYON_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["DAFT_ANALYTICS_ENABLED"] = "0"


def _byte_shingles(texts: Iterable[str], size: int) -> Iterable[list[bytes]]:
    """The shingles of each text as bytes."""
    for text in texts:
        tokens = text.lower().encode().split()
        yield list(map(b" ".join, zip(*(tokens[start:] for start in range(size)), strict=False)))


def _flat(shingles: Ragged) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Values and offsets in one buffer each, for rows without gaps."""
    return shingles.values, np.append(shingles.bounds[:, 0], shingles.bounds[-1:, 1]).astype(np.uint64)


def _datasketch_text(texts: Sequence[str], k: int, size: int) -> Any:
    """`bulk` is its fastest way; xxh32 costs less than its own sha1."""
    return import_module("datasketch").MinHash.bulk(
        _byte_shingles(texts, size), num_perm=k, seed=SEED, hashfunc=xxhash.xxh32_intdigest
    )


def _datasketch_lists(shingles: Ragged) -> list[list[int]]:
    """32-bit hashes, which its default scheme wants, as lists: its loop over them is faster than over an array."""
    high = (shingles.values >> np.uint64(32)).tolist()
    return [high[start:end] for start, end in shingles.bounds.tolist()]


def _datasketch_hashes(rows: list[list[int]], k: int) -> Any:
    """`bulk` with a hash function that gives the value itself."""
    return import_module("datasketch").MinHash.bulk(
        rows, num_perm=k, seed=SEED, hashfunc=operator.index
    )  # operator.index: the hash is the value


def _datasketch_rows(found: Any) -> npt.NDArray[Any]:
    """The slots of each of its objects."""
    return np.array([sketch.hashvalues for sketch in found])


def _rensa_text(method: str) -> Callable[[Sequence[str], int, int], Any]:
    """The ``method`` that makes a digest matrix of shingles as bytes."""

    def run(texts: Sequence[str], k: int, size: int) -> Any:
        return getattr(import_module("rensa").RMinHash, method)(_byte_shingles(texts, size), k, SEED)

    return run


def _rensa_hashes(method: str) -> Callable[[Any, int], Any]:
    """The ``method`` that makes a digest matrix of hashes in two flat buffers."""

    def run(flat: Any, k: int) -> Any:
        return getattr(import_module("rensa").RMinHash, method)(*flat, k, SEED)

    return run


def _rensa_rows(found: Any) -> npt.NDArray[Any]:
    """Its matrix is no buffer, but gives lists."""
    return np.array(found.to_rows())


def _fastsketch_text(texts: Sequence[str], k: int, size: int) -> Any:
    """A batch on one thread, said where it can be said."""
    return (
        import_module("FastSketchLSH")
        .FastSimilaritySketch(k, SEED)
        .batch(list(_byte_shingles(texts, size)), num_threads=1)
    )


def _fastsketch_hashes(flat: Any, k: int) -> Any:
    """Two flat buffers, on one thread."""
    return import_module("FastSketchLSH").FastSimilaritySketch(k, SEED).batch_csr(*flat, prehashed=True, num_threads=1)


def _gaoya_text(texts: Sequence[str], k: int, size: int) -> Any:
    """Its index makes signatures too, as lists; inserting into it is no faster."""
    index = import_module("gaoya.gaoya").minhash.MinHash32StringIntIndexVec(
        0.5, k // 4, 4, k, "word", True, (size, size)
    )
    return index.bulk_hash_docs(texts)


def _daft_column(texts: list[str]) -> Any:
    """A column of its own, as its users have."""
    return import_module("daft").Series.from_pylist(texts)


def _daft_text(column: Any, k: int, size: int) -> Any:
    """Its kernel without its engine: a little faster, and on one thread; xxhash is the fastest of its hashes."""
    return column.minhash(k, size, SEED, "xxhash")


def _daft_rows(found: Any) -> npt.NDArray[Any]:
    """Its lists of fixed size, as an array."""
    return np.array(found.to_pylist())


DATASKETCH: Final = Peer(
    "datasketch",
    "datasketch",
    TextDoor(_datasketch_text, _datasketch_rows),
    HashDoor(_datasketch_hashes, _datasketch_rows, _datasketch_lists),
    "bulk, xxh32 in place of its sha1",
)
RENSA: Final = Peer(
    "rensa",
    "rensa",
    TextDoor(_rensa_text("digest_matrix_from_token_byte_sets"), _rensa_rows),
    HashDoor(_rensa_hashes("digest_matrix_from_flat_token_hashes"), _rensa_rows, _flat),
    "its plain functions",
)
RENSA_RHO: Final = Peer(
    "rensa _rho",
    "rensa",
    TextDoor(_rensa_text("digest_matrix_from_token_sets_rho"), _rensa_rows),
    HashDoor(_rensa_hashes("digest_matrix_from_flat_token_hashes_rho"), _rensa_rows, _flat),
    "samples: some 16 of 500 shingles; 5 slots in 8 stay empty, and agree",
)
FASTSKETCH: Final = Peer(
    "FastSketchLSH",
    "FastSketchLSH",
    TextDoor(_fastsketch_text, np.asarray),
    HashDoor(_fastsketch_hashes, np.asarray, _flat),
    "batch, batch_csr",
)
GAOYA: Final = Peer("gaoya", "gaoya", TextDoor(_gaoya_text, np.array), note="bulk_hash_docs; shingles in Rust")
DAFT: Final = Peer(
    "Daft", "daft", TextDoor(_daft_text, _daft_rows, _daft_column), note="kernel alone; shingles in Rust"
)

PEERS: Final = (DATASKETCH, RENSA, RENSA_RHO, FASTSKETCH, GAOYA, DAFT)
"""Every peer that is measured: a new one is one line here."""
