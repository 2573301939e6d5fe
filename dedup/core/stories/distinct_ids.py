"""Ids of documents -> ids that all differ: the first document keeps its id, the second ``a`` becomes ``a#2``.

An id that a document gives is never made for another document: the number behind an id is the next one that is free.
So an id that one document alone gives never changes. Numbers are given in turns, each of which looks at all ids that
are tried: the plan does the turns as stages, and `rename_doubles` does them at once.
"""

from itertools import groupby, pairwise
from typing import Final

import numpy as np
import xxhash

from dedup.array_types import Hashes
from dedup.core.arrays.sorting import find, repeats, rising
from dedup.core.arrays.tables import Lists, Table
from dedup.strings import StringColumn, pack_strings

_GROWTH: Final = 16
"""Numbers that a document tries for each number that it tried in the turn before."""


def hash_ids(ids: StringColumn) -> Hashes:
    """Return ``(n,) uint64`` a hash of each id."""
    data, ends = ids.buffer.data, ids.offsets.tolist()
    hashes = (xxhash.xxh3_64_intdigest(data[first:last]) for first, last in pairwise(ends))
    return np.fromiter(hashes, np.uint64, ids.size)


def rename_doubles(ids: StringColumn, hashes: Hashes) -> dict[int, str]:
    """Find a new id for each document whose id an earlier document has.

    `core.stories.reference.distinct_ids` is the slow twin.

    Args:
        ids: the ids of ``n`` documents, in the order of input.
        hashes: ``(n,)`` their hashes, as from `hash_ids`.

    Returns:
        The new ids by document, in the order of input.
    """
    all_ids = Table({"place": np.arange(ids.size), "id": Lists(*ids), "id_hash": hashes})
    doubles = find_doubles(all_ids)
    new_ids: dict[int, str] = {}
    while len(doubles):
        doubles, renamed = give_numbers(find_taken(all_ids, doubles))
        new_ids |= zip(renamed["place"].tolist(), renamed.lists("id").texts(), strict=True)
    return dict(sorted(new_ids.items()))


def find_doubles(ids: Table) -> Table:
    """Find the documents whose id an earlier document gives.

    Args:
        ids: ``place``, ``id`` and ``id_hash`` of documents, all documents of one hash.

    Returns:
        ``place`` and ``id`` of these documents; ``base``, the hash of the id; ``number``, the number that is tried
        first; and ``id_hash``, the hash of the id with this number.
    """
    rows = repeats(ids["id_hash"])[0]
    rows = rows[ids["place"][rows].argsort()]
    uses: dict[str, int] = {}
    numbers = []
    for id in ids.lists("id").take(rows).texts():
        uses[id] = uses.get(id, 0) + 1
        numbers.append(uses[id])
    number = np.array(numbers, np.int64)
    rows, number = rows[number > 1], number[number > 1]
    return _with_hashes(ids.take(rows).using(base=ids["id_hash"][rows], number=number))


def find_taken(ids: Table, doubles: Table) -> Table:
    """Find the numbers that are not free.

    Args:
        ids: the ids that documents give, as in `find_doubles`.
        doubles: what `find_doubles` or `give_numbers` returns. All rows of one hash are there, of both tables.

    Returns:
        The doubles with a column more: ``taken``, whether a document gives the id with the number.
    """
    in_question = rising(doubles["id_hash"])
    known_ids = frozenset(ids.lists("id").take(find(in_question, ids["id_hash"])[1].nonzero()[0]).texts())
    return doubles.using(taken=np.array([id in known_ids for id in _numbered_ids(doubles)], np.bool_))


def give_numbers(tried: Table) -> tuple[Table, Table]:
    """Give the numbers that are free to the first documents, and choose the next numbers to try.

    The next numbers are more with each turn, as a document may follow many that give its id with a number.

    Args:
        tried: what `find_taken` returns. All documents that give one id are there.

    Returns:
        The doubles that have no number yet, as `find_doubles` returns them, a row for each number that is tried. And
        ``place`` and the new ``id`` of the others.
    """
    bases, places, numbers = tried.lists("id").texts(), tried["place"].tolist(), tried["number"].tolist()
    taken = tried["taken"].tolist()
    order = sorted(range(len(bases)), key=lambda row: (bases[row], places[row]))
    named_rows: list[int] = []
    given_numbers: list[int] = []
    open_rows: list[int] = []
    next_numbers: list[int] = []
    for _, group in groupby(order, key=bases.__getitem__):
        rows = list(group)
        row_of_place = {places[row]: row for row in rows}
        free_numbers = sorted(numbers[row] for row in rows if not taken[row])
        waiting = list(row_of_place.values())
        named = waiting[: len(free_numbers)]
        named_rows += named
        given_numbers += free_numbers[: len(named)]
        tries = _GROWTH * len(rows) // len(waiting)
        first = max(numbers[row] for row in rows) + 1
        for row in waiting[len(named) :]:
            open_rows += [row] * tries
            next_numbers += range(first, first + tries)
            first += tries
    renamed = tried.take(np.array(named_rows, np.int64)).using(number=np.array(given_numbers, np.int64))
    open_doubles = tried.take(np.array(open_rows, np.int64)).using(number=np.array(next_numbers, np.int64))
    new_ids = Lists.of_texts(_numbered_ids(renamed))
    return _with_hashes(open_doubles), Table({"place": renamed["place"], "id": new_ids})


def _numbered_ids(doubles: Table) -> list[str]:
    """Return the ids of doubles with their numbers."""
    return [
        f"{id}#{number}" for id, number in zip(doubles.lists("id").texts(), doubles["number"].tolist(), strict=True)
    ]


def _with_hashes(doubles: Table) -> Table:
    """Return doubles with the hashes of the ids that they try."""
    return doubles.using(id_hash=hash_ids(pack_strings(_numbered_ids(doubles))))
