"""`ruleflow segments`, run as an admin types it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pyarrow import parquet

from ruleflow.cli.app import run

Cli = Callable[..., tuple[int, str, str]]
ROOT = """ruleflow: 1
project: shop
timezone: UTC
scores:
  frequency: # how often
    value: contact.order_count
    fit: {quantiles: [1, 2, 3]}
  twice: {value: score.frequency, fit: {quantiles: [low, high]}}
  spend: {value: contact.lifetime_value, bins: {'>= 50': a, else: b}}
  cohort: {value: year(contact.first_purchase_at) * 100 + month(contact.first_purchase_at)}
segments:
  often: {title: Often, when: score.frequency is 3}
  rich: {when: score.spend is a}
"""
ROWS = [("a", 1, 10), ("b", 1, 60), ("c", 2, 10), ("d", 2, 5), ("e", 3, 30), ("f", 4, 20)]
DATA = "customer,at,total\n" + "".join(
    f"{customer},2026-01-{day:02},{total}\n" for customer, times, total in ROWS for day in range(1, times + 1)
)


@pytest.fixture
def cli(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run a command beside a project `shop` and its purchases: exit code, output, error output."""
    monkeypatch.chdir(tmp_path)
    Path("shop").mkdir()
    Path("shop/ruleflow.yaml").write_text(ROOT, encoding="utf-8")
    Path("p.csv").write_text(DATA, encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["segments", *arguments])
        seen = capsysbinary.readouterr()
        return code, seen.out.decode(), seen.err.decode()

    return call


def project() -> str:
    """The project as it is now."""
    return Path("shop/ruleflow.yaml").read_text(encoding="utf-8")


def test_bounds_are_found_and_written(cli: Cli) -> None:
    """A score that is made of another one is fitted after it; comments stay; doing it again changes nothing."""
    code, out, _ = cli("fit", "shop", "p.csv")
    assert 0 == code
    wanted = "    value: contact.order_count\n    bins:\n      <= 1: 1\n      <= 2: 2\n      else: 3\n    fit: {quant"
    assert wanted in project()
    assert "  frequency: # how often\n" in project()
    assert "twice: {value: score.frequency, bins: {<= 2: low, else: high}, fit:" in project()
    assert "13 rows (customer customer, at at, total total)\n13 purchases of 6 customers" in out
    assert "\nwritten to shop/ruleflow.yaml\n" in out
    assert "has these bounds already" in cli("fit", "shop", "p.csv")[1]


def test_a_trial_shows_the_change_and_writes_nothing(cli: Cli) -> None:
    """The change goes out, all else to the error stream."""
    code, out, err = cli("fit", "shop", "p.csv", "--diff")
    assert (0, ROOT) == (code, project())
    assert out.startswith("--- a/ruleflow.yaml\n+++ b/ruleflow.yaml\n@@")
    assert "+      <= 2: 2\n" in out
    assert "13 purchases of 6 customers" in err
    told = json.loads(cli("fit", "shop", "p.csv", "--dry-run", "--format", "json", "--score", "frequency")[1])
    assert ["frequency"] == list(told["scores"])
    assert {"bin": "<= 1", "result": 1, "contacts": 2} == told["scores"]["frequency"]["bins"][0]
    assert told["written"] is False
    assert ROOT == project()


def test_nothing_is_written_that_would_not_check(cli: Cli) -> None:
    """The findings of the project as it would be are shown, and the file stays as it was."""
    # With two classes of which only one is left, the option that a segment asks for is gone.
    text = ROOT + "  low: {when: score.flat is low}\n"
    text = text.replace(
        "scores:\n", "scores:\n  flat: {value: contact.order_count * 0, fit: {quantiles: [none, low, high]}}\n"
    )
    Path("shop/ruleflow.yaml").write_text(text, encoding="utf-8")
    code, _, err = cli("fit", "shop", "p.csv", "--score", "flat")
    assert (1, text) == (code, project())
    assert "`low` is not an option of `score.flat`" in err
    assert "nothing was written" in err


def test_files_that_are_ignored_stay_as_they_are(cli: Cli) -> None:
    """A draft of a score is no part of the project."""
    draft = "scores: {frequency: {value: contact.order_count, fit: {quantiles: [1, 2]}}}\n"
    Path("shop/drafts").mkdir()
    Path("shop/drafts/a.yaml").write_text(draft, encoding="utf-8")
    rest = "ruleflow: 1\nignore: [drafts]\n"
    Path("shop/ruleflow.yaml").write_text(rest, encoding="utf-8")
    Path("shop/z.yaml").write_text(draft, encoding="utf-8")
    assert 0 == cli("fit", "shop", "p.csv")[0]
    assert draft == Path("shop/drafts/a.yaml").read_text(encoding="utf-8")
    assert "bins: {<= 2: 1, else: 2}" in Path("shop/z.yaml").read_text(encoding="utf-8")


