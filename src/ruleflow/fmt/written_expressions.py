"""How an expression stands in YAML: on the line of its key where it fits there, else under `|`, broken before `and` and `or`."""

from __future__ import annotations

from ruleflow.fmt.scalars import escaped, plain_is_safe, quoted
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.nodes import Scalar, Style
from ruleflow.syntax.printer import print_expression
from ruleflow.syntax.wrapped import broken
from ruleflow.syntax.yaml_reader import hides

_BLOCKS = frozenset({Style.LITERAL, Style.FOLDED})


def expression_on_line(scalar: Scalar, expr: Expr, *, in_flow: bool) -> str:
    """The expression as a value on one line."""
    text = print_expression(expr)
    if _is_escaped(scalar, text):
        return escaped(text)
    return text if plain_is_safe(text, in_flow=in_flow) else quoted(text)


def expression_lines(scalar: Scalar, expr: Expr, column: int, indent: int, width: int) -> list[str]:
    """The lines of an expression whose first begins at `column`; the others are whole ones under `indent`.

    Who has broken an expression into lines keeps it so, where it has a place to break.
    """
    line = expression_on_line(scalar, expr, in_flow=False)
    if _is_escaped(scalar, print_expression(expr)):
        return [line]
    if _is_broken(scalar) or column + len(line) > width:
        lines = broken(expr, width - indent)
        if len(lines) > 1:
            return ["|", *(" " * indent + one for one in lines)]
    if line.startswith("'") and "''" in line[1:-1]:  # quotes within quotes
        return ["|", " " * indent + print_expression(expr)]
    return [line]


def _is_escaped(scalar: Scalar, text: str) -> bool:
    """Whether it has characters that do not show, which its author has escaped or must."""
    return hides(text) or (scalar.style is Style.DOUBLE and not text.isprintable())


def _is_broken(scalar: Scalar) -> bool:
    """Whether its author has written it on several lines."""
    _, _, body = scalar.span.text.partition("\n")
    lines = body if scalar.style in _BLOCKS else scalar.span.text
    return sum(1 for line in lines.split("\n") if line.strip()) > 1
