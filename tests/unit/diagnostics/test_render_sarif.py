"""The log is held to what SARIF 2.1.0 requires of the objects that we use (OASIS standard, sections 3.13 to 3.58)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics.diagnostic import Diagnostic, Fix, Related
from ruleflow.diagnostics.render_sarif import render_sarif
from ruleflow.source import Source, Span
from tests.unit.diagnostics.findings import OPTION, ROUTING, URGNT, WHOLE, at, spanning

# Object: required properties, allowed further ones among those we know.
SHAPES: dict[str, tuple[set[str], set[str]]] = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": ({"tool"}, {"results", "columnKind"}),
    "tool": ({"driver"}, set()),
    "driver": ({"name"}, {"rules"}),
    "rule": ({"id"}, {"name", "shortDescription", "defaultConfiguration"}),
    "result": ({"message"}, {"ruleId", "ruleIndex", "level", "locations", "relatedLocations", "fixes", "suppressions"}),
    "suppression": ({"kind"}, {"justification"}),
    "message": ({"text"}, set()),
    "location": (set(), {"id", "physicalLocation", "message"}),
    "physicalLocation": ({"artifactLocation"}, {"region"}),
    "region": ({"startLine"}, {"startColumn", "endLine", "endColumn"}),
    "fix": ({"artifactChanges"}, {"description"}),
    "artifactChange": ({"artifactLocation", "replacements"}, set()),
    "replacement": ({"deletedRegion"}, {"insertedContent"}),
}


def assert_shape(kind: str, value: dict[str, Any]) -> None:
    """The object has the properties that its kind requires, and no unknown one."""
    required, optional = SHAPES[kind]
    assert required <= value.keys() <= required | optional, kind


def assert_location(value: dict[str, Any]) -> None:
    assert_shape("location", value)
    assert_shape("physicalLocation", value["physicalLocation"])
    assert_artifact(value["physicalLocation"]["artifactLocation"])
    assert_region(value["physicalLocation"]["region"])


def assert_artifact(value: dict[str, Any]) -> None:
    assert value["uriBaseId"] == "%SRCROOT%"
    assert value["uri"].isascii()
    assert not set(value["uri"]) & set(' \\:"<>')


def assert_region(value: dict[str, Any]) -> None:
    assert_shape("region", value)
    assert all(number >= 1 for number in value.values())
    first, last = (value["startLine"], value["startColumn"]), (value["endLine"], value["endColumn"])
    assert first <= last


def assert_log(log: dict[str, Any]) -> None:
    """The whole log has the shape of the standard."""
    assert_shape("log", log)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert_shape("run", run)
    assert run["columnKind"] == "unicodeCodePoints"
    assert_shape("tool", run["tool"])
    assert_shape("driver", run["tool"]["driver"])
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert_shape("rule", rule)
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert_result(result, rules)


def assert_result(result: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    assert_shape("result", result)
    assert_shape("message", result["message"])
    assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
    assert result["level"] in {"none", "note", "warning", "error"}
    for location in result["locations"]:
        assert_location(location)
    for location in result.get("relatedLocations", []):
        assert_location(location)
    for fix in result.get("fixes", []):
        assert_shape("fix", fix)
        for change in fix["artifactChanges"]:
            assert_shape("artifactChange", change)
            for replacement in change["replacements"]:
                assert_shape("replacement", replacement)
                assert_region(replacement["deletedRegion"])


def test_log() -> None:
    """A finding with a related place and a fix becomes a result with both."""
    finding = replace(
        URGNT,
        related=(Related(at(ROUTING, "rules"), "the list"),),
        fixes=(Fix("write `urgent`", at(ROUTING, "urgnt"), "urgent"),),
    )
    log = json.loads(render_sarif([WHOLE, finding]))
    assert_log(log)
    region = {"startLine": 3, "startColumn": 37, "endLine": 3, "endColumn": 42}
    file = {"uri": "rules/routing.yaml", "uriBaseId": "%SRCROOT%"}
    head = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 6}
    words = (
        "`urgnt` is not an option of `ticket.priority`\nin: condition of rule `vip_first`\nhelp: did you mean `urgent`?"
    )
    expected = {
        "ruleId": "RF403",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": words},
        "locations": [{"physicalLocation": {"artifactLocation": file, "region": region}}],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {"artifactLocation": file, "region": head},
                "message": {"text": "the list"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "write `urgent`"},
                "artifactChanges": [
                    {
                        "artifactLocation": file,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "urgent"}}],
                    }
                ],
            }
        ],
    }
    assert expected == log["runs"][0]["results"][1]
    assert log["runs"][0]["results"][0]["ruleIndex"] == 1
    assert log["runs"][0]["tool"]["driver"]["rules"][0] == {
        "id": "RF403",
        "name": "unknown-option",
        "shortDescription": {"text": "A word that is not an option of the field"},
        "defaultConfiguration": {"level": "error"},
    }


def test_no_findings() -> None:
    """No findings are a log with an empty list of results."""
    log = json.loads(render_sarif([]))
    assert_log(log)
    assert log["runs"][0]["results"] == []


def test_finding_about_the_whole_project() -> None:
    """A finding without a place stands at the root file, since code hosts refuse a result without one."""
    (result,) = json.loads(render_sarif([WHOLE], folder="support"))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "support/ruleflow.yaml"


def test_names_are_uris() -> None:
    """Names of files are percent-encoded and stand below the folder, however that is written."""
    log = json.loads(render_sarif([spanning("x", 0, 1, "rules/очередь 1:a.yaml")], folder="my\\support"))
    assert_log(log)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert (
        place["artifactLocation"]["uri"] == "my/support/rules/%D0%BE%D1%87%D0%B5%D1%80%D0%B5%D0%B4%D1%8C%201%3Aa.yaml"
    )


def test_braces_are_doubled() -> None:
    """Braces in a message are no placeholders."""
    (result,) = json.loads(render_sarif([replace(WHOLE, message="`{{ ticket.id }}`")]))["runs"][0]["results"]
    assert result["message"] == {"text": "`{{{{ ticket.id }}}}`"}


@given(st.text(st.characters(exclude_categories=[])), st.integers(-5, 50), st.integers(-5, 50))
def test_any_text_gives_a_log(text: str, start: int, end: int) -> None:
    """Any stretch of any text gives a log of the right shape that can be encoded."""
    span = Span(Source(text, text), start, end)
    assert_log(json.loads(render_sarif([Diagnostic(OPTION, text, span, fixes=(Fix(text, span, text),))]).encode()))


def test_what_is_silenced_is_suppressed() -> None:
    """A finding that a comment silences is a result that is suppressed in the source, with the reason."""
    log = json.loads(render_sarif([replace(URGNT, silenced="it is a trial"), WHOLE]))
    silenced, standing = log["runs"][0]["results"]
    (suppression,) = silenced["suppressions"]
    assert_shape("suppression", suppression)
    assert {"kind": "inSource", "justification": "it is a trial"} == suppression
    assert "suppressions" not in standing
