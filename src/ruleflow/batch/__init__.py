"""Tables of tickets, decided by columns: which rules match is found for many rows at once, exactly as one by one.

Needs pyarrow and numpy, which come with the extra `ruleflow[batch]`.
"""

from __future__ import annotations

from ruleflow.batch.errors import MISSING_EXTRA, TableError

try:
    from ruleflow.batch.batch import decide_table
    from ruleflow.batch.matches import Matches, match_table
    from ruleflow.batch.tables import TableFile, open_table
except ModuleNotFoundError as error:
    if error.name not in {"numpy", "pyarrow"}:
        raise
    raise ModuleNotFoundError(MISSING_EXTRA, name=error.name) from error

__all__ = ["Matches", "TableError", "TableFile", "decide_table", "match_table", "open_table"]
