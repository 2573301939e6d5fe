"""Forms of letters that readers take for one letter, and kinds of characters that Unicode has no category for: data for
`core.text.characters.entries`."""

from typing import Final

LETTERS: Final = {
    # Arabic, Persian and Urdu write one letter in several forms.
    "ي": "ی", "ى": "ی", "ې": "ی", "ك": "ک", "ہ": "ه", "ھ": "ه", "ە": "ه", "ٱ": "ا",
    # The mark that lengthens words, and small letters of the Koran.
    "\u0640": "", "\u06e5": "", "\u06e6": "",
    # Latin letters with a stroke, or joined letters: Unicode does not decompose them.
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ƒ": "f",
    # Small capitals and letters of phonetic alphabets, which decorate texts.
    "ɑ": "a", "ɡ": "g", "ɩ": "i", "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h",
    "ɪ": "i", "ᴊ": "j", "ᴋ": "k", "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r", "ꜱ": "s", "ᴛ": "t",
    "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z",
}  # fmt: skip
"""A letter in lower case, without marks -> the form that is written instead."""

ACCENTS: Final = (range(1, 2), range(10, 37), range(200, 241))
"""Canonical combining classes of accents, strokes and vowel points. These marks are left out. Marks of other classes
are part of the words of Asian scripts."""

NUKTAS: Final = (0x093C, 0x09BC, 0x0A3C, 0x0ABC, 0x0B3C, 0x0C3C, 0x0CBC)
"""Dots below letters of Indian scripts. They are left out, because many texts omit them."""

APART: Final = "ʹʺʻʼʽʾʿˈˊˋ"
"""Characters of the category of letters that readers take for apostrophes. They separate words."""

WHOLE: Final = "\u0e33\u0eb3"
"""Vowels of Thai and Lao that stay whole. Unicode would decompose each into a mark and a letter."""

HALVES: Final = {"\u0e4d\u0e32": "\u0e33", "\u0ecd\u0eb2": "\u0eb3"}
"""The two halves of a vowel -> the whole vowel. Tone marks may stand between the halves."""

UNSPACED: Final = (
    (0x0E01, 0x0E5A), (0x0E81, 0x0EE0), (0x1000, 0x10A0), (0x1780, 0x17DE), (0x2E80, 0x2FE0),  # Thai to Khmer, radicals
    (0x3005, 0x3008), (0x3021, 0x302A), (0x3031, 0x3036), (0x3041, 0x3100), (0x3400, 0x4DC0),  # kana, extension A
    (0x4E00, 0xA000), (0xA9E0, 0xAA00), (0xAA60, 0xAA80), (0xF900, 0xFB00), (0x1B000, 0x1B130),  # ideographs, Myanmar
    (0x20000, 0x40000),
)  # fmt: skip
"""Code points of scripts without spaces between words, as (first, end)."""

IGNORED: Final = (
    (0x00AD, 0x00AE), (0x034F, 0x0350), (0x061C, 0x061D), (0x115F, 0x1161), (0x17B4, 0x17B6), (0x180B, 0x1810),
    (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070), (0x3164, 0x3165), (0xFE00, 0xFE10), (0xFEFF, 0xFF00),
    (0xFFA0, 0xFFA1), (0xFFF0, 0xFFF9), (0x1BCA0, 0x1BCA4), (0x1D173, 0x1D17B), (0xE0000, 0xE1000),
)  # fmt: skip
"""Code points that no reader sees, as (first, end): Default_Ignorable_Code_Point of Unicode."""
