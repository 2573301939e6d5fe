"""The one guard around readers: whatever a file or a row raises inside of a library is a skip that says why.

The places where readers are entered use it: `chunks.read_place` for files, `record` for rows, `cutter` for archives and
other files that hold files, and the intakes of documents that a program gives.
"""

from typing import Final

from dedup.core.arrays.workspace import Workspace
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize
from dedup.errors import ReadError
from dedup.formats.limits import raise_hint
from dedup.settings import InputLimits
from dedup.types import Skip

_LONGEST: Final = 200
"""Characters of the message of a library that a reason quotes."""


def skip_of(error: Exception, path: str, line: int | None = None) -> Skip:
    """Return the skip of an input that raised an error.

    Args:
        error: the error.
        path: the input.
        line: the number of the row; None for the whole input. Of a whole input, a `ReadError` names path and line.
    """
    if isinstance(error, ReadError) and line is None:
        return Skip(error.path, error.reason, error.line)
    return Skip(path, reason_of(error), line)


def reason_of(error: Exception) -> str:
    """Return the reason of a skip: that of a `ReadError`, or what any other error says."""
    if isinstance(error, ReadError):
        return error.reason
    if isinstance(error, MemoryError):
        return "takes more memory than there is; split it, or leave it out"
    message = " ".join(str(error).split())[:_LONGEST].encode("utf-8", "backslashreplace").decode()
    return f"stops its reader ({type(error).__name__}: {message}); repair it, or leave it out"


def check_words(text: str, place: str, bounds: InputLimits) -> None:
    """Check that a text has no more words than the limit. Only a text of more characters is looked at.

    Args:
        text: the text.
        place: names the text in the error.
        bounds: the limits on input.

    Raises:
        ReadError: the text has more words.
    """
    if len(text) <= bounds.tokens:
        return
    buffer, offsets = encode([text])
    if tokenize(fold(buffer, offsets, Workspace()), 0, Workspace()).values.size > bounds.tokens:
        cure = f"split it, or leave it out, {raise_hint('tokens')}"
        raise ReadError(place, f"has more than {bounds.tokens:,} words; {cure}")
