"""A clip of unknown origin -> the same, in the one form in which clips of a story are joined."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

from reelmill.media.ffmpeg import read_from
from reelmill.media.filters import (
    as_told_bt709,
    chain,
    crop_then_scale,
    over,
    scale_then_pad,
    scaled,
    still,
)
from reelmill.media.follow import decoded_pictures
from reelmill.media.geometry import Crop, Size, contain, cover
from reelmill.media.info import NothingToPlay
from reelmill.media.probe import probe
from reelmill.media.promises import promise
from reelmill.media.seals import add_seal
from reelmill.media.span import INDEXED, Span, find_span
from reelmill.media.tools import Tools
from reelmill.media.transcode import (
    START_LIMIT_S,
    WORK_LIMIT,
    Recipe,
    cleaned,
    file_args,
    graph_args,
    picture_args,
    source_args,
)
from reelmill.pipelines.stories.render.mezzanine import JOINABLE_X264, Form, conformed_frames
from reelmill.pipelines.stories.spec import NotReadable, Piece
from reelmill.units import even

#: Pixels from the left and from the top to the logo. Source: specification, section 6.
LOGO_AT: Final = (20, 20)

#: Pixels that a logo may have: more is no logo, and unfolds to gigabytes.
MAX_LOGO_PIXELS: Final = 64_000_000

#: Threads that decode a clip; each keeps pictures of its own.
DECODING_THREADS: Final = 2


@dataclass(frozen=True, kw_only=True)
class Look:
    """What all clips of a story have in common."""

    form: Form
    """Size, rate, encoder; logo and plate by their content."""

    logo: Path | None = None
    """A picture."""

    plate: Path | None = None
    """A video, shown again and again where a clip does not fill the picture; None is black."""


@dataclass(frozen=True, kw_only=True)
class Conformed:
    """A clip that joins others of its form."""

    path: Path
    """A sealed MP4 of pictures alone."""

    frames: int
    """Decoded frames; see `conformed_frames`."""

    size_bytes: int
    """Size of the file."""

    commands: tuple[tuple[tuple[str, ...], float], ...]
    """What was run, each with the seconds that it took."""


def conform(source: Path, piece: Piece, to: Path, look: Look, tools: Tools) -> Conformed:
    """Bring a clip into a form, decode what came of it, and seal it. In a child process.

    Args:
        source: The clip, a stranger's file; only read.
        piece: How much of it is needed.
        to: The MP4 to write; it is there when it is whole.
        look: What it shall look like.
        tools: What it is done with.

    Raises:
        NothingToPlay: there are no pictures.
        NotReadable: the logo is no picture.
        NotAsPromised: what was made is not what was asked.
        BadMedia: another leaf that says why a file cannot be read.
    """
    tools.tell("look", 0, 0, "looking into the clip")
    frames = conformed_frames(piece, look.form.rate)
    draft = to.with_name(f"{to.stem}.draft.mp4")
    _encode(_Scene.of(source, frames, draft, look), tools)
    sealed(draft, frames, look.form, tools)
    draft.replace(to)
    return Conformed(
        path=to, frames=frames, size_bytes=to.stat().st_size, commands=tuple(tools.ran)
    )


def sealed(path: Path, frames: int, form: Form, tools: Tools) -> None:
    """Decode what was encoded, and note in the file what each of its packets was.

    Raises:
        NotAsPromised: what was made is not what was asked.
    """
    tools.tell("verify", 0, 0, "decoding what was encoded")
    decoded = decoded_pictures(path, form.profile)
    times = [at or 0 for at, _ in decoded.packets]
    promise("frames", found=len(times), promised=frames)
    # None is needed by one before it: then it may be cut behind any of them.
    promise("stored as shown", found=times == sorted(times), promised=True)
    add_seal(path, decoded.headers, (known for _, known in decoded.packets))


@dataclass(frozen=True, kw_only=True)
class _Scene:
    """All that is seen at once, and where it is written."""

    clip: Span
    plate: Span | None
    logo: Path | None
    form: Form
    to: Path

    @classmethod
    def of(cls, source: Path, frames: int, to: Path, look: Look) -> "_Scene":
        form = look.form
        clip = _span(source, frames, form)
        room = contain(clip.video.shown, form.size)
        fills = (room.width, room.height) == form.size
        return cls(
            clip=clip,
            plate=None if look.plate is None or fills else _span(look.plate, frames, form),
            logo=None if look.logo is None else _drawn(look.logo, to, form.size),
            form=form,
            to=to,
        )


def _span(source: Path, frames: int, form: Form) -> Span:
    """The first frames of a file, at the form's rate; the last is held where there are fewer."""
    found = probe(source)
    if not found.video:
        raise NothingToPlay(wanted="pictures")
    span = find_span(source, found, 0.0, frames / form.rate)
    return replace(span, rate=Fraction(form.rate), frames=frames)


