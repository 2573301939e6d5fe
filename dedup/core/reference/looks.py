"""The article of a page by trying every run of blocks, and the end of a block by looking at its characters."""

from collections.abc import Sequence

__all__ = ["article", "closed"]


def closed(block: str, marks: str, closing: str, reach: int) -> bool:
    """Whether the block ends with a sentence."""
    for char in block[::-1][:reach]:
        if char in marks:
            return True
        if char not in closing:
            return False
    return False


def article(
    words: Sequence[int], closed: Sequence[bool], dropped: Sequence[bool], short: int, label: int, least: int
) -> tuple[int, int] | None:
    """The words before and after the article of a page, None if it has none."""
    words = [0 if gone else count for count, gone in zip(words, dropped, strict=True)]
    prose = [count if ends and count > short else 0 for count, ends in zip(words, closed, strict=True)]
    against = [0 if ends or not count else max(label - count, 0) for count, ends in zip(words, closed, strict=True)]

    def rule(run: tuple[int, int]) -> tuple[int, int, int]:
        first, last = run
        return sum(against[first:last]) - sum(prose[first:last]), last, -first

    first, last = min(((a, b) for b in range(len(words) + 1) for a in range(b + 1)), key=rule)
    within = sum(prose[first:last])
    if within < least or 2 * within < sum(prose):
        return None
    return sum(words[:first]), sum(words[last:])
