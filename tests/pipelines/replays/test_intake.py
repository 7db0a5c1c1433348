"""Where replays lie that somebody handed in."""

import pytest

from reelmill.pipelines.replays.intake import input_key

CHECKSUM = "0123456789abcdef" * 4


@pytest.mark.parametrize("alike", [8, 16, 24])
def test_documents_made_to_begin_alike_in_their_checksum_lie_apart(alike: int) -> None:
    other = CHECKSUM[:alike] + "f" * (len(CHECKSUM) - alike)
    assert input_key("0a1b", CHECKSUM) != input_key("0a1b", other)


def test_the_same_document_of_two_games_lies_twice() -> None:
    assert input_key("0a1b", CHECKSUM) != input_key("2c3d", CHECKSUM)
    assert input_key("../0a1b", CHECKSUM) == input_key("0a1b", CHECKSUM)
