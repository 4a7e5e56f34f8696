"""The command `ruleflow`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from ruleflow.cli.app import run

    # Findings and tests of a large project are many small values too: look for garbage among them now and then only.
    gc.set_threshold(100_000, 50, 50)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
