"""Characters by which UTF-8 is known that was decoded as another encoding: data for `core.text.cleaning`.

They only tell which texts are looked at closely; a library decides.
"""

from typing import Final

BLANK_LEADS: Final = "ÂÃ"
"""First bytes behind which a no-break space is such a sign too."""

LEADS: Final = f"{BLANK_LEADS}ÄÅÆÌÍÎÏÐÑÒÓÕÖ×ØÙÚÛĂĹĆĚĎĐŃŇŘĀĞΞΟ√¬‚├┬Γ"
"""First bytes of characters of two bytes, or of three, as Western and Eastern Europe, Greeks, DOS and the Mac read
them."""

CYRILLIC_LEADS: Final = "РС"
"""First bytes of characters of two bytes, as Russians read them."""

LONG_LEADS: Final = "àáâãäåæçèéêëìíîïðñòóôŕăĺćčęěďđβ"
"""First bytes of characters of three bytes and of four, of which more than one sign follows."""

LONG_CYRILLIC_LEADS: Final = "вр"
"""First bytes of characters of three bytes and of four, as Russians read them: signs behind a Latin letter."""

_ENCODINGS: Final = ("latin-1", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso-8859-2")

_COMMON: Final = "\u00a0ЂЃЅЈЉЊЋЌЎЏђѓѕјљњћќўџёЁіІїЇєЄґҐΆΈΉΊΌΎΏ"
"""Characters that follow a capital letter in many a sound text."""

FOLLOWING: Final = "".join(
    sorted(
        set("".join(bytes(range(0x80, 0xC0)).decode(encoding, "ignore") for encoding in _ENCODINGS)) - set(_COMMON)
        | set("ÄÇ⌐∂⌠■╝╢╗║╣╕╖╡┤│▓▒░")
    )
)
"""Further bytes, as all of these read them, but for letters of Russians."""

CYRILLIC: Final = "ЂЃЅЈЉЊЋЌЎЏђѓѕјљњћќўџ"
"""Further bytes as Russians read them, where these are letters."""

SIGN: Final = (
    f"[{LEADS}{CYRILLIC_LEADS}][{FOLLOWING}]|[{BLANK_LEADS}]\u00a0|[{LONG_LEADS}][{FOLLOWING}]{{2}}"
    f"|(?<=[a-zA-Z])[{LONG_CYRILLIC_LEADS}][{FOLLOWING}{CYRILLIC}]{{2}}"
)
"""A pattern for a sign of mojibake."""
