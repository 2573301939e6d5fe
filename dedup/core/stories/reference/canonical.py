"""The order of the documents of one story, by one key each."""

from collections.abc import Sequence


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
        part = 2 * lengths[document] < max(lengths)
        answers = {
            "earliest": (copy, other, time, part),
            "longest": (length, copy, other, time),
            "source": (other, copy, time, part),
        }
        return preference[document], *answers[rule], rank

    return sorted(documents, key=key), counted
