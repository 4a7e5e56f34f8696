"""Where the service is and how a caller shows who it is: from arguments, or from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

_KEY = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a service; the key is never shown."""

    url: str
    api_key: str = field(default="", repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What goes with every request."""
        shown = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        return {"User-Agent": f"ruleflow/{_version()}", "Accept": "application/json", **shown}


def address_of(base_url: str | None, api_key: str | None, environment: Mapping[str, str]) -> Address:
    """The address that was given, or `RULEFLOW_URL` and `RULEFLOW_API_KEY`. Raises `ValueError`."""
    url = (base_url or environment.get("RULEFLOW_URL", "")).strip().rstrip("/")
    if not url:
        raise ValueError("where is the service? Give base_url='https://…', or set RULEFLOW_URL")
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address holds no name and no password: the key is given as api_key")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"`{url}` is not the address of a service, such as https://rules.example.com")
    # A key that was read from a file may bring the end of its line. It is not said which character is wrong.
    key = (environment.get("RULEFLOW_API_KEY", "") if api_key is None else api_key).strip()
    if key and not _KEY.fullmatch(key):
        raise ValueError("the API key holds characters that no key has")
    return Address(url, key)


def _version() -> str:
    try:
        return version("ruleflow")
    except PackageNotFoundError:
        return "unknown"
