"""Real incidents, replayed by their mapping file: the counts are those of an independent count of the same rows."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import ruleflow
from ruleflow.cli.app import run
from ruleflow.diagnostics.collector import Collector
from ruleflow.replay.mapping_reader import read_mapping
from ruleflow.replay.opening import opened_table
from ruleflow.replay.recorded import Recorded
from ruleflow.replay.render import RENDERERS
from ruleflow.replay.tables import Meter, kind_of
from ruleflow.source import Source

FOLDER = Path(__file__).parents[1] / "rules-examples" / "it-servicedesk"
MAPPING = FOLDER / "recorded" / "incidents.yaml"
EXTRACT = Path(__file__).parent / "data" / "incidents_servicenow_extract.csv"
FULL = "incidents_servicenow_events.csv.gz"


def replayed(capsysbinary: pytest.CaptureFixture[bytes], data: Path, *options: str) -> dict[str, Any]:
    """The report of the command, as JSON."""
    assert 0 == run(["replay", str(FOLDER), str(data), "--mapping", str(MAPPING), "--format", "json", *options])
    report: dict[str, Any] = json.loads(capsysbinary.readouterr().out)
    return report


def values(report: dict[str, Any], name: str) -> dict[str, int]:
    """How often each value of an outcome was there."""
    return {one["value"]: one["count"] for one in report["outcomes"][name]}


def test_the_counts_of_the_extract_are_those_of_pandas(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Incidents, events, priorities, reopenings, load by hour and weekday, and the SLA flag, counted from the rows."""
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    rows = pd.read_csv(EXTRACT, dtype=str, keep_default_na=False)
    incidents = rows.groupby("number", sort=False)
    first, last = incidents.first(), incidents.last()
    count = rows["reopen_count"].astype(int)
    reopened = rows[count > count.groupby(rows["number"]).shift().fillna(10**9)]
    report = replayed(capsysbinary, EXTRACT)

    assert len(rows) == report["rows"]
    assert len(first) == report["tickets"]
    expected = {"ticket.created": len(first), "ticket.reopened": len(reopened), "ticket.closed": len(last)}
    assert expected == report["events"]
    assert sum(expected.values()) == report["decided"]

    high = {"1 - Critical", "2 - High"}
    raised = reopened["priority"].map(lambda priority: priority if priority in high else "2 - High")
    priorities = pd.concat([first["priority"], raised]).value_counts().to_dict()
    assert priorities == values(report, "ticket.priority")
    assert {"reopened": len(reopened)} == values(report, "ticket.tags")
    critical = (first["priority"] == "1 - Critical").sum() + (reopened["priority"] == "1 - Critical").sum()
    fired = {one["rule"]: one["fired"] for one in report["rules"]}
    assert critical == fired["page_critical"]
    assert len(reopened) == fired["tell_about_reopening"] == fired["reopened_is_raised"]

    second = reopened["reopen_count"].astype(int) >= 2
    named = pd.concat([first["assignment_group"], reopened[~second]["assignment_group"]])
    named = named[named != ""].str.replace("Group ", "group_")
    teams = Counter(named.value_counts().to_dict()) + Counter({"group_20": int(second.sum())})
    decided = values(report, "route.team")
    by_category = report["decided"] - len(last) - sum(teams.values())
    assert all(decided[team] >= number for team, number in teams.items())
    assert by_category == sum(decided.values()) - sum(teams.values())

    at = pd.to_datetime(pd.concat([first["opened_at"], reopened["sys_updated_at"]]))
    assert at.dt.hour.value_counts().to_dict() == totals(report, "by_hour")
    assert at.dt.day_of_week.value_counts().to_dict() == totals(report, "by_weekday")

    moderate = last[last["priority"] == "3 - Moderate"]
    made = int((moderate["made_sla"] == "true").sum())
    (level,) = report["service_levels"]
    found = {
        "policy": "as_recorded",
        "metric": "resolution",
        "met": made,
        "breached": len(moderate) - made,
        "running": 0,
    }
    assert found == level


