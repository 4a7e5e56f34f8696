"""A project is edited again and again while requests come: each is decided, by a version that was really there."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest

import ruleflow
from tests.service.asking import asking, eventually
from tests.service.running import EXAMPLE, running


def test_a_hundred_quick_edits_cost_no_request(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Sound and broken states in quick succession, written in place: no error, and no digest but those of sound states."""
    folder = tmp_path / "support"
    shutil.copytree(EXAMPLE, folder)
    rules = folder / "ruleflow.yaml"
    text = rules.read_text(encoding="utf-8")
    sound = [f"{text}\n# version {number}\n" for number in range(6)]
    broken = [f"{text}\nnonsense: [\n", "", f"{text}\nstages: []\n"]
    digests = {}
    for state in (text, *sound):
        rules.write_text(state, encoding="utf-8")
        digests[state] = ruleflow.load(folder).digest
    drawn = random.Random(3)
    with running(str(folder), "--workers", "2") as service, asking(service) as asked:
        for number in range(100):
            rules.write_text(drawn.choice(sound if number % 3 else broken), encoding="utf-8")
            time.sleep(0.7 if number % 25 == 24 else drawn.random() * 0.05)
        rules.write_text(text, encoding="utf-8")
        eventually(lambda: asked.last_digest == digests[text])
    assert {200} == set(asked.statuses)
    assert 0 == asked.broken
    assert len(asked.digests) > 2
    assert asked.digests <= set(digests.values())
