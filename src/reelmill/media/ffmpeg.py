"""An argument list -> ffmpeg run to its end, watched, killed when it must not go on."""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, get_args

import imageio_ffmpeg  # type: ignore[import-untyped]

from reelmill.config import Encoder
from reelmill.errors import BadMedia, Canceled, Refused, TimedOut, Unavailable

#: Lines of stderr that an error carries.
LAST_LINES = 12

#: Bytes of a line of stderr or progress that are read; hostile metadata has no line ends.
LINE_BYTES = 1000

#: Seconds between two looks at cancel and time limit.
LOOK_S = 0.05

#: Seconds that a question to ffmpeg about itself may take.
QUESTION_S = 30.0

#: Encoders in the order in which `auto` tries them: the machine's own silicon first.
AUTO_ORDER = ("h264_nvenc", "h264_qsv", "h264_videotoolbox", "libx264")

#: Every run starts like this: never ask the terminal, say progress on stdout.
ALWAYS = (
    *("-hide_banner", "-nostdin", "-nostats", "-y"),
    *("-loglevel", "warning", "-progress", "pipe:1"),
)

#: Linux kills a program whose starter dies if the program asks for it; ffmpeg cannot ask, so
#: this asks, looks whether the starter is still there, and becomes ffmpeg. PR_SET_PDEATHSIG is
#: 1, SIGKILL is 9. A `preexec_fn` would fork a process with threads, which may deadlock.
DIE_WITH_PARENT = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); "
    "os.getppid() == int(sys.argv[1]) and os.execv(sys.argv[2], sys.argv[2:])"
)


class NoFfmpeg(Refused):
    """There is no ffmpeg that can be started."""


class NoEncoder(Refused):
    """The encoder cannot encode a single frame on this machine."""


class FfmpegFailed(BadMedia):
    """ffmpeg could not do what was asked with this file."""


class FfmpegDied(Unavailable):
    """ffmpeg was killed from outside, perhaps for want of memory."""


class Reached(NamedTuple):
    """How far ffmpeg is."""

    frames: int
    """Frames written so far."""

    time_s: float
    """Time of the output that is written, in seconds."""

    speed: float
    """Seconds of output for each second of work; 0 when not known yet."""


