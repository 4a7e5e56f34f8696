"""`ruleflow explain`: why a rule acted or did not; or what a code of a finding means."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import click

from ruleflow.cli.exits import FINDINGS, FINE, WRONG_USAGE
from ruleflow.cli.instants import Instant
from ruleflow.cli.projects import open_project

CODE = re.compile(r"(?:RF)?\d{3}", re.IGNORECASE)


@click.command(
    "explain",
    help="""Say why a rule acted on a ticket or did not, part by part, with the values it saw.

    Of a rule that did not act, say the least that would have to change about the ticket.

    With a code in place of DIR (`ruleflow explain RF403`), say what a finding with that code means.
    """,
)
@click.argument("subject", metavar="[DIR|CODE]", default=".")
@click.option("--rule", "-r", metavar="ID", default=None, help="The rule; left out, every stage is explained.")
@click.option("--event", "-e", metavar="EVENT", default="", help="What happened, for instance ticket.created.")
@click.option("--facts", "-f", "facts_path", metavar="FACTS", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--now", type=Instant(), help="The instant of the decision, 2026-03-01T18:00+03:00; the clock's if left out."
)
@click.option("--strict", is_flag=True, help="Refuse segments, contracts and options that the project does not know.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    subject: str,
    rule: str | None,
    event: str,
    facts_path: Path | None,
    now: datetime | None,
    strict: bool,
    format_: str,
) -> int:
    """Explain."""
    if CODE.fullmatch(subject) and facts_path is None:
        return _explain_code(subject)
    if facts_path is None:
        raise click.UsageError(
            "name the facts of the ticket: --facts ticket.json (to explain a code: ruleflow explain RF403)"
        )
    return _explain_rule(Path(subject), rule, event, facts_path, now, format_, strict=strict)


def _explain_rule(
    folder: Path, rule: str | None, event: str, facts_path: Path, now: datetime | None, format_: str, *, strict: bool
) -> int:
    from ruleflow.cli.decide_one import read_facts_file, show_problems
    from ruleflow.diagnostics.json_text import json_text
    from ruleflow.project.errors import FactsError, UnknownRuleError
    from ruleflow.project.questions import Question, unwrap

    project = open_project(folder)
    event, facts, now = unwrap(Question(event, now, strict), read_facts_file(facts_path))
    if not event:
        raise click.UsageError("say what happened: --event ticket.created")
    try:
        found = project.explain(event, facts, rule=rule, now=now, strict=strict, nearest=True)
    except FactsError as error:
        show_problems(error.problems, format_)
        return FINDINGS
    except UnknownRuleError as error:
        click.echo(f"error: {error}", err=True)
        return WRONG_USAGE
    click.echo(json_text(found.to_dict()) if format_ == "json" else found.to_text(), nl=False)
    return FINE


def _explain_code(text: str) -> int:
    from ruleflow.diagnostics.codes import CODES
    from ruleflow.diagnostics.pages import page_name
    from ruleflow.diagnostics.suggest import nearest
    from ruleflow.resources import read_resource

    number = f"RF{text[-3:]}"
    code = CODES.get(number)
    if code is None:
        near = nearest(number, CODES)
        click.echo(f"error: there is no code {number}" + (f"; did you mean {near}?" if near else ""), err=True)
        return WRONG_USAGE
    click.echo(read_resource("codes", page_name(code)), nl=False)
    return FINE
