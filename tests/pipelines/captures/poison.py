"""A classifier for tests that ends its process at the sight of one certain record."""

import os

import numpy as np
from numpy.typing import NDArray
from tests.pipelines.captures.manifest.library import small

from reelmill.pipelines.captures.checks.menu import Kind


def classify(frames: NDArray[np.uint8]) -> tuple[Kind, ...]:
    """As any classifier, but for the frames of seed 90."""
    if np.array_equal(frames[0], small(15, 90)[0]):
        os._exit(9)
    return (Kind.GAMEPLAY,) * len(frames)
