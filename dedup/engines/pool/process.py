"""What a process of a crew runs: it reads requests from standard input and writes answers, until there are no more."""

import os
import sys
import traceback
from typing import Final

from dedup.engines.pool.garbage import collect_rarely
from dedup.engines.pool.messages import decode, encode_into, receive, send
from dedup.engines.pool.usage import USED, used
from dedup.engines.tasks.runner import TaskRunner
from dedup.engines.tasks.tasks import Setup, decode_request

DONE: Final = b"\0"
"""What an answer begins with; behind it stands what the process has used, as `USED`."""

FAILED: Final = b"\1"
"""What stands in its place before the reason why there is none."""

_START: Final = len(DONE) + USED.size
"""Where the answer itself begins."""


def main() -> None:
    """Answer until the other side hangs up, which is how it says that the job is done."""
    collect_rarely()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is none of the answers
    try:
        hand = TaskRunner(decode(receive(requests), Setup))
        answer = bytearray()
        while True:
            _answer(hand, receive(requests), answer)
            send(answers, answer)
    except (EOFError, BrokenPipeError):
        os._exit(0)  # nothing is left to be done or said


def _answer(hand: TaskRunner, request: bytes, answer: bytearray) -> None:
    """Do what is requested, and put the answer in the place of the one before."""
    try:
        found = hand.do(decode_request(request))
        answer[:_START] = DONE + USED.pack(*used())
        encode_into(found, answer, _START)
    except Exception:  # told to the process that asked, whatever it is
        answer[:] = FAILED + traceback.format_exc().encode("utf-8", "replace")
