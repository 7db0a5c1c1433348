"""A cap on the memory of this process while a stranger's header is read.

A header may be compressed a thousandfold, and libav unfolds it as large as it says it is.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Where Linux tells the pages of a process, the whole of its address space first.
_STATM = Path("/proc/self/statm")


@contextmanager
def capped_memory(headroom_bytes: int) -> Iterator[None]:
    """Let this process take so much more memory than it has, and no more; Linux only.

    What asks for more is told that there is none. For a child process, whose one task it is.
    """
    if sys.platform != "linux":
        yield
        return
    import resource  # noqa: PLC0415 - not on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    wanted = taken + headroom_bytes
    if soft == resource.RLIM_INFINITY or wanted < soft:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
