"""A file of this machine -> whether somebody has it open for writing."""

import errno
import fcntl
import os
import signal
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

#: The kernel says that a file is open for writing. Source: fcntl(2), F_SETLEASE.
_OPEN: Final = {errno.EAGAIN, errno.EBUSY}


class Writing(StrEnum):
    """What is known of the writers of a file."""

    NEVER = "never"
    """It cannot be written any more, only replaced as a whole."""

    NOBODY = "nobody"
    """Nobody has it open for writing."""

    SOMEBODY = "somebody"
    """It is open for writing."""

    UNKNOWN = "unknown"
    """The file system or the machine does not tell, as over a network."""


def writing(path: Path) -> Writing:
    """Whether somebody has a file open for writing.

    Linux grants a lease for reading only on a file that nobody writes. It is given back at once.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return Writing.UNKNOWN
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return _asked(descriptor)
    except OSError as error:
        return Writing.SOMEBODY if error.errno in _OPEN else Writing.UNKNOWN
    finally:
        os.close(descriptor)


def _asked(descriptor: int) -> Writing:
    # Who opens it while the lease is held is told by a signal; the usual one ends a process.
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return Writing.NOBODY
