"""One text -> its words, folded, character by character."""

import re
import unicodedata

from dedup.core.text.tables.chinese_forms import SIMPLIFIED, TRADITIONAL
from dedup.core.text.tables.letter_forms import ACCENTS, APART, HALVES, IGNORED, LETTERS, NUKTAS, UNSPACED, WHOLE

RAISED = re.compile("(?<=\\d)(?=[¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉²³¹⁰⁴⁵⁶⁷⁸⁹])")
"""The position between a digit and a fraction or a power."""

TONES = "\u0e48\u0e49\u0e4a\u0e4b\u0ec8\u0ec9\u0eca\u0ecb"
"""Tone marks of Thai and Lao."""

SPACES, POINTS = " '’\u00a0\u2007\u2009\u202f", ",.，．٫٬"
"""Marks of thousands: those that are no decimal points, and those that also are."""

FIGURE = re.compile(f"[0-9]+(?:[{SPACES}{POINTS}][0-9]+)*")

POINT = "\udcfe"
"""A decimal point, which is part of a word."""

SIMPLE = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
"""A traditional Chinese character -> its simplified form."""


def tokens(text: str, figures: bool = False) -> list[bytes]:
    """Return the words of a text as `core.text.folding.fold` writes them: UTF-8, first bytes of characters with bit
    0x20.

    Letters, marks and digits make words. In scripts without spaces each character is a word, with its marks. With
    ``figures``, figures are words of their own and are written by their value.
    """
    folded = plain(text)
    if figures:
        folded = FIGURE.sub(lambda figure: f"\n{by_value(figure.group())}\n", folded)
    cut = ""
    for character in folded:
        if kind(character) == "single":
            cut += f"\0{character}\0"
        elif kind(character) == "mark":
            cut = cut.removesuffix("\0") + character + "\0"
        elif kind(character) == "word":
            cut += "." if character == POINT else character
        else:
            cut += " "
    words = [word for word in re.split("[\0 ]", cut) if word]
    return [bytes(byte | 0x20 if byte >= 0xC0 else byte for byte in word.encode()) for word in words]


def plain(text: str) -> str:
    """Return the text with every letter and digit as a reader takes it, without accents and hidden characters."""
    folded = "".join(map(fold, RAISED.sub("\n", text)))
    for halves, whole in HALVES.items():
        folded = re.sub(f"{halves[0]}([{TONES}]*){halves[1]}", f"\\1{whole}", folded)
    return unicodedata.normalize("NFC", folded)


def fold(character: str) -> str:
    """Return one character as a reader takes it. A character that separates stays, because figures have marks."""
    if character.isascii():
        return character.lower()
    if character in WHOLE:
        return character
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", character) if not is_left_out(letter))
    lower = unicodedata.normalize("NFKD", bare.casefold())
    forms = "".join((LETTERS | SIMPLE).get(letter, letter) for letter in lower if not is_left_out(letter))
    folded = "".join(digit_or_letter(letter) for letter in unicodedata.normalize("NFC", forms))
    if folded and not folded.strip():
        return character if kind(character) == "separator" else "\n"
    return folded


def is_left_out(character: str) -> bool:
    """Whether the character is an accent, a vowel point, or a character that no reader sees."""
    accent = any(unicodedata.combining(character) in classes for classes in ACCENTS)
    enclosing = unicodedata.category(character) == "Me"
    return accent or enclosing or ord(character) in NUKTAS or any(low <= ord(character) < high for low, high in IGNORED)


def digit_or_letter(character: str) -> str:
    """Return a digit of any script as the digit of ASCII, a letter as it is, a line feed for a separator."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return "\n" if kind(character) == "separator" else character


def kind(character: str) -> str:
    """Return the kind of a folded character.

    A "word" is part of a word, a "single" is a word of its own, a "mark" belongs to the character before, and a
    "separator" stands between words.
    """
    category = unicodedata.category(character)[0]
    if 0x20000 <= ord(character) < 0x40000:
        return "single"  # ideographs, those of later versions of Unicode included
    if (category not in "LMN" or character in APART) and character != POINT:
        return "separator"
    voiced = character in "\u3099\u309a"
    if voiced or any(low <= ord(character) < high for low, high in UNSPACED):
        return "mark" if category == "M" else "single"
    return "word"


def by_value(figure: str) -> str:
    """Return a figure with its marks by its value: one figure, or several with spaces between."""
    groups: list[str] = re.split("[^0-9]", figure)
    marks: list[str] = re.findall("[^0-9]", figure)
    written = [groups[0].lstrip("0") or "0"]
    for number, mark in enumerate(marks):
        before, behind = groups[number], groups[number + 1]
        grouped = len(before) <= 3 and before != "0" and len(behind) == 3
        after_point = number > 0 and marks[number - 1] in POINTS
        if mark in POINTS:
            written.append(behind if grouped else POINT + behind)
        elif grouped and not after_point:
            written.append(behind)
        else:
            written.append(" " + (behind.lstrip("0") or "0"))
    return "".join(written)
