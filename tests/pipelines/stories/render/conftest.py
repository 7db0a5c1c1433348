"""What these tests are made with."""

import pytest

from reelmill.media.ffmpeg import Ffmpeg


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    return Ffmpeg(encoder="libx264")
