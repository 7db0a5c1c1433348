"""Paths of a project, read and written as section 2 of the specification has them."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reelmill.pipelines.stories.keys import (
    SUFFIXES,
    Kind,
    Layout,
    Place,
    RawFile,
    asset_id,
    chapter_of,
    is_unfinished,
    read_raw,
    scanned_chunk,
    scanned_link,
    scanned_music,
    scanned_video,
    scanned_voice,
    shown_duration,
    task_id_of,
)
from reelmill.units import StoreKey

#: Names of files and folders as people give them.
NAMES = some.text(
    some.characters(exclude_characters="/\\\0", exclude_categories=("Cc", "Cs")), min_size=1
)


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        (
            "raw/story/fantasy/dragon_flight/voice/chapter_0001.mp3",
            RawFile(Kind.VOICE, "fantasy", "dragon_flight", "chapter_0001"),
        ),
        ("raw/story/fantasy/dragon/link/0a.txt", RawFile(Kind.LINK, "fantasy", "dragon", "0a")),
        ("raw/video/action/abc.mp4", RawFile(Kind.VIDEO, "action", "", "abc")),
        ("raw/frame/action/Intro.MP4", RawFile(Kind.FRAME, "action", "", "Intro")),
        ("raw/music/日本 語/a.b.mp3", RawFile(Kind.MUSIC, "日本 語", "", "a.b")),
    ],
)
def test_a_path_tells_what_a_file_is(path: str, raw: RawFile) -> None:
    assert read_raw(path) == raw


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("raw/video/a.mp4", id="no category"),
        pytest.param("raw/video/sea/deep/a.mp4", id="a folder too deep"),
        pytest.param("raw/video/sea/a.mov", id="another ending"),
        pytest.param("raw/video/sea/.mp4", id="no name"),
        pytest.param("raw/story/sea/storm/a.mp3", id="neither voice nor link"),
        pytest.param("raw/story/sea/storm/voice/a.txt", id="text among voices"),
        pytest.param("raw/pictures/sea/a.mp4", id="a folder nobody knows"),
        pytest.param("scanned/video/sea/a.mp4", id="not under raw"),
    ],
)
def test_nothing_is_expected_at(path: str) -> None:
    assert read_raw(path) is None


@given(category=NAMES, stem=NAMES, kind=some.sampled_from([Kind.VIDEO, Kind.FRAME, Kind.MUSIC]))
def test_any_name_is_read_as_it_was_given(category: str, stem: str, kind: Kind) -> None:
    raw = RawFile(kind, category, "", stem)
    assert read_raw(f"raw/{kind}/{category}/{stem}{SUFFIXES[kind]}") == raw


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("raw/video/sea/a.mp4", False),
        ("raw/video/sea/a.mp4.part", True),
        ("raw/video/sea/a.mp4.CRDOWNLOAD", True),
        ("raw/video/sea/.a.mp4.Xy12", True),
        ("raw/video/sea/a.mp4~", True),
        ("raw/video/sea/Thumbs.db", True),
        ("raw/video/sea/part.mp4", False),
        ("raw/video/.hidden/a.mp4", False),
    ],
)
def test_names_of_unfinished_files(path: str, *, ignored: bool) -> None:
    assert is_unfinished(path) is ignored


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("chapter_0001", 1),
        ("chapter_12", 12),
        ("chapter_000000", None),
        ("chapter_1234567", None),
        ("chapter_1b", None),
        ("Chapter_1", None),
        ("intro", None),
    ],
)
def test_the_number_of_a_chapter(stem: str, number: int | None) -> None:
    assert chapter_of(stem) == number


@pytest.mark.parametrize("root", ["", "stories", "films/of us"])
def test_a_key_and_its_path_lead_to_each_other(root: str) -> None:
    layout = Layout(root)
    for place in Place:
        key = layout.task(place, "t", "metadata.json")
        assert layout.path(key) == f"{place}/t/metadata.json"
        assert layout.key(layout.path(key)) == key
    assert layout.path(layout.trash_invalid("raw/video/sea/raw/a")) == (
        "trash/invalid/video/sea/raw/a"
    )


def test_the_category_has_its_logo_before_the_project() -> None:
    assert Layout("p").logos("sea") == (StoreKey("p/logos/sea.png"), StoreKey("p/logo.png"))


def test_scanned_paths_are_those_of_the_specification_with_the_category() -> None:
    clip = RawFile(Kind.VIDEO, "action", "", "abc")
    plate = RawFile(Kind.FRAME, "action", "", "abc")
    song = RawFile(Kind.MUSIC, "action", "", "abc")
    voice = RawFile(Kind.VOICE, "action", "chase", "x")
    assert [
        scanned_video(clip, (3840, 2160), 12.4, "abc"),
        scanned_video(plate, (1920, 1080), 0.04, "abc"),
        scanned_music(song, 61.25, "abc"),
        scanned_voice(voice, 1),
        scanned_voice(voice, 12345),
        scanned_chunk(voice, 1),
        scanned_link(voice, "abc"),
    ] == [
        "scanned/video/action/mp4_w3840_h2160/12.4_abc.mp4",
        "scanned/frame/action/mp4_w1920_h1080/0.0_abc.mp4",
        "scanned/music/action/mp3/61.3_abc.mp3",
        "scanned/story/action/chase/voice/chapter_0001.mp3",
        "scanned/story/action/chase/voice/chapter_12345.mp3",
        "scanned/story/action/chase/chunk_0001.txt",
        "scanned/story/action/chase/link/abc.txt",
    ]


@given(some.floats(min_value=0, max_value=20_000))
def test_a_duration_has_one_decimal_and_is_off_by_half_of_it_at_most(duration_s: float) -> None:
    shown = shown_duration(duration_s)
    assert shown.partition(".")[2] in set("0123456789")
    assert float(shown) == pytest.approx(duration_s, abs=0.05 + 1e-9)


@pytest.mark.parametrize("stem", ["holiday at sea", "ünï", "-a", "a" * 65, "", "a.b"])
def test_names_that_are_no_ids_get_one_from_their_content(stem: str) -> None:
    assert uuid.UUID(asset_id(stem, "00"))
    assert asset_id(stem, "00") != asset_id(stem, "01")


def test_a_task_is_named_by_everything_that_makes_it_another() -> None:
    ids = {
        task_id_of(category, story, chapter, voice)
        for category in ("sea", "air")
        for story in ("storm", "calm")
        for chapter in (1, 2)
        for voice in ("00", "01")
    }
    assert len(ids) == 16
    assert task_id_of("sea", "storm", 1, "00") in ids
