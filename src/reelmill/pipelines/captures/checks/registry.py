"""All checks there are. The manifest's columns, the report and the settings follow from it."""

from typing import Final

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.dark import DARK
from reelmill.pipelines.captures.checks.frozen import FROZEN
from reelmill.pipelines.captures.checks.inputs import CSV, DEVICE, IDLE
from reelmill.pipelines.captures.checks.length import EMPTY, LENGTH
from reelmill.pipelines.captures.checks.menu import MENU
from reelmill.pipelines.captures.checks.origin import LEGACY, VIEW
from reelmill.pipelines.captures.checks.padding import PADDING
from reelmill.pipelines.captures.checks.shape import SHAPE
from reelmill.pipelines.captures.checks.sync import SYNC

#: Every check, in the order of its columns.
CHECKS: Final[tuple[Check, ...]] = (
    DARK,
    PADDING,
    MENU,
    EMPTY,
    FROZEN,
    LENGTH,
    LEGACY,
    DEVICE,
    VIEW,
    SYNC,
    IDLE,
    SHAPE,
    CSV,
)
