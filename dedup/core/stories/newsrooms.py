"""Names of newsrooms: where one stands in a text, when two mean the same one, and which are news agencies."""

import functools
import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "gob", "gov", "net", "org"})
"""What stands before the country in addresses such as bbc.co.uk."""

_SHARED: Final = _words(
    "blogspot ghost github medium over-blog squarespace substack tumblr typepad weebly wixsite wordpress"
)
"""Hosts of other people's sites: there the name before theirs says whose it is."""

# The agencies that newspapers print: the name that stands for all spellings, and these, squeezed as by `newsroom`.
_AGENCIES: Final = {
    "reuters": "reuters thomsonreuters",
    "ap": "ap associatedpress",
    "afp": "afp agencefrancepresse afprelaxnews",
    "dpa": "dpa dpaafx dpatmn deutschepresse deutschepresseagentur",
    "efe": "efe agenciaefe",
    "upi": "upi unitedpressinternational",
    "pa": "pa pamedia pressassociation",
    "apa": "apa austriapresse austriapresseagentur",
    "sda": "sda ats keystonesda keystoneats",
    "epd": "epd evangelischerpressedienst",
    "kna": "kna katholischenachrichtenagentur",
    "sid": "sid sportinformationsdienst",
    "ansa": "ansa agenziaansa",
    "europapress": "europapress",
    "belga": "belga",
    "anp": "anp",
    "tt": "tt ttnyhetsbyran",
    "lusa": "lusa agencialusa",
    "pap": "pap",
    "tass": "tass itartass тасс",
    "interfax": "interfax",
    "ria": "ria rianovosti",
    "xinhua": "xinhua xinhuanet 新华社",
    "kyodo": "kyodo 共同通信",
    "jiji": "jiji jijipress",
    "yonhap": "yonhap yna",
    "pti": "pti presstrustofindia ptinews",
    "ani": "ani aninews",
    "ians": "ians indoasiannewsservice",
    "aap": "aap australianassociatedpress",
    "cp": "canadianpress",
    "anadolu": "anadolu aa anadoluajansi",
    "bloomberg": "bloomberg",
    "notimex": "notimex",
    "telam": "telam",
}
_KNOWN: Final = {spelling: agency for agency, spellings in _AGENCIES.items() for spelling in spellings.split()}

_HOST: Final = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}", re.ASCII)
_TAIL: Final = re.compile(r"(?<=.)(?:newsagency|news|agency|online)$")
_ADDRESS: Final = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?![\w.]*@)(/\S*)?")
_INITIALS: Final = re.compile(r"(?:\w\.)+")

CONNECTING: Final = _words(
    "of the and for de des du la le les l der die das den für und y e et el los las del della di da am an im van von &"
)
"""Words in small letters that may stand inside a name."""

_ARTICLES: Final = _words("the der die das dem le la les el los las il")
_OPENING: Final = "\"'“”‘’„«»‹›*_[("
CLOSING: Final = "\"'“”‘’„«»‹›*_])"
ENDS: Final = ".,;:!?|–—-"

LONGEST_NAME: Final = 6
"""Words of a name, at most."""

_DATES: Final = _words(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday januar februar märz mai juni juli "
    "oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag janvier février mars avril juin "
    "juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre "
    "octubre noviembre diciembre print part full english german french spanish"
)
"""What stands behind "published in" and is no newsroom."""

NOBODY: Final = _words(
    "email mail whatsapp facebook twitter x telegram linkedin reddit pinterest messenger rss sms instagram youtube "
    "tiktok zoom skype getty gettyimages shutterstock unsplash pixabay pexels flickr wikimedia wikimediacommons imago "
    "istock istockphoto adobestock picturealliance screenshot us"
)
"""Behind "via" and "Source:": a way to share, or where a picture is from."""


@functools.lru_cache(1 << 12)  # many documents are of one source
def plain(name: str) -> str:
    """A source as it is compared where the user names it: without case, spaces around it, and a leading ``www.``."""
    return name.strip().casefold().removeprefix("www.")


def host(url: str) -> str:
    """The host of an address, without port; empty if there is none."""
    _, found, rest = url.partition("://")
    return re.split("[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0] if found else ""


@functools.lru_cache(1 << 12)
def newsroom(name: str) -> str:
    """What is the same for all spellings of a newsroom's name: ``CNBC`` and ``www.cnbc.com``, ``The Oxmoor Ledger`` and
    ``oxmoor-ledger.example``, ``Associated Press`` and ``apnews.com``. Empty for a name without letters and digits.

    Of an address the label before the suffix counts; an article before and a "news" behind do not.
    """
    name = plain(name)
    if _HOST.fullmatch(name):
        name = _label(name.split("."))
    squeezed = "".join(filter(str.isalnum, name))
    squeezed = _KNOWN.get(squeezed, squeezed).removeprefix("the") or squeezed
    squeezed = _TAIL.sub("", squeezed)
    return _KNOWN.get(squeezed, squeezed)


def _label(labels: list[str]) -> str:
    """The label of a domain that names the site."""
    rest = labels[:-1]
    if len(rest) > 1 and len(labels[-1]) == 2 and rest[-1] in _SECOND_LEVEL:
        rest = rest[:-1]
    return "".join(rest) if rest[-1] in _SHARED else rest[-1]


def is_agency(name: str) -> bool:
    """Whether a name, in any spelling, is that of a news agency that many newspapers print."""
    return newsroom(name) in _AGENCIES


def name_at(text: str) -> tuple[str, str, bool]:
    """The name that a text begins with, what follows it, and whether it is a link. A name is an address, an agency's,
    or words with capitals; a date is none."""
    text = text.lstrip(_OPENING + " ")
    address = _ADDRESS.match(text)
    if address:
        return address[1], text[address.end() :], "://" in address[0] or bool(address[2])
    words: list[str] = []
    taken = end = 0
    for found in re.finditer(r"\S+", text):
        word = found[0].strip(_OPENING + CLOSING)
        bare = word.rstrip(ENDS + CLOSING)
        if not words and bare in _ARTICLES:
            continue
        if len(words) == LONGEST_NAME or not (is_name(bare) or (words and bare in CONNECTING)):
            break
        bare = word if _INITIALS.fullmatch(word) else bare
        words.append(bare)
        if is_name(bare):
            taken, end = len(words), found.start() + found[0].find(bare) + len(bare)
        if word != bare:
            break
    name = " ".join(words[:taken])
    return ("", text, False) if is_date(words[:2]) else (name, text[end:].lstrip(CLOSING), False)


def is_name(word: str) -> bool:
    """Whether a word may be one of a name: it has a capital, begins with a digit or in a script without capitals, or is
    an agency's that writes itself small."""
    capital = any(map(str.isupper, word)) or (word[:1].isalnum() and not word[0].islower())
    return capital or is_agency(word)


def is_date(words: list[str]) -> bool:
    """Whether a name begins as a date does, is a number, or a word that follows "published in" without being a name."""
    first, *second = (word.casefold().rstrip(".") for word in words or [""])
    return first in _DATES or (first.isdigit() and (not second or second[0] in _DATES or len(first) == 4))
