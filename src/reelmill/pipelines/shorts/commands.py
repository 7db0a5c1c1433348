"""What `reelmill shorts ...` does: a video file -> its scenes, a crop plan, a vertical short."""

from pathlib import Path

from reelmill.desk import Desk
from reelmill.foreground import may_write
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines.shorts import single
from reelmill.pipelines.shorts.render import Asked
from reelmill.pipelines.shorts.spec import Cut, Quality, Strategy


def asked(
    cut: Cut, strategy: Strategy, quality: Quality, *, plan: Path | None, captions: Path | None
) -> Asked:
    """The short that was asked for, with the crop plan and the captions of files."""
    return Asked(
        cut=cut,
        strategy=strategy,
        quality=quality,
        crop_plan=None if plan is None else single.read_plan(plan),
        captions=() if captions is None else single.read_captions(captions, cut),
    )


def export(  # noqa: PLR0913 - the options of a command
    desk: Desk, video: Path, wanted: Asked, output: Path, *, force: bool, as_json: bool
) -> None:
    """Make a vertical short here and now."""
    may_write(output, force=force)
    settings = desk.settings()
    ffmpeg = Ffmpeg(settings.ffmpeg, encoder=settings.encoder)
    exported = single.export(video, wanted, output, ffmpeg=ffmpeg, bench=_bench(desk))
    if as_json:
        desk.terminal.document(exported.facts)
    else:
        desk.terminal.line(exported.sentence)


def scenes(desk: Desk, video: Path, *, as_json: bool) -> None:
    """Find the scenes of a video."""
    found = single.scenes(video, bench=_bench(desk))
    if as_json:
        desk.terminal.document(
            {
                "width": found.size.width,
                "height": found.size.height,
                "duration_s": found.duration_s,
                "fps": found.fps,
                "has_audio": found.has_audio,
                "scenes": [scene._asdict() for scene in found.scenes],
            }
        )
        return
    desk.terminal.table(
        ("start", "end", "seconds"),
        [
            (
                single.timecode(scene.start_s),
                single.timecode(scene.end_s),
                f"{scene.end_s - scene.start_s:.3f}",
            )
            for scene in found.scenes
        ],
    )


def crop_plan(
    desk: Desk, video: Path, start_s: float, end_s: float, *, output: Path | None
) -> None:
    """Plan how a vertical window follows the subject, as JSON that may be edited."""
    plan = single.crop_plan(video, single.cut_of(start_s, end_s), bench=_bench(desk))
    if output is None:
        desk.terminal.document(plan.model_dump(mode="json"))
        return
    single.write_plan(plan, output)
    desk.terminal.line(
        f"{output}: {len(plan.keyframes)} key frames, confidence {plan.confidence:.2f}"
    )
    desk.terminal.note(plan.reason)


def _bench(desk: Desk) -> single.Bench:
    return single.Bench(terminal=desk.terminal, verbose=desk.verbose > 0)
