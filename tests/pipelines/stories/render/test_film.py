import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import pytest
from tests.media.coded import lumas, numbers_in, where_contained
from tests.pipelines.stories.render.cutting_room import (
    FORM,
    SMALL,
    Story,
    piece_of,
    quiet_tools,
    story_of,
)

from reelmill.media.boxes import boxes
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.pieces import PieceBroken
from reelmill.media.verify import verify
from reelmill.pipelines.stories.render.conform import sealed
from reelmill.pipelines.stories.render.film import Film, make_film, poster_s

pytestmark = pytest.mark.ffmpeg

Make = Callable[[Story], Film]

#: Frames of clips and how many are shown: one frame, one frame of many, the last cut.
CLIPS = ((40, 40), (1, 1), (70, 1), (66, 66), (90, 37))

#: What is seen of them, frame by frame.
NUMBERS = [number for _, shown in CLIPS for number in range(shown)]

TEXT = "The tide comes in. The tide goes out. Nobody knows why it does so."


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> Story:
    return story_of(tmp_path_factory.mktemp("story"), CLIPS, ffmpeg)


@pytest.fixture
def make(tmp_path: Path, ffmpeg: Ffmpeg) -> Make:
    def made(story: Story) -> Film:
        folder = tmp_path / "made"
        folder.mkdir(exist_ok=True)
        return make_film(story.files, story.spec, FORM, folder, quiet_tools(ffmpeg))

    return made


def test_it_shows_every_frame_of_every_clip_and_ends_with_the_voice(
    story: Story, make: Make
) -> None:
    film = make(story)
    assert numbers_in(film.video, where_contained(SMALL, SMALL)) == NUMBERS
    assert (film.frames, film.joined, film.captions) == (len(NUMBERS), True, None)
    assert film.duration_s == len(NUMBERS) / 30


def test_it_is_one_whole_file_for_whoever_decodes_all_of_it(
    story: Story, make: Make, ffmpeg: Ffmpeg
) -> None:
    film = make(story)
    verified = verify(film.video, FORM.profile, frames=len(NUMBERS))
    assert verified.size_bytes == film.size_bytes
    strictly = ["-v", "warning", "-err_detect", "explode", "-xerror"]
    command = [str(ffmpeg.path), *strictly, "-i", str(film.video), "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stderr == ""


def test_its_index_comes_first_and_sound_lies_beside_the_pictures(story: Story, make: Make) -> None:
    film = make(story)
    kinds = [box.kind for box in boxes(film.video) if box.kind != "free"]
    assert kinds == ["ftyp", "moov", "mdat"]
    with av.open(str(film.video)) as file:
        order = [
            (packet.stream_index, float((packet.dts or 0) * packet.time_base))
            for packet in file.demux()
            if packet.size
        ]
    # Whoever plays while it loads has both within a frame or two.
    shown = heard = 0.0
    for stream, at_s in order:
        shown, heard = (at_s, heard) if stream == 0 else (shown, at_s)
        assert abs(shown - heard) < 0.2


def test_its_sound_is_as_loud_as_asked_and_as_long_as_the_pictures(
    story: Story, make: Make
) -> None:
    film = make(story)
    assert film.loudness_lufs == pytest.approx(-16.0, abs=0.5)
    assert film.true_peak_dbtp <= -1.5
    with av.open(str(film.video)) as file:
        samples = sum(frame.samples for frame in file.decode(audio=0))
    assert abs(samples / 48_000 - len(NUMBERS) / 30) < 0.05


def test_made_twice_it_is_the_same_to_the_byte(story: Story, make: Make) -> None:
    first = make(story).video.read_bytes()
    assert make(story).video.read_bytes() == first


def test_its_poster_is_a_picture_from_the_middle(story: Story, make: Make) -> None:
    film = make(story)
    assert film.poster.read_bytes()[:2] == b"\xff\xd8"
    # 145 frames; the clip before the middle begins with frame 42, its second key frame is 102.
    assert poster_s(story.spec, FORM) == 42 / 30


def test_text_that_fits_the_voice_becomes_captions(
    story: Story, tmp_path: Path, make: Make
) -> None:
    text = tmp_path / "chunk_0001.txt"
    text.write_text(TEXT)
    film = make(replace(story, files=replace(story.files, texts=(text,))))
    assert film.captions is not None
    assert "The tide comes in." in film.captions.read_text()
    assert film.joined


def test_captions_are_drawn_over_the_picture_where_that_is_asked(
    story: Story, tmp_path: Path, make: Make
) -> None:
    text = tmp_path / "chunk_0001.txt"
    text.write_text(TEXT)
    render = story.spec.render.model_copy(update={"burn_captions": True})
    film = make(
        Story(replace(story.files, texts=(text,)), story.spec.model_copy(update={"render": render}))
    )
    assert not film.joined
    assert film.captions is not None
    below = [int(luma[150:].max()) - int(luma[150:, 3].mean()) for luma in lumas(film.video)]
    # The code of a frame ends above the letters; a clip's ground is 60 to 140.
    assert sum(one > 80 for one in below) > len(NUMBERS) / 2
    assert film.frames == len(NUMBERS)


def test_clips_with_other_headers_are_encoded_as_one(
    tmp_path: Path, ffmpeg: Ffmpeg, make: Make
) -> None:
    story = story_of(tmp_path, ((20, 20), (12, 12), (30, 9)), ffmpeg)
    _change_headers(list(story.files.mezzanines.values())[1], ffmpeg)
    film = make(story)
    assert not film.joined
    assert numbers_in(film.video, where_contained(SMALL, SMALL)) == [
        *range(20),
        *range(12),
        *range(9),
    ]


def test_a_clip_that_is_not_what_it_was_is_named(
    tmp_path: Path, ffmpeg: Ffmpeg, make: Make
) -> None:
    story = story_of(tmp_path, ((20, 20), (12, 12)), ffmpeg)
    broken = list(story.files.mezzanines.values())[1]
    whole = bytearray(broken.read_bytes())
    # In the middle of the pictures, behind the index.
    whole[-len(whole) // 3] ^= 1
    broken.write_bytes(whole)
    with pytest.raises(PieceBroken) as raised:
        make(story)
    assert raised.value.facts["piece"] == broken.name


def test_a_clip_that_is_shorter_than_what_is_shown_is_named(
    tmp_path: Path, ffmpeg: Ffmpeg, make: Make
) -> None:
    story = story_of(tmp_path, ((20, 20),), ffmpeg)
    (name,) = story.files.mezzanines
    longer = story.spec.model_copy(update={"pieces": (piece_of(20, 20, "clip-0"),) * 2})
    assert make(Story(story.files, longer)).frames == 40
    story.files.mezzanines[name].write_bytes(b"")
    with pytest.raises(PieceBroken):
        make(story)


def _change_headers(clip: Path, ffmpeg: Ffmpeg) -> None:
    """The same frames, encoded and sealed as another encoder would."""
    other = clip.with_name("other.mp4")
    colours = "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv"
    ffmpeg.run(
        [
            *("-i", str(clip), "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"),
            *(*colours.split(), "-g", "60", str(other)),
        ],
        timeout_s=60,
    )
    with av.open(str(other)) as file:
        frames = file.streams.video[0].frames
    sealed(other, frames, FORM, quiet_tools(ffmpeg))
    other.replace(clip)
