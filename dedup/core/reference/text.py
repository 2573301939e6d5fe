"""The words of a text, character by character."""

from dedup.core import unicode

__all__ = ["tokens"]


def tokens(text: str) -> list[bytes]:
    """The words of a text, folded, as `text.fold` writes them: UTF-8, the first bytes of characters with bit 0x20.

    Letters, marks and numbers make words; those of scripts without spaces are words of one character.
    """
    found = [""]
    for character in unicode.rewrite(text):
        kind = unicode.kind_of(character)
        if kind == unicode.WORD:
            found[-1] += unicode.fold_character(character)
        elif kind == unicode.UNSPACED:
            found += [unicode.fold_character(character), ""]
        else:
            found.append("")
    return [bytes(byte | 0x20 if byte >= 0xC0 else byte for byte in word.encode()) for word in found if word]
