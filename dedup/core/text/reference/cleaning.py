"""Texts as a reader sees them, one at a time, one repair behind the other."""

import html
import re
import unicodedata
from itertools import pairwise

import ftfy

from dedup.core.text.tables.letter_forms import IGNORED
from dedup.core.text.tables.look_alike_letters import LOOK_ALIKES, SCRIPTS
from dedup.core.text.tables.markup_tags import BLOCK, INLINE
from dedup.core.text.tables.mojibake_signs import SIGN

WORD = re.compile(r"[^\W\d_]+")
SELECTORS = ((0xFE00, 0xFE10), (0xE0100, 0xE01F0))


def clean_text(text: str) -> str:
    """The text without entities, markup, mojibake, what no reader sees, look-alikes and hyphens at line ends."""
    for repair in (without_entities, without_tags, decoded_anew, seen, in_one_script, joined):
        text = repair(text)
    return text


def without_entities(text: str) -> str:
    """Entities read, twice where there are no tags, or escaped ones."""
    twice = "&lt;/" in text or "<" not in text
    for _ in range(2 if twice else 1):
        text = re.sub(
            r"&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});",
            lambda found: html.unescape(found.group()),
            text,
            flags=re.I,
        )
    return text


def without_tags(text: str) -> str:
    """Comments, scripts and tags taken out, if there is a tag."""
    tag = rf"</?({'|'.join([*INLINE.split(), *BLOCK.split()])})(\s[^<>]*)?/?>"
    if not re.search(tag, text, re.I):
        return text
    hidden = r"(?is)<!--.*?-->|<(script|style|template)\b.*?</\1\s*>"
    text = re.sub(hidden, " ", text)
    return re.sub(tag, lambda found: "" if found.group(1).lower() in INLINE.split() else "\n", text, flags=re.I)


def decoded_anew(text: str) -> str:
    """Each line with a sign of mojibake as the library has it, and control characters as those of Windows."""
    lines = [ftfy.fix_encoding(line) if re.search(SIGN, line) else line for line in text.split("\n")]
    return "".join(
        character.encode("latin-1").decode("cp1252", "ignore") or character
        if "\x80" <= character < "\xa0"
        else character
        for character in "\n".join(lines)
    )


def seen(text: str) -> str:
    """The text without what no reader sees, but for characters that choose how a sign is drawn."""
    text = re.sub("\u00ad(?=\r?\n)", "-", text)
    text = re.sub("(?<=[\u0600-\u06ff])\u200c(?=[\u0600-\u06ff])", " ", text)
    return "".join(c for c in text if within(c, SELECTORS) or not within(c, IGNORED))


def within(character: str, spans: tuple[tuple[int, int], ...]) -> bool:
    """Whether the character is in one of the spans."""
    return any(low <= ord(character) < high for low, high in spans)


def in_one_script(text: str) -> str:
    """Words of look-alikes in the script of most letters, if a word mixes scripts."""
    script = max(SCRIPTS, key=lambda name: sum(within(character, SCRIPTS[name]) for character in text))
    changed = {word: skeleton(word, script) for word in WORD.findall(text)}
    mixed = any(mended != word and mixes(word) for word, mended in changed.items())
    return WORD.sub(lambda found: changed[found.group()], text) if mixed else text


def mixes(word: str) -> bool:
    """Whether letters of two scripts stand side by side."""
    scripts = [[name for name, spans in SCRIPTS.items() if within(letter, spans)] for letter in word]
    return any(one and other and one != other for one, other in pairwise(scripts))


def skeleton(word: str, script: str) -> str:
    """The word with every letter of another script as one of this script, or the word if one has none."""
    letters = []
    for letter in word:
        other = any(within(letter, spans) for name, spans in SCRIPTS.items() if name != script)
        letters.append(alike(letter, script) if other else letter)
    return "".join(letter for letter in letters if letter) if all(letters) else word


def alike(letter: str, script: str) -> str | None:
    """The letter of the script that looks like a letter, with or without its accent."""
    for form in (letter, unicodedata.normalize("NFD", letter)[0]):
        for latin, others in reversed(LOOK_ALIKES.items()):
            mine = [each for each in latin + others if within(each, SCRIPTS[script])]
            if form in latin + others and mine:
                return mine[0]
    return None


def joined(text: str) -> str:
    """Words that a hyphen cuts at a line end as one, but a small letter and a capital."""
    for hyphen in reversed(list(re.finditer("[-\u2010]\r?\n[ \t]*", text))):
        before, behind = text[: hyphen.start()], text[hyphen.end() :]
        capital = before[-1:].islower() and behind[:1].isupper()
        if before[-1:].isalpha() and behind[:1].isalpha() and not capital:
            text = before + behind
    return text
