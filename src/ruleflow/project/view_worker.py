"""A process that asks a view for another one, see `views`: `python -m ruleflow.project.view_worker`."""

from __future__ import annotations

import signal
import sys
from datetime import datetime

from ruleflow.project.errors import ProjectError, UnknownViewError
from ruleflow.project.processes import read_frame, write_frame
from ruleflow.project.project import load
from ruleflow.project.views import ask_lines, look_at


def main() -> None:
    """Open the project that the first frame names, and ask its view about the lines of each frame after it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it, and ends it
    head = read_frame(sys.stdin.buffer)
    if head is None:
        return
    folder, digest, view, now, strict = head
    try:
        project = load(folder)
        look = look_at(project.plan, project.door, view, datetime.fromisoformat(now), strict=strict)
    except (ProjectError, UnknownViewError):
        return
    if project.digest != digest:
        return
    while (batch := read_frame(sys.stdin.buffer)) is not None:
        write_frame(sys.stdout.buffer, ask_lines(look, batch))


if __name__ == "__main__":
    main()
