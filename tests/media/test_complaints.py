"""What is heard while a file is read is of that file, and of nothing that was left before."""

import gc

import av
import numpy as np
import pytest
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame

from reelmill.media.complaints import complaints

#: So many objects make Python collect several times.
MANY = 20_000


def leave_an_encoder() -> None:
    """Lose sight of an encoder with sound in it, in a ring of objects."""
    encoder = av.CodecContext.create("aac", "w")
    assert isinstance(encoder, AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "fltp"
    frame = AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
    frame.sample_rate, frame.pts = 48_000, 0
    encoder.encode(frame)
    ring: list[object] = [encoder]
    ring.append(ring)


@pytest.fixture
def left() -> None:
    gc.collect()
    leave_an_encoder()


@pytest.mark.usefixtures("left")
def test_an_encoder_that_goes_says_its_last_words() -> None:
    with complaints() as said:
        gc.collect()
    assert [message.strip() for _, _, message in said] == ["1 frames left in the queue on closing"]


@pytest.mark.usefixtures("left")
def test_it_does_not_go_while_a_file_is_read() -> None:
    with complaints() as said:
        assert len([[number] for number in range(MANY)]) == MANY
    assert said == []


def test_who_listens_last_lets_python_collect_again() -> None:
    with complaints():
        with complaints():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_collects_by_hand_goes_on_so() -> None:
    gc.disable()
    try:
        with complaints():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
