"""Texts -> texts as a reader sees them. Damage that a text took on its way is repaired before the text is compared.

The printed text stays as it came. `core.text.damage` finds the texts that may need a repair. `core.text.folding` folds
letters later.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Offsets
from dedup.core.arrays.ragged import edges_of
from dedup.core.text import damage
from dedup.core.text.batches import encode
from dedup.core.text.look_alikes import in_one_script
from dedup.core.text.markup import without_entities, without_tags
from dedup.core.text.tables.mojibake_signs import SIGN

ENTITIES, MARKUP, MOJIBAKE, HIDDEN, LOOK_ALIKES, HYPHENS = (1 << bit for bit in range(6))

REPAIRS: Final = {
    ENTITIES: "entities",
    MARKUP: "markup",
    MOJIBAKE: "mojibake (a wrong encoding)",
    HIDDEN: "hidden characters",
    LOOK_ALIKES: "look-alike letters of other scripts",
    HYPHENS: "hyphens at line ends",
}
"""A repair, which is a bit of `CleanTexts.repairs` -> its name for a reader."""

_HYPHENATED: Final = re.compile("[-\u2010]\r?\n[ \t]*")
_SOFT_END: Final = re.compile("\u00ad(?=\r?\n)")
_JOINER: Final = re.compile("(?<=[\u0600-\u06ff])\u200c(?=[\u0600-\u06ff])")
_BROKEN: Final = re.compile(SIGN)
_CONTROL: Final = re.compile("[\u0080-\u009f]")
_UNSEEN: Final = re.compile(f"[{''.join(f'{chr(low)}-{chr(high - 1)}' for low, high in damage.UNSEEN)}]")


class CleanTexts(NamedTuple):
    """``n`` texts as a reader sees them.

    - ``buffer`` ``(bytes,) uint8`` and ``offsets`` ``(n + 1,) int64``: the clean texts, as `core.text.batches.encode`
      encodes them.
    - ``repairs`` ``(n,) uint8``: the repairs of each text, as bits of `REPAIRS`.
    """

    buffer: Bytes
    offsets: Offsets
    repairs: npt.NDArray[np.uint8]

    @property
    def texts(self) -> list[str]:
        """The clean texts as strings."""
        return [_text_at(self.buffer, self.offsets, row) for row in range(self.repairs.size)]


def clean_text(text: str) -> str:
    """Return one text as a reader sees it. Raises `InputError` if the text is not Unicode."""
    return clean_texts([text]).texts[0]


def clean_texts(texts: Sequence[str], first: int = 0) -> CleanTexts:
    """Return texts as a reader sees them, as in `clean_encoded`.

    Args:
        texts: ``n`` texts.
        first: the number of the first text, for errors.

    Raises:
        InputError: a text is not Unicode, because it has a lone surrogate.
    """
    return clean_encoded(*encode(texts, first))


def clean_encoded(buffer: Bytes, offsets: Offsets) -> CleanTexts:
    """Return texts as a reader sees them.

    Entities, markup and mojibake are decoded or removed. So are characters that no reader sees, and hyphens at the ends
    of lines. Words with look-alike letters of another script are written in one script. The time is linear in the
    bytes. Only a text with a sign of damage becomes a string.

    Args:
        buffer: ``n`` texts, as `core.text.batches.encode` encodes them.
        offsets: ``(n + 1,)`` their offsets.
    """
    repairs = np.zeros(offsets.size - 1, np.uint8)
    changed: dict[int, bytes] = {}
    for row in _rows_with_marks(buffer, offsets):
        text, repairs[row] = _remove_markup(_text_at(buffer, offsets, row))
        if repairs[row]:
            changed[row] = text.encode()
    buffer, offsets = _replace_rows(buffer, offsets, changed)
    signs, changed = damage.damage_signs(buffer, offsets), {}
    for row in signs.nonzero()[0].tolist():
        text, done = _repair(_text_at(buffer, offsets, row), int(signs[row]))
        if done:
            repairs[row] |= done
            changed[row] = text.encode()
    return CleanTexts(*_replace_rows(buffer, offsets, changed), repairs)


def _rows_with_marks(buffer: Bytes, offsets: Offsets) -> list[int]:
    """Return the numbers of the texts that may have entities or markup, rising.

    ``bytes.find`` takes a tenth of the time of a comparison of all bytes, its copy included.
    """
    data, rows = buffer.tobytes(), set()
    for mark in (b"&", b"<"):
        position = data.find(mark)
        while position >= 0:
            row = int(offsets.searchsorted(position, "right")) - 1
            rows.add(row)
            position = data.find(mark, int(offsets[row + 1]))
    return sorted(rows)


def _text_at(buffer: Bytes, offsets: Offsets, row: int) -> str:
    """Return one text of a buffer as a string."""
    end = int(offsets[row + 1]) - (row + 2 < offsets.size)  # a line feed follows each text but the last
    return buffer[offsets[row] : end].tobytes().decode()


def _remove_markup(text: str) -> tuple[str, int]:
    """Return a text without entities and markup, and the bits of the repairs that changed it."""
    decoded = without_entities(text)
    plain = without_tags(decoded)
    return plain, ENTITIES * (decoded != text) | MARKUP * (plain != decoded)


def _repair(text: str, signs: int) -> tuple[str, int]:
    """Repair a text that has these ``signs`` of damage. Return the text and the bits of the repairs that changed it."""
    done = 0
    for bit, asked_by, repair, reveals in (
        (MOJIBAKE, damage.MOJIBAKE | damage.MIXED, _decode_mojibake, -1),
        (MOJIBAKE, damage.CONTROL, _decode_controls, damage.MIXED),
        (HIDDEN, damage.HIDDEN, _remove_hidden, damage.MIXED | damage.HYPHEN),
        (LOOK_ALIKES, damage.MIXED, in_one_script, 0),
        (HYPHENS, damage.HYPHEN, _join_hyphenated, 0),
    ):
        if signs & asked_by:
            repaired = repair(text)
            if repaired != text:
                text, done = repaired, done | bit
                signs |= reveals  # signs that the repair may have brought to light
    return text, done


def _decode_mojibake(text: str) -> str:
    """Decode again the lines of ``text`` that were decoded as a wrong encoding."""
    if _BROKEN.search(text):
        import ftfy  # the import takes long, and few texts need it

        text = "\n".join(ftfy.fix_encoding(line) if _BROKEN.search(line) else line for line in text.split("\n"))
    return text


def _decode_controls(text: str) -> str:
    """Replace control characters by the characters that Windows has in their places."""
    return _CONTROL.sub(lambda control: control[0].encode("latin-1").decode("cp1252", "ignore") or control[0], text)


def _remove_hidden(text: str) -> str:
    """Remove characters that no reader sees.

    A joiner between Arabic letters becomes a space, because many writers put a space there. A soft hyphen at the end of
    a line becomes a hyphen.
    """
    return _UNSEEN.sub("", _JOINER.sub(" ", _SOFT_END.sub("-", text)))


def _join_hyphenated(text: str) -> str:
    """Remove hyphens between letters at line ends, unless a small letter stands before and a capital stands behind."""
    return _HYPHENATED.sub(lambda hyphen: _replace_hyphen(hyphen, text), text)


def _replace_hyphen(hyphen: re.Match[str], text: str) -> str:
    """Return the replacement of a hyphen and the line end behind it: nothing, or both as they are."""
    before, behind = text[hyphen.start() - 1 : hyphen.start()], text[hyphen.end() : hyphen.end() + 1]
    joins = before.isalpha() and behind.isalpha() and not (before.islower() and behind.isupper())
    return "" if joins else hyphen.group()


def _replace_rows(buffer: Bytes, offsets: Offsets, changed: Mapping[int, bytes]) -> tuple[Bytes, Offsets]:
    """Replace texts in the buffer. Return the new buffer and offsets.

    Args:
        buffer: the texts.
        offsets: their offsets.
        changed: the new texts by their rows, which rise.
    """
    if not changed:
        return buffer, offsets
    runs: list[bytes] = []
    before, last = 0, offsets.size - 2
    sizes = offsets[1:] - offsets[:-1]
    for row, data in changed.items():
        feed = row < last  # a line feed follows each text but the last
        runs += [buffer[before : offsets[row]].tobytes(), data]
        sizes[row] = len(data) + feed
        before = int(offsets[row + 1]) - feed
    return np.frombuffer(b"".join([*runs, buffer[before:].tobytes()]), np.uint8), edges_of(sizes)
