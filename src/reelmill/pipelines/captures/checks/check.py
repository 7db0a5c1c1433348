"""What a check is: a figure taken from a record once, and a verdict on it as often as one likes.

Figures are costly, for they look at frames; they are kept by what the record holds and by the
check's name and version. Verdicts are a figure and a limit, so another limit reads no frame.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, get_type_hints

from reelmill.errors import Refused
from reelmill.pipelines.captures.record import Record

#: What a figure or a verdict may be; each may be None as well: nobody can say.
PLAIN: Final = (bool, int, float, str, tuple[str, ...], tuple[float, ...])


class UnknownThreshold(Refused):
    """No check has a threshold of that name."""


class BadThreshold(Refused):
    """A threshold is a finite number."""


class Column(NamedTuple):
    """A column of the manifest that a check fills."""

    name: str
    """Its name, the same in figures and manifest."""

    kind: Any
    """One of `PLAIN`."""


class Nothing(NamedTuple):
    """No thresholds at all."""


#: Of checks that hold nothing against a number.
NO_LIMITS: Final = Nothing()


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question about a record."""

    name: str
    """One word, never changed: figures are kept under it."""

    version: str
    """Another one whenever the same record may give other figures."""

    series: tuple[str, ...] = ()
    """Series of frames that it may look at; none for what the documents tell."""

    measure: Callable[[Record], Any]
    """A record -> its figures, a named tuple of `figures`. The only part that looks at frames."""

    figures: type[tuple[Any, ...]]
    """The named tuple that `measure` gives."""

    judge: Callable[..., Any]
    """Figures and limits -> verdicts, a named tuple of `verdicts`."""

    verdicts: type[tuple[Any, ...]]
    """The named tuple that `judge` gives."""

    limits: Any = NO_LIMITS
    """The thresholds, a named tuple of numbers."""

    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Figures, and the thresholds that they are held against."""

    frame: str = ""
    """The figure that names the frame which tells most; empty for checks of documents."""

    finds_faults: bool = True
    """Whether a verdict that is true speaks against a recording; else it only describes it."""

    about: str
    """For people: what it finds, one sentence."""

    @property
    def id(self) -> str:
        """What figures are kept under.

        >>> from reelmill.pipelines.captures.checks.dark import DARK
        >>> DARK.id
        'dark@1'
        """
        return f"{self.name}@{self.version}"

    @property
    def measured(self) -> tuple[Column, ...]:
        """Columns of its figures."""
        return columns_of(self.figures)

    @property
    def judged(self) -> tuple[Column, ...]:
        """Columns of its verdicts."""
        return columns_of(self.verdicts)


def columns_of(fields: type[tuple[Any, ...]]) -> tuple[Column, ...]:
    """The columns that a named tuple fills, in its order."""
    return tuple(Column(name, _bare(kind)) for name, kind in get_type_hints(fields).items())


def _bare(kind: Any) -> Any:
    """The type behind `| None`."""
    bare = next(each for each in PLAIN if kind in (each, each | None))
    assert bare is not None
    return bare


def thresholds_of(checks: Iterable[Check]) -> dict[str, float]:
    """All thresholds by name, as they stand."""
    return {name: value for check in checks for name, value in _limits(check).items()}


def with_thresholds(checks: Iterable[Check], wanted: Mapping[str, float]) -> tuple[Check, ...]:
    """The same checks with some thresholds set otherwise.

    Raises:
        UnknownThreshold: no check has one of that name.
        BadThreshold: it is no number that figures can be held against.
    """
    all_checks = tuple(checks)
    known = thresholds_of(all_checks)
    for name, value in wanted.items():
        if name not in known:
            raise UnknownThreshold(threshold=name, hint=f"There are: {', '.join(known)}.")
        if not abs(value) < float("inf"):
            raise BadThreshold(threshold=name, value=str(value))
    return tuple(_moved(check, wanted) for check in all_checks)


def _moved(check: Check, wanted: Mapping[str, float]) -> Check:
    own = {name: float(wanted[name]) for name in _limits(check) if name in wanted}
    return replace(check, limits=check.limits._replace(**own)) if own else check


def _limits(check: Check) -> dict[str, float]:
    limits: dict[str, float] = check.limits._asdict()
    return limits
