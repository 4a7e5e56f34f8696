"""What either client starts with."""

from __future__ import annotations

import os
from importlib.util import find_spec

from ruleflow.client.address import Address, address_of
from ruleflow.client.calls import Calls
from ruleflow.client.exchange import Patience

TIMEOUT_S, ATTEMPTS = 30.0, 8
_DAY_S = 86_400
CHUNK = 200
"""So many facts go into one request of `decide_many`."""


def opened(
    base_url: str | None, api_key: str | None, project: str | None, timeout_s: float, attempts: int
) -> tuple[Address, Calls]:
    """The address of a service and its calls. Raises `ImportError` without httpx2, `ValueError` for what cannot be."""
    if find_spec("httpx2") is None:
        raise ImportError("the client needs httpx2, which is not installed: pip install 'ruleflow[client]'")
    if not 0 < timeout_s <= _DAY_S or attempts < 1:
        raise ValueError("`timeout` is more than 0 seconds and at most a day, and `attempts` is one at least")
    address = address_of(base_url, api_key, os.environ)
    return address, Calls(project, Patience(timeout_s, attempts))
