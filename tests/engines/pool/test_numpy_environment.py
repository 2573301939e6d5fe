"""The environment variables for numpy, by the processor."""

import subprocess
import sys

import pytest

from dedup.engines.pool import numpy_environment as module

ZEN_4 = """processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
flags\t\t: fpu sse avx2 avx512f avx512dq

processor\t: 1
"""


@pytest.mark.parametrize(
    ("processor", "slow"),
    [
        (ZEN_4, True),
        (ZEN_4.replace("avx512f", "avx"), False),
        (ZEN_4.replace("25", "26"), False),
        (ZEN_4.replace("AuthenticAMD", "GenuineIntel"), False),
        ("", False),
    ],
)
def test_the_processor_decides(monkeypatch, tmp_path, processor, slow):
    """On Zen 4 with AVX-512 numpy sorts without it, on other processors as it likes."""
    description = tmp_path / "cpuinfo"
    description.write_text(processor)
    monkeypatch.setattr(module, "_PROCESSOR", description)
    module.numpy_environment.cache_clear()
    try:
        assert slow == ("NPY_DISABLE_CPU_FEATURES" in module.numpy_environment())
    finally:
        module.numpy_environment.cache_clear()


def test_numpy_knows_the_features(tmp_path):
    """Numpy starts with the variables, knows the names of the features, and sorts as ever."""
    (tmp_path / "cpuinfo").write_text(ZEN_4)
    program = f"""
from pathlib import Path
from dedup.engines.pool import numpy_environment as module
module._PROCESSOR = Path({str(tmp_path / "cpuinfo")!r})
module.set_numpy_environment()
import numpy
print(numpy.sort([3, 1, 2]).tolist())
"""
    result = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, text=True, check=True)
    assert "[1, 2, 3]\n" == result.stdout
    assert "not part of the dispatched optimizations" not in result.stderr
