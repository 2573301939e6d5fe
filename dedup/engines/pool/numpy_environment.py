"""Environment variables that make numpy start sooner and sort faster. They have an effect before numpy is imported.

Threads: numpy starts threads for products of matrices, which this package does not compute. That takes a quarter of the
time of its import.

Sorts: on processors of the family Zen 4 the sort for AVX-512 of numpy takes four to five times as long as its sort for
AVX2: 44 and 10 nanoseconds a value for 300,000 values of 64 bits (`python benches/small.py`). The sorted values are the
same.
"""

import functools
import importlib.util
import os
import re
from pathlib import Path
from typing import Final

_NO_THREADS: Final = {"OPENBLAS_NUM_THREADS": "1"}

_DISABLE: Final = "NPY_DISABLE_CPU_FEATURES"

_FEATURES: Final = "X86_V4 AVX512_ICL"
_FEATURES_BEFORE: Final = "AVX512_SKX AVX512_ICL"
"""The features of AVX-512 that sorts use, by their names in numpy, and by their names before numpy 2.4."""

_RENAMED: Final = (2, 4)

_ZEN_4: Final = 25
"""The number of the family, which Zen 3 has too. Zen 3 has no AVX-512."""

_PROCESSOR: Final = Path("/proc/cpuinfo")


@functools.cache
def numpy_environment() -> dict[str, str]:
    """Return the variables that make numpy fast on this machine."""
    return _NO_THREADS | ({_DISABLE: _sort_features()} if _sorts_slowly(_read(_PROCESSOR)) else {})


def set_numpy_environment() -> None:
    """Set the variables in this process and in the processes that it starts. A value that the user has set stays."""
    for name, value in numpy_environment().items():
        os.environ.setdefault(name, value)


def _sorts_slowly(processor: str) -> bool:
    """Whether numpy sorts slowly on a processor, by its description in Linux."""
    description = dict(re.findall(r"^([\w ]+?)\s*: (.*)$", processor.partition("\n\n")[0], re.MULTILINE))
    is_zen = (description.get("vendor_id"), description.get("cpu family")) == ("AuthenticAMD", str(_ZEN_4))
    return is_zen and "avx512f" in description.get("flags", "").split()


def _sort_features() -> str:
    """Return the features that sorts use. A name that numpy does not know is a warning."""
    numpy = importlib.util.find_spec("numpy")
    text = _read(Path(numpy.origin).with_name("version.py")) if numpy and numpy.origin else ""
    number = re.search(r'^version = "(\d+)\.(\d+)', text, re.MULTILINE)
    return _FEATURES_BEFORE if number and tuple(map(int, number.groups())) < _RENAMED else _FEATURES


def _read(path: Path) -> str:
    """Return the text of a file, empty where there is none."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
