"""What is found out about a clip or a sound, and what cannot be read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines.stories.intake.reading import read_film, read_sound
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.spec import MIN_VOICE_S, NotReadable, Part, VoiceLength

Draw = Callable[..., Path]


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Draws a clip of a second, as some options want it."""

    def drawn(*args: str, before: tuple[str, ...] = (), name: str = "clip.mp4") -> Path:
        source = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1")
        encoder = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
        Ffmpeg().run([*before, *source, *encoder, *args, str(tmp_path / name)], timeout_s=120)
        return tmp_path / name

    return drawn


def test_a_clip_is_as_large_as_it_is_shown(draw: Draw, tmp_path: Path) -> None:
    turned = draw(before=("-display_rotation", "90"))
    facts = read_film(turned, Kind.VIDEO, "a", tmp_path / "turned.jpg")
    assert (facts.width, facts.height) == (90, 160)
    with Image.open(tmp_path / "turned.jpg") as poster:
        assert poster.size == (90, 160)
    stretched = draw("-vf", "setsar=2", name="stretched.mp4")
    facts = read_film(stretched, Kind.VIDEO, "a", tmp_path / "stretched.jpg")
    assert (facts.width, facts.height) == (320, 90)


def test_a_clip_lasts_as_long_as_its_frames(draw: Draw, tmp_path: Path) -> None:
    uneven = draw("-vf", "select='lt(n,5)+gt(n,20)'", "-fps_mode", "vfr")
    facts = read_film(uneven, Kind.FRAME, "Outro", tmp_path / "poster.jpg")
    assert facts.duration_s == pytest.approx(1.0, abs=0.05)
    assert (facts.part, facts.codec) == (Part.OUTRO, "h264")
    assert facts.loudness_lufs is None


def test_another_container_is_no_clip(draw: Draw, tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="matroska"):
        read_film(draw(name="clip.mkv"), Kind.VIDEO, "a", tmp_path / "poster.jpg")


def test_sound_alone_is_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    Ffmpeg().run(["-f", "lavfi", "-i", "sine=d=1", str(path)], timeout_s=120)
    with pytest.raises(NotReadable):
        read_film(path, Kind.VIDEO, "a", tmp_path / "poster.jpg")


def test_a_clip_whose_header_comes_first_is_missed_when_it_breaks_off(
    draw: Draw, tmp_path: Path
) -> None:
    whole = draw("-movflags", "+faststart", "-t", "1", "-g", "5")
    size_bytes = whole.stat().st_size
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(whole.read_bytes()[: size_bytes * 4 // 10])
    with pytest.raises(NotReadable, match=r"breaks off|decoded"):
        read_film(broken, Kind.VIDEO, "a", tmp_path / "poster.jpg")


def test_music_may_be_shorter_than_a_voice(drawn: Path, tmp_path: Path) -> None:
    path = drawn / "short.mp3"
    facts = read_sound(path, Kind.MUSIC, tmp_path / "outline.svg")
    assert facts.duration_s is not None
    assert facts.duration_s < MIN_VOICE_S
    assert facts.part is None
    assert (tmp_path / "outline.svg").read_text().startswith("<svg")
    with pytest.raises(VoiceLength):
        read_sound(path, Kind.VOICE, tmp_path / "outline.svg")