def test_what_cannot_be_fitted_is_told(cli: Cli) -> None:
    """A score that does not say how, values that are no numbers, a file that is not there."""
    assert (1, "", "error: `spend` is no score of this project with `fit:`; there are frequency, twice\n") == cli(
        "fit", "shop", "p.csv", "--score", "spend"
    )
    code, _, err = cli("fit", "shop", "none.csv")
    assert 2 == code
    assert "error: none.csv cannot be read" in err
    assert 2 == cli("fit", "shop", "p.csv", "--as-of", "soon")[0]
    assert "has no purchases before 2025-01-01" in cli("fit", "shop", "p.csv", "--as-of", "2025-01-01")[2]
    text = "ruleflow: 1\nscores: {s: {value: contact.last_purchase_at, fit: {quantiles: [1, 2]}}}\n"
    Path("shop/ruleflow.yaml").write_text(text, encoding="utf-8")
    assert "error: score `s`: only numbers can be fitted" in cli("fit", "shop", "p.csv")[2]
    text = "ruleflow: 1\nscores: {s: {value: contact.satisfaction, fit: {quantiles: [1, 2]}}}\n"
    Path("shop/ruleflow.yaml").write_text(text, encoding="utf-8")
    assert "error: score `s`: no contact has a value" in cli("fit", "shop", "p.csv")[2]
    Path("shop/ruleflow.yaml").write_text("ruleflow: 1\n", encoding="utf-8")
    assert "error: no score of this project says `fit:`" in cli("fit", "shop", "p.csv")[2]
    assert 2 == cli("assign", "shop", "p.csv")[0]


def test_contacts_are_placed_and_counted(cli: Cli) -> None:
    """How large each segment is, and what it brings."""
    cli("fit", "shop", "p.csv")
    code, out, _ = cli("assign", "shop", "p.csv")
    assert 0 == code
    assert (
        "score.frequency  contacts  share  purchases  revenue  share\n1                2         33.3%  2          70.00    25.9%"
        in out
    )
    assert "often      2         33.3%   7          170.00   63.0%" in out
    assert "(in none)" in out
    told = json.loads(cli("assign", "shop", "p.csv", "--format", "json")[1])
    assert {"contacts": 2, "purchases": 7, "revenue": 170.0} == told["segments"]["often"]
    assert {"contacts": 6, "purchases": 13, "revenue": 270.0} == told["contacts"]


def test_contacts_are_written_in_three_forms(cli: Cli) -> None:
    """They say the same."""
    cli("fit", "shop", "p.csv")
    for name in ("c.csv", "c.jsonl", "c.parquet"):
        assert 0 == cli("assign", "shop", "p.csv", "-o", name)[0]
    rows = list(csv.DictReader(io.StringIO(Path("c.csv").read_text(encoding="utf-8"))))
    assert ["1", "1", "2", "2", "3", "3"] == [row["frequency"] for row in rows]
    assert ["low"] * 4 + ["high"] * 2 == [row["twice"] for row in rows]
    assert ("202601", "often;rich", "90") == (rows[4]["cohort"], rows[4]["segments"], rows[4]["revenue"])
    lines = [json.loads(line) for line in Path("c.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["contact"] for row in rows] == [line["contact"] for line in lines]
    assert [int(row["frequency"]) for row in rows] == [line["score"]["frequency"] for line in lines]
    table = parquet.read_table("c.parquet").to_pylist()
    assert [line["segments"] for line in lines] == [row["segments"] for row in table]
    assert [float(row["frequency"]) for row in rows] == [row["score.frequency"] for row in table]
    assert 2 == cli("assign", "shop", "p.csv", "-o", "c.xls")[0]
    assert 2 == cli("assign", "shop", "p.csv", "-o", "nowhere/c.csv")[0]


def test_a_contact_that_cannot_be_placed_is_counted(cli: Cli) -> None:
    """More purchases than rules look at: told, and the others go on."""
    Path("shop/ruleflow.yaml").write_text(
        "ruleflow: 1\nscores: {s: {value: count (contact.purchases), bins: {<= 1: 1, else: 2}}}\n", encoding="utf-8"
    )
    Path("p.csv").write_text("customer,at,total\na,2026-01-01,1\n" + "b,2026-01-01,1\n" * 10_001, encoding="utf-8")
    code, out, _ = cli("assign", "shop", "p.csv", "-o", "c.jsonl")
    assert 1 == code
    assert "not placed: 1 contacts: `contact.purchases`: the list has 10,001 items" in out
    assert ["", "`contact"] == [
        json.loads(one).get("problem", "")[:8] for one in Path("c.jsonl").read_text().splitlines()
    ]


def test_the_picture_is_svg(cli: Cli) -> None:
    """A map of two scores and two bars for each segment, without anything from elsewhere."""
    cli("fit", "shop", "p.csv")
    assert 0 == cli("assign", "shop", "p.csv", "--plot", "s.svg", "--map", "frequency,score.spend")[0]
    root = ET.fromstring(Path("s.svg").read_text(encoding="utf-8"))
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "shop: 6 contacts" in texts
    assert "Often" in texts
    titles = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}title")]
    assert "frequency 3, spend a: 2 contacts, revenue 170.00" in titles
    assert "often: 33.3% (2)" in titles
    assert "http" not in Path("s.svg").read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")


def test_a_picture_that_cannot_be_made_is_told(cli: Cli) -> None:
    """Another ending, a score that has no steps."""
    assert "ends in .svg" in cli("assign", "shop", "p.csv", "--plot", "s.png")[2]
    code, _, err = cli("assign", "shop", "p.csv", "--plot", "s.svg", "--map", "frequency,cohort")
    assert 2 == code
    assert "--map takes two scores that come in steps: frequency, twice, spend" in err


def test_the_folder_may_be_left_out(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is the current one; without a file the command says what it takes."""
    monkeypatch.chdir("shop")
    assert 0 == cli("assign", "../p.csv")[0]
    assert "name the file of purchases" in cli("assign")[2]
