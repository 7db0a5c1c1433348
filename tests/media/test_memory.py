import resource
import sys

import pytest

from reelmill.media.memory import capped_memory

MB = 1024 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="a cap that Linux alone keeps")
def test_more_than_the_headroom_is_refused_and_less_is_given() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with capped_memory(256 * MB):
        assert len(bytearray(64 * MB)) == 64 * MB
        with pytest.raises(MemoryError):
            bytearray(1024 * MB)
    assert len(bytearray(300 * MB)) == 300 * MB
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.skipif(sys.platform != "linux", reason="a cap that Linux alone keeps")
def test_a_stricter_cap_of_the_operator_stays() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with capped_memory(2048 * MB), capped_memory(4096 * MB):
        pass
    assert resource.getrlimit(resource.RLIMIT_AS) == before
