"""Lookup keys and addresses to candidates: pairs of texts that may be copies."""

from typing import Final

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays import pair_codes
from dedup.core.arrays.pair_codes import BITS
from dedup.core.arrays.sorting import distinct, first_of_equals, repeats
from dedup.core.arrays.tables import Table
from dedup.core.candidates import buckets, sampled
from dedup.core.candidates.buckets import Buckets
from dedup.core.items.headlines import join_items, text_pairs
from dedup.core.sketch.sampling import SHARED
from dedup.core.stages.articles import LATE_BANDS
from dedup.core.stages.counts import COUNTS, OVERSIZED, count_sizes
from dedup.core.stages.headlines import items_of
from dedup.core.stages.result_schemas import MET, NUMBERS, PAIRS
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step
from dedup.core.stories.url_versions import Versions, pair_versions


def meet_by_sample(context: StageContext, rows: Table) -> tuple[Table, Table, Table]:
    """Pair the texts that share sampled shingles.

    Args:
        context: the settings.
        rows: the sampled shingles of texts.

    Returns:
        The pairs, the texts that have a common shingle, which pairs no texts, and the count of oversized buckets.
    """
    hash_buckets, max_bucket = _make_buckets(rows["hash"], rows["num"]), context.settings.max_bucket
    crowded = Table({"num": sampled.texts_with_common(hash_buckets)})
    met = _pair_buckets(sampled.without_common(hash_buckets), max_bucket, SHARED)
    return met, crowded, _count_oversized(hash_buckets, max_bucket)


def meet_by_bands(context: StageContext, rows: Table) -> tuple[Table, Table]:
    """Pair the texts that share a band key. One band is enough for a candidate.

    Args:
        context: the settings.
        rows: the band keys of texts.

    Returns:
        The pairs, and the count of oversized buckets.
    """
    key_buckets, max_bucket = _make_buckets(rows["key"], rows["num"]), context.settings.max_bucket
    met = _pair_buckets(key_buckets, max_bucket, 1)
    return met.using(times=np.full(len(met), SHARED)), _count_oversized(key_buckets, max_bucket)


def _count_oversized(of_keys: Buckets, max_bucket: int) -> Table:
    """Return the count of the buckets of more than ``max_bucket`` texts."""
    return count_sizes(OVERSIZED, of_keys.sizes[of_keys.sizes > max_bucket])


def _make_buckets(keys: Hashes, numbers: Indices) -> Buckets:
    """Return the texts of each of the ``keys`` ``(m,)`` that two or more texts have."""
    positions, starts = repeats(keys)
    bucket = np.arange(starts.size - 1).repeat(np.diff(starts))
    words = pair_codes.encode(bucket, numbers[positions]).view(np.uint64)
    return buckets.buckets(words, BITS)


def _pair_buckets(of_keys: Buckets, max_bucket: int, most: int) -> Table:
    """Return the pairs of texts of each bucket, and how often they met, ``most`` times at most."""
    members, sizes = of_keys
    after = buckets.partner_counts(sizes, max_bucket)
    codes = buckets.pair_codes(members, np.arange(members.size), after)
    codes.sort()
    first = first_of_equals(codes).nonzero()[0]
    times = np.minimum(np.diff(first, append=codes.size), most)
    a, b = pair_codes.decode(codes[first]).T
    return Table({"a": a, "b": b, "times": times})


def meet_by_address(context: StageContext, addresses: Table) -> Table:
    """Pair the texts that follow each other at one address. One address is enough for a candidate."""
    pairs = pair_versions(Versions(addresses["url"], addresses["num"], addresses["words"]))
    return Table({"a": pairs[:, 0], "b": pairs[:, 1], "times": np.full(len(pairs), SHARED)})


def meet_by_headline(context: StageContext, items: Table) -> Table:
    """Pair the texts of items that a headline may join. One headline is enough for a candidate."""
    rows = items_of(items)
    pairs = text_pairs(rows, join_items(rows, context.settings.max_bucket))
    return Table({"a": pairs[:, 0], "b": pairs[:, 1], "times": np.full(len(pairs), SHARED)})


def choose_candidates(context: StageContext, met: Table) -> Table:
    """Return the pairs that met often enough, each once."""
    codes, position = distinct(pair_codes.encode(met["a"], met["b"]))
    times = np.bincount(position, met["times"], codes.size)
    a, b = pair_codes.decode(codes[times >= SHARED]).T
    return Table({"a": a, "b": b})


STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "meet",
        Operator.GROUP,
        ("sampled_shingles",),
        ("hash",),
        {"met": MET, "crowded": NUMBERS, "counts": COUNTS},
        meet_by_sample,
        adds=frozenset({"counts"}),
    ),
    LATE_BANDS,
    PlanStage(
        "bands",
        Operator.GROUP,
        ("bands",),
        ("key",),
        {"met": MET, "counts": COUNTS},
        meet_by_bands,
        adds=frozenset({"met", "counts"}),
    ),
    PlanStage(
        "versions", Operator.GROUP, ("addresses",), ("url",), {"met": MET}, meet_by_address, adds=frozenset({"met"})
    ),
    PlanStage(
        "one headline",
        Operator.GROUP,
        ("items",),
        ("item_headline",),
        {"met": MET},
        meet_by_headline,
        adds=frozenset({"met"}),
    ),
    PlanStage("candidates", Operator.GROUP, ("met",), ("a", "b"), {"candidates": PAIRS}, choose_candidates),
)
"""The stages that find candidates."""
