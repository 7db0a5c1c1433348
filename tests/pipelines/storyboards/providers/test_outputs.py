"""Outputs are brought in whole or not at all."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.pipelines.storyboards.providers.counter import FILM, LAKE, counter

from reelmill.errors import ReelmillError
from reelmill.http import Fetcher
from reelmill.pipelines.storyboards.providers.outputs import Bringer, as_picture, as_video
from reelmill.pipelines.storyboards.providers.provider import STORED
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Scheduled
from reelmill.pipelines.storyboards.refusals import (
    DownloadBroken,
    DownloadEmpty,
    DownloadTooSmall,
    NotAPicture,
    NotAVideo,
    OutputLost,
)
from reelmill.storage.memory import MemoryStore
from reelmill.units import StoreKey

#: Bytes of the large download, and what memory may grow by meanwhile.
LARGE_BYTES, MOST_MORE_BYTES = 2_000_000_000, 50_000_000


def _bringer(http: Fetcher, store: MemoryStore | None = None) -> Bringer:
    return Bringer(
        store=store or MemoryStore(), http=http, limit_s=300.0, max_video_bytes=4_000_000_000
    )


@pytest.mark.parametrize(
    ("fault", "error", "text"),
    [
        pytest.param(Fault.EXPIRED, OutputLost, "expired", id="an address that is too old"),
        pytest.param(Fault.TRUNCATED, DownloadBroken, "Network error: ", id="a broken connection"),
        pytest.param(Fault.HUNG_UP, DownloadBroken, "Network error: ", id="no answer"),
        pytest.param(Fault.BROKEN, DownloadBroken, "Network error: ", id="a server in trouble"),
        pytest.param(Fault.HTML, NotAVideo, "Not a valid video", id="a page of HTML"),
        pytest.param(Fault.EMPTY, DownloadEmpty, "Downloaded file is empty", id="nothing"),
        pytest.param(Fault.TINY, DownloadTooSmall, "too small", id="next to nothing"),
    ],
)
@pytest.mark.ffmpeg
def test_what_cannot_be_a_video_leaves_nothing_behind(
    tmp_path: Path, fault: Fault, error: type[ReelmillError], text: str
) -> None:
    with counter(Scheduled({Call.OUTPUT: [fault]})) as here:
        bought = here.client.submit(FILM, "k1")
        url = [here.client.look(bought) for _ in range(2)][-1].output_urls[0]
        bringer, to = _bringer(here.client._http), tmp_path / "film.part"
        with pytest.raises(error, match=text):
            bringer.video(url, to)
        assert list(tmp_path.iterdir()) == []
        assert bringer.video(url, to) == to.stat().st_size


def test_a_picture_is_brought_and_a_page_is_none(tmp_path: Path) -> None:
    with counter(Scheduled({Call.OUTPUT: [Fault.HTML]})) as here:
        bought = here.client.submit(LAKE, "k1")
        url = [here.client.look(bought) for _ in range(2)][-1].output_urls[0]
        bringer, to = _bringer(here.client._http), tmp_path / "lake"
        with pytest.raises(NotAPicture):
            bringer.picture(url, to)
        bringer.picture(url, to)
        assert to.read_bytes().startswith(b"\x89PNG")


def test_what_lies_in_our_store_is_taken_from_there(tmp_path: Path) -> None:
    store, http = MemoryStore(), Fetcher()
    store.put_bytes(StoreKey("drafts/a.jpg"), b"\xff\xd8\xff" + b"x" * 100)
    _bringer(http, store).picture(f"{STORED}drafts/a.jpg", tmp_path / "a.jpg")
    assert (tmp_path / "a.jpg").stat().st_size == 103
    http.close()


@pytest.mark.parametrize(
    "head", [b"\0\0\0\x18ftypisom", b"RIFF\0\0\0\0AVI ", b"\x1a\x45\xdf\xa3" + b"\0" * 8]
)
def test_a_video_is_known_by_its_first_bytes(head: bytes) -> None:
    as_video(head, 1024)
    with pytest.raises(DownloadTooSmall):
        as_video(head, 1023)


@pytest.mark.parametrize("head", [b"RIFF\0\0\0\0WAVE", b"<!doctype ht", b"\0" * 12, b""])
def test_what_begins_otherwise_is_neither(head: bytes) -> None:
    with pytest.raises(NotAVideo):
        as_video(head, 5000)
    with pytest.raises(NotAPicture):
        as_picture(head, 5000)


class _Large(BaseHTTPRequestHandler):
    """A film that is as long as its path says."""

    def do_GET(self) -> None:
        left = int(self.path.strip("/"))
        self.send_response(200)
        self.send_header("Content-Length", str(left))
        self.end_headers()
        part = b"\0\0\0\x18ftypisom" + b"\0" * 999_988
        while left > 0:
            self.wfile.write(part[: min(left, len(part))])
            left -= len(part)

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def _films() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Large)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


#: Downloads in a process of its own, and prints by how many bytes its memory grew at most.
_DOWNLOAD = """
import resource, sys
from pathlib import Path
from reelmill.http import Fetcher
from reelmill.pipelines.storyboards.providers.outputs import Bringer
from reelmill.storage.memory import MemoryStore
http = Fetcher(["127.0.0.1/32"])
bringer = Bringer(store=MemoryStore(), http=http, limit_s=300.0, max_video_bytes=4_000_000_000)
bringer.video(sys.argv[1] + "/2000000", Path(sys.argv[3]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
size = bringer.video(sys.argv[1] + "/" + sys.argv[2], Path(sys.argv[3]))
assert size == int(sys.argv[2]), size
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


@pytest.mark.parametrize(
    "size_bytes",
    [
        pytest.param(200_000_000, id="two hundred megabytes"),
        pytest.param(LARGE_BYTES, id="two gigabytes", marks=pytest.mark.campaign),
    ],
)
def test_a_large_download_takes_no_more_memory_than_a_small_one(
    tmp_path: Path, size_bytes: int
) -> None:
    with _films() as url:
        told = subprocess.run(
            [sys.executable, "-c", _DOWNLOAD, url, str(size_bytes), str(tmp_path / "film")],
            capture_output=True,
            check=True,
            text=True,
            timeout=400,
        )
    assert int(told.stdout) < MOST_MORE_BYTES
