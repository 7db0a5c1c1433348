"""The guarded fetcher, against a real server on this machine."""

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reelmill.errors import ReelmillError
from reelmill.http import (
    AddressGone,
    BadAddress,
    Fetcher,
    FetchFailed,
    ForbiddenAddress,
    NotReached,
    TooLarge,
    check_address,
)

LIMIT = 10_000

#: What was handed over to the stranger: path, headers and body.
RECEIVED: list[tuple[str, dict[str, str], bytes]] = []


class Stranger(BaseHTTPRequestHandler):
    """A server that plays the tricks of the book."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        getattr(self, f"_{self.path.strip('/').partition('?')[0]}")()

    def do_POST(self) -> None:
        self.server.received.append(  # type: ignore[attr-defined]
            (self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
        )
        getattr(self, f"_{self.path.strip('/').partition('?')[0]}")()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def _answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _small(self) -> None:
        self._answer(b"x" * 100)

    def _announced(self) -> None:
        self._answer(b"x" * (LIMIT + 1))

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for _ in range(1000):
                self.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        except OSError:
            self.close_connection = True

    def _bomb(self) -> None:
        self._answer(gzip.compress(b"0" * (LIMIT * 50)), Content_Encoding="gzip")

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(1000):
                self.wfile.write(b"x")
                time.sleep(0.01)
        except OSError:
            self.close_connection = True

    def _crawl(self) -> None:
        """Headers that never end: each byte comes in time, all of them do not."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        try:
            for _ in range(3000):
                self.wfile.write(b"x")
                time.sleep(0.01)
        except OSError:
            self.close_connection = True

    def _short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 10)
        self.close_connection = True

    def _gone(self) -> None:
        self._answer(b"no", status=404)

    def _broken(self) -> None:
        self._answer(b"no", status=503)

    def _page(self) -> None:
        self._answer(b"hello", Content_Type='Text/HTML; charset="KOI8-R"')

    def _hop(self) -> None:
        self._answer(b"", status=302, Location="/small")

    def _inward(self) -> None:
        port = self.server.server_address[1]
        self._answer(b"", status=302, Location=f"http://127.0.0.2:{port}/small")

    def _loop(self) -> None:
        self._answer(b"", status=302, Location="/loop")

    def _local(self) -> None:
        self._answer(b"", status=302, Location="file:///etc/hostname")


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    server.received = RECEIVED  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    fetcher = Fetcher(allow_networks=["127.0.0.1/32"])
    yield fetcher
    fetcher.close()


def test_what_is_within_limits_arrives(fetcher: Fetcher, stranger: str, tmp_path: Path) -> None:
    assert fetcher.read(f"{stranger}/small", max_bytes=LIMIT, timeout_s=60) == b"x" * 100
    assert fetcher.read(f"{stranger}/hop", max_bytes=LIMIT, timeout_s=60) == b"x" * 100
    to = tmp_path / "body"
    assert fetcher.save(f"{stranger}/small", to, max_bytes=LIMIT, timeout_s=60) == 100
    assert to.read_bytes() == b"x" * 100


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("page", ("page", "text/html", "koi8-r"), id="all is said"),
        pytest.param("small", ("small", "", ""), id="nothing is said"),
        pytest.param("hop", ("small", "", ""), id="behind a redirect"),
    ],
)
def test_a_body_comes_with_what_is_said_of_it(
    fetcher: Fetcher, stranger: str, path: str, told: tuple[str, str, str]
) -> None:
    found = fetcher.fetch(f"{stranger}/{path}", max_bytes=LIMIT, timeout_s=60)
    ends_at = found.url.removeprefix(f"{stranger}/")
    assert (ends_at, found.media_type, found.charset.lower()) == told
    assert found.body


def test_each_request_may_be_forbidden(fetcher: Fetcher, stranger: str) -> None:
    asked = []

    def only_the_first(url: str) -> None:
        asked.append(url)
        if len(asked) > 1:
            raise ForbiddenAddress(url=url)

    with pytest.raises(ForbiddenAddress):
        fetcher.fetch(f"{stranger}/hop", max_bytes=LIMIT, timeout_s=60, may_visit=only_the_first)
    assert asked == [f"{stranger}/hop", f"{stranger}/small"]


