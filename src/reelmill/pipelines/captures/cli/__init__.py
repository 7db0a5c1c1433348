"""`reelmill captures ...`: what may be typed. What it does is loaded when it is called."""

from reelmill.pipelines.captures.cli import lists, samples, stages, tars
from reelmill.pipelines.captures.cli.group import group

#: The group, and the modules that put their commands into it.
__all__ = ["group", "lists", "samples", "stages", "tars"]
