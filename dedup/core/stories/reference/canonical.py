"""Slow twin of `core.stories.canonical`: one story, one sort key for each document."""

from collections.abc import Sequence


def story_order(
    rule: str,
    newsrooms: Sequence[str],
    credits: Sequence[Sequence[tuple[str, bool]]],
    preference: Sequence[int],
    stubs: Sequence[bool],
    times: Sequence[int | None],
    lengths: Sequence[int],
    ranks: Sequence[int],
) -> tuple[list[int], list[list[bool]]]:
    """Orders the documents of one story.

    Args:
        rule: the setting ``canonical``.
        newsrooms: the newsroom of each document, empty for no newsroom.
        credits: the credits of each document, as ``(newsroom, weak)``.
        preference: the position of each source among the preferred sources.
        stubs: whether each document is a stub of another one.
        times: the time of each document, None for an unknown time.
        lengths: the length of each document.
        ranks: the rank of each id.

    Returns:
        The documents in their order, and whether each credit of each document counts.
    """
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
        """The sort key of a document."""
        copy, not_named = any(counted[document]), newsrooms[document] not in named
        time = (times[document] is None, times[document] or 0)
        length, rank = -lengths[document], ranks[document]
        is_part = 2 * lengths[document] < max(lengths)
        answers = {
            "earliest": (copy, not_named, time, is_part),
            "longest": (length, copy, not_named, time),
            "source": (not_named, copy, time, is_part),
        }
        return preference[document], stubs[document], *answers[rule], rank

    return sorted(documents, key=key), counted
