"""Find the calendar and the target that tell `made_sla` of the recorded incidents best, and show how well they do.

python made_sla.py incidents_servicenow_events.csv.gz [made_sla.png]

Looks at the incidents of priority `3 - Moderate`, from `opened_at` to `closed_at`. The search counts open time with
`ruleflow.Calendar`; the best of each kind is then written as a project of its own, and its SLA clocks decide every
incident. So does the project in this folder. The zone of the log is not given: its times are taken as UTC.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sla_search import Incident, Promise, Trial, attempt, best, grid, read, shift

import ruleflow

HERE = Path(__file__).parent
WAITING = ("Awaiting User Info", "Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence")
NEAR = 10
"""A setting that tells so many incidents fewer right than the best of its kind cannot be told from it."""


ANY_HOURS = "Monday to Friday, any whole hours"
FIRST_KINDS = {
    "around the clock": [Promise()],
    "Monday to Friday, whole days": [Promise("00:00-24:00")],
    "Monday to Friday, from 7, 8 or 9, for 8 to 12 hours": grid(range(420, 541, 60), range(480, 721, 60)),
    ANY_HOURS: grid(range(0, 1440, 60), range(240, 1441, 60)),
}
"""What is tried first, from plain to free."""


def further_kinds(found: Promise) -> dict[str, list[Promise]]:
    """Variations of the best hours, and pauses with hours of their own."""
    start, end = (int(time[:2]) * 60 for time in found.hours.split("-"))
    length = (end - start) % 1440 or 1440
    coarse = [Promise(), *grid(range(0, 1440, 120), range(360, 721, 180)), Promise("00:00-24:00"), found]
    whole_hours = [shift(hour, length) for hour in range(0, 1440, 60)]
    zones = ("America/Chicago", "Europe/Berlin")
    return {
        "half hours around the best": grid(
            range(start - 60, start + 61, 30), range(length - 120, min(length + 120, 1440) + 1, 30)
        ),
        "with Saturday": [replace(found, days="mon-sat")],
        "with Saturday and Sunday": [replace(found, days="mon-sun")],
        "with the public holidays of a country": [
            replace(found, holidays=country) for country in ("US", "BR", "GB", "DE", "IT", "PT", "IN")
        ],
        "in a zone whose clocks changed meanwhile": [
            replace(found, hours=hours, timezone=zone) for zone in zones for hours in whole_hours
        ],
        "stands still while Awaiting User Info": [replace(one, pauses=WAITING[:1]) for one in coarse],
        "stands still while Awaiting anything": [replace(one, pauses=WAITING) for one in coarse],
        "stands still while Resolved": [replace(one, pauses=("Resolved",)) for one in coarse],
    }


def written_project(promise: Promise, target: int, folder: Path) -> ruleflow.Project:
    """A project that promises this and nothing else."""
    pause = {"pause_when": f"ticket.incident_state in {list(promise.pauses)}"} if promise.pauses else {}
    root = {
        "ruleflow": 1,
        "project": "made_sla",
        "timezone": "UTC",
        "fields": {
            "ticket.priority": {"type": "choice", "options": ["3 - Moderate"]},
            "ticket.incident_state": {"type": "text"},
        },
        "calendars": {"hours": promise.calendar()},
        "sla": {"promise": {"calendar": "hours", "targets": {"resolution": f"{target}m"}, **pause}},
    }
    rules = {"rules": [{"id": "promise", "stage": "sla", "then": [{"set_sla": "promise"}]}]}
    (folder / "rules").mkdir(parents=True)
    # JSON is YAML, too.
    (folder / "ruleflow.yaml").write_text(json.dumps(root), encoding="utf-8")
    (folder / "rules" / "promise.yaml").write_text(json.dumps(rules), encoding="utf-8")
    return ruleflow.load(folder)


def due(project: ruleflow.Project, one: Incident) -> tuple[bool, str]:
    """Whether the project's clock says that an incident was solved in time, and until when there was time."""
    decision = project.decide("ticket.closed", one.facts(), now=one.closed).to_dict()
    clock = decision["outcome"]["sla"]["clocks"][0]
    return clock["state"] == "met", clock["due_at"]


