"""An explanation as text that an admin reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

WIDTH = 100
YES, NO = "✓", "✗"
_FATES = {
    "matched": "acted",
    "shadow": "matched, but is in shadow and did not act",
    "not_matched": "did not act",
    "closed": "was not asked",
    "not_first": "did not act",
    "not_first_row": "did not act",
    "failed": "could not be decided",
    "not asked": "was not asked",
}


def explanation_text(content: Mapping[str, Any]) -> str:
    """The text of an explanation; `content` is its JSON."""
    lines = [f"{content['event']} at {content['at']}", *_contract(content["contract"])]
    if "rule" in content:
        lines += ["", *_rule(content["rule"]), *_nearest(content.get("nearest"))]
    else:
        for stage in content["stages"]:
            lines += ["", *_stage(stage)]
        if content["ended_by"]:
            lines += ["", f"`{content['ended_by']}` ended the decision: no later stage ran"]
    return "\n".join(_safe(line) for line in lines) + "\n"


def _contract(found: Mapping[str, Any] | None) -> Iterator[str]:
    if found is None or not found["candidates"]:
        return
    yield f"contract: {found['picked'] or 'none applies'}" + (
        " (named by the ticket)" if found["named_by_ticket"] else ""
    )
    for one in found["candidates"]:
        why = "no condition" if one["condition"] is None else one["condition"]["text"]
        yield f"  {YES if one['applies'] else NO} {one['contract']}, rating {one['rating']}: {why}"


def _stage(stage: Mapping[str, Any]) -> Iterator[str]:
    """The rules that matched, in full; of the others what kept them, in a line."""
    yield f"stage {stage['stage']}" + (", only the first rule acts" if stage["hit"] == "first" else "")
    for rule in stage["rules"]:
        if rule["fate"] in {"matched", "shadow", "failed"}:
            yield from (f"  {line}" for line in _rule(rule, brief=True))
    for rule in stage["rules"]:
        if rule["fate"] not in {"matched", "shadow", "failed"}:
            yield f"  {NO} {rule['id']}: {_short_reason(rule)}"


def _short_reason(rule: Mapping[str, Any]) -> str:
    """Why a rule did not act: the first part that failed, or what kept it from being asked."""
    part = _deciding(rule["condition"]) if rule["fate"] == "not_matched" and "condition" in rule else None
    if part is None:
        return str(rule["reason"])
    return f"not {part['text']}" + (f" ({part['note']})" if part.get("note") else _values(part))


def _deciding(part: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if part.get("decides"):
        return part
    return next((found for one in part.get("parts", ()) if (found := _deciding(one)) is not None), None)


def _rule(rule: Mapping[str, Any], *, brief: bool = False) -> Iterator[str]:
    title = f" ({rule['title']})" if rule["title"] else ""
    mark = {"matched": YES}.get(rule["fate"], NO)
    because = f": {rule['reason']}" if rule["reason"] else ""
    if brief:
        yield f"{mark} {rule['id']}{title}" + (
            "" if rule["fate"] == "matched" and not because else f" {_FATES[rule['fate']]}{because}"
        )
    else:
        yield f"rule {rule['id']}{title}, stage {rule['stage']}"
        yield f"{mark} {_FATES[rule['fate']]}{because}"
        yield from (f"  note: {line}" for line in wrap(rule["note"], WIDTH - 8))
    if "condition" in rule:
        yield from _part(rule["condition"], "  " if brief else "", whole=rule["condition"]["holds"])
    for near in rule.get("nearest_rows", ()):
        said = ", ".join(f"not {part['text']}{_values(part)}" for part in near["missed"])
        yield from wrap(f"  near: {near['id']}: {said or 'every cell holds'}", WIDTH, subsequent_indent="    ")
    for row in rule.get("rows", ()):
        yield from (f"  {line}" for line in _rule(row, brief=True))
    for action in rule.get("actions", ()):
        yield f"  {'→' if action['stands'] else NO} {_action(action)}" + (
            "" if action["stands"] else f" — {action['because']}"
        )
    yield from (f"  note: {note}" for note in rule.get("notes", ()))


def _nearest(found: Mapping[str, Any] | None) -> Iterator[str]:
    """What would have made the rule act, a way to a line; a long one with a line for each fact."""
    if found is None:
        return
    ways = found["ways"]
    yield ""
    if not ways:
        yield from wrap(f"to make it fire: {found['reason']}", WIDTH, subsequent_indent="  ")
    for number, way in enumerate(ways):
        label = "            or: " if number else "to make it fire: "
        changes = [f"{one['fact']} {_short(one['from'])} → {_short(one['to'])}" for one in way]
        one_line = f"{label}{', '.join(changes)}"
        yield from (
            [one_line] if len(one_line) <= WIDTH else [f"{label}{changes[0]}", *(f"  and {one}" for one in changes[1:])]
        )
    if ways and not found["least"]:
        yield "  (fewer changes may do: not everything could be looked into)"


def _short(value: Any) -> str:
    """A value beside an arrow."""
    return "missing" if value is None else _is(value).removeprefix("is ")


def _part(part: Mapping[str, Any], indent: str, *, whole: bool) -> Iterator[str]:
    """A part and what is below it; the part that decided against the whole is pointed at."""
    mark = YES if part["holds"] else NO
    match part["kind"]:
        case "and" | "or" | "not":
            yield f"{indent}{mark} {'all of' if part['kind'] == 'and' else 'any of' if part['kind'] == 'or' else 'not'}"
        case "definition":
            yield f"{indent}{mark} {part['text']}, which is"
        case _:
            yield from _test(part, indent, mark, whole=whole)
    for one in part.get("parts", ()):
        yield from _part(one, f"{indent}  ", whole=whole)


def _test(part: Mapping[str, Any], indent: str, mark: str, *, whole: bool) -> Iterator[str]:
    line = f"{indent}{mark} {part['text']}"
    said = f"{part['note']}" if part.get("note") else _values(part).strip(" ()")
    pointer = "  ← decides" if part.get("decides") and not whole else ""
    if len(line) + len(said) + len(pointer) + 3 <= WIDTH:
        yield f"{line}{f'   ({said})' if said else ''}{pointer}"
    else:
        yield f"{line}{pointer}"
        yield from (f"{indent}    {piece}" for piece in wrap(said, WIDTH - len(indent) - 4))


def _values(part: Mapping[str, Any]) -> str:
    said = ", ".join(f"{one['fact']} {_is(one['value'])}" for one in part.get("seen", ()))
    return f" ({said})" if said else ""


def _is(value: Any) -> str:
    if value is None:
        return "is missing"
    if isinstance(value, list):
        return f"is [{', '.join(map(str, value[:8]))}{', …' if len(value) > 8 else ''}]"
    if isinstance(value, bool):
        return f"is {str(value).lower()}"
    if isinstance(value, str) and (" " in value or not value):
        short = " ".join(value.split())
        return f"is '{short[:60]}{'…' if len(short) > 60 else ''}'"
    return f"is {value}"


def _action(action: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in action.items() if key not in {"type", "stands", "because", "field"}}
    if action["type"] == "set":
        return f"set {action['field']} to {'nothing' if rest['value'] is None else _plain(rest['value'])}"
    return f"{action['type']} " + ", ".join(f"{key} {_plain(value)}" for key, value in rest.items())


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    text = " ".join(str(value).split())
    return f"{text[:70]}…" if len(text) > 70 else text


def _safe(line: str) -> str:
    """The line without characters that move or hide others on a terminal."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in line)
