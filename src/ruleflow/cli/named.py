"""What the commands about names share: opening a project with its index, and finding the thing that is meant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import WRONG_USAGE
from ruleflow.cli.terminal import exit_code, show_findings

if TYPE_CHECKING:
    from ruleflow.checker.checked import Checked
    from ruleflow.project.folder import Folder
    from ruleflow.references.index import References
    from ruleflow.references.names import Name


@dataclass(frozen=True, slots=True)
class Opened:
    """A project that checks, with its files and its index."""

    folder: Folder
    checked: Checked
    index: References


def open_names(path: Path) -> Opened:
    """The project in a folder; where it has errors they are shown and the command ends."""
    from ruleflow.diagnostics.collector import Collector
    from ruleflow.project.folder import read_folder
    from ruleflow.project.loading import check_folder, without_ignored
    from ruleflow.project.parses import keep_parses, kept_parses
    from ruleflow.references.index import index_of
    from ruleflow.resources import without_collection

    out = Collector()
    folder = read_folder(path, out)
    if folder is not None:
        with without_collection():
            folder = without_ignored(folder)
            parses = kept_parses(folder)
            checked = check_folder(folder, out, parses).checked
            if not out.has_errors:
                keep_parses(folder, parses)
                return Opened(folder, checked, index_of(checked, lambda source: parses.node(source, Collector())))
    show_findings(out.sorted(), "text", path, err=True)
    raise click.exceptions.Exit(exit_code(out.sorted()))


def meant(opened: Opened, kind: str, name: str) -> Name:
    """The thing of that kind and name; an unknown one ends the command with what may be meant."""
    from ruleflow.diagnostics.suggest import listing, nearest
    from ruleflow.references.defined import known_ids
    from ruleflow.references.names import Kind, Name

    kinds = [one.value for one in Kind]
    if kind not in kinds:
        near = nearest(kind, kinds)
        _wrong(
            f"`{kind}` is no kind of thing"
            + (f"; did you mean `{near}`?" if near else f"; kinds are {listing(kinds, 20)}")
        )
    found = Name(Kind(kind), name)
    known = {one.id for one in opened.index.names if one.kind is found.kind} | set(
        known_ids(found.kind, opened.checked.model)
    )
    if name in known:
        return found
    by_word = sorted(one for one in known if (own := Name(found.kind, one)).is_inside and own.written == name)
    if len(by_word) == 1:
        return Name(found.kind, by_word[0])
    if by_word:
        owners = "an option of several fields" if found.kind is Kind.OPTION else "a row of several tables"
        _wrong(f"`{name}` is {owners}: say which, {listing(by_word)}")
    near = nearest(name, known)
    others = [str(one) for one in opened.index.named(name)]
    help_ = f"; did you mean `{near}`?" if near else ""
    _wrong(
        f"there is no {found.kind.value} `{name}`{help_}"
        + (f" There is the {' and the '.join(others)}." if others else "")
    )
    raise AssertionError


def _wrong(message: str) -> None:
    click.echo(f"error: {message}", err=True)
    raise click.exceptions.Exit(WRONG_USAGE)
