"""A TAR holds one capture, or a bundle of them; which is told by videos, not by documents."""

import pytest

from reelmill.pipelines.captures.reading.contents import Group, groups
from reelmill.pipelines.captures.reading.headers import Member
from reelmill.pipelines.captures.spec import NoVideo


def found(*names: str) -> tuple[Group, ...]:
    return groups(Member(name, 512, 1) for name in names)


def names_of(group: Group) -> tuple[str | None, ...]:
    return tuple(one and one.name for one in (group.video, group.metadata, group.inputs))


@pytest.mark.parametrize(
    ("names", "video_id"),
    [
        pytest.param(("recording.mp4", "inputs.csv", "metadata.json"), "recording", id="embedded"),
        pytest.param(
            ("2025-09-17 14-59-42.mp4", "inputs.csv", "metadata.json"),
            "2025-09-17 14-59-42",
            id="OBS, with a space",
        ),
        pytest.param(("000000.mp4", "000000.csv", "000000.json"), "000000", id="a bundle of one"),
        pytest.param(
            ("x/recording.mp4", "x/inputs.csv", "x/metadata.json"), "recording", id="deep"
        ),
        pytest.param(("REC.MP4", "inputs.csv", "metadata.json"), "REC", id="in capitals"),
    ],
)
def test_one_video_is_one_capture(names: tuple[str, ...], video_id: str) -> None:
    (group,) = found(*names)
    assert group.base == ""
    assert group.video_id == video_id
    assert names_of(group) == (names[0], names[2], names[1])


def test_many_videos_are_a_bundle_and_none_is_lost() -> None:
    names = [f"{n:06}.{kind}" for n in range(12) for kind in ("mp4", "json", "csv")]
    bundle = found(*names)
    assert [group.base for group in bundle] == [f"{n:06}" for n in range(12)]
    assert names_of(bundle[7]) == ("000007.mp4", "000007.json", "000007.csv")
    assert bundle[7].video_id == "000007"


def test_a_group_without_a_video_is_not_lost_either() -> None:
    bundle = found("000000.mp4", "000000.json", "000001.json", "000001.csv")
    assert [names_of(group) for group in bundle] == [
        ("000000.mp4", "000000.json", None),
        (None, "000001.json", "000001.csv"),
    ]
    assert bundle[1].video_id == "000001"


def test_documents_may_be_missing() -> None:
    assert names_of(*found("recording.mp4")) == ("recording.mp4", None, None)
    assert names_of(*found("recording.mp4", "metadata.json")) == (
        "recording.mp4",
        "metadata.json",
        None,
    )


def test_what_else_lies_there_does_not_matter() -> None:
    (group,) = found("._recording.mp4", "recording.mp4", ".invalid", "notes.txt", "metadata.json")
    assert names_of(group) == ("recording.mp4", "metadata.json", None)


@pytest.mark.parametrize("names", [(), ("inputs.csv", "metadata.json"), ("readme.txt",)])
def test_without_any_video_there_is_no_capture(names: tuple[str, ...]) -> None:
    with pytest.raises(NoVideo):
        found(*names)
