"""The site as a whole: what it is made of, and how it listens."""

import asyncio
import socket
import threading
from pathlib import Path

import httpx
from tests.web.reels import Served, enter, open_app, serving, until

from reelmill.web.app import hasty, server_of

WAITING = 'reelmill_queue_depth{pipeline="reels"}'


def test_answers_do_not_wait_for_receipts() -> None:
    """The option is looked for on a connection: not every kernel hands it on from the door."""

    async def option_of_a_connection(door: socket.socket) -> int:
        seen: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def look(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            seen.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(look, sock=hasty(door)):
            _, writer = await asyncio.open_connection(*door.getsockname())
            option = await seen
            writer.close()
            return option

    with socket.create_server(("127.0.0.1", 0)) as door:
        assert asyncio.run(option_of_a_connection(door))


def test_a_server_listens_where_it_was_told_to(site: Served) -> None:
    server = server_of(site.app, host="127.0.0.1", port=0)
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, args=([door],))
        thread.start()
        until(lambda: server.started)
        answer = httpx.get(f"http://127.0.0.1:{door.getsockname()[1]}/healthz")
        server.should_exit = True
        thread.join()
    assert answer.status_code == 200


def test_assets_come_with_an_address_of_their_own_and_are_checked_each_time(site: Served) -> None:
    page = site.http.get("/").text
    address = page.partition('href="/static/reelmill.css')[2].partition('"')[0]
    answer = site.http.get(f"/static/reelmill.css{address}")
    assert answer.headers["Content-Type"].startswith("text/css")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = site.http.get("/static/reelmill.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_nothing_but_assets_is_served_from_the_disk(site: Served) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static/../../web"):
        assert site.http.get(path).status_code == 404


def test_modules_are_scripts_to_a_browser(site: Served) -> None:
    for name in ("reelmill.js", "live.js", "parts.js"):
        assert "javascript" in site.http.get(f"/static/{name}").headers["Content-Type"]


def test_two_sites_in_one_process_count_apart(site: Served, tmp_path: Path) -> None:
    enter(site.app, "a")
    with open_app(tmp_path / "other") as other, serving(other) as second:
        assert WAITING + " 0.0" in second.http.get("/metrics").text
    assert WAITING + " 1.0" in site.http.get("/metrics").text
