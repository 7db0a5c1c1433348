"""Changes of jobs, as they happen."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import sqlalchemy as sa
from tests.web.reels import PATIENCE_S, Served, change, enter, open_app, progress, serving, until

from reelmill.catalog.jobs import JobState
from reelmill.web import events


class Event(NamedTuple):
    """One server-sent event."""

    kind: str
    number: str
    job: dict[str, Any]


@contextmanager
def watching(site: Served, path: str, last: str = "") -> Iterator[Iterator[Event]]:
    """The events of a stream, one by one."""
    headers = {"Last-Event-ID": last} if last else {}
    with (
        httpx.Client(base_url=site.url, timeout=PATIENCE_S, verify=False) as http,
        http.stream("GET", path, headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        yield parsed(answer)


def parsed(answer: httpx.Response) -> Iterator[Event]:
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Event(fields.get("event", ""), fields.get("id", ""), json.loads(fields["data"]))
            fields = {}


def test_a_job_is_watched_from_now_to_its_end(site: Served) -> None:
    enter(site.app, "a", state=JobState.IN_PROGRESS)
    with watching(site, "/v1/jobs/reels/a/events") as stream:
        assert next(stream).job["state"] == "in_progress"
        progress(site.app, "a", 3, 12)
        moved = next(stream)
        assert (moved.job["done"], moved.job["words"]) == (3, "shoot · 3 of 12 · rolling")
        assert moved.job["share"] == "25 %"
        change(site.app, "a", state=JobState.COMPLETED)
        ended = next(stream)
        assert (ended.kind, ended.job["state"]) == ("job", "completed")
        assert list(stream) == [], "and then the stream ends"


def test_who_has_seen_the_end_is_told_not_to_come_back(site: Served) -> None:
    job = enter(site.app, "a", state=JobState.FAILED)
    answer = site.http.get("/v1/jobs/reels/a/events", headers={"Last-Event-ID": str(job.revision)})
    assert (answer.status_code, answer.content) == (204, b"")


def test_who_comes_back_to_a_job_hears_only_what_is_new(site: Served) -> None:
    enter(site.app, "a", state=JobState.IN_PROGRESS)
    with watching(site, "/v1/jobs/reels/a/events") as stream:
        seen = next(stream).number
    progress(site.app, "a", 1, 2)
    change(site.app, "a", state=JobState.FAILED, error_code="torn", error_message="It is torn.")
    with watching(site, "/v1/jobs/reels/a/events", seen) as stream:
        (last,) = list(stream)
    assert last.job["error"]["message"] == "It is torn."
    assert int(last.number) > int(seen)


def test_all_jobs_are_watched_from_now_on(site: Served) -> None:
    enter(site.app, "before")
    with watching(site, "/v1/events") as stream:
        assert next(stream).kind == "ready"
        enter(site.app, "after")
        assert next(stream).job["id"] == "reels/after"


def test_nothing_is_lost_between_two_visits(site: Served) -> None:
    enter(site.app, "a")
    with watching(site, "/v1/events") as stream:
        next(stream)
        enter(site.app, "b")
        seen = next(stream).number
    enter(site.app, "c")
    change(site.app, "a", state=JobState.CANCELED)
    with watching(site, "/v1/events", seen) as stream:
        assert next(stream).kind == "ready"
        assert {next(stream).job["id"] for _ in range(2)} == {"reels/a", "reels/c"}


def test_a_page_hears_what_happened_since_it_was_made(site: Served) -> None:
    page = site.http.get("/").text
    address = page.partition('data-events="')[2].partition('"')[0]
    enter(site.app, "meanwhile")
    with watching(site, address) as stream:
        next(stream)
        assert next(stream).job["id"] == "reels/meanwhile"


def test_who_was_away_too_long_is_told_to_look_anew(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST_MISSED", 3)
    for number in range(6):
        enter(site.app, f"j{number}")
    with watching(site, "/v1/events", "1") as stream:
        assert [next(stream).kind for _ in range(2)] == ["ready", "reset"]
        enter(site.app, "new")
        assert next(stream).job["id"] == "reels/new"


def test_many_changes_at_once_are_one_word_to_look_anew(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST_BEHIND", 2)
    with watching(site, "/v1/events") as stream:
        next(stream)
        for number in range(40):
            enter(site.app, f"j{number}")
        assert any(event.kind == "reset" for event in stream)


def test_all_this_holds_on_postgres(postgres_url: str, tmp_path: Path) -> None:
    with open_app(tmp_path, database_url=postgres_url) as app, serving(app) as site:
        enter(app, "before")
        with watching(site, "/v1/events") as stream:
            assert next(stream).kind == "ready"
            enter(app, "a", state=JobState.IN_PROGRESS)
            seen = next(stream)
            assert seen.job["id"] == "reels/a"
        progress(app, "a", 1, 2)
        with watching(site, "/v1/events", seen.number) as stream:
            assert next(stream).kind == "ready"
            assert next(stream).job["done"] == 1
        with watching(site, "/v1/jobs/reels/a/events") as stream:
            assert next(stream).job["share"] == "50 %"
            change(app, "a", state=JobState.COMPLETED)
            assert [event.job["state"] for event in stream] == ["completed"]


def test_should_watching_break_the_watchers_come_back(site: Served) -> None:
    enter(site.app, "a", state=JobState.IN_PROGRESS)
    with watching(site, "/v1/events") as stream:
        assert next(stream).kind == "ready"
        enter(site.app, "b")
        assert next(stream).job["id"] == "reels/b", "by now it asks for nothing but what is new"
        rename(site, "jobs", "gone")
        assert list(stream) == [], "the stream ends rather than to be silent for ever"
    rename(site, "gone", "jobs")
    with watching(site, "/v1/jobs/reels/a/events") as stream:
        assert next(stream).job["id"] == "reels/a"
        progress(site.app, "a", 1, 2)
        assert next(stream).job["done"] == 1


def rename(site: Served, old: str, new: str) -> None:
    with site.app.services.catalog.begin() as conn:
        conn.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


@pytest.mark.parametrize("last", ["", "nonsense", "-1", "9" * 30])
def test_an_odd_last_id_does_no_harm(site: Served, last: str) -> None:
    with watching(site, "/v1/events", last) as stream:
        assert next(stream).kind == "ready"


def test_silence_is_filled_with_heartbeats(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.2)
    with site.http.stream("GET", "/v1/events") as answer:
        assert next(line for line in answer.iter_lines() if line.startswith(": ping"))


def test_a_watcher_that_reads_nothing_holds_nobody_up(site: Served) -> None:
    port = int(site.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as lazy:
        lazy.sendall(f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        time.sleep(0.3)
        with watching(site, "/v1/events") as stream:
            next(stream)
            for number in range(50):
                enter(site.app, f"j{number}")
            seen = set()
            while len(seen) < 50:
                seen.add(next(stream).job["id"])
        assert site.http.get("/healthz").status_code == 200


def test_when_nobody_watches_the_catalog_is_left_in_peace(site: Served) -> None:
    asked = []

    @sa.event.listens_for(site.app.services.catalog.engine, "before_cursor_execute")
    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    def watch_once() -> None:
        with watching(site, "/v1/events") as stream:
            next(stream)

    threads = [threading.Thread(target=watch_once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: quiet(asked))


def quiet(asked: list[str]) -> bool:
    before = len(asked)
    time.sleep(4 * events.LOOK_S)
    return len(asked) == before


def test_twenty_watchers_cost_one_poller(site: Served) -> None:
    asked = []

    @sa.event.listens_for(site.app.services.catalog.engine, "before_cursor_execute")
    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    with ExitStack() as watchers:
        streams = [watchers.enter_context(watching(site, "/v1/events")) for _ in range(20)]
        for stream in streams:
            next(stream)
        time.sleep(1)
        before, began_s = len(asked), time.monotonic()
        time.sleep(1)
        per_look = (len(asked) - before) / ((time.monotonic() - began_s) / events.LOOK_S)
    assert per_look < 6, "statements a look, whoever watches"
