"""Records lie under the key of their TAR, and only its ending changes."""

import pytest

from reelmill.pipelines.captures.keys import failure_key, record_key, s3_key


@pytest.mark.parametrize(
    ("tar", "base", "key"),
    [
        pytest.param("path/to/video.tar", "", "path/to/video.pt", id="an ending"),
        pytest.param("path/to/video", "", "path/to/video.pt", id="no ending"),
        pytest.param("path/a.pt/b.pt.tar", "", "path/a.pt/b.pt.pt", id=".pt inside stays"),
        pytest.param("a.tar.tar", "", "a.tar.pt", id="only the last ending"),
        pytest.param("a.tar", "000001", "a.tar/000001.pt", id="a group of a bundle"),
    ],
)
def test_the_key_of_a_record(tar: str, base: str, key: str) -> None:
    assert record_key(s3_key(tar, base)) == key
    assert failure_key(s3_key(tar, base)) == key.removesuffix(".pt") + ".error.json"
