"""The extractors of main text."""

import builtins

import pytest

from dedup.errors import ReadError
from dedup.formats.pages.extract import extract
from dedup.formats.pages.extractors import EXTRACTORS
from dedup.settings import Settings
from tests.helpers.html_pages import page


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_each_extractor_finds_the_article(extractor):
    """Each extractor gives the text of the article, and the page says the same of itself."""
    extracted = extract(page("<link rel='canonical' href='https://example.org/a'>"), "a", extractor)
    assert all(f"council decided on day {number}" in extracted.text for number in range(8))
    assert ("The title", "https://example.org/a") == (extracted.title, extracted.url)


@pytest.mark.parametrize(("extractor", "menu"), [("trafilatura", False), ("resiliparse", False), ("none", True)])
def test_only_the_whole_text_has_the_menu(extractor, menu):
    """The menu is left out, unless no extractor works."""
    assert menu is ("Sports pages" in extract(page(), "a", extractor).text)


def test_the_whole_text_has_a_line_a_block():
    """Without an extractor each block is a line, so that repeated blocks are recognised."""
    assert extract(page(), "a", "none").text.splitlines()[:2] == ["Home page", "Sports pages"]


def test_the_setting_has_these_names():
    """The words of the setting are the names of the extractors."""
    assert tuple(EXTRACTORS) == Settings.__dataclass_fields__["extractor"].metadata["limits"].words


def test_a_missing_library_is_named_with_its_cure(monkeypatch):
    """An extractor whose library is missing refuses the page with the command that installs the library."""
    original = builtins.__import__

    def missing(name, *arguments):
        if name.startswith("resiliparse"):
            raise ModuleNotFoundError(f"No module named {name!r}")
        return original(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ReadError, match=r"pip install 'news-dedup\[resiliparse\]'"):
        extract(page(), "a", "resiliparse")
