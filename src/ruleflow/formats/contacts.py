"""How somebody is reached: addresses and numbers. No check asks the network."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

_SCHEMES = frozenset({"http", "https", "ftp", "ftps", "sftp"})
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_PHONE = re.compile(r"[+]?[0-9][0-9 ().\-/]{4,24}|[+]?\([0-9][0-9 ().\-/]{4,24}")


def email(text: str) -> str | None:
    """An address alone, without a name; domains of any script; whether it exists is not asked."""
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        return None if _is_special_use(text) else "needs an e-mail address such as `anna@example.com`"
    return None


def _is_special_use(text: str) -> bool:
    """Whether an address is refused only for its domain, which is set aside for tests and local networks."""
    from email_validator import EmailNotValidError, validate_email

    local, at, domain = text.rpartition("@")
    if not at or not re.fullmatch(r"(?:[\w-]+\.)*(?:test|example|invalid|local|localhost)", domain, re.IGNORECASE):
        return False
    try:
        validate_email(f"{local}@example.com", check_deliverability=False, strict=True)
    except EmailNotValidError:
        return False
    return "." in domain


def url(text: str) -> str | None:
    """An address with a scheme (http, https, ftp, ftps, sftp) and a host: a name, `localhost`, an IP address."""
    problem = "needs a web address such as `https://example.com/page`"
    if re.search(r"[\s<>\"\\^`{|}\x00-\x1f\x7f]", text):
        return problem
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return problem
    good_port = port is None or 0 < port < 65536
    good_host = _is_host(host, parts.netloc) and _is_login(parts.netloc)
    return None if parts.scheme.lower() in _SCHEMES and good_host and good_port else problem


def _is_login(netloc: str) -> bool:
    """Whether what stands before an @ is a user, or a user and a password; without an @ there is nothing to ask."""
    login, at, _ = netloc.rpartition("@")
    return not at or (bool(login) and login.count(":") <= 1 and "@" not in login)


def _is_host(host: str, netloc: str) -> bool:
    if "[" in netloc:
        return ip(host) is None
    if re.fullmatch(r"[0-9.]+", host):
        return ip(host) is None
    labels = host.removesuffix(".").split(".")
    return (
        len(host) <= 253
        and all(_LABEL.fullmatch(label) and "_" not in label for label in labels)
        and (len(labels) > 1 or host == "localhost")
    )


def ip(text: str) -> str | None:
    """An IPv4 or IPv6 address, without a port, a mask or a zone."""
    try:
        found: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return "needs an IP address such as `192.0.2.1` or `2001:db8::1`"
    has_zone = isinstance(found, IPv6Address) and found.scope_id is not None
    return "needs an IP address without a zone" if has_zone else None


def phone_us(text: str) -> str | None:
    """A number of the United States that may be dialled, with +1 or without, digits grouped as people do."""
    return None if _is_phone(text, "US") else "needs a US phone number such as `(212) 555-0123` or `+1 212 555 0123`"


def phone_international(text: str) -> str | None:
    """A number with `+` and the code of its country."""
    good = text.startswith("+") and _is_phone(text, None)
    return None if good else "needs a phone number with its country code, such as `+358 9 1234567`"


def _is_phone(text: str, region: str | None) -> bool:
    from phonenumbers import NumberParseException, is_valid_number, is_valid_number_for_region, parse

    if not _PHONE.fullmatch(text):
        return False
    try:
        number = parse(text, region)
    except NumberParseException:
        return False
    return is_valid_number_for_region(number, region) if region else is_valid_number(number)
