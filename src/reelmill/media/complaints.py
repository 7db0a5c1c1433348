"""What libav says about a file while it reads it, instead of raising."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import av
import av.logging

_lock = threading.Lock()
_listening: list[object] = []


@contextmanager
def complaints() -> Iterator[list[tuple[int, str, str]]]:
    """Collect warnings and errors of this thread as (level, part, message), worst level lowest.

    The level is libav's, for the whole process: it is raised by the first that listens and
    lowered by the last. At rest nothing is heard, for a decoder's own threads that talk while
    they are ended would wait for each other.
    """
    me = object()
    with _lock:
        _listening.append(me)
        av.logging.set_level(av.logging.WARNING)
        av.logging.set_skip_repeated(False)
    try:
        with av.logging.Capture() as said:
            yield said
    finally:
        with _lock:
            _listening.remove(me)
            if not _listening:
                av.logging.set_level(None)
