"""A video and a cut -> the path of a vertical window that follows the subject."""

from reelmill.pipelines.shorts.crop.planning import plan_crop

__all__ = ["plan_crop"]
