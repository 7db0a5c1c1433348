"""What libav says about a file while it reads it, instead of raising."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import av
import av.logging

_lock = threading.Lock()
_listening: list[object] = []

#: Whether rings of objects were looked for before anybody listened; empty while nobody does.
_collected: list[bool] = []


@contextmanager
def complaints() -> Iterator[list[tuple[int, str, str]]]:
    """Collect warnings and errors of this thread as (level, part, message), worst level lowest.

    The level is libav's, for the whole process: it is raised by the first that listens and
    lowered by the last. At rest nothing is heard, for a decoder's own threads that talk while
    they are ended would wait for each other. Nor are rings of objects looked for meanwhile: an
    encoder that was left in one would say its last words here. Reading makes none.
    """
    me = object()
    with _lock:
        if not _listening:
            _collected.append(gc.isenabled())
            gc.disable()
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
                if _collected.pop():
                    gc.enable()
