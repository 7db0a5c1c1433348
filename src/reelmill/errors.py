"""Everything that goes wrong by design, as one family.

    ReelmillError                                                    over HTTP
    ├── Refused         asked for something we never do              400
    │   └── Oversize    more than is taken in                        413
    ├── NotFound        no such thing, or not yours                  404
    │   └── Gone        it was here, and its time is over            410
    ├── Conflict        not in the state that this needs             409
    ├── LimitReached    allowed, but not now                         429
    ├── BadMedia        the file is not what it claims               400
    └── Unavailable     a neighbour is down; worth another attempt   503

A pipeline adds leaves, in its own spec.py; it never adds a branch, so the
table above is complete. Whatever is not a ReelmillError is a bug and shows as 500.
"""

import inspect
import re
from typing import Any, ClassVar


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class ReelmillError(Exception):
    """Something went wrong by design.

    The first line of a leaf's docstring is its message; the circumstances are
    keyword facts, printed behind it and kept with the job.

    Args:
        hint: What the reader should do about it, one sentence.
        facts: Circumstances; values that JSON can hold.
    """

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give every leaf its code, unless it names one."""
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = _snake(cls.__name__)

    def __init__(self, *, hint: str = "", **facts: Any) -> None:
        self.hint = hint
        self.facts = facts
        super().__init__(self.message)

    @property
    def title(self) -> str:
        """The sentence that holds for every error of this class."""
        return inspect.cleandoc(type(self).__doc__ or "").split("\n", 1)[0]

    @property
    def message(self) -> str:
        """One line: the sentence, then the facts."""
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        line = f"{self.title} ({facts})" if facts else self.title
        return " ".join(line.split())

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross a process boundary with facts and hint intact."""
        return _rebuild, (type(self), self.hint, self.facts)


def _rebuild(kind: type[ReelmillError], hint: str, facts: dict[str, Any]) -> ReelmillError:
    return kind(hint=hint, **facts)


class Refused(ReelmillError):
    """That is never done here."""


class Oversize(Refused):
    """It is more than is taken in."""


class NotFound(ReelmillError):
    """There is no such thing."""


class Gone(NotFound):
    """It was here, and its time is over."""


class Conflict(ReelmillError):
    """It is not in the state that this needs."""


class LimitReached(ReelmillError):
    """That is allowed, but not now."""


class BadMedia(ReelmillError):
    """The file is not what it claims to be."""


class Unavailable(ReelmillError):
    """A neighbour does not answer."""

    retryable = True


class Canceled(Conflict):
    """The job was canceled while it ran."""


class TimedOut(Refused):
    """The work took longer than it is allowed to."""
