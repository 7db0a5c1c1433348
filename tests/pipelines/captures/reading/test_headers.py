"""Members of a TAR are found by headers alone, and none of them leads anywhere else."""

import io
import tarfile
from random import Random
from typing import Any

import pytest
from tests.pipelines.captures.tars import tar_of

from reelmill.errors import ReelmillError
from reelmill.pipelines.captures.reading.headers import MAX_EXTENSION_BYTES, Member, members
from reelmill.pipelines.captures.spec import NotATar, RefusedMember

LONG = "a folder of a long name/" * 5 + "recording of a long session.mp4"


def listed(data: bytes) -> list[Member]:
    return list(members(io.BytesIO(data), len(data)))


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_members_lie_where_python_finds_them(form: int) -> None:
    files = {"2025-09-17 14-59-42.mp4": b"video" * 300, "inputs.csv": b"", "metadata.json": b"{}"}
    data = tar_of(files, form=form)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        wanted = [Member(one.name, one.offset_data, one.size) for one in tar]
    assert listed(data) == wanted


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_and_strange_letters_are_read(form: int) -> None:
    files = {LONG: b"a", "Ünïcode \U0001f3ae.mp4": b"bc"}
    data = tar_of(files, form=form)
    assert [(one.name, one.size_bytes) for one in listed(data)] == [
        (LONG, 1),
        ("Ünïcode \U0001f3ae.mp4", 2),
    ]
    content = [data[one.offset : one.offset + one.size_bytes] for one in listed(data)]
    assert content == [b"a", b"bc"]


def test_folders_and_a_dot_in_front_do_not_matter() -> None:
    data = tar_of({"./": None, "./recording.mp4": b"x", "sub": None, "sub/a.mp4": b"y"})
    assert [one.name for one in listed(data)] == ["recording.mp4", "sub/a.mp4"]


def test_sizes_above_eight_gigabytes_are_read() -> None:
    header = tarfile.TarInfo("recording.mp4")
    header.size = 9 * 1024**3
    block = header.tobuf(tarfile.GNU_FORMAT)
    (member,) = members(io.BytesIO(block), header.size + 512)
    assert member.size_bytes == header.size


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        pytest.param(tarfile.SYMTYPE, "a symbolic link", id="a symbolic link"),
        pytest.param(tarfile.LNKTYPE, "a link", id="a link"),
        pytest.param(tarfile.CHRTYPE, "a device", id="a character device"),
        pytest.param(tarfile.BLKTYPE, "a device", id="a block device"),
        pytest.param(tarfile.FIFOTYPE, "a pipe", id="a pipe"),
        pytest.param(tarfile.GNUTYPE_SPARSE, "a sparse file", id="a sparse file"),
        pytest.param(b"D", "a stranger", id="a type that nobody knows"),
    ],
)
def test_what_is_no_file_is_refused(kind: bytes, what: str) -> None:
    header = tarfile.TarInfo("recording.mp4")
    header.type, header.linkname = kind, "/etc/passwd"
    with pytest.raises(RefusedMember) as refused:
        listed(header.tobuf(tarfile.USTAR_FORMAT) + bytes(1024))
    assert refused.value.facts["what"] == what


@pytest.mark.parametrize(
    "name",
    [
        "../recording.mp4",
        "a/../../recording.mp4",
        "/tmp/recording.mp4",
        "a//recording.mp4",
        "..",
        "a/./b.mp4",
        "..\\recording.mp4",
        "C:recording.mp4",
        "a\nb.mp4",
    ],
)
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_name_that_leads_out_is_refused(name: str, form: int) -> None:
    with pytest.raises(RefusedMember):
        listed(tar_of({name: b"x"}, form=form))


def test_a_name_that_is_there_twice_is_refused() -> None:
    one = tar_of({"recording.mp4": b"x"})[:1024]
    with pytest.raises(RefusedMember, match="twice"):
        listed(one + tar_of({"recording.mp4": b"y"}))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(bytes(10_240), id="nothing but nothing"),
        pytest.param(b"x" * 512, id="text"),
        pytest.param(b"x" * 100, id="less than a block"),
        pytest.param(tar_of({"a.mp4": b"x" * 2000})[:1500], id="half a member"),
        pytest.param(tar_of({"a.mp4": b"x"}, form=tarfile.PAX_FORMAT)[:300], id="half a header"),
        pytest.param(b"\x1f\x8b\x08" + bytes(600), id="something compressed"),
    ],
)
def test_what_is_no_tar_is_refused(data: bytes) -> None:
    with pytest.raises(NotATar):
        listed(data)


def test_an_endless_name_is_not_read() -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, MAX_EXTENSION_BYTES + 1
    with pytest.raises(NotATar, match="endless name"):
        listed(header.tobuf(tarfile.GNU_FORMAT) + bytes(200_000))


@pytest.mark.parametrize(
    "records",
    [b"0 path=a\n", b"99 path=a\n", b"9 path=a", b"path=a\n", b"10 size=-1\n", b"-5 path=a\n"],
)
def test_a_pax_header_that_is_none_is_refused(records: bytes) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, len(records)
    block = header.tobuf(tarfile.USTAR_FORMAT) + records.ljust(512, b"\0")
    with pytest.raises(NotATar):
        listed(block + tar_of({"a.mp4": b"x"}))


def test_a_sparse_file_of_pax_is_refused() -> None:
    records = b"22 GNU.sparse.major=1\n"
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, len(records)
    block = header.tobuf(tarfile.USTAR_FORMAT) + records.ljust(512, b"\0")
    with pytest.raises(RefusedMember, match="sparse"):
        listed(block + tar_of({"a.mp4": b"x"}))


class Counting(io.BytesIO):
    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def test_only_headers_are_read() -> None:
    data = tar_of({"a.mp4": bytes(5_000_000), "b.csv": bytes(100_000), "c.json": b"{}"})
    file = Counting(data)
    assert len(list(members(file, len(data)))) == 3
    assert file.taken <= 4 * 512


def mutated(data: bytes, chance: Random) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken[: chance.choice([len(broken), chance.randrange(len(broken))])])


def test_whatever_is_done_to_a_tar_it_is_read_or_refused() -> None:
    chance = Random("headers")
    forms = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
    files: dict[str, Any] = {"recording.mp4": b"x" * 700, "ä.csv": b"y", "metadata.json": b"{}"}
    sound = [tar_of(files | {LONG[-90:]: b"z"}, form=form) for form in forms[1:]]
    for _ in range(2000):
        data = mutated(chance.choice(sound)[:6144], chance)
        try:
            found = listed(data)
        except ReelmillError as refused:
            assert refused.message.isprintable()  # noqa: PT017 - either is as good
            continue
        for one in found:
            assert one.offset + one.size_bytes <= len(data)
            assert ".." not in one.name.split("/")
