"""Hosts and public suffixes: which part of a host names its site."""

import socket
import subprocess
import sys

import pytest

from dedup.core.urls.suffixes import is_service, split_host


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("www.asahi.or.jp", ("www", "asahi", "or.jp")),
        ("bbc.co.uk", ("", "bbc", "co.uk")),
        ("desk.news.oxmoor.example", ("desk.news", "oxmoor", "example")),
        ("anna.blogspot.com", ("", "anna", "blogspot.com")),
        ("anna.github.io", ("", "anna", "github.io")),
        ("co.uk", ("", "", "co.uk")),
        ("127.0.0.1", ("", "", "127.0.0.1")),
        ("localhost", ("", "", "localhost")),
    ],
)
def test_hosts_are_split_by_public_suffixes(host, parts):
    """A host has its site before the suffix; a service with sites of other people is a suffix."""
    assert parts == split_host(host)


def test_services_are_told_from_countries():
    """Suffixes of services are told from those of registries."""
    assert [True, True, False, False] == [is_service(suffix) for suffix in ("github.io", "blogspot.com", "or.jp", "de")]


def test_nothing_is_fetched(monkeypatch):
    """Hosts are split without a network."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    split_host.cache_clear()
    assert "asahi" == split_host("asahi.or.jp")[1]


def test_the_libraries_are_loaded_for_an_address_only():
    """The import of the module loads neither the list of suffixes nor the library of addresses."""
    code = (
        "import sys; from dedup.core.urls.normalization import url_key; url_key('');"
        "print({'w3lib', 'publicsuffixlist'} & {*sys.modules})"
    )
    assert "set()\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
