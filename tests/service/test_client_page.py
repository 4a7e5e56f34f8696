"""What the page on the client shows runs, against a service, and prints what is shown."""

from __future__ import annotations

import re

import pytest

from tests.service.running import EXAMPLE, REPOSITORY, running

PAGE = (REPOSITORY / "docs" / "client.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = re.findall(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_examples_run(tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]) -> None:
    """One after another, as a reader types them."""
    state = tmp_path_factory.mktemp("page") / "state"
    names: dict[str, object] = {}
    with running(str(EXAMPLE), "--workers", "1", "--state", str(state)) as service:
        for example in EXAMPLES:
            exec(example.replace("http://127.0.0.1:8080", service.url), names)  # noqa: S102 - the examples of the page
    assert [*"".join(SHOWN).splitlines(), "3", "later: 0"] == capsys.readouterr().out.splitlines()
