"""An opened file -> what ffprobe would write of it as JSON. Believes the header; asks no frame."""

from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream


def described(file: InputContainer, size_bytes: int) -> dict[str, Any]:
    """`streams` and `format`, with ffprobe's names, and its way to write numbers as text.

    Args:
        file: As it was opened.
        size_bytes: Of the file, which a demuxer need not know.
    """
    duration_s = None if file.duration is None else file.duration / av.time_base
    start_s = None if file.start_time is None else file.start_time / av.time_base
    return {
        "streams": [_stream(one) for one in file.streams],
        "format": _said(
            nb_streams=len(file.streams),
            format_name=file.format.name,
            format_long_name=file.format.long_name,
            start_time=_seconds(start_s),
            duration=_seconds(duration_s),
            size=str(size_bytes),
            bit_rate=str(round(size_bytes * 8 / duration_s)) if duration_s else None,
            tags=dict(file.metadata) or None,
        ),
    }


def _stream(stream: Stream) -> dict[str, Any]:
    base = stream.time_base
    context = getattr(stream, "codec_context", None)
    return {
        **_said(
            index=stream.index,
            codec_name=context.name if context else None,
            codec_type=stream.type,
            profile=stream.profile if context else None,
            time_base=_ratio(base),
            start_pts=stream.start_time,
            start_time=_in_seconds(stream.start_time, base),
            duration_ts=stream.duration,
            duration=_in_seconds(stream.duration, base),
            nb_frames=str(stream.frames) if stream.frames else None,
            tags=dict(stream.metadata) or None,
        ),
        **_of_its_kind(stream),
    }


def _of_its_kind(stream: Stream) -> dict[str, Any]:
    if isinstance(stream, VideoStream) and stream.codec_context is not None:
        return _video(stream)
    if isinstance(stream, AudioStream) and stream.codec_context is not None:
        return _audio(stream)
    return {}


def _video(stream: VideoStream) -> dict[str, Any]:
    context = stream.codec_context
    return _said(
        width=context.width,
        height=context.height,
        coded_width=context.coded_width,
        coded_height=context.coded_height,
        pix_fmt=context.pix_fmt,
        sample_aspect_ratio=_shape(stream.sample_aspect_ratio),
        display_aspect_ratio=_shape(stream.display_aspect_ratio),
        r_frame_rate=_ratio(stream.base_rate),
        avg_frame_rate=_ratio(stream.average_rate),
        bit_rate=str(context.bit_rate) if context.bit_rate else None,
    )


def _audio(stream: AudioStream) -> dict[str, Any]:
    context = stream.codec_context
    return _said(
        sample_rate=str(context.sample_rate),
        channels=context.layout.nb_channels,
        channel_layout=context.layout.name,
        bit_rate=str(context.bit_rate) if context.bit_rate else None,
    )


def _said(**facts: Any) -> dict[str, Any]:
    """What is known; ffprobe leaves out the rest, too."""
    return {name: value for name, value in facts.items() if value is not None}


def _in_seconds(ticks: int | None, base: Fraction | None) -> str | None:
    return None if ticks is None or base is None else _seconds(float(ticks * base))


def _seconds(value: float | None) -> str | None:
    return None if value is None else f"{value:.6f}"


def _ratio(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"


def _shape(value: Fraction | None) -> str | None:
    return None if not value else f"{value.numerator}:{value.denominator}"
