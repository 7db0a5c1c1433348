"""The guarded fetcher: the only way out. An address of a stranger -> bytes, within limits.

Every connection, first or redirected, is made to an address that was checked: a name
that leads to a private network is refused, and cannot change its mind between the
check and the connection, because the checked address is the one that is dialled.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpcore
import httpx

from reelmill.errors import BadMedia, Refused, Unavailable

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Redirects followed for one fetch.
MAX_REDIRECTS: Final = 5

#: What the connection pool raises for a peer that misbehaves or is not there.
_CORE_FAILURES: Final = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
)

#: Seconds for a connection, or for one read of a stalled peer.
STALL_S: Final = 20.0


class ForbiddenAddress(Refused):
    """That address is not on the public internet, so it is never fetched."""


class BadAddress(Refused):
    """That is not an http or https address."""


class TooLarge(BadMedia):
    """What the address holds is larger than allowed."""


class FetchFailed(Unavailable):
    """The address did not give what was asked for."""


class AddressGone(BadMedia):
    """The server says that there is nothing to fetch."""


class _Guard(httpcore.SyncBackend):
    """Dials only what is public, or was allowed by name of its network."""

    def __init__(self, allowed: tuple[IPNetwork, ...]) -> None:
        self._allowed = allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve once, check every answer, dial the first."""
        addresses = _resolve(host, port)
        for address in addresses:
            if not self._may_dial(address):
                raise ForbiddenAddress(host=host, address=str(address))
        return super().connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 - the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Never: a socket file is not on the internet."""
        raise ForbiddenAddress(path=path)

    def _may_dial(self, address: IPAddress) -> bool:
        mapped = getattr(address, "ipv4_mapped", None) or address
        public = mapped.is_global and not mapped.is_multicast
        return public or any(mapped in network for network in self._allowed)


def _resolve(host: str, port: int) -> list[IPAddress]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(host=host, problem="the name does not resolve") from error
    return [ipaddress.ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]


class _Body(httpx.SyncByteStream):
    """The body of an answer, handed from httpcore to httpx."""

    def __init__(self, parts: httpcore.Response) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts.iter_stream())

    def close(self) -> None:
        self._parts.close()


class _GuardedTransport(httpx.BaseTransport):
    """httpx over a connection pool that dials through the guard."""

    def __init__(self, allowed: tuple[IPNetwork, ...]) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            network_backend=_Guard(allowed),
            max_connections=8,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One hop; redirects come back here, one by one."""
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), request=request
        )

    def close(self) -> None:
        self._pool.close()


class Fetcher:
    """Fetches what strangers point at; one per process, safe to share between threads.

    Args:
        allow_networks: Private networks that may be fetched from all the same, in CIDR form.
        stall_s: Seconds for a connection, or for one read of a stalled peer.
    """

    def __init__(self, allow_networks: Iterable[str] = (), *, stall_s: float = STALL_S) -> None:
        allowed = tuple(ipaddress.ip_network(network) for network in allow_networks)
        self._client = httpx.Client(
            transport=_GuardedTransport(allowed),
            timeout=stall_s,
            follow_redirects=True,
            max_redirects=MAX_REDIRECTS,
            trust_env=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "reelmill"},
        )

    def read(self, url: str, *, max_bytes: int, timeout_s: float) -> bytes:
        """The whole body.

        Args:
            url: http or https.
            max_bytes: More than this is refused, before or while it arrives.
            timeout_s: For the whole fetch, seconds.

        Raises:
            BadAddress, ForbiddenAddress, TooLarge, AddressGone, FetchFailed: as their names say.
        """
        with self._body(url, max_bytes=max_bytes, timeout_s=timeout_s) as parts:
            return b"".join(parts)

    def save(self, url: str, to: Path, *, max_bytes: int, timeout_s: float) -> int:
        """Write the body to a file, and say how many bytes it has. Limits as in `read`."""
        with (
            self._body(url, max_bytes=max_bytes, timeout_s=timeout_s) as parts,
            to.open("wb") as file,
        ):
            return sum(file.write(part) for part in parts)

    @contextmanager
    def _body(self, url: str, *, max_bytes: int, timeout_s: float) -> Iterator[Iterator[bytes]]:
        if not url.startswith(("http://", "https://")):
            raise BadAddress(url=url)
        try:
            with self._client.stream("GET", url) as answer:
                _accept(answer, max_bytes)
                yield _within(answer, max_bytes, time.monotonic() + timeout_s)
        except (httpx.InvalidURL, httpcore.UnsupportedProtocol) as error:
            raise BadAddress(url=url) from error
        except (httpx.HTTPError, *_CORE_FAILURES) as error:
            raise FetchFailed(url=url, problem=str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Drop all connections."""
        self._client.close()


def _accept(answer: httpx.Response, max_bytes: int) -> None:
    url = str(answer.url)
    if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise FetchFailed(url=url, status=answer.status_code)
    if not answer.is_success:
        raise AddressGone(url=url, status=answer.status_code)
    announced = answer.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise TooLarge(url=url, size_bytes=int(announced), limit_bytes=max_bytes)


def _within(answer: httpx.Response, max_bytes: int, deadline: float) -> Iterator[bytes]:
    """The parts of a body, until it turns out too large or too slow.

    A compressed body that nobody asked for is counted as it unfolds.
    """
    size_bytes = 0
    for part in answer.iter_bytes():
        size_bytes += len(part)
        if size_bytes > max_bytes:
            raise TooLarge(url=str(answer.url), limit_bytes=max_bytes)
        if time.monotonic() > deadline:
            raise FetchFailed(url=str(answer.url), problem="too slow")
        yield part
