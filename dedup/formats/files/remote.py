"""Files at addresses, as ``s3://bucket/key`` or ``hdfs://host/path``: listed, and opened as streams.

pyarrow knows the file systems of clouds and of Hadoop, fsspec others. Only the engine of a cluster lists addresses.
An address has the name of a file as it is, as for Hadoop: ``%20`` is no space.
"""

import re
from io import BufferedReader
from typing import Any, Final, NamedTuple, cast
from urllib.parse import quote

from dedup.result_tables import import_library

_ADDRESS: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")

_HOST: Final = re.compile(r"[^:]*://[^/]*")
"""The scheme and the host of an address."""

_SAME: Final = {"s3a": "s3", "s3n": "s3"}
"""Names that Hadoop has for schemes of others."""


class RemoteFile(NamedTuple):
    """A file at an address.

    - ``address``: where it opens.
    - ``below``: its path below the folder that was named; its name if the file was named itself.
    - ``size``: its bytes.
    """

    address: str
    below: str
    size: int


def is_address(path: str) -> bool:
    """Return whether a path is an address."""
    return _ADDRESS.match(path) is not None


def open_address(address: str) -> BufferedReader:
    """Open the file at an address. Raises `OSError`."""
    return BufferedReader(cast(Any, open_native(address)))


def open_native(address: str) -> Any:
    """Open the file at an address, as pyarrow does. Raises `OSError`."""
    system, path = _file_system(address)
    return system.open_input_file(path)


def create_address(address: str) -> Any:
    """Open a new file at an address to write to it, as pyarrow does. Its folder need not be there. Raises `OSError`."""
    system, path = _file_system(address)
    system.create_dir(path.rpartition("/")[0], recursive=True)
    return system.open_output_stream(path)


def list_address(address: str) -> list[RemoteFile]:
    """Return the file at an address, or all files below a folder, by name. Hidden files are left out.

    Raises:
        OSError: nothing is there, or it cannot be listed.
    """
    fs = import_library("pyarrow.fs", extra="parquet")
    system, root = _file_system(address)
    (info,) = system.get_file_info([root])
    if info.type == fs.FileType.File:
        return [RemoteFile(address, root.rpartition("/")[2], info.size)]
    if info.type == fs.FileType.NotFound:
        raise FileNotFoundError(f"nothing is at {address}")
    root = root.rstrip("/")
    files = []
    for info in system.get_file_info(fs.FileSelector(root, recursive=True)):
        below = info.path.removeprefix(root).lstrip("/")
        if info.type == fs.FileType.File and not any(name.startswith(".") for name in below.split("/")):
            files.append(RemoteFile(f"{address.rstrip('/')}/{below}", below, info.size))
    return sorted(files)


def _file_system(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it. Raises `OSError`."""
    fs = import_library("pyarrow.fs", extra="parquet")
    scheme = cast(re.Match[str], _ADDRESS.match(address))[1].lower()
    address = f"{_SAME.get(scheme, scheme)}{address[len(scheme) :]}"
    host = cast(re.Match[str], _HOST.match(address))[0]
    try:
        return cast("tuple[Any, str]", fs.FileSystem.from_uri(host + quote(address.removeprefix(host))))
    except ValueError:
        fsspec = import_library("fsspec")
        system, path = fsspec.core.url_to_fs(address)
        return fs.PyFileSystem(fs.FSSpecHandler(system)), path