def _drawn(logo: Path, beside: Path, room: Size) -> Path | None:
    """The logo as a picture of our own, as much of it as there is room for; None for no room."""
    left, top = LOGO_AT
    if room.width <= left or room.height <= top:
        return None
    try:
        with Image.open(logo) as image:
            if image.width * image.height > MAX_LOGO_PIXELS:
                raise NotReadable(logo=logo.name, pixels=image.width * image.height)
            seen = image.convert("RGBA")
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError) as error:
        raise NotReadable(logo=logo.name, problem=str(error)) from error
    to = beside.with_suffix(".logo.png")
    # Both sides even, as chroma wants them; what is added or cut off is not seen.
    width = even(min(seen.width + 1, room.width - left))
    height = even(min(seen.height + 1, room.height - top))
    seen.crop((0, 0, width, height)).save(to, "PNG")
    return to


def _encode(scene: _Scene, tools: Tools) -> None:
    recipe = scene.form.recipe("")
    frames = scene.clip.frames
    watch = tools.watch("conform", frames, "conforming the clip")
    tools.ffmpeg.run(
        [
            *_inputs(scene),
            *graph_args(_graph(scene), scene.to.with_suffix(".graph")),
            *("-map", "[v]"),
            *joinable_args(recipe, scene.form.encoder),
            *file_args(scene.to),
        ],
        timeout_s=START_LIMIT_S + WORK_LIMIT * scene.clip.duration_s,
        watch=watch,
    )


def joinable_args(recipe: Recipe, encoder: str) -> Sequence[str]:
    """Arguments that encode pictures so that they can be cut and joined; later ones count."""
    return [
        *picture_args(recipe, encoder),
        *("-bf", "0"),
        *(JOINABLE_X264 if encoder == "libx264" else ()),
    ]


def _inputs(scene: _Scene) -> Sequence[str]:
    """The clip, then the logo, then the plate, as far as there are any."""
    threads = ("-threads", str(DECODING_THREADS))
    logo = () if scene.logo is None else read_from(scene.logo, "png_pipe")
    plate = () if scene.plate is None else (*_again(scene.plate), *source_args(scene.plate))
    return [*threads, *source_args(scene.clip), *logo, *(threads if plate else ()), *plate]


def _again(plate: Span) -> Sequence[str]:
    """Arguments that show a plate again and again; of other formats the last frame stays."""
    # Measured: sent back to the start of a transport stream, ffmpeg reads on for ever.
    return ("-stream_loop", "-1") if plate.demuxer in INDEXED else ()


def _graph(scene: _Scene) -> str:
    """The text of all filters, from the streams of all inputs to the pad `v`."""
    size = scene.form.size
    room = contain(scene.clip.video.shown, size)
    if scene.plate is None:
        parts = [f"{_read(0, scene.clip, _letterboxed(room, size))}[seen]"]
    else:
        whole = cover(scene.plate.video.shown, size)
        number = 1 if scene.logo is None else 2
        parts = [
            f"{_read(0, scene.clip, scaled(Size(room.width, room.height)))}[front]",
            f"{_read(number, scene.plate, crop_then_scale(whole, size))}[behind]",
            f"{over('behind', 'front', room.x, room.y)}[seen]",
        ]
    if scene.logo is None:
        return ";".join([*parts, f"[seen]{as_told_bt709()}[v]"])
    marked = chain(over("seen", "logo", *LOGO_AT), as_told_bt709())
    return ";".join([*parts, f"[1:v]{still()}[logo]", f"{marked}[v]"])


def _read(number: int, span: Span, fitted: str) -> str:
    """Pictures of an input, their colours told: `overlay` converts what differs, or fails."""
    return f"[{number}:{span.video.index}]{chain(cleaned(span), fitted, as_told_bt709())}"


def _letterboxed(room: Crop, size: Size) -> str:
    if (room.width, room.height) == size:
        return scaled(size)
    return scale_then_pad(room, size)
