"""A document that comes again with another text -> whether the text is an older version that comes late."""

from dedup.array_types import UNKNOWN_TIME, Flags, Indices


def are_stale(published: Indices, before: Indices, is_former: Flags) -> Flags:
    """Says which new texts of known ids are older versions.

    A text is an older version if it was published earlier than the present text, or if the id had it before. A text
    that was published later is none: an editor may go back to an earlier text.

    Args:
        published: ``(n,)`` the time of each new text, as in `core.stories.order.canonical_order`.
        before: ``(n,)`` the time of the present text of its id.
        is_former: ``(n,)`` whether the id had the new text before.

    Returns:
        ``(n,) bool``.
    """
    are_dated = (published != UNKNOWN_TIME) & (before != UNKNOWN_TIME)
    stale: Flags = (are_dated & (published < before)) | (is_former & ~(are_dated & (published > before)))
    return stale
