"""Slow twins of components, `average_link`, `clustering`, `pivots`, `order` and `relations`: lists and loops."""

from collections.abc import Callable, Sequence
from itertools import combinations

from dedup.core.thresholds import ONE
from dedup.types import Relation

Share = Callable[[int, int], int]
"""The share of two documents, in units of 1 / `ONE`."""


def components(n: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Labels of components. Both ends of a pair get the lower label until nothing changes."""
    labels = list(range(n))
    changed = True
    while changed:
        changed = False
        for a, b in pairs:
            low = min(labels[a], labels[b])
            changed = changed or labels[a] != low or labels[b] != low
            labels[a] = labels[b] = low
    return _by_first(labels)


def average_link(size: int, share: Share, threshold: int) -> list[int]:
    """Labels of average-link clusters.

    Each step joins the two clusters of the greatest average share, rounded down, while the average reaches the
    threshold. Among equal averages the step joins the clusters whose lowest documents are lowest. Clusters with a pair
    of a share below 0 are never joined.

    Args:
        size: the number of documents.
        share: the share of two documents.
        threshold: the average share from which clusters are joined.
    """
    clusters = [[document] for document in range(size)]
    while len(clusters) > 1:
        averages = [
            (-(_sum(a, b, share) // (len(a) * len(b))), *sorted((min(a), min(b))))
            for a, b in combinations(clusters, 2)
            if all(share(left, right) >= 0 for left in a for right in b)
        ]
        best, low, high = min(averages, default=(0, 0, 0))
        if -best < threshold:
            break
        joined = [cluster for cluster in clusters if min(cluster) in (low, high)]
        clusters = [cluster for cluster in clusters if cluster not in joined] + [[*joined[0], *joined[1]]]
    labels = [0] * size
    for number, cluster in enumerate(clusters):
        for document in cluster:
            labels[document] = number
    return _by_first(labels)


def make_stories(
    n: int,
    share: Share,
    candidate_pairs: Sequence[tuple[int, int]],
    threshold: int,
    largest: int,
    sample: int,
) -> list[tuple[list[int], float]]:
    """Makes stories, with any number of pivots.

    Args:
        n: the number of documents.
        share: the share of two documents.
        candidate_pairs: the pairs that may match.
        threshold: the share from which two documents are copies.
        largest: stands for ``MAX_COMPONENT``.
        sample: stands for ``_SAMPLE``.

    Returns:
        The members and the weakest link of each story, by first member.
    """
    links = [(a, b) for a, b in candidate_pairs if share(a, b) >= threshold]
    stories = []
    waiting = _link_members(range(n), links)
    while waiting:
        members = waiting.pop()
        whole = [members]
        if len(members) > largest:
            neighbours = _neighbours(members, links)
            hubs = _choose_hubs(members, share, neighbours, largest)
            pivots = [_choose_pivot([hub, *neighbours[hub]], share, threshold, sample) for hub in hubs]
            documents = [_within(pivot, neighbours, 2) for pivot in pivots]
            whole = [
                [a for a in sorted(reached) if a == pivot or share(a, pivot) >= threshold]
                for pivot, reached in zip(pivots, documents, strict=True)
            ]
            waiting += _link_members([a for a in members if not any(a in star for star in whole)], links)
            large = [(star, pivot) for star, pivot in zip(whole, pivots, strict=True) if len(star) > largest]
            stories += [(star, min(share(a, pivot) for a in star if a != pivot) / ONE) for star, pivot in large]
            whole = [star for star in whole if len(star) <= largest]
        for part in whole:
            labels = average_link(len(part), _share_of_positions(part, share), threshold)
            for story in _group_members(part, labels):
                loosest = min(_average(a, [b for b in story if b != a], share) for a in story)
                stories.append((story, loosest))
    return sorted(stories)


def _link_members(members: Sequence[int], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The connected components of the members."""
    positions = {document: position for position, document in enumerate(members)}
    inside = [(positions[a], positions[b]) for a, b in links if a in positions and b in positions]
    return _group_members(members, components(len(members), inside))


def _neighbours(members: Sequence[int], links: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    """The documents that each member is linked to."""
    neighbours: dict[int, list[int]] = {a: [] for a in members}
    for a, b in links:
        if a in neighbours and b in neighbours:
            neighbours[a].append(b)
            neighbours[b].append(a)
    return neighbours


def _within(document: int, neighbours: dict[int, list[int]], count: int) -> set[int]:
    """The documents within ``count`` links of a document, the document included."""
    reached = {document}
    for _ in range(count):
        reached = reached.union(*(neighbours[a] for a in reached))
    return reached


def _choose_hubs(members: Sequence[int], share: Share, neighbours: dict[int, list[int]], largest: int) -> list[int]:
    """The first documents of a component that come before all documents within six links."""

    def key(place: int) -> tuple[int, int, int]:
        """The sort key of the member at a place of the component."""
        document = members[place]
        divisor = next(power for power in range(place.bit_length(), -1, -1) if place % 2**power == 0)
        return -sum(share(document, b) for b in neighbours[document]), -divisor if place else -len(members), place

    ranked = [members[place] for place in sorted(range(len(members)), key=key)]
    best = [a for a in ranked if a == min(_within(a, neighbours, 6), key=ranked.index)]
    return best[: len(members) // largest]


def _choose_pivot(documents: Sequence[int], share: Share, threshold: int, sample: int) -> int:
    """The typical document of the greatest story in a sample of the hub and the documents linked to it."""
    around = sorted(documents)
    size = min(sample, len(around))
    sampled = [around[position * len(around) // size] for position in range(size)]
    labels = average_link(size, _share_of_positions(sampled, share), threshold)
    story = max(_group_members(sampled, labels), key=len)
    outside = [a for a in sampled if a not in story]

    def typical(a: int) -> float:
        """How much more a document is like its story than like the other documents."""
        like = sum(share(a, b) for b in story if b != a) / len(story)
        return like - sum(share(a, b) for b in outside) / max(len(outside), 1)

    return max(story, key=typical)


def id_order(ids: Sequence[str]) -> list[int]:
    """Ranks of ids: the shortest first, then the least. Equal ids rank by position."""
    ordered = sorted(range(len(ids)), key=lambda document: (len(ids[document]), ids[document]))
    return [ordered.index(document) for document in range(len(ids))]


def canonical_order(published: Sequence[int | None], lengths: Sequence[int], ids: Sequence[str]) -> list[int]:
    """Ranks of documents: the earliest first, then the longest, the shortest id, the least id.

    Args:
        published: time of each document. None, an unknown time, is last.
        lengths: length of each document.
        ids: id of each document.
    """

    def rule(document: int) -> tuple[bool, int, int, int, str]:
        """The sort key of a document."""
        time = published[document]
        return time is None, time or 0, -lengths[document], len(ids[document]), ids[document]

    ordered = sorted(range(len(ids)), key=rule)
    return [ordered.index(document) for document in range(len(ids))]


def relation(
    *,
    same_document: bool,
    same_fingerprint: bool,
    sources: tuple[int, int],
    published: tuple[int | None, int | None],
    lengths: tuple[int, int],
    urls: tuple[int, int],
    resemblance: float,
    containment: float,
    threshold: float,
) -> Relation:
    """Decides the relation of a member to its canonical document. A pair of values is ``(member, canonical)``.

    Args:
        same_document: whether the member is the canonical document.
        same_fingerprint: whether both have one fingerprint.
        sources: the numbers of the sources, negative for no source.
        published: the times, None for an unknown time.
        lengths: the sizes of the shingle sets.
        urls: the keys of the addresses, 0 for none.
        resemblance: the resemblance of the two.
        containment: the containment of the two.
        threshold: the containment from which a document is an excerpt.
    """
    if same_document:
        return "original"
    if same_fingerprint:
        return "exact"
    member_time, canonical_time = published
    later = member_time is not None and canonical_time is not None and member_time > canonical_time
    one_url = urls[0] == urls[1] != 0
    if sources[0] >= 0 and sources[0] == sources[1] and later and (resemblance >= 0.5 or one_url):
        return "revision"
    if lengths[0] < lengths[1] and (containment >= threshold or one_url) and resemblance < 0.5:
        return "excerpt"
    return "reprint"


def _share_of_positions(members: Sequence[int], share: Share) -> Share:
    """The share of two members, by their positions."""
    return lambda a, b: share(members[a], members[b])


def _sum(left: Sequence[int], right: Sequence[int], share: Share) -> int:
    """The sum of the shares of each document in ``left`` with each document in ``right``."""
    return sum(share(a, b) for a in left for b in right)


def _average(document: int, members: Sequence[int], share: Share) -> float:
    """The average share of a document with ``members``, from 0 to 1. It is 1 without members."""
    return _sum([document], members, share) / len(members) / ONE if members else 1.0


def _group_members(members: Sequence[int], labels: Sequence[int]) -> list[list[int]]:
    """The members of each label, by first member."""
    groups: dict[int, list[int]] = {}
    for document, label in zip(members, labels, strict=True):
        groups.setdefault(label, []).append(document)
    return list(groups.values())


def _by_first(labels: Sequence[int]) -> list[int]:
    """Numbers the clusters in the order of their first documents."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(label, len(numbers)) for label in labels]
