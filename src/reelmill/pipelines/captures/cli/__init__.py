"""`reelmill captures ...`: what may be typed. What it does is loaded when it is called."""

from reelmill.pipelines.captures.cli import stages
from reelmill.pipelines.captures.cli.group import group

# Commands are listed in the order in which they come in: the stages first.
# isort: split
from reelmill.pipelines.captures.cli import manifests

# isort: split
from reelmill.pipelines.captures.cli import lists, samples, tars

#: The group, and the modules that put their commands into it.
__all__ = ["group", "lists", "manifests", "samples", "stages", "tars"]
