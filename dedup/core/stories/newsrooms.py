"""Names of newsrooms -> one spelling for each newsroom; texts -> the names that they begin with."""

import functools
import re
from typing import Final

from dedup.core.urls.suffixes import is_service, split_host


def _split_words(text: str) -> frozenset[str]:
    """The set of the words of a text."""
    return frozenset(text.split())


_SERVICES: Final = _split_words("blogspot ghost medium over-blog squarespace substack tumblr typepad weebly wordpress")
"""Services with sites of other people that the list of public suffixes does not have, or not under all countries."""

# News agencies: the name that `newsroom` gives -> all spellings, without spaces and signs as in `newsroom`.
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
_AGENCY_OF: Final = {spelling: agency for agency, spellings in _AGENCIES.items() for spelling in spellings.split()}

_HOST: Final = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}", re.ASCII)
_TAIL: Final = re.compile(r"(?<=.)(?:newsagency|news|agency|online)$")
_ADDRESS: Final = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?![\w.]*@)(/\S*)?")
_INITIALS: Final = re.compile(r"(?:\w\.)+")

CONNECTING: Final = _split_words(
    "of the and for de des du la le les l der die das den für und y e et el los las del della di da am an im van von &"
)
"""Words in small letters that may stand inside a name."""

_ARTICLES: Final = _split_words("the der die das dem le la les el los las il")
_OPENING: Final = "\"'“”‘’„«»‹›*_[("
CLOSING: Final = "\"'“”‘’„«»‹›*_])"
ENDS: Final = ".,;:!?|–—-"

LONGEST_NAME: Final = 6
"""Words of a name, at most."""

_DATES: Final = _split_words(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday januar februar märz mai juni juli "
    "oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag janvier février mars avril juin "
    "juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre "
    "octubre noviembre diciembre print part full english german french spanish"
)
"""Words that stand behind "published in" and are no newsroom."""

NOBODY: Final = _split_words(
    "email mail whatsapp facebook twitter x telegram linkedin reddit pinterest messenger rss sms instagram youtube "
    "tiktok zoom skype getty gettyimages shutterstock unsplash pixabay pexels flickr wikimedia wikimediacommons imago "
    "istock istockphoto adobestock picturealliance screenshot us"
)
"""Names that stand behind "via" and "Source:" and are a way to share or the source of a picture."""


@functools.lru_cache(1 << 12)  # many documents are of one source
def plain(name: str) -> str:
    """A source as it is compared with the sources that a user names: without case, outer spaces and ``www.``."""
    return name.strip().casefold().removeprefix("www.")


def host(url: str) -> str:
    """The host of an address, without the port. It is empty if the address has no ``://``."""
    _, separator, address = url.partition("://")
    return re.split("[/?#]", address, maxsplit=1)[0].rpartition("@")[2].partition(":")[0] if separator else ""


@functools.lru_cache(1 << 12)
def newsroom(name: str) -> str:
    """Returns one spelling for all spellings of a newsroom's name.

    Examples: ``CNBC`` and ``www.cnbc.com``, ``The Oxmoor Ledger`` and ``oxmoor-ledger.example``, ``Associated Press``
    and ``apnews.com``. The result is empty for a name without letters and digits.

    In an address the label before the public suffix counts. An article before the name, and "news" behind it, do not.
    """
    name = plain(name)
    if _HOST.fullmatch(name):
        name = _site_name(name)
    squeezed = "".join(filter(str.isalnum, name))
    squeezed = _AGENCY_OF.get(squeezed, squeezed).removeprefix("the") or squeezed
    squeezed = _TAIL.sub("", squeezed)
    return _AGENCY_OF.get(squeezed, squeezed)


def _site_name(host: str) -> str:
    """Returns the part of a host that names the site: the label before the public suffix.

    The name of a site at a service has the name of the service behind it: ``annagithub`` of ``anna.github.io``. So a
    blog with the name of a newsroom is no newsroom.
    """
    before, name, suffix = split_host(host)
    if not name:
        return host.split(".")[-2]
    if name in _SERVICES:
        return before.replace(".", "") + name
    return name + suffix.partition(".")[0] if is_service(suffix) else name


def is_agency(name: str) -> bool:
    """Whether a name, in any spelling, is the name of a news agency that many newspapers print."""
    return newsroom(name) in _AGENCIES


def name_at(text: str) -> tuple[str, str, bool]:
    """Returns the name that a text begins with, the text behind the name, and whether the name is a link.

    A name is an address, the name of an agency, or words with capitals. A date is no name. Without a name the result is
    an empty name and the text.
    """
    text = text.lstrip(_OPENING + " ")
    address = _ADDRESS.match(text)
    if address:
        return address[1], text[address.end() :], "://" in address[0] or bool(address[2])
    words: list[str] = []
    taken = end = 0
    for match in re.finditer(r"\S+", text):
        word = match[0].strip(_OPENING + CLOSING)
        bare = word.rstrip(ENDS + CLOSING)
        if not words and bare in _ARTICLES:
            continue
        if len(words) == LONGEST_NAME or not (is_name(bare) or (words and bare in CONNECTING)):
            break
        bare = word if _INITIALS.fullmatch(word) else bare
        words.append(bare)
        if is_name(bare):
            taken, end = len(words), match.start() + match[0].find(bare) + len(bare)
        if word != bare:
            break
    name = " ".join(words[:taken])
    return ("", text, False) if is_date(words[:2]) else (name, text[end:].lstrip(CLOSING), False)


def is_name(word: str) -> bool:
    """Whether a word may be part of a name.

    Such a word has a capital, begins with a digit, begins in a script without capitals, or is the name of an agency.
    Some agencies write their names in small letters.
    """
    capital = any(map(str.isupper, word)) or (word[:1].isalnum() and not word[0].islower())
    return capital or is_agency(word)


def is_date(words: list[str]) -> bool:
    """Whether the ``words`` begin like a date, or are a number or a word such as "print" behind "published in"."""
    first, *second = (word.casefold().rstrip(".") for word in words or [""])
    return first in _DATES or (first.isdigit() and (not second or second[0] in _DATES or len(first) == 4))
