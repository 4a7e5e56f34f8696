"""Setting up a repository so that `git diff` knows the files of a project."""

from __future__ import annotations

from pathlib import Path

from ruleflow.project.errors import RevisionError
from ruleflow.project.folder import ROOT_FILE
from ruleflow.project.git import find_repository, set_option

ATTRIBUTES = ".gitattributes"
LINE = "*.yaml diff=ruleflow"
OPTIONS = {
    # The head of a piece names the section, or the rule or test, that it lies in.
    "diff.ruleflow.xfuncname": r"^([a-z]+:.*|[ \t]*-[ \t]+(\{[ \t]*)?(id|name):.*)$",
    "diff.ruleflow.command": "ruleflow git show",
}


def install(folder: Path) -> tuple[str, ...]:
    """Set up; what was done, a line each, nothing where it was done already. Raises `RevisionError`."""
    repository = find_repository(folder)
    if not (folder / ROOT_FILE).is_file():
        raise RevisionError(f"`{folder}` has no `{ROOT_FILE}`: name the folder of a project")
    place = folder / ATTRIBUTES
    lines = _lines(place)
    done = []
    if LINE not in lines:
        place.write_text("".join(f"{line}\n" for line in [*lines, LINE]), encoding="utf-8")
        done.append(f"wrote `{LINE}` into {place} (commit it, for everybody's sake)")
    for name, value in OPTIONS.items():
        if set_option(repository, name, value):
            done.append(f"set {name} in the configuration of this copy of the repository")
    return tuple(done)


def uninstall(folder: Path) -> tuple[str, ...]:
    """Take back what `install` did, and nothing else."""
    repository = find_repository(folder)
    place = folder / ATTRIBUTES
    lines = _lines(place)
    done = []
    if LINE in lines:
        rest = [line for line in lines if line != LINE]
        if rest:
            place.write_text("".join(f"{line}\n" for line in rest), encoding="utf-8")
            done.append(f"took `{LINE}` out of {place}")
        else:
            place.unlink()
            done.append(f"removed {place}, in which nothing else stood")
    removed = [name for name in OPTIONS if set_option(repository, name, None)]
    return (*done, *(f"removed {name} from the configuration of this copy of the repository" for name in removed))


def _lines(place: Path) -> list[str]:
    return place.read_text(encoding="utf-8").splitlines() if place.is_file() else []
