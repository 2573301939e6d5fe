"""The characters that end a sentence, and those that may stand behind one: data for `core.text.sentence_ends`."""

from typing import Final

MARKS: Final = ".!?…؟۔।॥։"
"""Characters that end a sentence where a space follows."""

FREE: Final = "。！？｡።။។"
"""Characters that end a sentence whatever follows."""

CLOSING: Final = "\"'`)]”’“‘»«›‹」』）】"
"""Characters that may stand between the mark and the space."""

SPACES: Final = " \t\n\r\u00a0\u2002\u2003\u2009\u202f\u3000"
"""Characters that are a space after a sentence."""

CLOSERS: Final = 4
"""Closing characters that are looked at behind one mark."""
