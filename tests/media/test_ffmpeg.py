import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path

import av
import pytest

from reelmill.errors import Canceled, ReelmillError, TimedOut
from reelmill.media.ffmpeg import (
    Ffmpeg,
    FfmpegDied,
    FfmpegFailed,
    NoEncoder,
    NoFfmpeg,
    Reached,
    Watch,
    read_from,
)

pytestmark = pytest.mark.ffmpeg

#: An input that never ends.
ENDLESS = ["-re", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=10", "-f", "null", "-"]


def drawing(frames: int) -> list[str]:
    return ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=30", "-frames:v", str(frames)]


def test_it_comes_with_the_install(ffmpeg: Ffmpeg) -> None:
    assert ffmpeg.path.is_file()
    assert ffmpeg.version()


def test_a_run_tells_how_far_it_is_and_what_it_ran(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    seen: list[Reached] = []
    ran: list[tuple[Sequence[str], float]] = []
    args = [*drawing(60), str(tmp_path / "made.mp4")]
    ffmpeg.run(
        args,
        timeout_s=60,
        watch=Watch(on_progress=seen.append, ran=lambda argv, s: ran.append((argv, s))),
    )
    assert seen[-1].frames == 60
    assert seen[-1].time_s == pytest.approx(2.0, abs=0.1)
    [(argv, took_s)] = ran
    assert list(argv)[-len(args) :] == args
    assert "-nostdin" in argv
    assert 0 < took_s < 60
    with av.open(str(tmp_path / "made.mp4")) as made:
        assert made.streams.video[0].frames == 60


def test_who_listens_knows_what_the_caller_is_at(ffmpeg: Ffmpeg) -> None:
    at: ContextVar[str] = ContextVar("at", default="nothing")
    seen: list[str] = []
    at.set("the job")
    ffmpeg.run(
        [*drawing(2), "-f", "null", "-"],
        timeout_s=60,
        watch=Watch(on_progress=lambda _: seen.append(at.get())),
    )
    assert set(seen) == {"the job"}


def test_a_failure_carries_the_last_words(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    ran: list[float] = []
    with pytest.raises(FfmpegFailed) as caught:
        ffmpeg.run(
            [*read_from(tmp_path / "text.mp4", "mov"), str(tmp_path / "out.mp4")],
            timeout_s=60,
            watch=Watch(ran=lambda _argv, took_s: ran.append(took_s)),
        )
    assert "Invalid data" in caught.value.facts["last_lines"]
    assert len(ran) == 1


@pytest.mark.parametrize(
    "playlist",
    [
        pytest.param("#EXTM3U\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n", id="HLS"),
        pytest.param("ffconcat version 1.0\nfile {target}\n", id="concat"),
    ],
)
def test_a_playlist_under_a_videos_name_leads_nowhere(
    playlist: str, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.mp4"
    ffmpeg.run([*drawing(5), str(secret)], timeout_s=60)
    bait = tmp_path / "bait.mp4"
    bait.write_text(playlist.format(target=secret))
    with pytest.raises(FfmpegFailed):
        ffmpeg.run([*read_from(bait, "mov"), str(tmp_path / "out.mp4")], timeout_s=60)


def test_cancel_kills_it_at_once(ffmpeg: Ffmpeg) -> None:
    canceled = threading.Event()
    threading.Timer(0.5, canceled.set).start()
    began = time.monotonic()
    with pytest.raises(Canceled):
        ffmpeg.run(ENDLESS, timeout_s=60, watch=Watch(canceled=canceled))
    assert time.monotonic() - began < 5


def test_a_run_that_takes_too_long_is_killed(ffmpeg: Ffmpeg) -> None:
    with pytest.raises(TimedOut):
        ffmpeg.run(ENDLESS, timeout_s=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the children of a process")
def test_an_end_by_someone_elses_hand_may_be_tried_again(ffmpeg: Ffmpeg) -> None:
    def kill(_: Reached) -> None:
        for pid in drawing_children_of(os.getpid()):
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(FfmpegDied) as caught:
        ffmpeg.run(ENDLESS, timeout_s=30, watch=Watch(on_progress=kill))
    assert caught.value.retryable
    assert caught.value.facts["signal"] == signal.SIGKILL


def drawing_children_of(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in told for child in task.read_text().split()]
    return [at for at in children if "testsrc" in Path(f"/proc/{at}/cmdline").read_text()]


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process of its parent's end"
)
def test_it_dies_with_the_process_that_started_it() -> None:
    program = (
        "import sys\nfrom reelmill.media.ffmpeg import Ffmpeg, Watch\n"
        "watch = Watch(on_progress=lambda _: print('up', flush=True))\n"
        "Ffmpeg().run(sys.argv[1:], timeout_s=60, watch=watch)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, *ENDLESS], stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"up\n"
        [ffmpeg_pid] = drawing_children_of(starter.pid)
        starter.kill()
    ends_at = time.monotonic() + 5
    while runs(ffmpeg_pid):
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_encoder_is_one_that_encoded_a_frame(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    name = ffmpeg.choose_encoder()
    ffmpeg.run([*drawing(3), "-c:v", name, str(tmp_path / "made.mp4")], timeout_s=60)
    assert ffmpeg.choose_encoder("libx264") == "libx264"


def test_an_encoder_without_its_silicon_is_refused(tmp_path: Path) -> None:
    # It knows the encoders by name, as a list would tell, but fails at the first frame.
    pretender = tmp_path / "ffmpeg"
    pretender.write_text("#!/bin/sh\necho 'no capable devices found' >&2; exit 1\n")
    pretender.chmod(0o755)
    with pytest.raises(NoEncoder) as caught:
        Ffmpeg(pretender).choose_encoder("h264_nvenc")
    assert "no capable devices found" in caught.value.facts["problems"]["h264_nvenc"]


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        pytest.param(None, 0, id="not there"),
        pytest.param("#!/bin/sh\necho something else\n", 0o755, id="another program"),
        pytest.param("#!/bin/sh\n", 0o644, id="no program"),
    ],
)
def test_what_is_no_ffmpeg_is_refused(content: str | None, mode: int, tmp_path: Path) -> None:
    path = tmp_path / "ffmpeg"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    with pytest.raises(NoFfmpeg):
        Ffmpeg(path).version()


def test_a_program_that_cannot_start_is_an_error_of_ours(tmp_path: Path) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/nonexistent/shell\n")
    broken.chmod(0o755)
    with pytest.raises(ReelmillError):
        Ffmpeg(broken).run(["-version"], timeout_s=10)


def test_endless_lines_fill_no_memory(tmp_path: Path) -> None:
    noisy = tmp_path / "ffmpeg"
    noisy.write_text("#!/bin/sh\nhead -c 20000000 /dev/zero | tr '\\0' x >&2; exit 1\n")
    noisy.chmod(0o755)
    with pytest.raises(FfmpegFailed) as caught:
        Ffmpeg(noisy).run([], timeout_s=60)
    assert len(caught.value.facts["last_lines"]) < 20_000
