"""Bounds found in real purchases, and scores at decision time, against a plain computation with pandas."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ruleflow
from ruleflow.cli.app import run
from tests.projects import write_project

MARKS = [1, 2, 3, 4, 5]
PROJECT = """ruleflow: 1
timezone: UTC
stages: [notify]
scores:
  recency: {value: days_since(max (contact.purchases of it.at)), fit: {quantiles: [5, 4, 3, 2, 1]}}
  frequency: {value: count (contact.purchases), fit: {quantiles: [1, 2, 3, 4, 5]}}
  monetary: {value: sum (contact.purchases of it.total), fit: {quantiles: [1, 2, 3, 4, 5]}}
  rfm: {join: [score.recency, score.frequency, score.monetary]}
  abc: {value: sum (contact.purchases of it.total), fit: {shares: {a: 80%, b: 95%, c: 100%}}}
rules:
  - {id: told, stage: notify, on: ticket.created, then: [{note: '{{ score.rfm }}{{ score.abc }}'}]}
"""


def retail(path: Path) -> pd.DataFrame:
    """The purchases in a file of invoice lines: who, when, for how much."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False).drop_duplicates()
    rows["total"] = (rows.quantity.astype(int) * (rows.price.astype(float) * 1000).round().astype(int)) / 1000
    rows["at"] = pd.to_datetime(rows.invoice_date, utc=True)
    rows = rows[(rows.customer_id != "") & (rows.total > 0)]
    grouped = rows.groupby(["customer_id", "invoice"]).agg(at=("at", "min"), total=("total", "sum")).reset_index()
    return grouped.rename(columns={"customer_id": "customer"})


def cdnow(path: Path) -> pd.DataFrame:
    """The purchases of the file of records and discs."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    made = pd.DataFrame(
        {"customer": rows.customer_id, "at": pd.to_datetime(rows.date, utc=True), "total": rows.amount.astype(float)}
    )
    return made[made.total > 0]


def marks_of(values: pd.Series, bounds: list[float], results: list[int]) -> list[int]:
    """The mark of each value: that of the first bound that it does not pass."""
    return [results[at] for at in np.searchsorted(bounds, values, side="left")]


def bounds_in(values: pd.Series) -> list[float]:
    """The bounds of five groups of equal size."""
    return [float(np.quantile(values, at / 5, method="inverted_cdf")) for at in range(1, 5)]


def measured(purchases: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """Recency in days, frequency and sum of each customer at an instant."""
    before = purchases[purchases["at"] < at]
    found = before.groupby("customer").agg(last=("at", "max"), frequency=("at", "size"), monetary=("total", "sum"))
    found["recency"] = [(at.date() - last.date()).days for last in found["last"]]
    found["monetary"] = found.monetary.round(6)
    return found


def least_of_shares(values: pd.Series) -> tuple[float, float]:
    """The least value of those who bring the first 80 %, and the first 95 %, of the sum."""
    falling = values.sort_values(ascending=False)
    before = falling.cumsum().shift(fill_value=0) / falling.sum()
    return float(falling[before < 0.80].min()), float(falling[before < 0.95].min())


def expected(fresh: pd.DataFrame, past: pd.DataFrame) -> dict[str, str]:
    """The marks of each customer of `fresh`, by bounds found in `past`."""
    marks = []
    for name, results in (("recency", MARKS[::-1]), ("frequency", MARKS), ("monetary", MARKS)):
        bounds = bounds_in(past[name])
        kept = [at for at in range(4) if at == 0 or bounds[at] > bounds[at - 1]]
        marks.append(marks_of(fresh[name], [bounds[at] for at in kept], [*(results[at] for at in kept), results[4]]))
    a, b = least_of_shares(past.monetary)
    classes = ["a" if one >= a else "b" if one >= b else "c" for one in fresh.monetary]
    return {customer: f"{r}{f}{m}{one}" for customer, r, f, m, one in zip(fresh.index, *marks, classes, strict=True)}


def decided(project: ruleflow.Project, purchases: pd.DataFrame, at: datetime) -> dict[str, str]:
    """What the rules say of each customer, from the list of purchases at that instant."""
    found = {}
    for customer, own in purchases[purchases["at"] < at].groupby("customer"):
        listed = [{"at": when.isoformat(), "total": total} for when, total in zip(own["at"], own.total, strict=True)]
        decision = project.decide("ticket.created", {"contact": {"purchases": listed}}, now=at).to_dict()
        found[str(customer)] = decision["actions"][0]["text"]
    return found


def check(path: Path, purchases: pd.DataFrame, past: datetime, now: datetime, folder: Path) -> dict[str, str]:
    """Bounds found before `past` give at `now` what pandas gives, in decisions; and so do the contacts that are placed."""
    write_project(folder, {"ruleflow.yaml": PROJECT})
    assert 0 == run(["segments", "fit", str(folder), str(path), "--as-of", past.date().isoformat()])
    wanted = expected(measured(purchases, now), measured(purchases, past))
    answers = folder / "contacts.csv"
    assert 0 == run(
        ["segments", "assign", str(folder), str(path), "--as-of", now.date().isoformat(), "-o", str(answers)]
    )
    placed = pd.read_csv(answers, dtype=str, keep_default_na=False).set_index("contact")
    assert wanted == (placed.rfm + placed.abc).to_dict()
    return wanted


def test_marks_of_an_extract_agree(repository: Path, tmp_path: Path) -> None:
    """Bounds of half a year, applied to fresh facts at the end of the year, one decision for each customer."""
    path = repository / "tests" / "data" / "online_retail_extract.csv"
    purchases = retail(path)
    past, now = datetime(2010, 6, 1, tzinfo=UTC), datetime(2010, 12, 1, tzinfo=UTC)
    wanted = check(path, purchases, past, now, tmp_path)
    assert wanted == decided(ruleflow.load(tmp_path), purchases, now)
    assert len(wanted) > 100
    assert len(set(wanted.values())) > 30


@pytest.mark.slow
def test_marks_of_a_year_of_a_shop_agree(shared_folder: Path, tmp_path: Path) -> None:
    """All 18,437 purchases: bounds of the first nine months, applied at the end of the year."""
    path = shared_folder / "data" / "online_retail_2009_2010.csv.gz"
    past, now = datetime(2010, 9, 1, tzinfo=UTC), datetime(2010, 12, 1, tzinfo=UTC)
    assert 4_266 == len(check(path, retail(path), past, now, tmp_path))


@pytest.mark.slow
def test_marks_of_records_and_discs_agree(shared_folder: Path, tmp_path: Path) -> None:
    """All 69,579 purchases of records and discs: bounds of 1997, applied in the middle of 1998."""
    path = shared_folder / "data" / "cdnow_purchases.csv.gz"
    past, now = datetime(1998, 1, 1, tzinfo=UTC), datetime(1998, 7, 1, tzinfo=UTC)
    assert 23_502 == len(check(path, cdnow(path), past, now, tmp_path))


@pytest.mark.slow
def test_the_numbers_of_the_example_are_those_of_its_command(
    shared_folder: Path, repository: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Fitting the example again changes nothing, and its picture is the one that it shows."""
    example = repository / "rules-examples" / "segments-from-purchases"
    data = str(shared_folder / "data" / "online_retail_2009_2010.csv.gz")
    assert 0 == run(["segments", "fit", str(example), data, "--diff"])
    assert b"" == capsysbinary.readouterr().out
    picture = tmp_path / "segments.svg"
    assert 0 == run(["segments", "assign", str(example), data, "--plot", str(picture), "--map", "recency,frequency"])
    assert (example / "segments.svg").read_bytes() == picture.read_bytes()
