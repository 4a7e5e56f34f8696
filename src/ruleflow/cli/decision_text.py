"""A decision as a person reads it at the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruleflow.diagnostics.cells import visible

Row = tuple[str, str, str]
"""What is decided, how, and by which rule."""


def decision_text(decision: Mapping[str, Any]) -> str:
    """The outcome with the rules responsible, then what lost, and what was odd. `decision` is section 5's JSON."""
    rows = [*_rows(decision)] or [("", "nothing: no rule matched", "")]
    wide = max(len(what) for what, _, _ in rows)
    broad = min(60, max(len(how) for _, how, rule in rows if rule or how))
    lines = [f"{decision['event']} at {decision['at']}", ""]
    lines += [f"  {what:<{wide}}  {how:<{broad}}  {rule}".rstrip() for what, how, rule in rows]
    lines += [*_clocks(decision), *_notes(decision)]
    return "\n".join(visible(line) for line in lines) + "\n"


def _rows(decision: Mapping[str, Any]) -> Iterator[Row]:
    outcome = decision["outcome"]
    if outcome.get("denied") is not None:
        yield "denied", str(outcome["denied"]), _rule_of(decision, "deny")
    if outcome.get("contract") is not None:
        yield "contract", str(outcome["contract"]), ""
    for action in decision["actions"]:
        if action["type"] != "deny":
            yield _row(action, outcome)


def _row(action: Mapping[str, Any], outcome: Mapping[str, Any]) -> Row:
    rule = f"by {action['rule']}"
    rest = {key: value for key, value in action.items() if key not in {"type", "rule", "index"}}
    match action["type"]:
        case "set":
            return str(action.get("field", "")), _value(action.get("value")), rule
        case "send":
            return "send", _message(rest, outcome), rule
        case other:
            return other, ", ".join(_part(key, value, other) for key, value in rest.items()), rule


def _part(key: str, value: Any, action: str) -> str:
    plain = key in {"text", "tags", "segments", "watchers", "policy", "reason", "stop"} or action in {"note", "stop"}
    return _value(value) if plain else f"{key} {_value(value)}"


def _message(action: Mapping[str, Any], outcome: Mapping[str, Any]) -> str:
    wanted = (action.get("template"), action.get("to"))
    found: Mapping[str, Any] = next((one for one in outcome["messages"] if (one["template"], one["to"]) == wanted), {})
    subject = f": “{found['subject']}”" if found.get("subject") else ""
    delay = f", after {action['delay']}" if action.get("delay") else ""
    return f"{action.get('template')} to {action.get('to')}{delay}{subject}"


def _value(value: Any) -> str:
    match value:
        case None:
            return "(cleared)"
        case bool():
            return str(value).lower()
        case list():
            return ", ".join(_value(one) for one in value)
        case Mapping():
            return ", ".join(f"{key} {_value(one)}" for key, one in value.items())
        case _:
            return " ".join(str(value).split())


def _rule_of(decision: Mapping[str, Any], type_: str) -> str:
    return next((f"by {action['rule']}" for action in decision["actions"] if action["type"] == type_), "")


def _clocks(decision: Mapping[str, Any]) -> Iterator[str]:
    """How each clock stands, and what time alone does next."""
    for clock in (decision["outcome"].get("sla") or {}).get("clocks", ()):
        counted = f" in {clock['calendar']}" if clock["calendar"] else ""
        due = clock["due_at"] or "never"
        yield f"  {clock['metric']}: {clock['state']}, due {due}   ({clock['target']}{counted}, by {clock['promised_by']})"
    for timer in decision["timers"][:1]:
        what = timer["rule"] or f"{timer['event']} of {timer['metric']}"
        yield f"  next timer: {what} at {timer['due_at']}"


def _notes(decision: Mapping[str, Any]) -> Iterator[str]:
    for lost in decision["overridden"]:
        yield f"  overridden: {lost['field']} {_value(lost['value'])} by {lost['rule']}; {_value(lost['kept'])} stands"
    if decision["shadow"]:
        yield f"  in shadow: {', '.join(decision['shadow'])} matched but did not act"
    for warning in decision["warnings"]:
        about = f"rule {warning['rule']}" if "rule" in warning else warning["pointer"]
        yield f"  warning: {about}: {warning['message']}"
    for error in decision["errors"]:
        yield f"  error: rule {error.get('rule', '')}: {error.get('message', '')}"
