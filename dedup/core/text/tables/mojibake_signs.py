"""Signs of UTF-8 that was decoded as another encoding: data for `core.text.damage` and `core.text.cleaning`.

The signs only choose the texts that a library examines. The library decides.
"""

from typing import Final

BLANK_LEADS: Final = "ÂÃ"
"""First bytes that are a sign before a no-break space too."""

LEADS: Final = f"{BLANK_LEADS}ÄÅÆÌÍÎÏÐÑÒÓÕÖ×ØÙÚÛĂĹĆĚĎĐŃŇŘĀĞΞΟ√¬‚├┬Γ"
"""First bytes of characters of two or three bytes, as the encodings of Western and Eastern Europe, of Greece, of DOS
and of the Mac decode them."""

CYRILLIC_LEADS: Final = "РС"
"""First bytes of characters of two bytes, as Russian encodings decode them."""

LONG_LEADS: Final = "àáâãäåæçèéêëìíîïðñòóôŕăĺćčęěďđβ"
"""First bytes of characters of three or four bytes. They are a sign before two further bytes or more."""

LONG_CYRILLIC_LEADS: Final = "вр"
"""First bytes of characters of three or four bytes, as Russian encodings decode them: a sign behind a Latin letter."""

_ENCODINGS: Final = ("latin-1", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso-8859-2")

_COMMON: Final = "\u00a0ЂЃЅЈЉЊЋЌЎЏђѓѕјљњћќўџёЁіІїЇєЄґҐΆΈΉΊΌΎΏ"
"""Characters that follow a capital letter in many texts without damage."""

FOLLOWING: Final = "".join(
    sorted(
        set("".join(bytes(range(0x80, 0xC0)).decode(encoding, "ignore") for encoding in _ENCODINGS)) - set(_COMMON)
        | set("ÄÇ⌐∂⌠■╝╢╗║╣╕╖╡┤│▓▒░")
    )
)
"""Further bytes, as all these encodings decode them, Russian letters excepted."""

CYRILLIC: Final = "ЂЃЅЈЉЊЋЌЎЏђѓѕјљњћќўџ"
"""Further bytes that Russian encodings decode as letters."""

SIGN: Final = (
    f"[{LEADS}{CYRILLIC_LEADS}][{FOLLOWING}]|[{BLANK_LEADS}]\u00a0|[{LONG_LEADS}][{FOLLOWING}]{{2}}"
    f"|(?<=[a-zA-Z])[{LONG_CYRILLIC_LEADS}][{FOLLOWING}{CYRILLIC}]{{2}}"
)
"""A pattern for a sign of mojibake."""
