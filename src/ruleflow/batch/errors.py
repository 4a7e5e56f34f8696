"""What is raised about tables, and said where the libraries that read them are absent."""

from __future__ import annotations

from ruleflow.project.errors import RuleflowError

MISSING_EXTRA = "tables need pyarrow and numpy, which are not installed: pip install 'ruleflow[batch]'"


class TableError(RuleflowError):
    """A table that cannot be read, or whose columns name a fact twice."""