@pytest.mark.parametrize(
    ("path", "error"),
    [
        pytest.param("announced", TooLarge, id="a body that announces too much"),
        pytest.param("endless", TooLarge, id="a body that never says how large it is"),
        pytest.param("bomb", TooLarge, id="a compressed body is counted unfolded"),
        pytest.param("short", FetchFailed, id="a body that ends too early"),
        pytest.param("gone", AddressGone, id="nothing there"),
        pytest.param("broken", FetchFailed, id="a server in trouble may be asked again"),
        pytest.param("inward", ForbiddenAddress, id="a redirect into a private network"),
        pytest.param("loop", FetchFailed, id="a redirect without end"),
        pytest.param("local", BadAddress, id="a redirect to a file"),
    ],
)
def test_refused_with_its_reason(
    fetcher: Fetcher, stranger: str, path: str, error: type[ReelmillError]
) -> None:
    with pytest.raises(error):
        fetcher.read(f"{stranger}/{path}", max_bytes=LIMIT, timeout_s=60)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("drip", id="a body that drips past the time limit"),
        pytest.param("crawl", id="headers that crawl past the time limit"),
    ],
)
def test_who_is_too_slow_is_not_waited_for(fetcher: Fetcher, stranger: str, path: str) -> None:
    with pytest.raises(FetchFailed):
        fetcher.read(f"{stranger}/{path}", max_bytes=LIMIT, timeout_s=1)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "http://[::1]:9/",
        "http://[::ffff:127.0.0.1]:9/",
        "http://0.0.0.0:9/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.1.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[fe80::1]/",
    ],
)
def test_private_addresses_are_never_dialled(url: str) -> None:
    fetcher = Fetcher()
    with pytest.raises(ForbiddenAddress):
        fetcher.read(url, max_bytes=LIMIT, timeout_s=1)
    fetcher.close()


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://example.com/a", "data:,x", "x"])
def test_other_schemes_are_not_addresses(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(BadAddress):
        fetcher.read(url, max_bytes=LIMIT, timeout_s=1)


def test_a_name_that_does_not_resolve_may_be_tried_again(fetcher: Fetcher) -> None:
    with pytest.raises(FetchFailed) as failure:
        fetcher.read("http://nowhere.invalid/", max_bytes=LIMIT, timeout_s=1)
    assert failure.value.retryable


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("small", 200, id="it was taken"),
        pytest.param("endless", 200, id="the answer is not read"),
        pytest.param("gone", 404, id="it was not taken"),
        pytest.param("broken", 503, id="a server in trouble"),
        pytest.param("inward", 302, id="a redirect is not followed"),
    ],
)
def test_what_is_handed_over_gets_a_status(
    fetcher: Fetcher, stranger: str, path: str, status: int
) -> None:
    RECEIVED.clear()
    url = f"{stranger}/{path}"
    said = fetcher.post(url, b"news", headers={"webhook-id": "7"}, timeout_s=60)
    assert said == status
    ((asked, headers, body),) = RECEIVED
    assert (asked, headers["webhook-id"], body) == (f"/{path}", "7", b"news")


def test_nothing_is_handed_over_to_who_is_too_slow(fetcher: Fetcher, stranger: str) -> None:
    with pytest.raises(FetchFailed, match=r"too slow|timed out"):
        fetcher.post(f"{stranger}/crawl", b"", headers={}, timeout_s=0.5)


def test_nothing_is_handed_over_to_a_private_address(stranger: str) -> None:
    RECEIVED.clear()
    fetcher = Fetcher()
    with pytest.raises(ForbiddenAddress):
        fetcher.post(f"{stranger}/small", b"", headers={}, timeout_s=60)
    fetcher.close()
    assert RECEIVED == []


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        pytest.param("small", 200, b"x" * 100, id="it answers"),
        pytest.param("gone", 404, b"no", id="a refusal is an answer too"),
        pytest.param("broken", 503, b"no", id="so is trouble"),
        pytest.param("hop", 302, b"", id="a redirect is not followed"),
    ],
)
def test_a_service_is_asked(
    fetcher: Fetcher, stranger: str, path: str, status: int, body: bytes
) -> None:
    RECEIVED.clear()
    url, secret = f"{stranger}/{path}", {"Authorization": "Bearer x"}
    said = fetcher.ask(url, b"{}", headers=secret, max_bytes=LIMIT, timeout_s=60)
    assert (said.status, said.body) == (status, body)
    assert said.headers["content-length"] == str(len(body))
    ((asked, headers, given),) = RECEIVED
    assert (asked, headers["Authorization"], given) == (f"/{path}", "Bearer x", b"{}")


@pytest.mark.parametrize(
    ("path", "error"),
    [
        pytest.param("endless", TooLarge, id="an answer that never ends"),
        pytest.param("short", FetchFailed, id="an answer that breaks off"),
        pytest.param("crawl", FetchFailed, id="an answer that is too slow"),
    ],
)
def test_half_an_answer_is_none(
    fetcher: Fetcher, stranger: str, path: str, error: type[ReelmillError]
) -> None:
    with pytest.raises(error) as failure:
        fetcher.ask(f"{stranger}/{path}", headers={}, max_bytes=LIMIT, timeout_s=1)
    assert not isinstance(failure.value, NotReached)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://nowhere.invalid/"])
def test_what_was_never_sent_is_told_from_what_may_have_been(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(NotReached) as failure:
        fetcher.ask(url, b"{}", headers={}, max_bytes=LIMIT, timeout_s=5)
    assert (failure.value.code, failure.value.retryable) == ("not_reached", True)


def test_a_body_does_not_leave_when_at_the_last_moment_it_must_not(
    fetcher: Fetcher, stranger: str
) -> None:
    RECEIVED.clear()
    url = f"{stranger}/small"

    def stop() -> None:
        raise AddressGone

    with pytest.raises(AddressGone):
        fetcher.ask(url, b"{}", headers={}, max_bytes=LIMIT, timeout_s=5, before_leaving=stop)
    assert b"{}" not in [body for _, _, body in RECEIVED]
    looks = iter([None])
    said = fetcher.ask(
        url, b"{}", headers={}, max_bytes=LIMIT, timeout_s=5, before_leaving=lambda: next(looks)
    )
    assert (said.status, RECEIVED[-1][2]) == (200, b"{}")


def test_nobody_private_is_asked(stranger: str) -> None:
    RECEIVED.clear()
    fetcher = Fetcher()
    with pytest.raises(ForbiddenAddress):
        fetcher.ask(f"{stranger}/small", b"", headers={}, max_bytes=LIMIT, timeout_s=60)
    fetcher.close()
    assert RECEIVED == []


@pytest.mark.parametrize("url", ["http://", "https:///path", "ftp://example.com/", "x"])
def test_what_cannot_be_an_address_is_none(url: str) -> None:
    with pytest.raises(BadAddress):
        check_address(url)