def read_from(path: Path, demuxer: str) -> list[str]:
    """Arguments that read a foreign file with one demuxer, from this disk and nowhere else.

    >>> read_from(Path("/tmp/in.mp4"), "mov")[-4:]
    ['-f', 'mov', '-i', 'file:/tmp/in.mp4']
    """
    return [
        *("-protocol_whitelist", "file", "-format_whitelist", demuxer),
        *("-f", demuxer, "-i", f"file:{path}"),
    ]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Who looks at a run, and who may end it."""

    canceled: threading.Event | None = None
    """Kills it when set."""

    on_progress: Callable[[Reached], None] | None = None
    """Told how far it is about twice a second, from another thread."""

    ran: Callable[[Sequence[str], float], None] | None = None
    """Told the whole command and its seconds, however it ended."""

    entry: BinaryIO | None = None
    """A pipe's end that ffmpeg writes to, under the number that it has here. Closed here as soon
    as ffmpeg has it, so that the other end finds out when it is done."""


#: Nobody looks on.
UNWATCHED = Watch()


class Ffmpeg:
    """Runs ffmpeg.

    Args:
        path: An ffmpeg of one's own; nothing takes the one that came with the install.
        encoder: What `choose_encoder` answers with unless it is asked for another.
    """

    def __init__(self, path: Path | None = None, *, encoder: Encoder = "auto") -> None:
        self._given = path
        self._encoder: Encoder = encoder
        self._chosen: dict[str, str] = {}

    @cached_property
    def path(self) -> Path:
        """The program.

        Raises:
            NoFfmpeg: the path given is no file, or none came with the install.
        """
        try:
            path = self._given or Path(imageio_ffmpeg.get_ffmpeg_exe())
        except RuntimeError as error:
            raise NoFfmpeg(hint="Set REELMILL_FFMPEG to an ffmpeg of your own.") from error
        if not path.is_file():
            raise NoFfmpeg(path=str(path), hint="Set REELMILL_FFMPEG to a file that is there.")
        return path.absolute()

    def version(self) -> str:
        """What the program calls itself, as `7.1`.

        Raises:
            NoFfmpeg: it cannot be started, or is something else.
        """
        try:
            answer = subprocess.run(  # noqa: S603 -- a path that the operator chose
                [str(self.path), "-version"],
                capture_output=True,
                check=False,
                stdin=subprocess.DEVNULL,
                timeout=QUESTION_S,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoFfmpeg(path=str(self.path), problem=str(error)) from error
        words = answer.stdout.decode(errors="replace").split()
        if words[:2] != ["ffmpeg", "version"]:
            raise NoFfmpeg(path=str(self.path), problem="it does not answer as ffmpeg does")
        return words[2]

    def run(
        self,
        args: Sequence[str],
        *,
        timeout_s: float,
        watch: Watch = UNWATCHED,
    ) -> None:
        """Run to the end. The program dies with the thread that calls (on Linux).

        Args:
            args: Inputs, filters, outputs; what every run needs is put before them.
            timeout_s: Seconds after which it is killed.
            watch: Who looks on.

        Raises:
            FfmpegFailed: it ended with an error; its last lines are a fact.
            FfmpegDied: someone else killed it.
            Canceled: `watch.canceled` was set.
            TimedOut: `timeout_s` seconds have passed.
            NoFfmpeg: it cannot be started.
        """
        command = [str(self.path), *ALWAYS, *args]
        started = time.monotonic()
        try:
            with _started(command, watch.entry) as process:
                _see_to_its_end(process, timeout_s, watch)
        finally:
            if watch.ran is not None:
                watch.ran(command, time.monotonic() - started)

    def choose_encoder(self, wanted: Encoder | None = None) -> str:
        """Name a video encoder that encoded a frame on this machine just now, or before.

        Args:
            wanted: Another than the one chosen for this object.

        Raises:
            NoEncoder: none of those asked for works.
        """
        asked = wanted or self._encoder
        if asked not in self._chosen:
            self._chosen[asked] = self._first_that_works(asked)
        return self._chosen[asked]

    def _first_that_works(self, asked: str) -> str:
        problems = {}
        for name in AUTO_ORDER if asked == "auto" else (asked,):
            try:
                self._encode_one_frame(name)
            except (FfmpegFailed, FfmpegDied, TimedOut) as error:
                problems[name] = error.message
            else:
                return name
        others = ", ".join(get_args(Encoder))
        raise NoEncoder(encoder=asked, problems=problems, hint=f"Choose among {others}.")

    def _encode_one_frame(self, encoder: str) -> None:
        self.run(
            [
                *("-f", "lavfi", "-i", "color=size=320x240:rate=30", "-frames:v", "1"),
                *("-pix_fmt", "yuv420p", "-c:v", encoder, "-f", "null", "-"),
            ],
            timeout_s=QUESTION_S,
        )


@contextmanager
def _started(command: Sequence[str], entry: BinaryIO | None) -> Iterator["subprocess.Popen[bytes]"]:
    try:
        process = subprocess.Popen(  # noqa: S603 -- arguments are a list, no shell reads them
            _bound_to_us(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=() if entry is None else (entry.fileno(),),
        )
    except OSError as error:
        raise NoFfmpeg(path=command[0], problem=str(error)) from error
    finally:
        if entry is not None:
            entry.close()
    with process:
        try:
            yield process
        finally:
            process.kill()


def _bound_to_us(command: Sequence[str]) -> list[str]:
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", "-c", DIE_WITH_PARENT, str(os.getpid()), *command]


def _see_to_its_end(
    process: "subprocess.Popen[bytes]",
    timeout_s: float,
    watch: Watch,
) -> None:
    assert process.stdout is not None
    assert process.stderr is not None
    last_lines: deque[str] = deque(maxlen=LAST_LINES)
    # The listener finds what its own thread is at: the job, the place where reports go.
    tell = (_tell, process.stdout, watch.on_progress)
    readers = (
        threading.Thread(target=copy_context().run, args=tell, daemon=True),
        threading.Thread(target=_keep, args=(process.stderr, last_lines), daemon=True),
    )
    for reader in readers:
        reader.start()
    try:
        _wait(process, timeout_s, watch.canceled)
    finally:
        process.kill()
        for reader in readers:
            reader.join()
    _judge(process.returncode, last_lines)


def _wait(
    process: "subprocess.Popen[bytes]", timeout_s: float, canceled: threading.Event | None
) -> None:
    ends_at = time.monotonic() + timeout_s
    while True:
        try:
            process.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            if canceled is not None and canceled.is_set():
                raise Canceled from None
            if time.monotonic() > ends_at:
                raise TimedOut(limit_s=timeout_s) from None
        else:
            return


def _judge(exit_code: int, last_lines: Sequence[str]) -> None:
    if exit_code < 0:
        raise FfmpegDied(signal=-exit_code, last_lines="\n".join(last_lines))
    if exit_code:
        raise FfmpegFailed(exit_code=exit_code, last_lines="\n".join(last_lines))


def _keep(stream: IO[bytes], lines: deque[str]) -> None:
    while line := stream.readline(LINE_BYTES):
        lines.append(line.decode(errors="replace").rstrip())


def _tell(stream: IO[bytes], on_progress: Callable[[Reached], None] | None) -> None:
    facts: dict[str, str] = {}
    while line := stream.readline(LINE_BYTES):
        name, _, value = line.decode(errors="replace").strip().partition("=")
        facts[name] = value.strip()
        if name == "progress" and on_progress is not None:
            on_progress(_reached(facts))


def _reached(facts: dict[str, str]) -> Reached:
    return Reached(
        frames=int(_number(facts.get("frame", ""))),
        time_s=_number(facts.get("out_time_us", "")) / 1_000_000,
        speed=_number(facts.get("speed", "").removesuffix("x")),
    )


def _number(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
