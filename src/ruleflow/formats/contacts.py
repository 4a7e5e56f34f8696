"""How somebody is reached: addresses and numbers. No check asks the network."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from unicodedata import category, normalize
from urllib.parse import urlsplit

_SCHEMES = frozenset({"http", "https", "ftp", "ftps", "sftp"})
_NOT_IN_URL = re.compile(r"[<>\"\\^`{|}]")
_NETLOC = re.compile(
    r"(?:(?P<login>[^@:]*:[^@:]*|[^@:]+)@)?(?P<host>\[[^\[\]]*\]|[^\[\]@:]+)(?::(?P<port>[0-9]{0,5}))?"
)
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SET_ASIDE = re.compile(r"\.(?:arpa|invalid|local|localhost|onion)\Z", re.IGNORECASE)
# Besides plain spaces and dashes those that word processors and spreadsheets put in their place.
_PHONE_REST = "[0-9 \u00a0\u202f().\\-\u2010\u2011\u2013/]{4,24}"
_PHONE = re.compile(rf"[+]?(?:[0-9]|\([0-9]){_PHONE_REST}")


def email(text: str) -> str | None:
    """An address alone, without a name; domains of any script; whether it exists is not asked.

    A domain set aside for tests and local networks (`shop.test`, `shop.local`) is a domain as any other.
    """
    from email_validator import EmailNotValidError, validate_email

    problem = "needs an e-mail address such as `anna@example.com`"
    if "." not in text.rpartition("@")[2]:
        return problem
    try:
        # `test` is the one name set aside that the library can be told to take.
        validate_email(_SET_ASIDE.sub(".test", text), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        return problem
    return None


def url(text: str) -> str | None:
    """An address with a scheme (http, https, ftp, ftps, sftp) and a host: a name, `localhost`, an IP address."""
    problem = "needs a web address such as `https://example.com/page`"
    if _NOT_IN_URL.search(text) or any(category(one)[0] in "CZ" for one in text):
        return problem
    try:
        parts = urlsplit(text)
    except ValueError:
        return problem
    where = _NETLOC.fullmatch(parts.netloc)
    good = parts.scheme in _SCHEMES and where is not None and _is_port(where["port"]) and _is_host(where["host"])
    return None if good else problem


def _is_port(port: str | None) -> bool:
    return not port or 0 < int(port) < 65536


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return ":" in host and ip(host[1:-1]) is None
    labels = host.removesuffix(".").split(".")
    if _NUMBER.fullmatch(normalize("NFKC", labels[-1]).lower()):
        return ip(host) is None  # a host whose last part is a number is an address, never a name
    named = all(_is_label(label) for label in labels)
    return len(host) <= 253 and named and (len(labels) > 1 or host.lower() == "localhost")


def _is_label(label: str) -> bool:
    """Whether a part of a host's name is letters of any script, digits and inner dashes."""
    without_marks = "".join(one for one in label if category(one) not in {"Mn", "Mc"})
    starts_with_mark = label[:1] != without_marks[:1]
    return len(label) <= 63 and not starts_with_mark and "_" not in label and bool(_LABEL.fullmatch(without_marks))


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
