"""A command -> how long it took, and the memory of it and of each of its children at the worst."""

import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

#: Seconds between two looks at the processes.
LOOK_S = 0.2

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Run:
    """One command that has ended."""

    returncode: int
    stdout: str
    took_s: float
    cpu_s: float
    """User and system seconds of the whole tree, as last seen."""

    peak_process_mib: float
    """Resident memory of the largest single process at its worst."""

    peak_total_mib: float
    """Resident memory of all processes together at the worst moment."""


class _Watch(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.root = psutil.Process(pid)
        self.ended = threading.Event()
        self.peak_process = self.peak_total = 0
        self.cpu: dict[int, float] = {}

    def run(self) -> None:
        while not self.ended.wait(LOOK_S):
            try:
                tree = [self.root, *self.root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            sizes = [size for process in tree if (size := self._look(process))]
            self.peak_process = max([self.peak_process, *sizes])
            self.peak_total = max(self.peak_total, sum(sizes))

    def _look(self, process: psutil.Process) -> int:
        try:
            times = process.cpu_times()
            self.cpu[process.pid] = times.user + times.system
            return int(process.memory_info().rss)
        except psutil.Error:
            return 0


def watched(command: Sequence[str], env: dict[str, str] | None = None) -> Run:
    """Run a command to its end, and say what it took."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    watch = _Watch(process.pid)
    watch.start()
    stdout, _ = process.communicate()
    took_s = time.perf_counter() - began
    watch.ended.set()
    watch.join()
    return Run(
        returncode=process.returncode,
        stdout=stdout,
        took_s=took_s,
        cpu_s=sum(watch.cpu.values()),
        peak_process_mib=watch.peak_process / MIB,
        peak_total_mib=watch.peak_total / MIB,
    )
