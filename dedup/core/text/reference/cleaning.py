"""One text -> the text as a reader sees it. The repairs are done one after the other."""

import html
import re
import unicodedata
from itertools import pairwise

import ftfy

from dedup.core.text.styles.hidden_elements import own_sight
from dedup.core.text.styles.visibility import Sight
from dedup.core.text.tables.letter_forms import IGNORED
from dedup.core.text.tables.look_alike_letters import LOOK_ALIKES, SCRIPTS
from dedup.core.text.tables.markup_tags import BLOCK, INLINE
from dedup.core.text.tables.mojibake_signs import SIGN

WORD = re.compile(r"[^\W\d_]+")
ENTITY = re.compile(r"&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.I)
TAG = re.compile(rf"</?({'|'.join([*INLINE.split(), *BLOCK.split()])})(\s[^<>]*)?/?>", re.I)
HIDDEN_ELEMENT = re.compile(r"<!--.*?-->|<(script|style|template|noscript)\b.*?</\1\s*>", re.I | re.S)
HYPHEN = re.compile("[-\u2010]\r?\n[ \t]*")
SELECTORS = ((0xFE00, 0xFE10), (0xE0100, 0xE01F0))
"""Code points that choose how an emoji or another symbol is drawn, as (first, end)."""


def clean_text(text: str) -> str:
    """Return the text as a reader sees it, after all repairs."""
    for repair in (without_entities, without_tags, decode_again, without_hidden, in_one_script, join_hyphenated):
        text = repair(text)
    return text


def without_entities(text: str) -> str:
    """Replace entities by their characters. Do it twice in a text without tags, or with escaped tags."""
    twice = "&lt;/" in text or "<" not in text
    for _ in range(2 if twice else 1):
        text = ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    return text


def without_tags(text: str) -> str:
    """Remove comments, scripts, tags and hidden elements, if there is a tag. A tag of a block becomes the end of the
    line. A text of which nothing would remain keeps its hidden elements."""
    if not TAG.search(text):
        return text
    text = HIDDEN_ELEMENT.sub(" ", text)
    return text_of(text, True) if text_of(text, True).strip() else text_of(text, False)


def text_of(text: str, without_hidden: bool) -> str:
    """Return a text without its tags, and without its hidden elements if asked for."""
    tags = list(TAG.finditer(text))
    ends = element_ends(tags)
    shown = text[: tags[0].start()]
    for place, tag in enumerate(tags):
        sight = Sight()
        for outer in range(place + 1 if without_hidden else 0):
            if ends[outer] > place:
                sight = own_sight(tags[outer], sight)
        if not sight.is_gone:
            shown += "" if tag.group(1).lower() in INLINE.split() else "\n"
        if not sight.hides:
            shown += text[tag.end() : tags[place + 1].start() if place + 1 < len(tags) else len(text)]
    return shown


def element_ends(tags: list[re.Match[str]]) -> list[int]:
    """Return the number of the tag that ends the element of each tag; -1 for tags without an element."""
    ends: list[int] = []
    for place, tag in enumerate(tags):
        depth, end = 0, -1
        for number in range(place, -1 if tag[0].startswith("</") else len(tags)):
            if tags[number][1].lower() == tag[1].lower():
                depth += -1 if tags[number][0].startswith("</") else 1
                if depth == 0:
                    end = number
                    break
        ends.append(min([end, *(outer for outer in ends if outer > place)]))
    return ends


def decode_again(text: str) -> str:
    """Decode each line with a sign of mojibake again, by the library. Decode control characters as Windows does."""
    lines = [ftfy.fix_encoding(line) if re.search(SIGN, line) else line for line in text.split("\n")]
    return "".join(map(decode_control, "\n".join(lines)))


def decode_control(character: str) -> str:
    """Return the character that Windows has in the place of a control character, or the character as it is."""
    if not "\x80" <= character < "\xa0":
        return character
    return character.encode("latin-1").decode("cp1252", "ignore") or character


def without_hidden(text: str) -> str:
    """Remove characters that no reader sees, but not the selectors.

    A soft hyphen at a line end becomes a hyphen. A joiner between Arabic letters becomes a space.
    """
    text = re.sub("\u00ad(?=\r?\n)", "-", text)
    text = re.sub("(?<=[\u0600-\u06ff])\u200c(?=[\u0600-\u06ff])", " ", text)
    return "".join(
        character for character in text if is_within(character, SELECTORS) or not is_within(character, IGNORED)
    )


def is_within(character: str, spans: tuple[tuple[int, int], ...]) -> bool:
    """Whether the character is in one of the spans (first, end) of code points."""
    return any(low <= ord(character) < high for low, high in spans)


def in_one_script(text: str) -> str:
    """Write words with look-alike letters in the script of most letters, if letters of two scripts stand side by side
    in a word that this changes."""
    script = max(SCRIPTS, key=lambda name: sum(is_within(character, SCRIPTS[name]) for character in text))
    skeletons = {word: skeleton(word, script) for word in WORD.findall(text)}
    mixed = any(plain != word and mixes_scripts(word) for word, plain in skeletons.items())
    return WORD.sub(lambda word: skeletons[word.group()], text) if mixed else text


def mixes_scripts(word: str) -> bool:
    """Whether letters of two scripts stand side by side."""
    scripts = [[name for name, spans in SCRIPTS.items() if is_within(letter, spans)] for letter in word]
    return any(before and behind and before != behind for before, behind in pairwise(scripts))


def skeleton(word: str, script: str) -> str:
    """Return the word with its letters of other scripts replaced by letters of ``script`` that look alike.

    A word with a letter that has no counterpart stays as it is.
    """
    letters = []
    for letter in word:
        foreign = any(is_within(letter, spans) for name, spans in SCRIPTS.items() if name != script)
        letters.append(look_alike(letter, script) if foreign else letter)
    return "".join(letter for letter in letters if letter) if all(letters) else word


def look_alike(letter: str, script: str) -> str | None:
    """Return the letter of the script that looks like ``letter``, with or without its accent, or None."""
    for form in (letter, unicodedata.normalize("NFD", letter)[0]):
        for latin, similar in reversed(LOOK_ALIKES.items()):
            native = [candidate for candidate in latin + similar if is_within(candidate, SCRIPTS[script])]
            if form in latin + similar and native:
                return native[0]
    return None


def join_hyphenated(text: str) -> str:
    """Join words that a hyphen cuts at a line end, unless a small letter stands before and a capital stands behind."""
    for hyphen in reversed(list(HYPHEN.finditer(text))):
        before, behind = text[: hyphen.start()], text[hyphen.end() :]
        capital = before[-1:].islower() and behind[:1].isupper()
        if before[-1:].isalpha() and behind[:1].isalpha() and not capital:
            text = before + behind
    return text
