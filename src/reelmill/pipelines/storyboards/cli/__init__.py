"""`reelmill storyboards ...`: what may be typed. What it does is loaded when it is called."""

from reelmill.pipelines.storyboards.cli import drafts
from reelmill.pipelines.storyboards.cli.group import group

# Commands are listed in the order in which they come in: what is asked for first.
# isort: split
from reelmill.pipelines.storyboards.cli import boards, looks

#: The group, and the modules that put their commands into it.
__all__ = ["boards", "drafts", "group", "looks"]
