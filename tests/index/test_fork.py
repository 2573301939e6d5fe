"""A fork of the process that opened an index leaves the index alone."""

import subprocess
import sys
from pathlib import Path

import dedup

SCRIPT = """
import os, sys
import dedup

def attempt(action):
    try:
        action()
    except dedup.IndexProblem as error:
        return f"was opened in process {os.getppid()}, and this is process {os.getpid()}: open it again" in str(error)
    return False

index = dedup.Index.open(sys.argv[1], workers=2, reviews=0)
index.add({"id": "before", "text": "the harbour opens again on monday after the storm"})
if not os.fork():
    document = {"id": "child", "text": "a child of the process writes this into the index"}
    refused = [attempt(lambda: index.add(document)), attempt(lambda: index.query(document)), attempt(index.review)]
    index.close()
    os._exit(0 if all(refused) else 1)
_, status = os.wait()
texts = (" ".join(f"w{number * 30 + word}" for word in range(30)) for number in range(2400))
documents = [{"id": str(number), "text": text} for number, text in enumerate(texts)]
index.add_many(documents[:1200])  # two batches, so that workers read ahead
if not os.fork():
    index.close()
    os._exit(0)
os.wait()
index.add_many(documents[1200:])
index.add({"id": "after", "text": "the parent process goes on and closes the index"})
index.close()
sys.exit(os.waitstatus_to_exitcode(status))
"""


def test_a_fork_neither_reads_nor_writes(tmp_path: Path) -> None:
    """Each call in a fork is refused with the cure; its end changes nothing, and the parent goes on."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", SCRIPT, str(tmp_path / "news.dedup")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    with dedup.Index.open(tmp_path / "news.dedup", mode="r") as index:
        assert [id in index for id in ("before", "child", "after")] == [True, False, True]
        assert index.check() == []
