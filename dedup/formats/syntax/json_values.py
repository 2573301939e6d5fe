"""Pieces of JSON -> values: the elements of an array, or values that follow one another. Memory holds one value.

A value that is no JSON costs that value only: brackets and quotes tell where it ends. A torn quote or bracket hides
this end. Then reading goes on at the next line that begins as the line of the torn value does.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files import decoding

_DECODER: Final = msgspec.json.Decoder()
_REFUSED: Final = (msgspec.DecodeError, ValueError, RecursionError)

_BETWEEN: Final = re.compile(rb"[\s,]*+")
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[{}\[\]]', re.DOTALL)
_WORD: Final = re.compile(rb'[^{}\[\]\s,"]++|.', re.DOTALL)

_BROKEN_OFF: Final = "breaks off: a quote or bracket does not close; repair it, or fetch the file again"


class JsonValue(NamedTuple):
    """One value: its bytes, what they stand for, and the reason why they are no JSON.

    ``alone`` says that the value stands in no array, and is the only one of its file.
    """

    data: bytes
    value: Any = None
    problem: ReadError | None = None
    alone: bool = False


def decode_json(data: bytes, path: str, number: int, cure: str) -> Any:
    """Decode one JSON value.

    Args:
        data: its bytes.
        path: the file, for errors.
        number: the number of the value in the file, for errors.
        cure: what to do about bytes that are not JSON, for errors.

    Raises:
        ReadError: the bytes are not JSON, or not UTF-8, or are nested too deep.
    """
    try:
        return _DECODER.decode(data)  # four times as fast as json
    except _REFUSED:
        pass  # json accepts more, and its errors say more
    text = decoding.decode_utf8(data, path, number)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ReadError(path, f"is not JSON: {error.msg} at character {error.pos}; {cure}") from error
    except (ValueError, RecursionError) as error:
        raise ReadError(path, f"is JSON that no document has: {error}") from error  # 5,000 digits, 5,000 [


class _Window:
    """The bytes of a stream from an offset ``at`` on. The bytes grow on demand."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.data = b""
        self.at = 0

    def grow(self) -> bool:
        """Read about as many bytes as there are; False at the end of the stream. Bytes before ``at`` are dropped."""
        collected = [self.data[self.at :]]
        goal, size = len(collected[0]), 0
        for piece in self._pieces:
            collected.append(piece)
            size += len(piece)
            if size > goal:
                break
        self.data, self.at = b"".join(collected), 0
        return size > 0

    def put_back(self, data: bytes) -> None:
        """Put bytes before the next byte, to be read again."""
        self.data, self.at = data + self.data[self.at :], 0

    def skip_space(self) -> bytes:
        """Move to the next value, and return the white space and commas before it."""
        space = b""
        while True:
            end = _BETWEEN.match(self.data, self.at).end()  # type: ignore[union-attr]  # matches always
            space += self.data[self.at : end]
            self.at = end
            if end < len(self.data) or not self.grow():
                return space


def split_json(pieces: Iterator[bytes], path: str, most: int) -> Iterator[JsonValue]:
    """Split JSON into its values: the elements of an array, or of arrays and values that follow one another.

    Args:
        pieces: the bytes, in UTF-8.
        path: the file, for errors.
        most: the bytes of a value, at most.

    Returns:
        The values in their order, those that are no JSON too.

    Raises:
        ReadError: the bytes break off, or a value has more than ``most`` bytes.
    """
    window = _Window(pieces)
    number, budget, inside = 0, limits.MAX_REREAD_BYTES, False
    space = window.skip_space()
    while window.at < len(window.data):
        first = window.data[window.at : window.at + 1]
        if first in {b"]", b"}"} or (first == b"[" and not inside):  # the end of an array, or a bracket too many
            inside = first == b"["
            window.at += 1
            space = window.skip_space()
            continue
        number += 1
        if number == 1 and not inside and first != b"{":
            raise ReadError(path, f"is not JSON: begins with {first!r}; give objects, or an array of objects")
        end, whole = _find_end(window, path, number, most)
        data, problem, value = window.data[window.at : end], None, None
        window.at, line = end, -1
        try:
            if len(data) > most:
                raise _size_error(path, number, most)
            value = decode_json(data, path, number, "give one object an element")
        except ReadError as error:
            problem = error if whole else ReadError(path, _BROKEN_OFF, number)
            line = data.find(b"\n" + space.rpartition(b"\n")[2] + b"{")
        space = window.skip_space()
        yield JsonValue(data, value, problem, number == 1 and not inside and window.at == len(window.data))
        if line >= 0 and budget > 0:
            budget -= len(data) - line
            window.put_back(data[line:] + space)
            space = window.skip_space()


def find_lists(data: bytes) -> list[tuple[str, bytes]]:
    """The lists of objects in one JSON object, and not in a list: the keys to each list as ``a.b``, and its bytes."""
    lists = []
    keys: list[bytes] = []
    key, at = b"", 0
    while token := _TOKEN.search(data, at):
        start, at = token.span()
        match data[start : start + 1]:
            case b'"':
                key = token[0].strip(b'"')
            case b"{":
                keys.append(key)
            case b"}":
                del keys[-1:]
            case b"[":
                at = _value_end(data, start)
                at = len(data) if at < 0 else at
                if _BETWEEN.sub(b"", data[start + 1 : at][:99])[:1] == b"{":
                    lists.append((b".".join([*keys[1:], key]).decode("utf-8", "replace"), data[start:at]))
    return lists


def _find_end(window: _Window, path: str, number: int, most: int) -> tuple[int, bool]:
    """The offset after the next value of a window, and whether the value has an end. The window grows until then."""
    while (end := _value_end(window.data, window.at)) < 0:
        if len(window.data) - window.at > most:
            raise _size_error(path, number, most)
        if not window.grow():
            return len(window.data), False
    return end, True


def _size_error(path: str, number: int, most: int) -> ReadError:
    cure = f"write one object a line, as jq -c does, {limits.raise_hint('document_bytes')}"
    return ReadError(path, f"is a value of more than {most:,} bytes; {cure}", number)


def _value_end(data: bytes, start: int) -> int:
    """The offset after the value at ``start``; -1 if the bytes end before the value does, or with it."""
    if data[start] not in b'{["':
        end = _WORD.match(data, start).end()  # type: ignore[union-attr]  # matches always
        return end if end < len(data) else -1
    depth = 0
    for token in _TOKEN.finditer(data, start):
        first = data[token.start()]
        if first in b"{[":
            depth += 1
        elif first in b"]}":
            depth -= 1
        elif not token[1]:
            return -1
        if depth == 0:
            return token.end()
    return -1
