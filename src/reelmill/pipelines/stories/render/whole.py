"""Conformed clips that do not join, or captions to be drawn -> one clip, encoded anew."""

from collections.abc import Sequence
from pathlib import Path

from reelmill.media.ffmpeg import read_from
from reelmill.media.filters import as_told_bt709, chain, numbered
from reelmill.media.pieces import Part
from reelmill.media.relay import poured
from reelmill.media.tools import Tools
from reelmill.media.transcode import START_LIMIT_S, WORK_LIMIT, file_args, graph_args
from reelmill.pipelines.stories.render.conform import DECODING_THREADS, joinable_args, sealed
from reelmill.pipelines.stories.render.mezzanine import Form


def encode_whole(parts: Sequence[Part], to: Path, form: Form, drawn: str, tools: Tools) -> Path:
    """Encode all that is shown into one clip, decode what came of it, and seal it.

    In memory that does not grow with the clips; on the disk all of them lie once more meanwhile.

    Args:
        parts: What is shown, in its order; sealed clips of one size.
        to: The MP4 to write.
        form: Size, rate, encoder.
        drawn: Filters over the whole picture; empty for none.
        tools: What it is done with.

    Raises:
        PieceBroken: a clip must be conformed anew.
        NotAsPromised: what was made is not what was asked.
    """
    frames, rate = sum(part.frames for part in parts), form.profile.rate
    stream = to.with_suffix(".h264")
    poured(parts, stream)
    shown = chain(numbered(rate), drawn, as_told_bt709())
    tools.ffmpeg.run(
        [
            *("-threads", str(DECODING_THREADS), "-framerate", str(form.rate)),
            *read_from(stream, "h264"),
            *graph_args(f"[0:v]{shown}[v]", to.with_suffix(".graph")),
            *("-map", "[v]"),
            *joinable_args(form.recipe(""), form.encoder),
            *file_args(to),
        ],
        timeout_s=START_LIMIT_S + WORK_LIMIT * frames / form.rate,
        watch=tools.watch("encode", frames, "encoding the story"),
    )
    stream.unlink()
    sealed(to, frames, form, tools)
    return to
