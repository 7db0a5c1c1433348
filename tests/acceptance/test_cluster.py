"""Two settings to many machines: Postgres and S3, a site that does not work, a node that does."""

import re
import signal
import time
from pathlib import Path

import httpx
import pytest
from tests.acceptance.reelmill_process import Installation

from reelmill.pipelines.replays.samples.games import sample_games

pytestmark = [pytest.mark.ffmpeg, pytest.mark.postgres, pytest.mark.s3]

#: Seconds until the job must be done.
LIMIT_S = 180


def test_a_replay_posted_to_one_machine_is_rendered_by_another_and_served_by_the_store(
    tmp_path: Path, postgres_url: str, s3_url: str
) -> None:
    shared = {
        "REELMILL_DATABASE_URL": postgres_url,
        "REELMILL_STORE_URL": s3_url,
        "REELMILL_SECRET_KEY": "one key for all machines",
    }
    site = Installation(tmp_path / "site", **shared)
    worker = Installation(tmp_path / "worker", **shared)
    processes = [site.start("serve", "--port", "0", "--no-work"), worker.start("work")]
    try:
        with httpx.Client(base_url=_address(site), timeout=60) as client:
            _, data = sample_games(2)[0]
            answer = client.post("/v1/replays", json={"replay": _parsed(data)})
            assert answer.status_code == 202, answer.text
            job = _ended(client, answer.headers["Location"])
            assert job["state"] == "completed", job
            listed = client.get(f"{answer.headers['Location']}/artifacts").json()
            kinds = {artifact["kind"] for artifact in listed}
            assert kinds == {"video", "poster"}
            video = next(made for made in listed if made["kind"] == "video")
            served = client.get(f"/v1/artifacts/{video['id']}", follow_redirects=True)
            assert served.status_code == 200
            assert len(served.content) == video["size_bytes"]
            assert str(served.url).startswith("http://127.0.0.1"), "from the store itself"
            assert served.history, "the store signs its own links"
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(timeout=180) for process in processes]
    assert codes == [0, 0], site.log() + worker.log()


def _parsed(data: bytes) -> object:
    return httpx.Response(200, content=data).json()


def _address(site: Installation) -> str:
    deadline = time.monotonic() + LIMIT_S
    while not (found := re.search(r"listening on (http://\S+)", site.log())):
        assert time.monotonic() < deadline, site.log()
        time.sleep(0.1)
    return found.group(1)


def _ended(client: httpx.Client, location: str) -> dict[str, object]:
    deadline = time.monotonic() + LIMIT_S
    while True:
        job: dict[str, object] = client.get(location).json()
        if job["state"] in {"completed", "failed", "canceled"}:
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.2)
