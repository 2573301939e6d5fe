"""Characters that end a sentence, and characters that may stand behind its end: data for `core.text.sentence_ends`."""

from typing import Final

MARKS: Final = ".!?…؟۔।॥։"
"""Characters that end a sentence before a space."""

FREE: Final = "。！？｡።။។"
"""Characters that end a sentence before any character."""

CLOSING: Final = "\"'`)]”’“‘»«›‹」』）】"
"""Characters that may stand between the mark and the space."""

SPACES: Final = " \t\n\r\u00a0\u2002\u2003\u2009\u202f\u3000"
"""Characters that count as the space behind a sentence."""

CLOSERS: Final = 4
"""Closing characters behind one mark at most."""
