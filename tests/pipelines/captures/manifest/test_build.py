"""A manifest has one row for each record, and is made with no more work than is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from tests.pipelines.captures.checks.sights import series, world
from tests.pipelines.captures.manifest.library import (
    ROWS,
    WatchedStore,
    at_once,
    bytes_of,
    fill,
    foreign,
    made,
    nobody,
    put,
    rows,
    small,
    sound,
)

from reelmill.errors import Unavailable
from reelmill.pipelines.captures.checks.check import Check, with_thresholds
from reelmill.pipelines.captures.checks.menu import Kind, menu_check
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.manifest.asked import BatchSpec
from reelmill.pipelines.captures.manifest.build import Built
from reelmill.pipelines.captures.manifest.columns import DOCUMENTED, manifest_schema
from reelmill.pipelines.captures.record import Record
from reelmill.storage.folder import FolderStore
from reelmill.storage.memory import MemoryStore
from reelmill.storage.objects import open_store
from reelmill.storage.store import Stat, StoreUnavailable
from reelmill.units import StoreKey


@pytest.fixture
def store() -> WatchedStore:
    store = WatchedStore()
    fill(store)
    return store


def _changed(name: str, version: str = "2") -> tuple[Check, ...]:
    return tuple(replace(one, version=version) if one.name == name else one for one in CHECKS)


def test_every_record_and_every_failure_is_one_row(store: WatchedStore) -> None:
    found = rows(made(store))
    assert len(found) == ROWS
    assert [row["s3_key"] for row in found.values()] == [f"day/{n}.tar" for n in range(ROWS)]
    assert {key for key, row in found.items() if row["error"]} == {"day/8.pt", "day/9.error.json"}


def test_a_sound_row_is_judged_and_no_error_row(store: WatchedStore) -> None:
    row = rows(made(store))["day/0.pt"]
    assert (row["error"], row["error_traceback"], row["sampled_frames"]) == (None, None, None)
    assert row["is_video_mostly_dark"] is False
    assert row["is_video_mostly_menu"] is False
    assert row["video_menu_percent"] == 0.0
    assert row["video_id"] == "recording"
    assert row["session_metadata"].startswith('{"game_exe":"cs2.exe"')
    assert row["commit_hash"].startswith("reelmill-")
    assert row["processed_time"] == row["extracted_at"]


def test_the_dark_one_is_dark_and_of_the_empty_one_nobody_can_say(store: WatchedStore) -> None:
    found = rows(made(store))
    assert found["day/6.pt"]["is_video_mostly_dark"] is True
    empty = found["day/7.pt"]
    assert empty["dark_mean"] is None
    assert empty["is_video_mostly_dark"] is None
    assert empty["is_video_empty"] is True


def test_an_error_row_has_every_column_and_says_why(store: WatchedStore) -> None:
    found = rows(made(store))
    damaged, failed = found["day/8.pt"], found["day/9.error.json"]
    assert damaged["error"].startswith("not_a_record: ")
    assert "pt/zips.py" in damaged["error_traceback"]
    assert str(Path.cwd()) not in damaged["error_traceback"]
    assert failed["error"] == "no_video: The TAR holds no video."
    assert set(failed) == set(manifest_schema(CHECKS).names)
    assert failed["is_video_mostly_dark"] is None


def test_types_are_those_of_the_schema_although_a_batch_has_nothing_but_nulls() -> None:
    store = MemoryStore()
    store.put_bytes(StoreKey("a.pt"), b"nothing")
    one = made(store).table
    assert one.schema.equals(manifest_schema(CHECKS), check_metadata=False)
    assert one.schema.names[: len(DOCUMENTED)] == DOCUMENTED.names
    put(store, sound("b.tar"))
    both = made(store).table
    assert both.schema == one.schema
    assert both["is_video_mostly_dark"].to_pylist() == [None, False]


def test_a_store_without_records_has_a_manifest_without_rows() -> None:
    built = made(MemoryStore(), work=nobody)
    assert built.table.num_rows == 0
    assert built.table.schema.equals(manifest_schema(CHECKS), check_metadata=False)


def test_a_second_run_looks_into_nothing_and_doubles_nothing(store: WatchedStore) -> None:
    first = made(store)
    store.read_bytes = 0
    second = made(store, work=nobody)
    assert bytes_of(second) == bytes_of(first)
    assert (second.looked_into, store.read_bytes) == (0, 0)


def test_another_threshold_reads_no_frame_and_equals_a_rebuild(store: WatchedStore) -> None:
    made(store)
    store.read_bytes = 0
    moved = with_thresholds(CHECKS, {"dark_mean_under": 200.0, "menu_percent_over": 0.5})
    built = made(store, moved, nobody)
    assert store.read_bytes == 0
    assert rows(built)["day/0.pt"]["is_video_mostly_dark"] is True
    assert rows(built)["day/0.pt"]["menu_flag_threshold"] == 0.5
    assert bytes_of(built) == bytes_of(_from_nothing(moved))


def _from_nothing(checks: tuple[Check, ...]) -> Built:
    fresh = MemoryStore()
    fill(fresh)
    return made(fresh, checks)


def test_one_changed_check_reads_only_its_frames_and_equals_a_rebuild(
    store: WatchedStore,
) -> None:
    made(store)
    whole = store.read_bytes
    store.read_bytes = 0
    built = made(store, _changed("legacy"))
    documents = store.read_bytes
    store.read_bytes = 0
    checks = tuple(replace(one, version="2") if one.name == "dark" else one for one in CHECKS)
    dark = made(store, checks)
    assert bytes_of(dark) == bytes_of(_from_nothing(checks))
    assert bytes_of(built) == bytes_of(_from_nothing(_changed("legacy")))
    assert 0 < documents <= store.read_bytes < whole


def test_only_the_frames_that_a_check_needs_are_read() -> None:
    store = WatchedStore()
    frames = {"stride-3_chw": small(15, 1), "stride-30_chw": small(2, 2)}
    record = Record(**(vars(sound("a.tar")) | {"sampled_frames": frames}))
    big = frames | {"stride-60_chw": small(15, 3).repeat(8, axis=0)}
    put(store, Record(**(vars(record) | {"sampled_frames": big})))
    made(store)
    store.read_bytes = 0
    made(store, _changed("dark"))
    assert store.read_bytes < frames["stride-30_chw"].nbytes + 200_000
    assert store.read_bytes < big["stride-60_chw"].nbytes / 4


def test_going_back_to_a_former_version_reads_nothing(store: WatchedStore) -> None:
    first = made(store)
    made(store, _changed("dark"))
    assert bytes_of(made(store, work=nobody)) == bytes_of(first)


def test_a_run_that_is_killed_goes_on_where_it_was(store: WatchedStore) -> None:
    unbroken = bytes_of(_from_nothing(CHECKS))
    done = 0

    def killed(asked: Sequence[BatchSpec]) -> Mapping[str, str]:
        nonlocal done
        at_once(store)(asked[:2])
        done = sum(len(spec.items) for spec in asked[:2])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(store, work=killed)
    resumed = made(store)
    assert resumed.looked_into == ROWS - done
    assert bytes_of(resumed) == unbroken


def test_a_record_that_was_replaced_is_looked_into_again(store: WatchedStore) -> None:
    made(store)
    put(store, sound("day/0.tar", 70, light=0.05))
    built = made(store)
    assert built.looked_into == 1
    assert rows(built)["day/0.pt"]["is_video_mostly_dark"] is True


def test_a_record_that_was_made_again_with_the_same_content_is_not_checked_again() -> None:
    store, large = WatchedStore(), series(world(15))
    record = Record(**(vars(sound("a.tar")) | {"sampled_frames": large}))
    put(store, record)
    first = rows(made(store))["a.pt"]
    assert store.read_bytes > large["stride-3_chw"].nbytes
    assert record.facts is not None
    facts = record.facts.model_copy(update={"extracted_at": datetime(2026, 2, 2, tzinfo=UTC)})
    put(store, Record(**(vars(record) | {"facts": facts})))
    store.read_bytes = 0
    built = made(store)
    assert built.looked_into == 1
    assert store.read_bytes < large["stride-3_chw"].nbytes / 8
    row = rows(built)["a.pt"]
    assert row == first | dict.fromkeys(("extracted_at", "processed_time"), facts.extracted_at)
    assert len(list(store.list("_checks"))) == 2


def test_a_record_that_is_gone_has_no_row(store: WatchedStore) -> None:
    made(store)
    store.delete(StoreKey("day/3.pt"))
    assert "day/3.pt" not in rows(made(store, work=nobody))


def test_a_reason_gives_way_to_the_record_that_came_after_all(store: WatchedStore) -> None:
    put(store, sound("day/9.tar", 9))
    found = rows(made(store))
    assert "day/9.error.json" not in found
    assert found["day/9.pt"]["error"] is None
    assert len(found) == ROWS


def test_a_prefix_chooses_records_and_harms_what_is_known_of_others(store: WatchedStore) -> None:
    put(store, sound("night/1.tar", 40))
    put(store, sound("nightly/1.tar", 41))
    whole = made(store)
    assert list(rows(made(store, work=nobody, prefix="night/"))) == ["night/1.pt"]
    assert list(rows(made(store, work=nobody, prefix="nigh"))) == ["night/1.pt", "nightly/1.pt"]
    assert bytes_of(made(store, work=nobody)) == bytes_of(whole)


def test_names_with_pt_inside_are_not_mangled() -> None:
    store = MemoryStore()
    put(store, sound("scripts.pt.old/a.pt.b.tar"))
    store.put_bytes(StoreKey("x.pt.y.pt"), b"nothing")
    found = rows(made(store))
    assert found["scripts.pt.old/a.pt.b.pt"]["s3_key"] == "scripts.pt.old/a.pt.b.tar"
    assert found["x.pt.y.pt"]["s3_key"] == "x.pt.y.tar"


def test_records_of_one_bundle_are_rows_of_their_own() -> None:
    store = MemoryStore()
    for number in range(3):
        put(store, sound(f"b.tar/00000{number}", number), f"b.tar/00000{number}.pt")
    assert [row["s3_key"] for row in rows(made(store)).values()] == [
        f"b.tar/00000{number}" for number in range(3)
    ]


def test_damaged_frames_make_an_error_row_that_keeps_what_can_be_told() -> None:
    store = MemoryStore()
    key = put(store, sound("a.tar"))
    data = bytearray(store.read(key))
    data[data.index(small(15, 1)[:1].tobytes()[:64]) + 10_000] ^= 0xFF
    store.put_bytes(key, bytes(data))
    row = rows(made(store))["a.pt"]
    assert "is damaged" in row["error"]
    assert row["is_video_mostly_dark"] in {False, None}
    assert row["is_video_too_short"] is False
    assert row["is_video_frozen"] is None


def test_a_check_that_meets_what_it_does_not_expect_makes_an_error_row() -> None:
    def stumbles(_record: Record) -> object:
        return ()[len(CHECKS)]

    store = MemoryStore()
    put(store, sound("a.tar"))
    checks = tuple(
        replace(one, measure=stumbles, version="x") if one.name == "padding" else one
        for one in CHECKS
    )
    row = rows(made(store, checks))["a.pt"]
    assert row["error"] == "padding: IndexError: tuple index out of range"
    assert row["is_dpi_scale_issue"] is None
    assert row["is_video_mostly_dark"] is False


def test_what_nobody_answered_is_asked_again_by_the_next_run() -> None:
    answers = [Kind.ERROR]

    def classify(frames: NDArray[np.uint8]) -> tuple[Kind, ...]:
        return tuple(answers * len(frames))

    asking = menu_check(classify, "asked")
    checks = tuple(asking if one.name == "menu" else one for one in CHECKS)
    store = MemoryStore()
    put(store, sound("a.tar"))
    row = rows(made(store, checks))["a.pt"]
    assert (row["is_video_mostly_menu"], row["is_video_mostly_dark"]) == (None, False)
    answers[0] = Kind.MENU
    assert rows(made(store, checks))["a.pt"]["is_video_mostly_menu"] is True
    assert made(store, checks).looked_into == 0


def test_a_store_that_does_not_answer_is_no_fault_of_a_record() -> None:
    class Silent(WatchedStore):
        def read_part(self, known: Stat, start: int, length: int) -> bytes:
            raise StoreUnavailable(key=known.key, start=start, length=length)

    store = Silent()
    put(store, sound("a.tar"))
    with pytest.raises(Unavailable):
        made(store)
    assert [stat.key for stat in store.list("_checks")] == []


def test_what_could_not_be_looked_into_is_a_row_that_says_so(store: WatchedStore) -> None:
    built = made(store, work=lambda _: {"day/0.pt": "child_died: The process died."})
    found = rows(built)
    assert found["day/0.pt"]["error"] == "child_died: The process died."
    assert found["day/1.pt"]["error"].startswith("not_looked_into")
    assert len(found) == ROWS


def test_a_damaged_part_is_made_again(store: WatchedStore) -> None:
    first = made(store)
    for stat in list(store.list("_checks")):
        store.put_bytes(stat.key, b"PAR1 broken")
    again = made(store)
    assert again.looked_into == ROWS
    assert bytes_of(again) == bytes_of(first)


def test_many_parts_become_one_of_each_kind(store: WatchedStore) -> None:
    made(store, batch=1)
    assert len(list(store.list("_checks"))) == 2


def test_a_foreign_record_has_the_hash_of_what_it_holds() -> None:
    store = MemoryStore()
    put(store, foreign("a.tar", 1))
    put(store, foreign("b.tar", 2))
    hashes = [row["content_hash"] for row in rows(made(store)).values()]
    assert len(set(hashes)) == 2
    assert None not in hashes


def test_folders_and_s3_give_the_same_bytes(tmp_path: Path, s3_url: str) -> None:
    folder, bucket = FolderStore(tmp_path), open_store(s3_url)
    files = []
    for store in (folder, bucket):
        fill(store)
        first = made(store)
        files += [bytes_of(first), bytes_of(made(store, work=nobody))]
    assert len(set(files)) == 1
    assert isinstance(first.table, pa.Table)


def test_two_sets_of_frames_are_never_taken_for_each_other() -> None:
    store = MemoryStore()
    dark = Record(**(vars(foreign("a.tar")) | {"sampled_frames": series(small(15, 1, 0.05))}))
    put(store, dark)
    put(store, foreign("b.tar"))
    found = rows(made(store))
    assert found["a.pt"]["is_video_mostly_dark"] is True
    assert found["b.pt"]["is_video_mostly_dark"] is False
