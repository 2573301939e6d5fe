"""Lookup keys and addresses to candidates: pairs of texts that may be copies."""

from typing import Final

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays import pair_codes
from dedup.core.arrays.pair_codes import BITS
from dedup.core.arrays.sorting import distinct, first_of_equals
from dedup.core.arrays.tables import Table
from dedup.core.candidates import buckets, sampled
from dedup.core.candidates.buckets import Buckets
from dedup.core.pairs.decision import ARTICLE, NOTHING
from dedup.core.sketch.sampling import SHARED
from dedup.core.stages.articles import LATE_BANDS
from dedup.core.stages.result_schemas import ADDRESSES, MET, NUMBERS, PAIRS
from dedup.core.stages.stage import Operator, Stage, StageContext, Step
from dedup.core.stories.url_versions import Versions, pair_versions


def meet_by_sample(context: StageContext, rows: Table) -> tuple[Table, Table]:
    """Pair the texts that share sampled shingles.

    Args:
        context: the settings.
        rows: the sampled shingles of texts.

    Returns:
        The pairs, and the texts that have a common shingle, which pairs no texts.
    """
    hash_buckets = _make_buckets(rows["hash"], rows["num"])
    crowded = sampled.texts_with_common(hash_buckets)
    return _pair_buckets(sampled.without_common(hash_buckets), context.settings.max_bucket, SHARED), Table(
        {"num": crowded}
    )


def meet_by_bands(context: StageContext, rows: Table) -> Table:
    """Pair the texts that share a band key. One band is enough for a candidate."""
    met = _pair_buckets(_make_buckets(rows["key"], rows["num"]), context.settings.max_bucket, 1)
    return met.using(times=np.full(len(met), SHARED))


def _make_buckets(keys: Hashes, numbers: Indices) -> Buckets:
    """Return the texts of each of the ``keys`` ``(m,)`` that two or more texts have."""
    ordered = np.sort(keys)
    again = ordered[1:] == ordered[:-1]
    repeated = ordered[1:][again]
    repeated = repeated[first_of_equals(repeated)]
    if not repeated.size:
        return Buckets(np.zeros(0, np.int64), np.zeros(0, np.int64))
    positions = np.minimum(repeated.searchsorted(keys), repeated.size - 1)
    rows = (repeated[positions] == keys).nonzero()[0]
    words = pair_codes.encode(positions[rows], numbers[rows]).view(np.uint64)
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


def find_addresses(context: StageContext, members: Table, facts: Table) -> Table:
    """Return the texts that addresses show. A notice shows no version of a page.

    Args:
        context: not used.
        members: the documents.
        facts: the facts of their texts.
    """
    facts = facts.take(facts["num"].argsort())
    rows = (members["url"] != 0) & (members["num"] >= 0)
    members = members.select(("url", "num")).take(rows)
    position = facts["num"].searchsorted(members["num"])
    reasons = facts["reason"][position]
    addresses = members.using(words=facts["words"][position])
    return addresses.take((reasons == ARTICLE) | (reasons == NOTHING))


def meet_by_address(context: StageContext, addresses: Table) -> Table:
    """Pair the texts that follow each other at one address. One address is enough for a candidate."""
    pairs = pair_versions(Versions(addresses["url"], addresses["num"], addresses["words"]))
    return Table({"a": pairs[:, 0], "b": pairs[:, 1], "times": np.full(len(pairs), SHARED)})


def choose_candidates(context: StageContext, met: Table) -> Table:
    """Return the pairs that met often enough, each once."""
    codes, position = distinct(pair_codes.encode(met["a"], met["b"]))
    times = np.bincount(position, met["times"], codes.size)
    a, b = pair_codes.decode(codes[times >= SHARED]).T
    return Table({"a": a, "b": b})


STAGES: Final[tuple[Step, ...]] = (
    Stage("meet", Operator.GROUP, ("sampled_shingles",), ("hash",), {"met": MET, "crowded": NUMBERS}, meet_by_sample),
    LATE_BANDS,
    Stage("bands", Operator.GROUP, ("bands",), ("key",), {"met": MET}, meet_by_bands, adds=frozenset({"met"})),
    Stage("addresses", Operator.GROUP, ("members", "text_facts"), ("num",), {"addresses": ADDRESSES}, find_addresses),
    Stage("versions", Operator.GROUP, ("addresses",), ("url",), {"met": MET}, meet_by_address, adds=frozenset({"met"})),
    Stage("candidates", Operator.GROUP, ("met",), ("a", "b"), {"candidates": PAIRS}, choose_candidates),
)
"""The stages that find candidates."""
