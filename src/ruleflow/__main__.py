"""The command `ruleflow`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from ruleflow.cli.app import run

    # A project is a hundred thousand small values without circles, made once: looking for garbage among them again and
    # again would take a third of the time.
    gc.set_threshold(100_000, 50, 50)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
