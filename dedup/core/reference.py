"""The slow, obvious version of the core: plain sets, dictionaries and loops. The oracle of the tests, imported by
nothing in the package.

Each function stands for the one of the same name in the module that its section is called after.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import xxhash

from dedup.core import unicode
from dedup.core.minhash import BORROWED, EMPTY, ROUNDS, lender
from dedup.core.shingles import LONG_TOKEN, multiplier
from dedup.types import Relation

__all__ = [
    "average_link",
    "band_partners",
    "candidates",
    "canonical_order",
    "components",
    "measure",
    "plan",
    "relation",
    "sets",
    "shared",
    "shingle_hash",
    "shingles",
    "signature",
    "stories",
    "story_order",
    "token_hash",
    "tokens",
]

_MASK = 2**64 - 1


# bands


def plan(similarity: float, recall: float, k: int) -> tuple[int, int] | None:
    """``(bands, rows)``: every plan is tried."""
    enough = [
        (rows, -bands)
        for rows in range(1, k + 1)
        for bands in range(1, k // rows + 1)
        if 1 - (1 - similarity**rows) ** bands >= recall - 1e-11
    ]
    if not enough:
        return None
    rows, bands = max(enough)
    return -bands, rows


def band_partners(signatures: Sequence[Sequence[int]], bands: int, rows: int, empty: int) -> set[tuple[int, int, int]]:
    """``(band, a, b)`` wherever documents a < b agree on all rows of a band; what `band_keys` must tell."""
    return {
        (band, a, b)
        for a, b in combinations(range(len(signatures)), 2)
        for band in range(bands)
        if signatures[a][band * rows : (band + 1) * rows] == signatures[b][band * rows : (band + 1) * rows]
        and set(signatures[a]) != {empty}
        and set(signatures[b]) != {empty}
    }


# candidates


def candidates(
    keys: Sequence[Sequence[int]], max_bucket: int, representatives: int, no_key: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
    """Sorted pairs, and ``(band, size, lowest document)`` of the buckets over the cap."""
    buckets: dict[tuple[int, int], list[int]] = {}
    for document, row in enumerate(keys):
        for band, key in enumerate(row):
            if key != no_key:
                buckets.setdefault((band, key), []).append(document)
    pairs: set[tuple[int, int]] = set()
    hot = []
    for (band, _), members in buckets.items():
        leaders = members
        if len(members) > max_bucket:
            hot.append((band, len(members), members[0]))
            leaders = members[:representatives]
        pairs.update((a, b) for a in leaders for b in members if a < b)
        pairs.update((b, a) for a in leaders for b in members if b < a)
    return sorted(pairs), sorted(hot)


# verify


def sets(rows: Sequence[Sequence[int]]) -> list[set[int]]:
    """Each row as a set of 48-bit hashes."""
    return [{value >> 16 for value in row} for row in rows]


def shared(rows: Sequence[set[int]], pairs: Sequence[tuple[int, int]]) -> list[int]:
    """|A ∩ B| of each pair."""
    return [len(rows[a] & rows[b]) for a, b in pairs]


def measure(rows: Sequence[set[int]], pairs: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """``(resemblance, containment)`` of each pair."""
    return [
        (len(a & b) / len(a | b), len(a & b) / min(len(a), len(b))) if a and b else (0.0, 0.0)
        for a, b in ((rows[a], rows[b]) for a, b in pairs)
    ]


# clusters


def components(n: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Labels, by giving both ends of a pair the lower label until nothing changes."""
    labels = list(range(n))
    changed = True
    while changed:
        changed = False
        for a, b in pairs:
            low = min(labels[a], labels[b])
            changed = changed or labels[a] != low or labels[b] != low
            labels[a] = labels[b] = low
    return _by_first(labels)


def average_link(size: int, similarity: Callable[[int, int], float], threshold: float) -> list[int]:
    """Labels, by joining the two clusters of the greatest average similarity while it reaches the threshold."""
    clusters = [[document] for document in range(size)]
    while len(clusters) > 1:
        best, left, right = max(
            ((_average(a, b, similarity), a, b) for a, b in combinations(clusters, 2)), key=lambda found: found[0]
        )
        if best < threshold - 1e-9:
            break
        clusters = [cluster for cluster in clusters if cluster not in (left, right)] + [left + right]
    labels = [0] * size
    for number, cluster in enumerate(clusters):
        for document in cluster:
            labels[document] = number
    return _by_first(labels)


