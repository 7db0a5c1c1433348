"""Scenes as an edit decision list."""

import pytest

from reelmill.pipelines.shorts.edl import Event, edl, rate_of, timecode


@pytest.mark.parametrize(
    ("fps", "counted"),
    [
        pytest.param(25.0, (25, False), id="PAL"),
        pytest.param(24.0, (24, False), id="film"),
        pytest.param(23.976, (24, False), id="film on NTSC drops nothing"),
        pytest.param(29.97, (30, True), id="NTSC"),
        pytest.param(30.0, (30, False), id="whole"),
        pytest.param(59.9401, (60, True), id="NTSC, twice as fast"),
        pytest.param(27.4, (27, False), id="uneven"),
        pytest.param(0.2, (1, False), id="next to nothing"),
    ],
)
def test_how_a_rate_is_counted(fps: float, counted: tuple[int, bool]) -> None:
    assert rate_of(fps)[1:] == counted


@pytest.mark.parametrize(
    ("frame", "fps", "code"),
    [
        (0, 29.97, "00:00:00;00"),
        (1799, 29.97, "00:00:59;29"),
        (1800, 29.97, "00:01:00;02"),
        (17_981, 29.97, "00:09:59;29"),
        (17_982, 29.97, "00:10:00;00"),
        (107_892, 29.97, "01:00:00;00"),
        (3599, 59.94, "00:00:59;59"),
        (3600, 59.94, "00:01:00;04"),
        (35_964, 59.94, "00:10:00;00"),
        (86_400, 24.0, "01:00:00:00"),
        (90_000, 25.0, "01:00:00:00"),
    ],
)
def test_the_clock_of_a_frame(frame: int, fps: float, code: str) -> None:
    assert timecode(frame, rate_of(fps)) == code


@pytest.mark.parametrize("fps", [29.97, 59.94])
def test_no_two_frames_have_the_same_clock_and_it_keeps_time(fps: float) -> None:
    rate = rate_of(fps)
    codes = [timecode(frame, rate) for frame in range(rate.counted * 60 * 21)]
    assert codes == sorted(set(codes))
    clock_s = sum(int(part) * 60 ** (2 - at) for at, part in enumerate(codes[-1][:8].split(":")))
    assert clock_s == pytest.approx((len(codes) - 1) / rate.fps, abs=1)


def test_scenes_follow_each_other_in_the_list() -> None:
    events = [Event("Scene 1", 2.0, 4.52), Event("Scene 2", 60.0, 61.0)]
    assert edl("Talk", 25.0, events, has_audio=True).split("\r\n") == [
        "TITLE: Talk",
        "FCM: NON-DROP FRAME",
        "",
        "001  AX       B     C        00:00:02:00 00:00:04:13 00:00:00:00 00:00:02:13",
        "* FROM CLIP NAME: Talk",
        "* COMMENT: Scene 1",
        "",
        "002  AX       B     C        00:01:00:00 00:01:01:00 00:00:02:13 00:00:03:13",
        "* FROM CLIP NAME: Talk",
        "* COMMENT: Scene 2",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("title", "line"),
    [
        pytest.param("a\r\n001  AX  V  C", "TITLE: a 001 AX V C", id="lines of its own"),
        pytest.param("x" * 200, f"TITLE: {'x' * 60}", id="too long"),
        pytest.param("\u202e\x00", "TITLE: Untitled", id="nothing that can be seen"),
        pytest.param("강연", "TITLE: 강연", id="Korean"),
    ],
)
def test_a_title_stays_on_its_line(title: str, line: str) -> None:
    told = edl(title, 30.0, [Event("a", 0, 1)], has_audio=False).split("\r\n")
    assert told[0] == line
    assert [one[:3] for one in told if "AX" in one and one[0].isdigit()] == ["001"]


def test_the_shortest_scene_has_a_frame() -> None:
    told = edl("a", 1.0, [Event("a", 0.1, 0.2)], has_audio=False)
    assert "00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00" in told
