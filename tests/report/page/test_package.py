"""The files of the page are part of the package."""

import subprocess
import sys
import zipfile
from pathlib import Path

import dedup.report.page
from dedup.report.page.blocks import frame

PACKAGE = Path(dedup.__file__).parent
PAGE = Path(dedup.report.page.__file__).parent


def test_every_file_is_in_the_page() -> None:
    """Each file of ``style`` and ``script`` is in the page, without comments."""
    fixed = "".join((frame().before + frame().behind).decode().split())
    for file in (*PAGE.glob("script/*.js"), *PAGE.glob("style/*.css")):
        first, *_, last = ("".join(line.split()) for line in file.read_text("utf-8").splitlines() if line.strip())
        assert first.startswith(("//", "/*"))
        assert (first in fixed, last in fixed) == (False, True), file


def test_the_page_is_made_from_an_archive(tmp_path: Path) -> None:
    """A package in an archive, as a wheel that is not unpacked, makes the same page."""
    archive = tmp_path / "dedup.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in PACKAGE.rglob("*"):
            if path.suffix in (".py", ".html", ".css", ".js", ".gz", ".json", ".txt", ".dat"):
                file.write(path, path.relative_to(PACKAGE.parent))
    code = "import sys; from dedup.report.page.blocks import frame; sys.stdout.buffer.write(b''.join(frame()))"
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(archive)!r}); {code}"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert b"".join(frame()) == done.stdout