def stories(
    n: int,
    similarity: Callable[[int, int], float],
    candidate_pairs: Sequence[tuple[int, int]],
    threshold: float,
    largest: int,
    sample: int,
) -> list[tuple[list[int], float]]:
    """Members and weakest link of each story, by first member; ``largest`` stands for ``MAX_COMPONENT``, ``sample`` for
    ``_SAMPLE``, and there is no end of pivots."""
    links = [(a, b) for a, b in candidate_pairs if similarity(a, b) >= threshold]
    found = []
    waiting = _linked(range(n), links)
    while waiting:
        members = waiting.pop()
        if len(members) > largest:
            pivot = _pivot(members, similarity, links, threshold, sample)
            star = [a for a in members if a == pivot or similarity(a, pivot) >= threshold]
            waiting += _linked([a for a in members if a not in star], links)
            if len(star) > largest:
                found.append((star, min(similarity(a, pivot) for a in star if a != pivot)))
                continue
            members = star
        labels = average_link(len(members), _among(members, similarity), threshold)
        for story in _grouped(members, labels):
            loosest = min(_average([a], [b for b in story if b != a], similarity) for a in story)
            found.append((story, loosest))
    return sorted(found)


def _linked(members: Sequence[int], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The connected components of the members."""
    places = {document: place for place, document in enumerate(members)}
    inside = [(places[a], places[b]) for a, b in links if a in places and b in places]
    return _grouped(members, components(len(members), inside))


def _pivot(
    members: Sequence[int],
    similarity: Callable[[int, int], float],
    links: Sequence[tuple[int, int]],
    threshold: float,
    sample: int,
) -> int:
    """The typical document of the greatest story in a sample of what is linked to the hub."""
    near: dict[int, list[int]] = {a: [] for a in members}
    for a, b in links:
        if a in near and b in near:
            near[a].append(b)
            near[b].append(a)
    hub = max(members, key=lambda a: (sum(similarity(a, b) for b in near[a]), -a))
    around = sorted([hub, *near[hub]])
    size = min(sample, len(around))
    some = [around[place * len(around) // size] for place in range(size)]
    story = max(_grouped(some, average_link(size, _among(some, similarity), threshold)), key=len)
    rest = [a for a in some if a not in story]

    def typical(a: int) -> float:
        like = sum(similarity(a, b) for b in story if b != a) / len(story)
        return like - sum(similarity(a, b) for b in rest) / max(len(rest), 1)

    return max(story, key=typical)


def canonical_order(published: Sequence[int | None], lengths: Sequence[int], ids: Sequence[str]) -> list[int]:
    """Ranks: the earliest, then the longest, then the least id; None, an unknown time, is last."""

    def rule(document: int) -> tuple[bool, int, int, str]:
        time = published[document]
        return time is None, time or 0, -lengths[document], ids[document]

    ordered = sorted(range(len(ids)), key=rule)
    return [ordered.index(document) for document in range(len(ids))]


def relation(
    *,
    same_document: bool,
    same_fingerprint: bool,
    sources: tuple[int, int],
    published: tuple[int | None, int | None],
    lengths: tuple[int, int],
    resemblance: float,
    containment: float,
    threshold: float,
) -> Relation:
    """What a member is to its canonical document, both given as (member, canonical)."""
    if same_document:
        return "original"
    if same_fingerprint:
        return "exact"
    member_time, canonical_time = published
    later = member_time is not None and canonical_time is not None and member_time > canonical_time
    if sources[0] >= 0 and sources[0] == sources[1] and later and resemblance >= 0.5:
        return "revision"
    if lengths[0] < lengths[1] and containment >= threshold and resemblance < 0.5:
        return "excerpt"
    return "reprint"


def _among(members: Sequence[int], similarity: Callable[[int, int], float]) -> Callable[[int, int], float]:
    """The similarity of members by their places."""
    return lambda a, b: similarity(members[a], members[b])


def _average(left: Sequence[int], right: Sequence[int], similarity: Callable[[int, int], float]) -> float:
    """The average similarity of what is in ``left`` to what is in ``right``, 1.0 if that is nothing."""
    values = [similarity(a, b) for a in left for b in right]
    return sum(values) / len(values) if values else 1.0


def _grouped(members: Sequence[int], labels: Sequence[int]) -> list[list[int]]:
    """The members of each label, by first member."""
    groups: dict[int, list[int]] = {}
    for document, label in zip(members, labels, strict=True):
        groups.setdefault(label, []).append(document)
    return list(groups.values())


def _by_first(labels: Sequence[int]) -> list[int]:
    """The same clusters, numbered in the order of their first documents."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(label, len(numbers)) for label in labels]


# text and unicode


def tokens(text: str) -> list[bytes]:
    """The words of a text, folded, as `text.fold` writes them: UTF-8, the first bytes of characters with bit 0x20.

    Letters, marks and numbers make words; those of scripts without spaces are words of one character.
    """
    found = [""]
    for character in unicode.rewrite(text):
        kind = unicode.kind_of(character)
        if kind == unicode.WORD:
            found[-1] += unicode.fold_character(character)
        elif kind == unicode.UNSPACED:
            found += [unicode.fold_character(character), ""]
        else:
            found.append("")
    return [bytes(byte | 0x20 if byte >= 0xC0 else byte for byte in word.encode()) for word in found if word]


# shingles


def token_hash(token: bytes, seed: int) -> int:
    """The hash of a token: its first chunk as it is, the others each times a constant of its own."""
    if len(token) >= LONG_TOKEN:
        return xxhash.xxh3_64_intdigest(token, seed)
    found = int.from_bytes(token[:7], "little")
    for number, begin in enumerate((6, 12, 18), 1):
        if len(token) > begin:
            found += int.from_bytes(token[begin : begin + 7], "little") * int(multiplier(f"chunk {number}", seed))
    return found & _MASK


def shingle_hash(hashes: Sequence[int], seed: int) -> int:
    """The hash of one shingle from those of its tokens."""
    value = _combined(hashes, seed) if len(hashes) > 1 else hashes[0] * int(multiplier("shingle 1", seed)) & _MASK
    return (value ^ value >> 32) * int(multiplier("mix", seed)) & _MASK


def _combined(hashes: Sequence[int], seed: int) -> int:
    """One half by a constant plus the other half, and by another constant plus what is over."""
    if len(hashes) == 1:
        return hashes[0]
    half = len(hashes) // 2
    first, second, over = hashes[:half], hashes[half : 2 * half], hashes[2 * half :]
    value = _combined(first, seed) * int(multiplier(f"shingle {2 * half}", seed)) + _combined(second, seed)
    if over:
        value = value * int(multiplier(f"shingle {len(hashes)}", seed)) + over[0]
    return value & _MASK


def shingles(text: str, size: int, seed: int) -> list[int]:
    """The hashes of every ``size`` consecutive words of a text, in order, with repeats."""
    hashes = [token_hash(token, seed) for token in tokens(text)]
    return [shingle_hash(hashes[start : start + size], seed) for start in range(len(hashes) - size + 1)]


# minhash


def signature(shingles: Iterable[int], k: int) -> list[int]:
    """The signature of one document: dictionaries of bins, loops over rounds."""
    values = set(shingles)
    slots: dict[int, int] = {}
    for number in range(ROUNDS):
        factor = int(multiplier(f"round {number}", 0)) if number else 1
        bins: dict[int, int] = {}
        for value in values:
            thrown = value * factor & _MASK
            place, low = thrown * k >> 64, thrown & EMPTY
            bins[place] = min(low, bins.get(place, EMPTY))
        for slot in range(k):
            others = [lender(slot, k, number, turn) for turn in range(BORROWED[min(number, 1)])]
            asked = [bins.get(place, EMPTY) for place in (slot, *others)]
            slots.setdefault(slot, next((found for found in asked if found != EMPTY), EMPTY))
            if slots[slot] == EMPTY:
                del slots[slot]
    for slot in set(range(k)) - set(slots):
        factor = int(multiplier(f"slot {slot}", 0))
        slots[slot] = min(((value * factor & _MASK) >> 32 for value in values), default=EMPTY)
    return [slots[slot] for slot in range(k)]


# canonical


def story_order(
    rule: str,
    newsrooms: Sequence[str],
    credits: Sequence[Sequence[tuple[str, bool]]],
    preference: Sequence[int],
    times: Sequence[int | None],
    lengths: Sequence[int],
    ranks: Sequence[int],
) -> tuple[list[int], list[list[bool]]]:
    """The documents of one story in their order, and which of the credits of each, ``(newsroom, weak)``, count."""
    documents = range(len(newsrooms))
    counted = [
        [not weak or bool(name and name in newsrooms) for name, weak in credits[document]] for document in documents
    ]
    named = {
        name
        for document in documents
        for (name, _), counts in zip(credits[document], counted[document], strict=True)
        if counts and name
    }

    def key(document: int) -> tuple[object, ...]:
        copy, other = any(counted[document]), newsrooms[document] not in named
        time = (times[document] is None, times[document] or 0)
        length, rank = -lengths[document], ranks[document]
        answers = {
            "earliest": (copy, other, time, length),
            "longest": (length, copy, other, time),
            "source": (other, copy, time, length),
        }
        return preference[document], *answers[rule], rank

    return sorted(documents, key=key), counted
