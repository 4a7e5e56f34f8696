"""Exit codes."""

from __future__ import annotations

FINE = 0
FINDINGS = 1
WRONG_USAGE = 2
DEFECT = 3
INTERRUPTED = 130
