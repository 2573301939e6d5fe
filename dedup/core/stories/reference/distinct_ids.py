"""Ids that all differ, document by document."""

from collections.abc import Sequence


def distinct_ids(ids: Sequence[str]) -> list[str]:
    """Return the id of each document.

    The first document that gives an id keeps it. Others get the next number with which no document gives the id.
    """
    numbers = dict.fromkeys(ids, 1)
    new_ids: list[str] = []
    for place, id in enumerate(ids):
        new_id = id
        if id in ids[:place]:
            while new_id in ids or new_id in new_ids:
                numbers[id] += 1
                new_id = f"{id}#{numbers[id]}"
        new_ids.append(new_id)
    return new_ids
