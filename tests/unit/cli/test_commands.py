"""The commands, run as an admin types them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ruleflow.cli.app import COMMANDS, run

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run a command: exit code, output, error output."""
    monkeypatch.setenv("RULEFLOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        seen = capsysbinary.readouterr()
        return code, seen.out.decode(), seen.err.decode()

    return call


@pytest.fixture
def support(cli: Cli) -> str:
    """The project that `ruleflow new` makes."""
    assert cli("new", "support", "--timezone", "Europe/Helsinki")[0] == 0
    return "support"


NOW = ("--now", "2026-03-01T18:00:00+02:00")


def test_new_makes_a_project_that_checks_and_tests(cli: Cli, support: str) -> None:
    """What `new` makes has no findings, passes its tests, and every rule fires in one of them."""
    assert (0, "no problems found\n", "") == cli("check", support)
    code, out, _ = cli("test", support)
    assert (
        0,
        "3 passed\ncoverage 90%: 6 of 6 rules fired, 10 of 10 outcomes of conditions, 2 of 4 outcomes of their parts\n",
    ) == (code, out)


def test_new_writes_nothing_into_a_full_folder(cli: Cli, support: str) -> None:
    """A folder with something in it stays as it is."""
    code, _, err = cli("new", support)
    assert 2 == code
    assert "is not empty" in err
    assert 2 == cli("new", "other", "--timezone", "Nowhere/Land")[0]


def test_check_reports_in_every_format(cli: Cli, support: str) -> None:
    """A mistake is shown with its line and a hint, and in the forms that CI reads; the exit code is 1."""
    place = Path(support) / "rules" / "priority.yaml"
    place.write_text(place.read_text(encoding="utf-8").replace("urgent}", "urgnt}"), encoding="utf-8")
    code, out, _ = cli("check", support)
    assert 1 == code
    assert "error[RF403 unknown-option]: `urgnt` is not an option of `ticket.priority`" in out
    assert "--> support/rules/priority.yaml:8:" in out
    assert "= help: did you mean `urgent`?" in out
    assert "RF403" == json.loads(cli("check", support, "--format", "json")[1])["findings"][0]["code"]
    assert "2.1.0" == json.loads(cli("check", support, "--format", "sarif")[1])["version"]
    assert cli("check", support, "--format", "github")[1].startswith("::error file=support/rules/priority.yaml,line=8")


def test_check_remembers_until_a_file_changes(cli: Cli, support: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unchanged project is not read again; a change of a rule or of a template is seen."""
    cli("check", support)
    with monkeypatch.context() as patched:
        patched.setattr("ruleflow.project.loading.check_folder", None)
        assert (0, "no problems found\n", "") == cli("check", support)
    template = Path(support) / "templates" / "welcome.md"
    template.write_text(template.read_text(encoding="utf-8").replace("first_name", "frist_name"), encoding="utf-8")
    assert 1 == cli("check", support)[0]
    assert "RF320" in cli("check", support)[1]
    assert "RF320" in cli("check", support, "--no-cache")[1]


def test_warnings_fail_only_when_asked(cli: Cli, support: str) -> None:
    """A warning lets the project pass; with `--strict` it does not."""
    (Path(support) / "model" / "more.yaml").write_text(
        "definitions: {idle: ticket.priority is low}\n", encoding="utf-8"
    )
    assert 0 == cli("check", support)[0]
    assert 1 == cli("check", support, "--strict")[0]


def test_numbers_with_a_point_are_numbers_in_json(cli: Cli, tmp_path: Path) -> None:
    """What is decided and explained with a decimal has it as a number, with all its digits."""
    (tmp_path / "ruleflow.yaml").write_text(
        "ruleflow: 1\nfields: {contact.amount: {type: decimal}, ticket.cost: {type: decimal}}\n"
        "rules:\n  - {id: a, stage: route, when: contact.amount > 1.5, then: [{set: {ticket.cost: contact.amount}}]}\n",
        encoding="utf-8",
    )
    (tmp_path / "facts.json").write_text('{"contact": {"amount": 2.50000000000000000001}}', encoding="utf-8")
    ask = (".", "-e", "ticket.created", "-f", "facts.json", *NOW, "--format", "json")
    for out in (cli("decide", *ask)[1], cli("explain", *ask)[1]):
        assert " 2.50000000000000000001" in out
        assert json.loads(out)


def test_decide_one_document(cli: Cli, support: str) -> None:
    """A document is decided as text or JSON; the same question gives the same answer."""
    ask = ("decide", support, "-e", "ticket.created", "-f", "support/ticket.json", *NOW)
    code, out, _ = cli(*ask)
    assert 0 == code
    assert "route            team vip_desk" in out
    assert "overridden: ticket.priority high by vip_is_at_least_high; urgent stands" in out
    first, second = cli(*ask, "--format", "json")[1], cli(*ask, "--format", "json")[1]
    assert first == second
    assert {"team": "vip_desk"} == json.loads(first)["outcome"]["route"]
    both = json.loads(cli(*ask, "--format", "json", "--explain")[1])
    assert {"decision", "explanation"} == set(both)
    assert "stage route, only the first rule acts" in cli(*ask, "--explain")[1]


def test_a_decision_tells_deadlines(cli: Cli, support: str) -> None:
    """Clocks and the next timer stand below what is decided."""
    (Path(support) / "levels.yaml").write_text(
        "sla: {fast: {targets: {first_reply: 1h}, warn_at: 75%}}\n"
        "rules: [{id: level, stage: prioritise, on: ticket.created, then: [{set_sla: fast}]}]\n",
        encoding="utf-8",
    )
    _, out, _ = cli("decide", support, "-e", "ticket.created", "-f", "support/ticket.json", *NOW)
    start = datetime.fromisoformat(NOW[1])
    assert f"first_reply: running, due {(start + timedelta(hours=1)).isoformat()}   (1h, by SLA policy fast)" in out
    assert f"next timer: sla.warning of first_reply at {(start + timedelta(minutes=45)).isoformat()}" in out


def test_decide_json_lines(cli: Cli, support: str, tmp_path: Path) -> None:
    """Each line gives a line; a bad one is reported with its number and does not stop the rest."""
    lines = [
        '{"ticket": {"request_type": "refund"}}',
        "nonsense",
        "",
        '{"ticket": {"created_at": "never"}}',
        '{"event": "ticket.created", "now": "2026-01-01T00:00:00Z", "facts": {"contact": {"segments": ["vip"]}}}',
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    code, out, err = cli("decide", support, "-e", "ticket.created", "-f", "many.jsonl", *NOW)
    answers = [json.loads(line) for line in out.splitlines()]
    assert 1 == code
    assert ["billing", "vip_desk"] == [one["outcome"]["route"]["team"] for one in answers if "outcome" in one]
    assert [2, 4] == [one["line"] for one in answers if "line" in one]
    assert "2026-01-01T02:00:00+02:00" == answers[3]["at"]
    assert "line 2: this is not JSON" in err
    assert "line 4: refused: /ticket/created_at" in err
    assert "2 decided, 2 not decided" in err


@pytest.mark.parametrize(
    ("facts", "code", "said"),
    [
        ("not json", 2, "this is not JSON"),
        ('{"ticket": ' + "[" * 10_000 + "]" * 10_000 + "}", 2, "nested deeper than 64"),
        ('{"ticket": {"reopened_count": ' + "9" * 5_000 + "}}", 2, "too many digits"),
        ('{"ticket": {"reopened_count": ' + "9" * 50 + "}}", 1, "too many digits"),
        ('{"ticket": {"subject": "\\ud800"}}', 1, "not valid Unicode"),
        ('{"ticket": {"reopened_count": NaN}}', 2, "NaN is not a number"),
        ("[]", 1, "facts are an object"),
        ('{"contact": {"email": "x"}, "ticket": {"tags": 5}}', 1, "2 problems"),
        ("\xff", 2, "line 1"),
    ],
)
def test_bad_facts_are_told_and_nothing_breaks(
    cli: Cli, support: str, tmp_path: Path, facts: str, code: int, said: str
) -> None:
    """Whatever comes as facts, the answer is a clear error with exit code 1 or 2."""
    (tmp_path / "facts.json").write_text(facts, encoding="utf-8")
    found, _, err = cli("decide", support, "-e", "ticket.created", "-f", "facts.json")
    assert code == found
    assert said in err


def test_refusals_as_json(cli: Cli, support: str, tmp_path: Path) -> None:
    """With `--format json` the problems come as JSON, each with its pointer."""
    (tmp_path / "facts.json").write_text('{"ticket": {"subject": 5}}', encoding="utf-8")
    code, out, _ = cli("decide", support, "-e", "ticket.created", "-f", "facts.json", "--format", "json")
    assert (1, "/ticket/subject") == (code, json.loads(out)["refused"][0]["pointer"])


def test_explain_a_rule(cli: Cli, support: str) -> None:
    """A rule's every part is shown with the value it saw, and the part that decided is pointed at."""
    ask = ("explain", support, "-e", "ticket.created", "-f", "support/ticket.json", *NOW)
    code, out, _ = cli(*ask, "--rule", "outage_is_urgent")
    assert 0 == code
    assert "✓ ticket.request_type is incident   (ticket.request_type is incident)" in out
    assert "→ set ticket.priority to urgent" in out
    lost = cli(*ask, "--rule", "vip_is_at_least_high")[1]
    assert "`outage_is_urgent` wins: the highest value stands" in lost
    assert (
        "refunds_to_billing"
        == json.loads(cli(*ask, "--rule", "refunds_to_billing", "--format", "json")[1])["rule"]["id"]
    )
    assert 2 == cli(*ask, "--rule", "nobody")[0]


def test_explain_says_the_least_that_would_make_a_rule_act(
    cli: Cli, support: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a rule that did not act the nearest facts are told, in text and JSON; without the prover, what it takes."""
    ask = ("explain", support, "-e", "ticket.created", "-f", "support/ticket.json", *NOW, "--rule")
    assert "\nto make it fire: contact.segments [vip] → []\n" in cli(*ask, "rest_to_support")[1]
    found = json.loads(cli(*ask, "rest_to_support", "--format", "json")[1])["nearest"]
    assert {"ways": [[{"fact": "contact.segments", "from": ["vip"], "to": []}]], "least": True, "reason": ""} == found
    assert "to make it fire" not in cli(*ask, "outage_is_urgent")[1]
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)
    without = cli(*ask, "rest_to_support")[1]
    assert "to make it fire: this takes the prover: pip install 'ruleflow[prove]'" in without
    assert "`vip_to_vip_desk` matched before it" in without


def test_explain_a_code(cli: Cli) -> None:
    """A code is explained by its page, written in full or by number."""
    assert cli("explain", "RF403")[1].startswith("# RF403 unknown-option")
    assert cli("explain", "403")[1] == cli("explain", "rf403")[1]
    assert 2 == cli("explain", "RF999")[0]


def test_failing_tests_say_what_was_expected_and_found(cli: Cli, support: str) -> None:
    """A test that fails names the place, what was expected and what was found; JUnit and JSON say the same."""
    place = Path(support) / "tests" / "first.test.yaml"
    place.write_text(place.read_text(encoding="utf-8").replace("team: billing", "team: support"), encoding="utf-8")
    code, out, _ = cli("test", support)
    assert 1 == code
    assert "✗ each kind of request finds its team [refund]" in out
    assert 'expected "support"\n      found    "billing"' in out
    suite = ET.fromstring(cli("test", support, "--format", "junit")[1])
    assert ("3", "1") == (suite.get("tests"), suite.get("failures"))
    assert 1 == json.loads(cli("test", support, "--format", "json")[1])["failed"]
    assert cli("test", support, "--format", "github")[1].startswith("::error file=support/tests/first.test.yaml")
    assert 0 == cli("test", support, "--only", "outage")[0]


def test_coverage_and_changes_of_the_rules(cli: Cli, support: str) -> None:
    """What tests leave out is told on demand; too little of it, or of changes noticed, is a failure."""
    assert "what no test shows:" not in cli("test", support)[1]
    code, out, _ = cli("test", support, "--coverage")
    assert 0 == code
    assert "what no test shows:\n\nrule `outage_is_urgent`  rules/priority.yaml:" in out
    assert (0, "") == cli("test", support, "--min-coverage", "90", "--workers", "2")[::2]
    assert (1, "coverage is 90%, less than the 91% asked for\n") == cli("test", support, "--min-coverage", "91")[::2]
    code, out, _ = cli("test", support, "--mutate", "refunds_to_billing")
    assert 0 == code
    assert "changes tried: " in out
    code, out, err = cli("test", support, "--mutate", "--min-score", "100", "--limit", "12", "--format", "json")
    assert 1 == code
    assert 12 == json.loads(out)["mutation"]["tried"]
    assert "of the changes were noticed, less than the 100% asked for" in err
    place = Path(support) / "tests" / "first.test.yaml"
    place.write_text(place.read_text(encoding="utf-8").replace("team: billing", "team: support"), encoding="utf-8")
    code, out, err = cli("test", support, "--mutate", "--format", "junit")
    assert (1, True) == (code, "no rule was changed" in err)
    assert "mutation.score" not in out


def test_a_broken_project_decides_nothing(cli: Cli, support: str) -> None:
    """With errors in the project `decide`, `explain` and `test` show them and exit with 1."""
    (Path(support) / "rules" / "bad.yaml").write_text(
        "rules: [{id: x, stage: nowhere, then: [{stop: true}]}]\n", encoding="utf-8"
    )
    for command in (("decide", support, "-e", "ticket.created", "-f", "support/ticket.json"), ("test", support)):
        code, out, err = cli(*command)
        assert (1, "") == (code, out)
        assert "RF307" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chek",), "did you mean `check`?"),
        (("decide", "support", "-f", "x"), "cannot be read"),
        (("decide", "support", "-f", "support/ticket.json"), "say what happened"),
        (
            ("decide", "support", "-e", "ticket.created", "-f", "support/ticket.json", "--now", "noon"),
            "is not an instant",
        ),
        (
            ("decide", "support", "-e", "ticket.created", "-f", "support/ticket.json", "--now", "2026-01-01T10:00"),
            "has no time zone",
        ),
        (
            ("timeline", "support", "-f", "support/ticket.json", "--now", "9999-12-31T23:00+00:00"),
            "outside the years 2 to 9998",
        ),
        (("check", "nowhere"), ""),
        (("test", "--mutate", "support"), "write the folder first"),
        (("test", "support", "--mutate", "outage_is_urgnt"), "did you mean `outage_is_urgent`?"),
        (("test", "support", "--limit", "5"), "go with --mutate"),
        (("explain", "support"), "name the facts"),
        (("schema", "nothing"), "no schema"),
        (("completion", "tcsh"), "tcsh"),
    ],
)
def test_wrong_usage_is_2(cli: Cli, support: str, arguments: tuple[str, ...], said: str) -> None:
    """Whatever is typed wrong is answered in a line, with exit code 2."""
    code, out, err = cli(*arguments)
    assert 2 == code
    assert said in out + err


def test_schemas(cli: Cli, tmp_path: Path) -> None:
    """Schemas are listed, printed and written; `--check` tells when one is stale."""
    names = cli("schema")[1].split()
    assert "rules.schema.json" in names
    assert "object" == json.loads(cli("schema", "rules")[1])["type"]
    assert 1 == cli("schema", "--write", "out", "--check")[0]
    assert 0 == cli("schema", "--write", "out")[0]
    assert 0 == cli("schema", "--write", "out", "--check")[0]
    assert sorted(names) == sorted(path.name for path in (tmp_path / "out").iterdir())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(cli: Cli, shell: str) -> None:
    """Each shell gets its script."""
    assert "_RULEFLOW_COMPLETE" in cli("completion", shell)[1]


def test_defects_are_ours(cli: Cli, support: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of ours is no traceback but a line that says so, with exit code 3."""
    # Where it is used alone: what is first imported while the test runs must not keep this one.
    monkeypatch.setattr("ruleflow.project.findings.read_folder", lambda *_: 1 / 0)
    code, _, err = cli("check", support)
    assert 3 == code
    assert "RF901" in err
    assert "Traceback" not in err


HEAVY = (
    "lark",
    "yaml",
    "liquid",
    "rich",
    "re2",
    "holidays",
    "icalendar",
    "phonenumbers",
    "email_validator",
    "jsonschema",
    "numpy",
    "pyarrow",
    "sqlalchemy",
    "alembic",
)


def modules(code: str) -> set[str]:
    """The top-level modules that some code loads in a fresh interpreter."""
    script = f"import sys\n{code}\nprint(' '.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-2].split())


@pytest.mark.parametrize(
    ("code", "not_loaded"),
    [
        ("import ruleflow", (*HEAVY, "click")),
        ("from ruleflow.cli.app import run; run(['--help'])", HEAVY),
        (
            "from ruleflow.project.project import load",
            ("liquid", "rich", "holidays", "icalendar", "phonenumbers", "email_validator", "click", "lark", "re2"),
        ),
    ],
)
def test_heavy_libraries_load_only_where_used(code: str, not_loaded: tuple[str, ...]) -> None:
    """Starting, asking for help, and importing load nothing heavy."""
    assert set() == modules(code) & set(not_loaded)


def test_every_command_has_help(cli: Cli) -> None:
    """Every command of the list exists and explains itself."""
    for command in COMMANDS:
        code, out, _ = cli(command, "--help")
        assert 0 == code
        assert out.startswith(f"Usage: ruleflow {command}")


def table_of(rows: list[dict[str, object]]) -> object:
    """A table with a struct column for each object."""
    import pyarrow as pa

    return pa.Table.from_pylist(rows)


ROWS: list[dict[str, object]] = [
    {"ticket": {"request_type": "refund", "subject": "Größe"}, "contact": {"segments": None}},
    {"ticket": {"request_type": None, "subject": "help"}, "contact": {"segments": ["vip"]}},
    {"ticket": {"request_type": None, "subject": None}, "contact": {"segments": ["vip"]}},
]


@pytest.mark.parametrize("name", ["many.parquet", "many.arrow", "many.feather", "stream.arrow"])
def test_a_table_is_decided_row_by_row(cli: Cli, support: str, tmp_path: Path, name: str) -> None:
    """Each row that a rule matches gives the line that its document gives, with its number; the summary counts the rest."""
    import pyarrow as pa
    from pyarrow import feather, parquet

    table = table_of(ROWS)
    if name.endswith(".parquet"):
        parquet.write_table(table, tmp_path / name)
    elif name.startswith("stream"):
        with pa.OSFile(name, "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:  # type: ignore[attr-defined]
            writer.write_table(table)
    else:
        feather.write_feather(table, str(tmp_path / name))
    code, out, err = cli("decide", support, "-e", "ticket.created", "-f", name, *NOW)
    documents = [{group: {k: v for k, v in own.items() if v} for group, own in row.items()} for row in ROWS]  # type: ignore[attr-defined]
    (tmp_path / "many.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    _, lines, _ = cli("decide", support, "-e", "ticket.created", "-f", "many.jsonl", *NOW)
    singly = [{"row": row, **json.loads(line)} for row, line in enumerate(lines.splitlines())]
    assert 0 == code
    assert [one for one in singly if one["matched"]] == [json.loads(line) for line in out.splitlines()]
    assert f"{len(out.splitlines())} decided" in err


def test_rows_that_are_refused_are_told(cli: Cli, support: str, tmp_path: Path) -> None:
    """A refused row has its problems, and the command fails; where no rule matches is counted only."""
    from pyarrow import parquet

    rows: list[dict[str, object]] = [{"ticket.created_at": "never"}, {"ticket.created_at": "2026-03-01T10:00:00Z"}]
    parquet.write_table(table_of(rows), tmp_path / "some.parquet")
    code, out, err = cli("decide", support, "-e", "ticket.closed", "-f", "some.parquet", *NOW)
    assert 1 == code
    assert {"row", "refused"} == json.loads(out.splitlines()[0]).keys()
    assert "row 0: refused: /ticket/created_at" in err
    assert "0 decided, 1 not decided; no rule matches the other 1" in err


@pytest.mark.parametrize("name", ["bad.parquet", "bad.arrow", "absent.parquet", "cut.arrow"])
def test_a_file_that_is_no_table(cli: Cli, support: str, tmp_path: Path, name: str) -> None:
    """It is told in a sentence."""
    from pyarrow import feather

    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing PAR1")
    (tmp_path / "bad.arrow").write_bytes(b"")
    feather.write_feather(table_of(ROWS), str(tmp_path / "whole.arrow"), compression="uncompressed")
    (tmp_path / "cut.arrow").write_bytes((tmp_path / "whole.arrow").read_bytes()[:-40])
    code, out, err = cli("decide", support, "-e", "ticket.created", "-f", name, *NOW)
    assert (2, "") == (code, out)
    assert f"error: {name} cannot be read" in err


def test_a_table_needs_an_event_and_takes_no_explanation(cli: Cli, support: str) -> None:
    """What cannot be asked of a table is said."""
    assert "say what happened" in cli("decide", support, "-f", "some.parquet")[2]
    assert "not a table" in cli("decide", support, "-e", "ticket.created", "-f", "some.parquet", "--explain")[2]


def test_tables_name_the_extra_that_they_need(cli: Cli, support: str) -> None:
    """Without pyarrow the command says what to install."""
    script = (
        "import sys; sys.modules['pyarrow'] = None; from ruleflow.cli.app import run; "
        f"sys.exit(run(['decide', {support!r}, '-e', 'ticket.created', '-f', 'some.parquet']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert 2 == done.returncode
    assert "pip install 'ruleflow[batch]'" in done.stderr
