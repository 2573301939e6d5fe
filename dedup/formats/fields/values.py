"""Values of rows and frames -> plain values: what is missing, and what stands in an object of one value."""

from collections.abc import Mapping
from typing import Any, Final

from dedup.errors import ReadError

_KEYS: Final = ("name", "title", "rendered", "#text", "$oid", "$date", "$numberLong", "@value")
"""Keys whose value stands for its object, as in ``{"name": "The Ledger"}`` or ``{"$oid": "507f"}``."""


def is_missing(value: object) -> bool:
    """Whether a value stands for no value: ``None``, ``NaN``, ``NaT`` or ``pandas.NA``."""
    if value is None:
        return True
    if isinstance(value, (str, int, bytes, list, tuple, Mapping)):
        return False
    if type(value).__name__ in {"NAType", "NaTType"}:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError, ArithmeticError):  # an array; a signalling NaN
        return False


def is_unicode(text: str) -> bool:
    """Whether a text can be encoded: it holds no lone surrogate."""
    try:
        text.encode("utf-16")  # refuses what UTF-8 refuses, and takes half of the time
    except UnicodeEncodeError:
        return False
    return True


def check_unicode(text: str, name: str, place: str) -> None:
    """Check that a text can be encoded.

    Args:
        text: the text.
        name: the key of the text.
        place: names the text in the error.

    Raises:
        ReadError: the text holds a lone surrogate.
    """
    if is_unicode(text):
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise ReadError(
            place, f"{name!r} holds a lone surrogate (\\u{code:04x}) at character {error.start}; write it as UTF-8"
        ) from error


def plain(value: Any) -> Any:
    """The value in plain types: None for a missing value, the value of an object of one value, or a list's only item.

    Numbers and times of numpy become numbers and times of Python.
    """
    if is_missing(value):
        return None
    if isinstance(value, Mapping):
        return next((plain(value[key]) for key in _KEYS if key in value and not _is_nested(value[key])), value)
    if isinstance(value, (list, tuple)):
        return None if not value else value[0] if len(value) == 1 and isinstance(value[0], str) else value
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return (value.astype("datetime64[us]") if type(value).__name__ == "datetime64" else value).item()
    return value


def _is_nested(value: object) -> bool:
    """Whether a value holds values, but for ``{"$numberLong": "1"}``. Nothing deeper is looked at."""
    return isinstance(value, (list, tuple)) or (isinstance(value, Mapping) and "$numberLong" not in value)
