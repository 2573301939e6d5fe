"""The place of results: whole files or none."""

import errno
import os
from pathlib import Path

import pytest

from dedup.cli.output import CannotWriteError, can_replace, results, tell


def test_nobody_sees_half_a_file(tmp_path: Path) -> None:
    """A reader sees the old file until the new file is complete, and no other file remains."""
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
    """After a failure or an interrupt the old file stands, and no other file remains."""
    path = tmp_path / "stories.json"
    path.write_bytes(b"old")
    with pytest.raises(error), results(path) as stream:
        stream.write(b"new")
        raise error
    assert [(path, b"old")] == [(file, file.read_bytes()) for file in tmp_path.iterdir()]


def test_full_disk(tmp_path: Path) -> None:
    """An error of the system during writing is a message with the file and the reason."""
    message = r"stories\.json: cannot write the results: No space left"
    with pytest.raises(CannotWriteError, match=message), results(tmp_path / "stories.json"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert [] == list(tmp_path.iterdir())


def test_link_is_refused(tmp_path: Path) -> None:
    """If --output is a symbolic link to a file, nothing is written, and the check says why."""
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_bytes(b"old")
    link.symlink_to(target)
    assert "is a link: name the file itself, or give another place" == can_replace(link)
    with pytest.raises(CannotWriteError, match="is a link, not a file"), results(link) as stream:
        stream.write(b"new")
    assert (True, b"old") == (link.is_symlink(), target.read_bytes())


def test_permissions_of_a_replaced_file_stay(tmp_path: Path) -> None:
    """A file that only its owner may read is still so after its results are written anew."""
    path = tmp_path / "stories.json"
    path.touch(mode=0o600)
    with results(path) as stream:
        stream.write(b"{}")
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_pipe_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    """A named pipe without a reader is an error, not a wait."""
    os.mkfifo(tmp_path / "pipe")
    assert "cannot write there: a named pipe that nobody reads; give another place" == can_replace(tmp_path / "pipe")


def test_a_pipe_with_a_reader_gets_the_results(tmp_path: Path) -> None:
    """A named pipe that a process reads takes the results."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with results(pipe) as stream:
        stream.write(b"new")
    assert b"new" == os.read(reader, 100)
    os.close(reader)


def test_messages_are_safe_for_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """A message spells out controls, bidirectional marks and line ends."""
    tell(["a\x1b]0;b\x07\u202e\u009b\nc"])
    assert "a\\x1b]0;b\\x07\\u202e\\x9b\\nc\n" == capsys.readouterr().err


def test_devices_are_not_replaced() -> None:
    """Results go into a device; no file replaces the device."""
    path = Path(os.devnull)
    assert can_replace(path) is None
    with results(path) as stream:
        stream.write(b"gone")
    assert not path.is_file()


def test_permissions_are_the_users(tmp_path: Path) -> None:
    """A new file has the permissions of any new file of the user."""
    plain = tmp_path / "plain"
    plain.touch()
    with results(tmp_path / "stories.json") as stream:
        stream.write(b"{}")
    assert plain.stat().st_mode == (tmp_path / "stories.json").stat().st_mode


def test_looking_leaves_nothing(tmp_path: Path) -> None:
    """The check whether a file can be written leaves no file."""
    assert can_replace(tmp_path / "stories.json") is None
    assert [] == list(tmp_path.iterdir())


def test_name_too_long(tmp_path: Path) -> None:
    """A name that the system refuses is refused with the reason of the system."""
    expected = f"cannot write there: {os.strerror(errno.ENAMETOOLONG)}; give another place"
    assert expected == can_replace(tmp_path / ("stories" * 60 + ".json"))
