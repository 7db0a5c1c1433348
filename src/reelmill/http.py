"""The guarded fetcher: the only way out, to addresses of strangers, within limits.

Every connection, first or redirected, is made to an address that was checked: a name
that leads to a private network is refused, and cannot change its mind between the
check and the connection, because the checked address is the one that is dialled.
"""

import ipaddress
import math
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
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

#: What it raises before a byte of a request was sent.
_NEVER_SENT: Final = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout)

#: What it tells when the headers are written and the body is not.
_BODY_LEAVES: Final = "http11.send_request_body.started"

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


class NotReached(FetchFailed):
    """Nothing could be sent to the address."""


class AddressGone(BadMedia):
    """The server says that there is nothing to fetch."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A body, and what the server said of it."""

    url: str
    """Where it was in the end, after all redirects."""

    media_type: str
    """As `text/html`, in small letters; empty where nothing was said."""

    charset: str
    """As the server named it; empty where nothing was said."""

    body: bytes
    """All of it."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a service answered, whatever its status."""

    status: int
    """Of HTTP."""

    headers: httpx.Headers
    """As they came; asked for by any spelling."""

    body: bytes
    """All of it."""


#: When the exchange that this thread is at must have ended, on the monotonic clock.
_deadline_s: ContextVar[float] = ContextVar("deadline_s", default=math.inf)


@contextmanager
def _done_within(timeout_s: float) -> Iterator[None]:
    token = _deadline_s.set(time.monotonic() + timeout_s)
    try:
        yield
    finally:
        _deadline_s.reset(token)


def _left_s(timeout_s: float | None) -> float:
    """Seconds that one read or write may take."""
    left_s = _deadline_s.get() - time.monotonic()
    if left_s <= 0:
        raise httpcore.ReadTimeout("too slow")
    return left_s if timeout_s is None else min(timeout_s, left_s)


