"""Texts as a reader sees them: what went wrong on the way of a text to us is repaired before the text is compared.

What is printed stays as it came. Letters are folded later (`core.text.folding`), and `core.text.damage` tells which texts need to be
looked at.
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
"""Each repair, a bit of `CleanTexts.repairs`, and its name for a reader."""

_HYPHENATED: Final = re.compile("[-\u2010]\r?\n[ \t]*")
_SOFT_END: Final = re.compile("\u00ad(?=\r?\n)")
_JOINER: Final = re.compile("(?<=[\u0600-\u06ff])\u200c(?=[\u0600-\u06ff])")
_BROKEN: Final = re.compile(SIGN)
_CONTROL: Final = re.compile("[\u0080-\u009f]")
_UNSEEN: Final = re.compile(f"[{''.join(f'{chr(low)}-{chr(high - 1)}' for low, high in damage.UNSEEN)}]")


class CleanTexts(NamedTuple):
    """Clean ``texts``, n of them; the same as one ``buffer`` with ``(n + 1,)`` ``offsets``, as `core.text.batches.encode` makes
    it; and the ``repairs`` of each, ``(n,) uint8``, bits of `REPAIRS`."""

    texts: list[str]
    buffer: Bytes
    offsets: Offsets
    repairs: npt.NDArray[np.uint8]


def clean_text(text: str) -> str:
    """One text as a reader sees it."""
    return clean_texts([text]).texts[0]


def clean_texts(texts: Sequence[str], first: int = 0) -> CleanTexts:
    """Texts as a reader sees them: without entities, markup, mojibake, characters that no reader sees, letters of other
    scripts that look alike, and hyphens at the ends of lines.

    Args:
        texts: n texts.
        first: the number of the first text, for errors.

    Returns:
        The clean texts. Time is linear in the characters. Text without damage costs little more than to encode it.

    Raises:
        InputError: a text is not Unicode, because it has a lone surrogate.
    """
    kept = list(texts)
    repairs = np.zeros(len(kept), np.uint8)
    for place in [place for place, text in enumerate(kept) if "&" in text or "<" in text]:
        kept[place], repairs[place] = _unmarked(kept[place])
    buffer, offsets = encode(kept, first)
    signs = damage.damage_signs(buffer, offsets)
    places = signs.nonzero()[0].tolist()
    changed = []
    for place in places:
        mended, done = _repaired(kept[place], int(signs[place]))
        if done:
            kept[place] = mended
            repairs[place] |= done
            changed.append(place)
    if changed:
        buffer, offsets = _replaced(buffer, offsets, kept, changed)
    return CleanTexts(kept, buffer, offsets, repairs)


def _unmarked(text: str) -> tuple[str, int]:
    """A text without entities and markup, and which of the two there were."""
    plain = without_entities(text)
    bare = without_tags(plain)
    return bare, ENTITIES * (plain != text) | MARKUP * (bare != plain)


def _repaired(text: str, signs: int) -> tuple[str, int]:
    """A text with these ``signs``, repaired, and its repairs."""
    done = 0
    for repair, sign, mend, reveals in (
        (MOJIBAKE, damage.MOJIBAKE | damage.MIXED, _decoded_anew, -1),
        (MOJIBAKE, damage.CONTROL, _of_windows, damage.MIXED),
        (HIDDEN, damage.HIDDEN, _seen, damage.MIXED | damage.HYPHEN),
        (LOOK_ALIKES, damage.MIXED, in_one_script, 0),
        (HYPHENS, damage.HYPHEN, _joined, 0),
    ):
        if signs & sign:
            mended = mend(text)
            if mended != text:
                text, done = mended, done | repair
                signs |= reveals  # what may have come to light
    return text, done


def _decoded_anew(text: str) -> str:
    """``text`` with the lines decoded as they should have been that were decoded wrongly."""
    if _BROKEN.search(text):
        import ftfy  # takes long to import, and few texts ask for it

        text = "\n".join(ftfy.fix_encoding(line) if _BROKEN.search(line) else line for line in text.split("\n"))
    return text


def _of_windows(text: str) -> str:
    """``text`` with the characters that Windows has in place of control characters."""
    return _CONTROL.sub(lambda control: control[0].encode("latin-1").decode("cp1252", "ignore") or control[0], text)


def _seen(text: str) -> str:
    """``text`` without what no reader sees. A joiner between Arabic letters is a space, as many write there, and a soft
    hyphen at the end of a line is a hyphen."""
    return _UNSEEN.sub("", _JOINER.sub(" ", _SOFT_END.sub("-", text)))


def _joined(text: str) -> str:
    """``text`` without hyphens between letters at line ends, but where a small letter stands before and a capital
    behind."""
    return _HYPHENATED.sub(lambda found: _joint(found, text), text)


def _joint(hyphen: re.Match[str], text: str) -> str:
    """What is left of a hyphen and the line end behind."""
    before, behind = text[hyphen.start() - 1 : hyphen.start()], text[hyphen.end() : hyphen.end() + 1]
    joins = before.isalpha() and behind.isalpha() and not (before.islower() and behind.isupper())
    return "" if joins else hyphen.group()


def _replaced(buffer: Bytes, offsets: Offsets, texts: Sequence[str], places: list[int]) -> tuple[Bytes, Offsets]:
    """The buffer with the texts at ``places``, rising, as they are now."""
    parts: list[bytes] = []
    before = 0
    sizes = offsets[1:] - offsets[:-1]
    for place in places:
        data = texts[place].encode()
        end = int(offsets[place + 1]) - (place + 1 < len(texts))  # a line feed follows each text but the last
        parts += [buffer[before : offsets[place]].tobytes(), data]
        sizes[place] = len(data) + (place + 1 < len(texts))
        before = end
    return np.frombuffer(b"".join([*parts, buffer[before:].tobytes()]), np.uint8), edges_of(sizes)
