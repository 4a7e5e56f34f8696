"""The page about timers: its examples accept what the service signs, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ruleflow.service.signature import keys_of, signed_headers

SECRET = f"whsec_{b64encode(bytes(range(32))).decode()}"
BODY = '{"ticket": "билет 🎫"}'.encode()
Verify = Callable[[dict[str, str], bytes], bool]


def _code(repository: Path, language: str) -> str:
    page = (repository / "docs" / "timers.md").read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


def _in_python(repository: Path) -> Verify:
    names: dict[str, Any] = {}
    exec(_code(repository, "python"), names)  # noqa: S102 - the page's own example
    return lambda headers, body: names["is_genuine"](SECRET, headers, body)


def _in_node(repository: Path) -> Verify:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    code = _code(repository, "js")

    def verify(headers: dict[str, str], body: bytes) -> bool:
        call = f"isGenuine({json.dumps(SECRET)}, {json.dumps(headers)}, Buffer.from({json.dumps(body.hex())}, 'hex'))"
        done = subprocess.run(
            [node, "-e", f"{code}\nconsole.log({call})"], capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout.strip() == "true"

    return verify


@pytest.mark.parametrize("example", [_in_python, _in_node])
def test_the_examples_verify_what_the_service_signs(repository: Path, example: Callable[[Path], Verify]) -> None:
    """A delivery passes, with one secret or two; another body, another id, another secret or an old one does not."""
    verify = example(repository)
    now = int(time.time())
    other = f"whsec_{b64encode(bytes(24)).decode()}"
    genuine = signed_headers(keys_of(SECRET), "tmr_1", now, BODY)
    assert verify(genuine, BODY)
    assert verify(signed_headers(keys_of(f"{other} {SECRET}"), "tmr_1", now, BODY), BODY)
    assert not verify(genuine, BODY + b" ")
    assert not verify({**genuine, "webhook-id": "tmr_2"}, BODY)
    assert not verify(signed_headers(keys_of(other), "tmr_1", now, BODY), BODY)
    assert not verify(signed_headers(keys_of(SECRET), "tmr_1", now - 3_600, BODY), BODY)
