"""Steps of a job -> bars on one line of time. Decides; touches nothing."""

import shlex
from collections.abc import Sequence
from typing import Final, NamedTuple

from reelmill.catalog.steps import Command, Step, StepOutcome
from reelmill.web.languages import ENGLISH, Language

#: Width of the line of time.
WIDTH: Final = 100.0

#: Least width at which a step is seen.
LEAST_WIDTH: Final = 0.6

_STATE_OF: Final = {
    StepOutcome.OK: "completed",
    StepOutcome.FAILED: "failed",
    StepOutcome.CANCELED: "canceled",
}


class CommandShown(NamedTuple):
    """A program that a step ran, as one would type it."""

    line: str
    took_s: float


class StepShown(NamedTuple):
    """A step, as the page of a job shows it."""

    name: str
    """Without the pipeline's."""

    state: str
    """`completed`, `failed` or `canceled`."""

    again: str
    """Run and attempt, in words; empty for the first of each."""

    took_s: float
    """Seconds."""

    x: float
    """Where its bar begins, 0 to 100, within its attempt."""

    width: float
    """How long its bar is."""

    problem: str
    """Why it failed, empty when it did not."""

    commands: tuple[CommandShown, ...]
    """The programs that it ran."""


def shown(steps: Sequence[Step], language: Language = ENGLISH) -> list[StepShown]:
    """All steps in order, each attempt on its own line of time."""
    told = []
    for step in steps:
        same = [one for one in steps if (one.run, one.attempt) == (step.run, step.attempt)]
        began = min(one.started_at for one in same)
        ends = [(one.started_at - began).total_seconds() + one.took_s for one in same]
        scale = WIDTH / (max(ends) or 1.0)
        x = min((step.started_at - began).total_seconds() * scale, WIDTH - LEAST_WIDTH)
        width = min(max(step.took_s * scale, LEAST_WIDTH), WIDTH - x)
        told.append(_told(step, x, width, language))
    return told


def _told(step: Step, x: float, width: float, language: Language) -> StepShown:
    return StepShown(
        name=step.name.rpartition(".")[2],
        state=_STATE_OF[step.outcome],
        again=_again(step.run, step.attempt, language),
        took_s=step.took_s,
        x=round(x, 2),
        width=round(width, 2),
        problem=step.error_message,
        commands=tuple(_command(command) for command in step.commands),
    )


def _again(run: int, attempt: int, language: Language = ENGLISH) -> str:
    """Which run and attempt it was.

    >>> _again(1, 1), _again(2, 1), _again(1, 3)
    ('', 'run 2', 'attempt 3')
    """
    parts = [language.gettext("run %(number)s", number=run)] if run > 1 else []
    parts += [language.gettext("attempt %(number)s", number=attempt)] if attempt > 1 else []
    return ", ".join(parts)


def _command(command: Command) -> CommandShown:
    return CommandShown(shlex.join(command.argv), command.took_s)
