"""The words of a text, character by character."""

import re
import unicodedata

from dedup.core.text.tables.chinese_forms import SIMPLIFIED, TRADITIONAL
from dedup.core.text.tables.letter_forms import ACCENTS, APART, HALVES, IGNORED, LETTERS, NUKTAS, UNSPACED, WHOLE

RAISED = re.compile("(?<=\\d)(?=[¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉²³¹⁰⁴⁵⁶⁷⁸⁹])")
TONES = "\u0e48\u0e49\u0e4a\u0e4b\u0ec8\u0ec9\u0eca\u0ecb"
SPACES, POINTS = " '’\u00a0\u2007\u2009\u202f", ",.，．٫٬"
FIGURE = re.compile(f"[0-9]+(?:[{SPACES}{POINTS}][0-9]+)*")
POINT = "\udcfe"
"""Stands for a decimal point, which is part of a word."""


def tokens(text: str, figures: bool = False) -> list[bytes]:
    """The words of a text, folded, as `text.fold` writes them: UTF-8, the first bytes of characters with bit 0x20.

    Letters, marks and digits make words; in scripts without spaces each character is a word, with its marks. With
    ``figures``, figures are words of their own and stand by their value.
    """
    folded = plain(text)
    if figures:
        folded = FIGURE.sub(lambda found: f"\n{by_value(found.group())}\n", folded)
    cut = ""
    for character in folded:
        if kind(character) == "single":
            cut += f"\0{character}\0"
        elif kind(character) == "mark":
            cut = cut.removesuffix("\0") + character + "\0"
        else:
            cut += "." if character == POINT else character if kind(character) == "word" else " "
    words = [word for word in re.split("[\0 ]", cut) if word]
    return [bytes(byte | 0x20 if byte >= 0xC0 else byte for byte in word.encode()) for word in words]


def plain(text: str) -> str:
    """The text with every letter and digit as a reader takes it, without accents and what no reader sees."""
    folded = "".join(map(fold, RAISED.sub("\n", text)))
    for halves, whole in HALVES.items():
        folded = re.sub(f"{halves[0]}([{TONES}]*){halves[1]}", f"\\1{whole}", folded)
    return unicodedata.normalize("NFC", folded)


SIMPLE = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
"""A traditional Chinese character -> the simplified one."""


def fold(character: str) -> str:
    """One character as a reader takes it; a mark that separates stays as it is, for figures have marks."""
    if character.isascii():
        return character.lower()
    if character in WHOLE:
        return character
    kept = [part for part in unicodedata.normalize("NFKD", character) if not left_out(part)]
    parts = unicodedata.normalize("NFKD", "".join(kept).casefold())
    forms = "".join((LETTERS | SIMPLE).get(part, part) for part in parts if not left_out(part))
    folded = "".join(digit_or_letter(part) for part in unicodedata.normalize("NFC", forms))
    return folded if not folded or folded.strip() else character if kind(character) == "separator" else "\n"


def left_out(character: str) -> bool:
    """Whether the character is an accent or a vowel point, or no reader sees it."""
    accent = any(unicodedata.combining(character) in classes for classes in ACCENTS)
    enclosing = unicodedata.category(character) == "Me"
    return accent or enclosing or ord(character) in NUKTAS or any(low <= ord(character) < high for low, high in IGNORED)


def digit_or_letter(character: str) -> str:
    """A digit of any script as that of ASCII, a letter as it is, a line feed for what separates."""
    digit = unicodedata.digit(character, None)
    return character if digit is None and kind(character) != "separator" else "\n" if digit is None else str(digit)


def kind(character: str) -> str:
    """Whether a folded character is of a word, a word alone (single), part of the one before (mark), or separates."""
    category = unicodedata.category(character)[0]
    if 0x20000 <= ord(character) < 0x40000:
        return "single"  # ideographs, also those that are none yet
    if (category not in "LMN" or character in APART) and character != POINT:
        return "separator"
    voiced = character in "\u3099\u309a"
    if voiced or any(low <= ord(character) < high for low, high in UNSPACED):
        return "mark" if category == "M" else "single"
    return "word"


def by_value(figure: str) -> str:
    """A figure with its marks by its value, or several of them with spaces between."""
    groups: list[str] = re.split("[^0-9]", figure)
    marks: list[str] = re.findall("[^0-9]", figure)
    written = [groups[0].lstrip("0") or "0"]
    for place, mark in enumerate(marks):
        before, behind = groups[place], groups[place + 1]
        grouped = len(before) <= 3 and before != "0" and len(behind) == 3
        after_point = place > 0 and marks[place - 1] in POINTS
        if mark in POINTS:
            written.append(behind if grouped else POINT + behind)
        elif grouped and not after_point:
            written.append(behind)
        else:
            written.append(" " + (behind.lstrip("0") or "0"))
    return "".join(written)
