"""Where results go: whole files or none."""

import errno
import os
from pathlib import Path

import pytest

from dedup.cli.output import CannotWriteError, can_replace, results


def test_nobody_sees_half_a_file(tmp_path: Path) -> None:
    """While results are being written the old file stands, and then the new one, with nothing left beside it."""
    path = tmp_path / "stories.json"
    path.write_bytes(b"old")
    with results(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert b"old" == path.read_bytes()
    assert b"new" == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_failure_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    """When writing fails or is interrupted the old file stands and no part of the new one is left."""
    path = tmp_path / "stories.json"
    path.write_bytes(b"old")
    with pytest.raises(error), results(path) as stream:
        stream.write(b"new")
        raise error
    assert [(path, b"old")] == [(each, each.read_bytes()) for each in tmp_path.iterdir()]


def test_full_disk(tmp_path: Path) -> None:
    """An error of the system while writing becomes a message with the file and the reason."""
    message = r"stories\.json: cannot write the results: No space left"
    with pytest.raises(CannotWriteError, match=message), results(tmp_path / "stories.json"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert [] == list(tmp_path.iterdir())


def test_link_is_followed(tmp_path: Path) -> None:
    """Where --output is a symbolic link the file it points to is replaced, and the link stays."""
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_bytes(b"old")
    link.symlink_to(target)
    with results(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert b"new" == target.read_bytes()


def test_devices_are_not_replaced() -> None:
    """A device is written to, never replaced by a file."""
    path = Path(os.devnull)
    assert can_replace(path) is None
    with results(path) as stream:
        stream.write(b"gone")
    assert not path.is_file()


def test_permissions_are_the_users(tmp_path: Path) -> None:
    """A new file has the permissions that any new file of the user has."""
    plain = tmp_path / "plain"
    plain.touch()
    with results(tmp_path / "stories.json") as stream:
        stream.write(b"{}")
    assert plain.stat().st_mode == (tmp_path / "stories.json").stat().st_mode


def test_looking_leaves_nothing(tmp_path: Path) -> None:
    """To ask whether a file can be written neither makes it nor leaves anything else."""
    assert can_replace(tmp_path / "stories.json") is None
    assert [] == list(tmp_path.iterdir())


def test_name_too_long(tmp_path: Path) -> None:
    """A name that the system cannot have is refused with the system's reason."""
    expected = f"cannot write there: {os.strerror(errno.ENAMETOOLONG)}; give another place"
    assert expected == can_replace(tmp_path / ("stories" * 60 + ".json"))
