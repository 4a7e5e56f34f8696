"""`ruleflow check`: every mistake of a project in one run."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.cli.terminal import exit_code, folder_argument, show_findings


@click.command("check", help="Look for mistakes in the project in DIR and report all of them.")
@folder_argument
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "sarif", "github"]), default="text", show_default=True
)
@click.option("--strict", is_flag=True, help="Exit with 1 when there are only warnings, too.")
@click.option(
    "--no-proof", is_flag=True, help="Leave out what is proved of rules: those that can never act, and the like."
)
@click.option("--no-cache", is_flag=True, help="Check again, though no file has changed since last time.")
@click.option("--show-silenced", is_flag=True, help="Show what comments in the files silence, too, with the reasons.")
def command(folder: Path, format_: str, strict: bool, no_proof: bool, no_cache: bool, show_silenced: bool) -> int:
    """Check a project."""
    from ruleflow.project.findings import findings_of

    findings = findings_of(folder, cached=not no_cache, prove=not no_proof)
    show_findings(findings, format_, folder, silenced=show_silenced)
    return exit_code(findings, strict=strict)
