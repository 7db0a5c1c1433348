"""Which files are finished: a table of looks, and thousands of interleavings with their writers."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from reelmill.pipelines.stories.keys import is_unfinished
from reelmill.pipelines.stories.settle import Looked, Mark, Sighting, look

#: Seconds that a file must not change in these tests.
SETTLE_S = 5.0

#: Interleavings of the everyday suite, and of the campaign.
EVERYDAY, CAMPAIGN = 400, 10_000


def seen(written_s: float, etag: str = "1", size_bytes: int = 10) -> Mark:
    return Mark(etag, size_bytes, written_s)


@pytest.mark.parametrize(
    ("marks", "settled_at"),
    [
        pytest.param([(0, seen(-60))], 0, id="old at first sight: at once"),
        pytest.param([(0, seen(0)), (4, seen(0))], None, id="too early"),
        pytest.param([(0, seen(0)), (5, seen(0))], 5, id="unchanged over two looks"),
        pytest.param([(0, seen(0)), (4, seen(4, "2")), (8, seen(4, "2"))], None, id="grew since"),
        pytest.param(
            [(0, seen(0)), (4, seen(4, "2")), (9, seen(4, "2"))], 9, id="then unchanged for long"
        ),
        pytest.param(
            [(0, seen(0)), (9, seen(9, "1", 11))], None, id="another size is another file"
        ),
        pytest.param([(0, seen(0)), (9, None), (10, seen(10))], None, id="gone and back"),
        pytest.param(
            [(0, seen(90)), (5, seen(90))], 5, id="written in the future: by two looks alone"
        ),
        pytest.param(
            [(100, seen(100)), (20, seen(20)), (25, seen(20))],
            25,
            id="a clock that was put back makes nothing wait for ever",
        ),
        pytest.param(
            [(0, seen(0)), (4, seen(4)), (5, seen(5))],
            5,
            id="times that are not believed: only looks count",
        ),
    ],
)
def test_a_file_is_settled(marks: list[tuple[float, Mark | None]], settled_at: float) -> None:
    waiting: dict[str, Sighting] = {}
    found = None
    for now_s, mark in marks:
        listing = {} if mark is None else {"a": mark}
        looked = look(waiting, listing, now_s=now_s, settle_s=SETTLE_S)
        waiting = dict(looked.waiting)
        if looked.settled:
            found = now_s
    assert found == settled_at


def test_files_do_not_wait_for_each_other() -> None:
    looked = look({}, {"b": seen(-9), "a": seen(-9), "c": seen(0)}, now_s=0, settle_s=SETTLE_S)
    assert looked.settled == ("a", "b")
    assert list(looked.waiting) == ["c"]


@dataclass
class Content:
    """What a name stands for: renamed or moved, it is the same content, open for whom it was."""

    number: int
    """Of its making; no two alike."""

    size_bytes: int = 0
    written_s: float = 0.0
    writers: int = 0


@dataclass
class World:
    """A folder, a clock, and people who copy, append, rename and delete at any time.

    Where writers can be told, they may pause for as long as they like. Where they cannot,
    the times of files are not believed, and nobody pauses for as long as files settle.
    """

    chance: random.Random
    tells_writers: bool
    now_s: float = 0.0
    files: dict[str, Content] = field(default_factory=dict)
    taken: list[Content] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    acts: list[tuple[float, int, Iterator[float]]] = field(default_factory=list)
    waiting: dict[str, Sighting] = field(default_factory=dict)

    def pause_s(self) -> float:
        longest_s = 40.0 if self.tells_writers else SETTLE_S - 0.5
        return self.chance.uniform(0.01, longest_s)

    def name(self) -> str:
        return f"raw/video/sea/{self.chance.choice('abcd')}.mp4"

    def write(self, content: Content) -> Iterator[float]:
        """Append some parts to an open file, with pauses before and between them.

        Who opens a file writes at once where it cannot be told that it is open.
        """
        content.writers += 1
        for number in range(self.chance.randint(1, 4)):
            if number or self.tells_writers:
                yield self.pause_s()
            content.size_bytes += self.chance.randint(1, 9)
            content.written_s = self.now_s
        if self.tells_writers:
            yield self.pause_s()
        content.writers -= 1

    def copy(self) -> Iterator[float]:
        """Copy a file to its place, under its name or under that of an unfinished one."""
        name, hidden = self.name(), self.chance.random() < 0.5
        content = Content(next(self.numbers), written_s=self.now_s)
        at = f"{name}.part" if hidden else name
        self.files[at] = content
        yield from self.write(content)
        if self.chance.random() < 0.3:
            # As `cp -p` does when it is done.
            content.written_s = self.now_s - self.chance.uniform(0, 1e6)
        if hidden and self.files.get(at) is content:
            self.files[name] = self.files.pop(at)

    def append(self) -> Iterator[float]:
        """Open a file that is there, and write on in it, whatever happens to its name."""
        if at := self.any_name():
            yield from self.write(self.files[at])

    def rename(self) -> Iterator[float]:
        """Give a file another name, also while it is written, also that of another."""
        if at := self.any_name():
            content = self.files.pop(at)
            self.files[self.name()] = content
        yield 0.0

    def bring(self) -> Iterator[float]:
        """Move a finished file in from elsewhere: it is old and whole at once."""
        old_s = self.now_s - self.chance.uniform(0, 1000)
        self.files[self.name()] = Content(next(self.numbers), 5, old_s)
        yield 0.0

    def delete(self) -> Iterator[float]:
        """Delete a file."""
        if at := self.any_name():
            del self.files[at]
        yield 0.0

    def any_name(self) -> str:
        return self.chance.choice(sorted(self.files)) if self.files else ""

    def mark(self, content: Content) -> Mark:
        written_s = content.written_s if self.tells_writers else self.now_s
        tag = f"{content.number}-{content.written_s}"
        return Mark(tag, content.size_bytes, written_s)

    def is_busy(self, content: Content) -> bool:
        return self.tells_writers and content.writers > 0

    def look(self) -> Iterator[float]:
        """A scan: look, then take one file after the other, each a while later."""
        listing = {
            path: self.mark(content)
            for path, content in self.files.items()
            if not is_unfinished(path) and not self.is_busy(content)
        }
        looked: Looked = look(self.waiting, listing, now_s=self.now_s, settle_s=SETTLE_S)
        self.waiting = dict(looked.waiting)
        for path in looked.settled:
            yield self.chance.uniform(0, 3)
            self.take(path, listing[path])

    def take(self, path: str, mark: Mark) -> None:
        """Move a file away, unless it is another than was looked at, or somebody writes it."""
        content = self.files.get(path)
        if content is None or self.is_busy(content) or not self.mark(content).is_like(mark):
            return
        del self.files[path]
        assert content.writers == 0, "a file was taken while somebody wrote it"
        self.taken.append(content)

    def begin(self, act: Callable[[], Iterator[float]]) -> None:
        self.acts.append((self.now_s, next(self.numbers), act()))

    def go_on(self) -> None:
        """The next thing that anybody does."""
        self.acts.sort(key=lambda one: one[:2])
        at_s, number, act = self.acts.pop(0)
        self.now_s = max(self.now_s, at_s)
        for pause_s in act:
            self.acts.append((self.now_s + pause_s, number, act))
            break


def live(seed: int) -> World:
    """One world, from its first act until everybody is gone and the scans have caught up."""
    chance = random.Random(seed)
    world = World(chance, tells_writers=seed % 2 == 0)
    people = [world.copy, world.copy, world.append, world.rename, world.bring, world.delete]
    for _ in range(chance.randint(4, 12)):
        world.begin(chance.choice(people))
        for _ in range(chance.randint(0, 5)):
            if chance.random() < 0.6:
                world.begin(world.look)
            if world.acts:
                world.go_on()
        world.now_s += chance.choice((0.0, 0.1, 1.0, 4.0, 20.0))
    while world.acts:
        world.go_on()
    for _ in range(3):
        world.now_s += SETTLE_S
        world.begin(world.look)
        while world.acts:
            world.go_on()
    return world


def check(seed: int) -> World:
    world = live(seed)
    left = [path for path in world.files if not is_unfinished(path)]
    assert left == [], f"forgotten in world {seed}"
    assert len({content.number for content in world.taken}) == len(world.taken)
    return world


def test_no_partial_file_is_taken_and_none_is_forgotten() -> None:
    worlds = [check(seed) for seed in range(EVERYDAY)]
    assert sum(len(world.taken) for world in worlds) > EVERYDAY


@pytest.mark.campaign
def test_no_partial_file_is_taken_and_none_is_forgotten_in_ten_thousand_worlds() -> None:
    taken = sum(len(check(seed).taken) for seed in range(CAMPAIGN))
    assert taken > CAMPAIGN


def test_a_world_without_the_rule_takes_partial_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worlds are wild enough to see a rule that is too weak."""

    def careless(
        _known: object, listing: dict[str, Mark], *, now_s: float, settle_s: float
    ) -> Looked:
        old = [path for path, mark in listing.items() if now_s - mark.written_s >= settle_s / 4]
        return Looked(settled=tuple(old or listing), waiting={})

    monkeypatch.setattr(f"{__name__}.look", careless)
    with pytest.raises(AssertionError, match="while somebody wrote it"):
        list(map(live, range(EVERYDAY)))
