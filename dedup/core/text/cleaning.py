"""Texts -> texts as a reader sees them. Damage that a text took on its way is repaired before the text is compared.

The printed text stays as it came. `core.text.damage` finds the texts that may need a repair. `core.text.folding` folds
letters later.
"""

import re
from collections.abc import Sequence
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

    - ``texts``: the clean texts.
    - ``buffer`` ``(bytes,) uint8`` and ``offsets`` ``(n + 1,) int64``: the clean texts, as `core.text.batches.encode`
      encodes them.
    - ``repairs`` ``(n,) uint8``: the repairs of each text, as bits of `REPAIRS`.
    """

    texts: list[str]
    buffer: Bytes
    offsets: Offsets
    repairs: npt.NDArray[np.uint8]


def clean_text(text: str) -> str:
    """Return one text as a reader sees it. Raises `InputError` if the text is not Unicode."""
    return clean_texts([text]).texts[0]


def clean_texts(texts: Sequence[str], first: int = 0) -> CleanTexts:
    """Return texts as a reader sees them.

    Entities, markup and mojibake are decoded or removed. So are characters that no reader sees, and hyphens at the ends
    of lines. Words with look-alike letters of another script are written in one script. The time is linear in the
    characters. A text without damage costs little more than its encoding.

    Args:
        texts: ``n`` texts.
        first: the number of the first text, for errors.

    Raises:
        InputError: a text is not Unicode, because it has a lone surrogate.
    """
    clean = list(texts)
    repairs = np.zeros(len(clean), np.uint8)
    for row in [row for row, text in enumerate(clean) if "&" in text or "<" in text]:
        clean[row], repairs[row] = _remove_markup(clean[row])
    buffer, offsets = encode(clean, first)
    signs = damage.damage_signs(buffer, offsets)
    changed = []
    for row in signs.nonzero()[0].tolist():
        repaired, done = _repair(clean[row], int(signs[row]))
        if done:
            clean[row] = repaired
            repairs[row] |= done
            changed.append(row)
    if changed:
        buffer, offsets = _replace_rows(buffer, offsets, clean, changed)
    return CleanTexts(clean, buffer, offsets, repairs)


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


def _replace_rows(buffer: Bytes, offsets: Offsets, texts: Sequence[str], rows: list[int]) -> tuple[Bytes, Offsets]:
    """Replace the texts at ``rows`` (rising) in the buffer by ``texts[row]``. Return the new buffer and offsets."""
    runs: list[bytes] = []
    before = 0
    sizes = offsets[1:] - offsets[:-1]
    for row in rows:
        data = texts[row].encode()
        end = int(offsets[row + 1]) - (row + 1 < len(texts))  # a line feed follows each text but the last
        runs += [buffer[before : offsets[row]].tobytes(), data]
        sizes[row] = len(data) + (row + 1 < len(texts))
        before = end
    return np.frombuffer(b"".join([*runs, buffer[before:].tobytes()]), np.uint8), edges_of(sizes)