def totals(report: dict[str, Any], key: str) -> dict[int, int]:
    """The load of all teams together, without the empty hours or days."""
    sums = [sum(column) for column in zip(*(team[key] for team in report["load"]), strict=True)]
    return {at: number for at, number in enumerate(sums) if number}


def test_the_mapping_says_what_the_script_does() -> None:
    """What the mapping file makes of the rows of openings and reopenings is what `map_incidents.py` makes of them."""
    script = subprocess.run([sys.executable, FOLDER / "map_incidents.py", EXTRACT], capture_output=True, check=True)
    expected = [json.loads(line) for line in script.stdout.splitlines()]
    out, project = Collector(), ruleflow.load(FOLDER)
    mapping = read_mapping(Source("incidents.yaml", MAPPING.read_text(encoding="utf-8")), project.model, out)
    kind = kind_of(EXTRACT)
    assert kind is not None
    with opened_table(EXTRACT, kind, mapping, Meter(lambda _amount: None), out) as found:
        events = [one for one in found if isinstance(one, Recorded) and one.event != "ticket.closed"]
    assert not out.has_errors
    assert len(expected) == len(events)
    for line, one in zip(expected, events, strict=True):
        facts = dict(one.facts)
        facts.pop("before", None)
        assert (line["event"], line["now"][:16]) == (one.event, one.at.isoformat()[:16])
        decisions = [project.decide(one.event, given, now=one.at).to_dict() for given in (line["facts"], facts)]
        assert decisions[0]["outcome"] == decisions[1]["outcome"]
        assert decisions[0]["matched"] == decisions[1]["matched"]


def test_a_sample_against_another_project(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """A longer promise: the incidents that it would save are those between the two deadlines, by their own decisions."""
    old = tmp_path / "old"
    for place in (one for one in FOLDER.rglob("*.yaml") if one.is_file()):
        target = old / place.relative_to(FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(place.read_text(encoding="utf-8").replace("62h1m", "20h"), encoding="utf-8")
    report = replayed(capsysbinary, EXTRACT, "--against", str(old))
    (level,) = report["service_levels"]
    saved = level["met"] - level["before"]["met"]
    assert saved > 0
    (way,) = next(one["ways"] for one in report["changes"]["outcomes"] if one["outcome"] == "sla.resolution")
    assert ("breached", "met", saved) == (way["from"], way["to"], way["count"])
    sample = replayed(capsysbinary, EXTRACT, "--against", str(old), "--sample", "30", "--seed", "4")
    assert 30 == sample["tickets"]
    assert sample == replayed(capsysbinary, EXTRACT, "--against", str(old), "--sample", "30", "--seed", "4")


def test_parquet_and_csv_give_the_same_report(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """The same rows in another kind of file are decided alike."""
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    with EXTRACT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "incidents.parquet")
    report = replayed(capsysbinary, tmp_path / "incidents.parquet")
    assert {**replayed(capsysbinary, EXTRACT), "data": "incidents.parquet"} == report


@pytest.mark.slow
def test_all_incidents(capsysbinary: pytest.CaptureFixture[bytes], shared_folder: Path) -> None:
    """All 17,136 incidents: as many met and missed as the study of their SLA found, every one decided."""
    report = replayed(capsysbinary, shared_folder / "data" / FULL)
    assert {"ticket.created": 17_136, "ticket.closed": 17_136, "ticket.reopened": 243} == report["events"]
    assert (101_045, 34_515, 0, 0) == tuple(report[key] for key in ("rows", "decided", "refused", "unusable"))
    assert (9_382, 6_762, 0) == tuple(report["service_levels"][0][state] for state in ("met", "breached", "running"))
    assert 9_283 == values(report, "route.team")["group_70"]
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    (shown,) = (
        block for block in re.findall(r"```text\n(.*?)```", page, re.DOTALL) if block.startswith("it_servicedesk on")
    )
    lines = RENDERERS["text"](report).splitlines()
    assert [] == [line for line in shown.splitlines() if line not in {"", "…"} and line not in lines]
