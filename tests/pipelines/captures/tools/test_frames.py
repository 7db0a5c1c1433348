"""Pictures of records, each in a file of its own; a bad record stops nothing."""

from pathlib import Path

import numpy as np
from PIL import Image

from reelmill.pipelines.captures.pt.records import record_bytes
from reelmill.pipelines.captures.record import NO_FRAMES, Record
from reelmill.pipelines.captures.tools.frames import draw, records
from reelmill.pipelines.captures.tools.grid import COLOURS, Form
from reelmill.storage.memory import MemoryStore
from reelmill.units import StoreKey


def record(key: str, frames: int) -> bytes:
    pixels = np.full((frames, 3, 18, 32), 120, np.uint8)
    return record_bytes(
        Record(
            s3_key=key,
            video_id="recording",
            video_metadata={},
            session_metadata={},
            sampled_frames={
                "stride-3_chw": pixels if frames else NO_FRAMES,
                "stride-30_chw": NO_FRAMES,
                "stride-60_chw": NO_FRAMES,
            },
        )
    )


def test_each_record_becomes_a_picture_and_a_bad_one_says_why(tmp_path: Path) -> None:
    store = MemoryStore()
    for key, data in (
        ("d/a.pt", record("d/a.tar", 4)),
        ("b.pt", record("b.tar", 0)),
        ("c.pt", b"nothing of the kind"),
        ("a.error.json", b"{}"),
    ):
        store.put_bytes(StoreKey(key), data)
    keys = records(store)
    assert keys == ["b.pt", "c.pt", "d/a.pt"]
    assert records(store, "d") == ["d/a.pt"]
    assert records(store, limit=2) == ["b.pt", "c.pt"]
    shown = list(draw(store, [*keys, "../climbs.pt", "gone.pt"], tmp_path, Form.DETAILED))
    codes = [one.why and one.why.code for one in shown]
    assert codes == [None, "not_a_record", None, "bad_key", "missing_object"]
    pixels = np.asarray(Image.open(tmp_path / "d" / "a.png"))
    assert (pixels == COLOURS["stride-3_chw"]).all(axis=2).sum() > 4 * 4 * 1000
    assert sorted(path.name for path in tmp_path.rglob("*.png")) == ["a.png", "b.png"]
