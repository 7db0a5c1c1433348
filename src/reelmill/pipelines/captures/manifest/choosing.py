"""Who tells menus from gameplay -> the checks of a manifest."""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from reelmill.errors import Refused
from reelmill.http import Fetcher
from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.menu import MENU, Classifier, menu_check
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.manifest.online import Online, Vision

#: The one that needs nobody else.
LETTERING: Final = "lettering"

#: The one that asks a model over the network.
ONLINE: Final = "online"


class UnknownClassifier(Refused):
    """There is nobody of that name who tells menus from gameplay."""


class NoVision(Refused):
    """Nobody said which model is to be asked."""


def checks_by(
    menu_by: str, vision: Vision | None = None, fetcher: Fetcher | None = None
) -> tuple[Check, ...]:
    """All checks, with somebody who tells menus from gameplay.

    Args:
        menu_by: `lettering`, `online`, or `module:function` of a `checks.menu.Classifier`.
        vision: The model that `online` asks.
        fetcher: The way to it; None where only names and thresholds are wanted.

    Raises:
        UnknownClassifier: there is no such function.
        NoVision: `online`, and nobody said which model.
    """
    menu = _menu_check(menu_by, vision, fetcher)
    return tuple(menu if check.name == menu.name else check for check in CHECKS)


def _menu_check(menu_by: str, vision: Vision | None, fetcher: Fetcher | None) -> Check:
    if menu_by == LETTERING:
        return MENU
    if menu_by == ONLINE:
        if vision is None or not vision.url:
            raise NoVision(hint="Set `vision` in [pipelines.captures] of reelmill.toml.")
        return menu_check(Online(vision, fetcher or Fetcher(vision.allow_networks)), vision.version)
    classify = _function(menu_by)
    version = getattr(classify, "version", "1")
    return menu_check(classify, f"{menu_by.replace('/', '.')}-{version}")


def _function(name: str) -> Classifier:
    module, _, function = name.partition(":")
    try:
        found = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise UnknownClassifier(
            name=name, hint="Give `lettering`, `online`, or `module:function`."
        ) from error
    if not isinstance(found, Callable):  # type: ignore[arg-type]
        raise UnknownClassifier(name=name, problem="not a function")
    classifier: Classifier = found
    return classifier
