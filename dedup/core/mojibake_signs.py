"""Characters by which UTF-8 is known that was decoded as another encoding: data for `core.cleaning`.

They only tell which texts are looked at closely; a library decides.
"""

from typing import Final

__all__ = ["BLANK_LEADS", "FOLLOWING", "LEADS", "LONG_LEADS"]

BLANK_LEADS: Final = "ÂÃ"
"""First bytes behind which a no-break space is such a sign too."""

LEADS: Final = f"{BLANK_LEADS}ÄÅÆÌÍÎÏÐÑÒÓÕÖ×ØÙÚÛĂĹĆĚĎĐŃŇŘĀĞΞΟРС√¬‚├┬Γ"
"""First bytes of characters of two bytes, or of three, as Western and Eastern Europe, Greeks, Russians, DOS and the Mac
read them."""

LONG_LEADS: Final = "àáâãäåæçèéêëìíîïðñòóôŕăĺćčęěďđβвр"
"""First bytes of characters of three bytes and of four, of which more than one sign follows."""

_ENCODINGS: Final = ("latin-1", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso-8859-2")

_COMMON: Final = "\u00a0ёЁіІїЇєЄґҐΆΈΉΊΌΎΏ"
"""Characters that follow a capital letter in many a sound text."""

FOLLOWING: Final = "".join(
    sorted(
        set("".join(bytes(range(0x80, 0xC0)).decode(encoding, "ignore") for encoding in _ENCODINGS)) - set(_COMMON)
        | set("ÄÇ⌐∂⌠■╝╢╗║╣╕╖╡┤│▓▒░")
    )
)
"""Further bytes, as all of these read them."""
