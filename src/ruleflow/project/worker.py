"""A process that decides for another one, see `workers`: `python -m ruleflow.project.worker`."""

from __future__ import annotations

import signal
import sys
from datetime import datetime

from ruleflow.project.errors import ProjectError
from ruleflow.project.processes import read_frame, write_frame
from ruleflow.project.project import load
from ruleflow.project.questions import Question, answer_all


def main() -> None:
    """Open the project that the first frame names, and answer the lines of each frame after it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it, and ends it
    head = read_frame(sys.stdin.buffer)
    if head is None:
        return
    folder, digest, event, now, strict = head
    try:
        project = load(folder)
    except ProjectError:
        return
    if project.digest != digest:
        return
    question = Question(event, None if now is None else datetime.fromisoformat(now), strict)
    while (batch := read_frame(sys.stdin.buffer)) is not None:
        first, lines = batch
        write_frame(sys.stdout.buffer, answer_all(project.answer, question, lines, first))


if __name__ == "__main__":
    main()