def measures(said: Sequence[bool], incidents: Sequence[Incident]) -> str:
    """Accuracy, balanced accuracy and both kinds of mistakes, as columns."""
    made = sum(one.made_sla for one in incidents)
    missed = len(incidents) - made
    wrongly_missed = sum(one.made_sla and not met for one, met in zip(incidents, said, strict=True))
    wrongly_met = sum(met and not one.made_sla for one, met in zip(incidents, said, strict=True))
    accuracy = 1 - (wrongly_missed + wrongly_met) / len(incidents)
    balanced = 1 - (wrongly_missed / made + wrongly_met / missed) / 2
    return f"{accuracy:>9.2%}{balanced:>10.2%}{wrongly_met:>13}{wrongly_missed:>16}"


def show(kind: str, trials: Sequence[Trial], incidents: Sequence[Incident]) -> None:
    """One kind: its best promise decided by the clocks of a project, and what its halves say of each other."""
    found, count = best(trials), len(incidents)
    with tempfile.TemporaryDirectory() as folder:
        project = written_project(found.promise, found.whole.target, Path(folder) / "project")
        said = [due(project, one)[0] for one in incidents]
    near = sum(trial.whole.right >= found.whole.right - NEAR for trial in trials)
    ahead = max(trials, key=lambda trial: trial.earlier.right).ahead / (count - count // 2)
    back = max(trials, key=lambda trial: trial.later.right).back / (count // 2)
    target = f"{found.whole.target // 60}h{found.whole.target % 60:02}m"
    setting = f"{found.promise!s:<34}{target:>8}{len(trials):>7}{near:>6}"
    print(f"{kind}\n  {setting}{measures(said, incidents)}{ahead:>9.2%}{back:>9.2%}")


def show_own(incidents: Sequence[Incident]) -> None:
    """What the project in this folder says, and every incident that it tells wrongly."""
    project = ruleflow.load(HERE)
    said = [due(project, one) for one in incidents]
    print(f"the project in this folder\n{'':<57}{measures([met for met, _ in said], incidents)}")
    print("\ntold wrongly  opened            due               closed            recorded  contradicted by")
    for one, (met, until) in zip(incidents, said, strict=True):
        if met != one.made_sla:
            times = f"{one.opened:%Y-%m-%d %H:%M}  {until[:16].replace('T', ' ')}  {one.closed:%Y-%m-%d %H:%M}"
            print(
                f"{one.number:<14}{times}  {'made' if one.made_sla else 'missed':<8}{contradictions(one, incidents):>17}"
            )


def contradictions(one: Incident, incidents: Sequence[Incident]) -> int:
    """How many incidents no promise can tell right together with this one, whatever its hours, if it has no pauses.

    One that made its SLA contradicts every other that was opened no earlier, closed no later, and missed it.
    """
    made, missed = ([one], incidents) if one.made_sla else (incidents, [one])
    return sum(
        long.made_sla and not short.made_sla and long.opened <= short.opened and short.closed <= long.closed
        for long in made
        for short in missed
    )


def main() -> None:
    """Search, confirm, print, and draw where a second argument names a picture."""
    incidents = read(Path(sys.argv[1]))
    print(f"{len(incidents)} incidents of moderate priority, {sum(one.made_sla for one in incidents)} made their SLA\n")
    columns = f"{'right':>9}{'balanced':>10}{'wrongly met':>13}{'wrongly missed':>16}{'ahead':>9}{'back':>9}"
    print(f"  {'hours':<34}{'target':>8}{'tried':>7}{'near':>6}{columns}")
    print(f"everything made its SLA\n{'':<57}{measures([True] * len(incidents), incidents)}")
    tried = {kind: [attempt(one, incidents) for one in promises] for kind, promises in FIRST_KINDS.items()}
    found = best(tried[ANY_HOURS]).promise
    tried |= {kind: [attempt(one, incidents) for one in more] for kind, more in further_kinds(found).items()}
    for kind, trials in tried.items():
        show(kind, trials, incidents)
    show_own(incidents)
    if len(sys.argv) > 2:
        from draw_made_sla import draw

        draw(incidents, tried[ANY_HOURS], sys.argv[2])


if __name__ == "__main__":
    main()
