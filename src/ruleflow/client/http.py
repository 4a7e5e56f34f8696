"""The only door to httpx2: requests sent, and what came of them as values."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

import httpx2

from ruleflow.client.address import Address
from ruleflow.client.steps import Lost, Reply, Send

_KEPT_S = 30.0
"""An idle connection is not used again after this time. The service closes it after 75 s, a firewall perhaps before."""
_BROKEN = (
    httpx2.TimeoutException,
    httpx2.NetworkError,
    httpx2.RemoteProtocolError,
    httpx2.ProxyError,
    httpx2.DecodingError,
)


def open_client(address: Address, tls: ssl.SSLContext | None, transport: httpx2.BaseTransport | None) -> httpx2.Client:
    """Connections to a service, kept open."""
    return httpx2.Client(transport=transport, **_options(address, tls))


def open_async_client(
    address: Address, tls: ssl.SSLContext | None, transport: httpx2.AsyncBaseTransport | None
) -> httpx2.AsyncClient:
    """Connections to a service, kept open, of one event loop."""
    return httpx2.AsyncClient(transport=transport, **_options(address, tls))


def _options(address: Address, tls: ssl.SSLContext | None) -> dict[str, Any]:
    """How either is set up. A redirect is never followed: the key would go where nobody said."""
    return {
        "base_url": address.url,
        "headers": address.headers,
        "verify": True if tls is None else tls,
        "limits": httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=_KEPT_S),
        "follow_redirects": False,
    }


def send(client: httpx2.Client, step: Send) -> Reply | Lost:
    """Send a request. Each wait of it is bounded by the time it has, and so is the whole of the answer."""
    end = monotonic() + step.timeout_s
    try:
        response = client.send(_request(client, step), stream=True)
        try:
            body = b"".join(_until(end, response.iter_bytes()))
        finally:
            response.close()
    except (httpx2.TransportError, httpx2.DecodingError) as error:
        return _lost(error, step)
    return _reply(response, body, step)


async def send_async(client: httpx2.AsyncClient, step: Send) -> Reply | Lost:
    """Send a request, within the time it has."""
    try:
        async with asyncio.timeout(step.timeout_s):
            response = await client.send(_request(client, step))
    except (httpx2.TransportError, httpx2.DecodingError, TimeoutError) as error:
        return _lost(error, step)
    return _reply(response, response.content, step)


def _request(client: httpx2.Client | httpx2.AsyncClient, step: Send) -> httpx2.Request:
    asked = step.request
    headers = {"X-Request-Id": asked.id}
    if asked.body:
        headers["Content-Type"] = "application/json"
    return client.build_request(
        asked.method, asked.path, content=asked.body or None, headers=headers, timeout=step.timeout_s
    )


def _until(end: float, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of an answer; one that comes in drops is not waited for without end."""
    for part in parts:
        yield part
        if monotonic() > end:
            raise httpx2.ReadTimeout("the answer took too long")


def _reply(response: httpx2.Response, body: bytes, step: Send) -> Reply:
    headers = response.headers
    return Reply(
        response.status_code, body, headers.get("x-request-id", step.request.id), headers.get("retry-after", "")
    )


def _lost(error: Exception, step: Send) -> Lost:
    """Why there is no answer. A certificate that is not trusted is none the better for being asked again."""
    again = isinstance(error, (*_BROKEN, TimeoutError)) and not _is_untrusted(error)
    if isinstance(error, (httpx2.TimeoutException, TimeoutError)):
        return Lost("the service did not answer in time", step.request.id, again)
    return Lost(f"the service cannot be reached: {str(error) or type(error).__name__}", step.request.id, again)


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
