"""`ruleflow lint`: advice about rules that are no mistakes, and mending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.instants import Instant
from ruleflow.cli.terminal import exit_code, folder_argument, show_findings
from ruleflow.store.instants import moment_of

if TYPE_CHECKING:
    from ruleflow.diagnostics.diagnostic import Diagnostic
    from ruleflow.lint.fixing import Mended
    from ruleflow.lint.subject import LastChanged
    from ruleflow.model.rules import Rule
    from ruleflow.project.folder import Folder


@click.command(
    "lint",
    help="""Say what `check` says of the project in DIR, and beyond: parts of conditions that say nothing, tests that
    surprise, rules without an end, without a test, and what is left over.

    A finding that is meant is silenced by a comment: `# ruleflow: allow RF803 because …`

    Exit: 0 there are no errors (with --strict: no warnings; notes never count), 1 there are, 2 wrong usage. With --diff:
    1 something would be changed.
    """,
)
@folder_argument
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing what is decided.")
@click.option("--unsafe-fixes", is_flag=True, help="Mend also what changes decisions: look at it afterwards.")
@click.option("--diff", "diff_", is_flag=True, help="Show what would be mended, and write nothing.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "sarif", "github"]), default="text", show_default=True
)
@click.option("--select", metavar="CODES", default="", help="Only these, for instance RF801,RF82.")
@click.option("--strict", is_flag=True, help="Exit with 1 when there are only warnings, too.")
@click.option("--no-proof", is_flag=True, help="Leave out what must be proved, which takes longest.")
@click.option("--show-silenced", is_flag=True, help="Show what comments in the files silence, too, with the reasons.")
@click.option("--now", type=Instant(), help="The instant at which rules are over; the clock's if left out.")
def command(
    folder: Path,
    fix: bool,
    unsafe_fixes: bool,
    diff_: bool,
    format_: str,
    select: str,
    strict: bool,
    no_proof: bool,
    show_silenced: bool,
    now: datetime | None,
) -> int:
    """Lint."""
    from ruleflow.analysis.solver import is_installed
    from ruleflow.diagnostics.collector import Collector
    from ruleflow.lint.fixing import mend
    from ruleflow.lint.lint import Settings, lint_folder
    from ruleflow.project.folder import read_folder
    from ruleflow.project.parses import keep_parses, kept_parses

    chosen = _chosen(select)
    out = Collector()
    files = read_folder(folder, out)
    if files is None or out.has_errors:
        show_findings(out.sorted(), format_, folder)
        return exit_code(out.sorted())
    parses, unread = kept_parses(files), out.sorted()
    settings = Settings(
        now or datetime.now(UTC), proves=not no_proof and is_installed(), last_changed=_last_changed(folder)
    )

    def look(seen: Folder) -> tuple[Diagnostic, ...]:
        return (*unread, *lint_folder(seen, settings, parses))

    def is_chosen(finding: Diagnostic) -> bool:
        return finding.code.number.startswith(chosen) or finding.is_error

    if diff_ or fix or unsafe_fixes:
        mended = mend(files, look, unsafe=unsafe_fixes, chosen=is_chosen)
        if diff_:
            return _show_diff(mended, files, folder)
        _write(mended, files, folder)
        findings = mended.findings
    else:
        findings = look(files)
        keep_parses(files, parses)
    findings = tuple(filter(is_chosen, findings))
    show_findings(findings, format_, folder, silenced=show_silenced)
    if format_ == "text":
        _tell_edits(findings)
    if not no_proof and not settings.proves:
        click.echo("nothing was proved, for want of the prover: pip install 'ruleflow[prove]'", err=True)
    return exit_code(findings, strict=strict)


def _tell_edits(findings: tuple[Diagnostic, ...]) -> None:
    """Say how many findings can be mended, and how."""
    from ruleflow.diagnostics.allowances import standing

    safe = [any(fix.safe for fix in one.fixes) for one in standing(findings) if one.fixes]
    ways = ((safe.count(True), "--fix"), (safe.count(False), "--unsafe-fixes"))
    told = ", ".join(f"{count:,} by {option}" for count, option in ways if count)
    if told:
        click.echo(f"can be mended: {told}")


def _chosen(select: str) -> tuple[str, ...]:
    """The beginnings of the codes to show. A code that no finding has is refused."""
    from ruleflow.diagnostics.codes import CODES
    from ruleflow.diagnostics.suggest import nearest

    chosen = tuple(one.strip().upper() for one in select.split(",") if one.strip())
    for one in chosen:
        if not any(number.startswith(one) for number in CODES):
            near = nearest(one, CODES)
            raise click.BadParameter(f"there is no code {one}" + (f"; did you mean {near}?" if near else ""))
    return chosen or ("",)


def _last_changed(folder: Path) -> LastChanged:
    """Asks git when rules were changed last; what is not committed yet is left out."""

    def asked(rules: Sequence[Rule]) -> Mapping[str, datetime]:
        from ruleflow.project.last_changes import last_changes

        found = last_changes(folder, rules)
        return {name: moment_of(one.at) for name, one in found.items() if one.commit}

    return asked


def _show_diff(mended: Mended, before: Folder, folder: Path) -> int:
    from ruleflow.project.edited import patch

    changed = list(mended.changed(before))
    for old, new in changed:
        click.echo(patch((folder / old.name).as_posix(), old.content, new.content), nl=False)
    return FINDINGS if changed else FINE


def _write(mended: Mended, before: Folder, folder: Path) -> None:
    """Write what was mended: all files, or none where one of them was changed meanwhile or cannot be written."""
    from ruleflow.project.edited import ChangedMeanwhileError, write_files

    changed = {old.name: (old.content, new.content) for old, new in mended.changed(before)}
    try:
        write_files(folder, changed)
    except (ChangedMeanwhileError, OSError) as error:
        raise click.UsageError(f"nothing is written: {error}; run it again") from error
    for name in changed:
        click.echo(f"mended {(folder / name).as_posix()}", err=True)
    if mended.count:
        click.echo(f"{mended.count:,} edit{'s' * (mended.count != 1)} made", err=True)