class _Timed(httpcore.NetworkStream):
    """A connection whose exchanges end in time, also with a peer that sends a byte a second."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left_s(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left_s(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left_s(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


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
        first, left_s = str(addresses[0]), _left_s(timeout)
        return _Timed(super().connect_tcp(first, port, left_s, local_address, socket_options))

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
        raise NotReached(host=host, problem="the name does not resolve") from error
    return [ipaddress.ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]


class _Body(httpx.SyncByteStream):
    """The body of an answer, handed from httpcore to httpx."""

    def __init__(self, parts: httpcore.Response) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts.iter_stream())

    def close(self) -> None:
        self._parts.close()


@cache
def _trusting() -> ssl.SSLContext:
    """Trust in the authorities of this machine; to read all of them takes 20 ms."""
    return ssl.create_default_context()


class _GuardedTransport(httpx.BaseTransport):
    """httpx over a connection pool that dials through the guard."""

    def __init__(self, allowed: tuple[IPNetwork, ...]) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusting(),
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


def _let_pass() -> None:
    """Nothing stands against sending."""


def _before_body(act: Callable[[], None]) -> Callable[[str, dict[str, object]], None]:
    """What the connection pool tells of an exchange -> `act`, when its body is about to leave."""

    def told(event: str, _info: dict[str, object]) -> None:
        if event == _BODY_LEAVES:
            act()

    return told


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
        return self.fetch(url, max_bytes=max_bytes, timeout_s=timeout_s).body

    def fetch(
        self,
        url: str,
        *,
        max_bytes: int,
        timeout_s: float,
        may_visit: Callable[[str], None] = lambda _url: None,
    ) -> Fetched:
        """The whole body, and what it is said to be. Limits as in `read`.

        Args:
            url: http or https.
            max_bytes: More than this is refused, before or while it arrives.
            timeout_s: For the whole fetch, seconds.
            may_visit: Asked before each request, those for redirects too; raises where it must
                not be made.
        """
        with self._answer(url, max_bytes, timeout_s, may_visit) as (answer, parts):
            return Fetched(
                url=str(answer.url),
                media_type=answer.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
                charset=answer.charset_encoding or "",
                body=b"".join(parts),
            )

    def save(self, url: str, to: Path, *, max_bytes: int, timeout_s: float) -> int:
        """Write the body to a file, and say how many bytes it has. Limits as in `read`."""
        with (
            self._answer(url, max_bytes, timeout_s) as (_, parts),
            to.open("wb") as file,
        ):
            return sum(file.write(part) for part in parts)

    def post(self, url: str, body: bytes, *, headers: Mapping[str, str], timeout_s: float) -> int:
        """Hand something over. What is answered is not read, and redirects are not followed.

        Args:
            url: http or https.
            body: What is handed over.
            headers: What goes with it.
            timeout_s: For all of it, seconds; looking up the name is not counted.

        Returns:
            The status of the answer, whatever it is.

        Raises:
            BadAddress, ForbiddenAddress, FetchFailed: as their names say.
        """
        with (
            _failures_translated(url),
            _done_within(timeout_s),
            self._client.stream("POST", url, content=body, headers=dict(headers)) as answer,
        ):
            return answer.status_code

    def ask(  # noqa: PLR0913 - each is one part of an exchange
        self,
        url: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str],
        max_bytes: int,
        timeout_s: float,
        before_leaving: Callable[[], None] = _let_pass,
    ) -> Answer:
        """Ask a service for something; redirects are not followed.

        Args:
            url: http or https.
            body: What is handed over, by POST; None to GET.
            headers: What goes with it, secrets among it.
            max_bytes: A longer answer is refused, before or while it arrives.
            timeout_s: For all of it, seconds; looking up the name is not counted.
            before_leaving: Called on an open connection before the first byte of the body leaves,
                without which no request is whole; what it raises ends the exchange.

        Raises:
            NotReached: nothing was sent.
            FetchFailed: it was sent perhaps, and no whole answer came.
            BadAddress, ForbiddenAddress, TooLarge: as their names say.
        """
        with (
            _failures_translated(url),
            _done_within(timeout_s),
            self._client.stream(
                "GET" if body is None else "POST",
                url,
                content=body,
                headers=dict(headers),
                extensions={"trace": _before_body(before_leaving)},
            ) as answer,
        ):
            parts = _within(answer, max_bytes, time.monotonic() + timeout_s)
            return Answer(status=answer.status_code, headers=answer.headers, body=b"".join(parts))

    @contextmanager
    def _answer(
        self,
        url: str,
        max_bytes: int,
        timeout_s: float,
        may_visit: Callable[[str], None] = lambda _url: None,
    ) -> Iterator[tuple[httpx.Response, Iterator[bytes]]]:
        """The answer at the end of all redirects, and the parts of its body."""
        with _failures_translated(url), _done_within(timeout_s):
            request = self._client.build_request("GET", url)
            for _ in range(MAX_REDIRECTS + 1):
                may_visit(str(request.url))
                answer = self._client.send(request, stream=True, follow_redirects=False)
                with closing(answer):
                    if answer.next_request is None:
                        _accept(answer, max_bytes)
                        yield answer, _within(answer, max_bytes, time.monotonic() + timeout_s)
                        return
                    request = answer.next_request
            raise FetchFailed(url=url, problem="too many redirects")

    def close(self) -> None:
        """Drop all connections."""
        self._client.close()


def check_address(url: str) -> None:
    """Let pass what may be an address; whether it is a public one shows when it is dialled.

    Raises:
        BadAddress: it has no host, or is not of http or https.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise BadAddress(url=url) from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise BadAddress(url=url)


@contextmanager
def _failures_translated(url: str) -> Iterator[None]:
    check_address(url)
    try:
        yield
    except (httpx.InvalidURL, httpcore.UnsupportedProtocol) as error:
        raise BadAddress(url=url) from error
    except _NEVER_SENT as error:
        raise NotReached(url=url, problem=str(error) or type(error).__name__) from error
    except (httpx.HTTPError, *_CORE_FAILURES) as error:
        raise FetchFailed(url=url, problem=str(error) or type(error).__name__) from error


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
