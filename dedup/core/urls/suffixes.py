"""Hosts -> the names of their sites, by the list of public suffixes that comes with a library. Nothing is fetched."""

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@functools.cache
def _suffixes(only_icann: bool = False) -> "PublicSuffixList":
    """The list of public suffixes that comes with the library. Nothing is fetched."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(only_icann=only_icann)


@functools.lru_cache(1 << 12)  # many documents are of one site
def split_host(host: str) -> tuple[str, str, str]:
    """Splits a host by the list of public suffixes, as ``("www", "bbc", "co.uk")``.

    A service with sites of other people is a suffix: ``("", "oxmoor", "github.io")``.

    Returns:
        What stands before the name of the site, the name of the site, and the suffix. The name is empty if the host is
        a suffix, or a number.
    """
    site = None if host.replace(".", "").isdigit() else _suffixes().privatesuffix(host)
    if not site:
        return "", "", host
    name, _, suffix = site.partition(".")
    return host[: -len(site) - 1], name, suffix


def is_service(suffix: str) -> bool:
    """Whether a public suffix belongs to a service with sites of other people, as ``github.io`` does."""
    return "." in suffix and _suffixes(only_icann=True).publicsuffix(suffix) != suffix
