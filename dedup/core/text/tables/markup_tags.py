"""The tags of HTML that are removed from a text: data for `core.text.markup`."""

from typing import Final

INLINE: Final = "a abbr b bdi big cite code del dfn em font i ins kbd mark q s small span strong sub sup tt u var wbr"
"""Tags that stand inside of a line."""

BLOCK: Final = (
    "address article aside blockquote body br button dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 head "
    "header hr html iframe img input label li link main meta nav ol option p picture pre section svg table tbody td th "
    "tr ul video"
)
"""Tags that end a line."""
