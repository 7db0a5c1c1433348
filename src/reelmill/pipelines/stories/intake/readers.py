"""Work on a stranger's file -> its result, from a child process that the file may kill."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from reelmill.children import ChildDied
from reelmill.pipelines.stories.spec import NotReadable
from reelmill.services import Services

R = TypeVar("R")

#: Times that the reader of a file may die before the file is held to be the reason.
DEATHS: Final = 2


def read_in_child(here: Services, work: Callable[..., R], *args: Any, limit_s: float) -> R:
    """Have a stranger's file read.

    Raises:
        NotReadable: the reader died, and the next one as well.
        TimedOut: `limit_s` seconds have passed.
        ChildDied: this process is leaving.
    """
    died: ChildDied | None = None
    for _ in range(DEATHS):
        try:
            return here.children.run(work, *args, timeout_s=limit_s)
        except ChildDied as error:
            if "exit_code" not in error.facts:
                raise
            died = error
    raise NotReadable(problem="reading it ends the reader") from died
