"""Uploads become scenes: pairs in their order, photos of a property by the rooms that they show."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest

from reelmill.pipelines.storyboards.records import Asset, AssetKind
from reelmill.pipelines.storyboards.refusals import OddPictures, TooFewPictures, TooManyPictures
from reelmill.pipelines.storyboards.uploads import (
    Room,
    admit_pairs,
    admit_tour,
    room_of,
    scenes_of_pairs,
    scenes_of_property,
)
from reelmill.units import StoreKey


def photo(number: int, name: str, *tags: str) -> Asset:
    return Asset(
        id=f"{number:032x}",
        owner="ann",
        kind=AssetKind.IMAGE,
        name=name,
        key=StoreKey(f"storyboards/assets/{number}.png"),
        content_type="image/png",
        size_bytes=1,
        sha256="",
        width=4,
        height=3,
        tags=tags,
        created_at=datetime(2026, 11, 30, tzinfo=UTC),
    )


def nameless(count: int) -> list[Asset]:
    return [photo(number, f"IMG_{number:04}.jpg") for number in range(count)]


def shown(photos: list[Asset]) -> list[tuple[int, int]]:
    """Numbers of the photos of each scene."""
    return [
        (int(scene.first_asset_id, 16), int(scene.last_asset_id or "0", 16))
        for scene in scenes_of_property(photos)
    ]


def test_pairs_are_scenes_in_their_order() -> None:
    pictures = [photo(n, name) for n, name in enumerate(["a.png", "b.png", "c.png", "d"])]
    one, two = scenes_of_pairs(pictures, 4, None)
    assert (one.first_asset_id, one.last_asset_id) == (pictures[0].id, pictures[1].id)
    assert (two.first_asset_id, two.last_asset_id) == (pictures[2].id, pictures[3].id)
    assert [scene.description for scene in (one, two)] == ["From a to b", "From c to d"]
    assert one.duration == 4
    told = scenes_of_pairs(pictures, 4, "Before  and after")
    assert {scene.description for scene in told} == {"Before and after"}


@pytest.mark.parametrize(
    ("pictures", "refusal", "text"),
    [
        (0, TooFewPictures, "At least 2 pictures are needed: 0 were given"),
        (1, TooFewPictures, "At least 2 pictures are needed: 1 were given"),
        (5, OddPictures, "Pictures must come in pairs: 5 is an odd number"),
        (22, TooManyPictures, "At most 20 pictures are taken: 22 were given"),
    ],
)
def test_what_is_no_number_of_pairs_is_refused(
    pictures: int, refusal: type[Exception], text: str
) -> None:
    with pytest.raises(refusal) as caught:
        admit_pairs(pictures)
    assert getattr(caught.value, "message", "") == text


@pytest.mark.parametrize("photos", [13, 201])
def test_a_tour_has_fourteen_photos_or_more_and_not_too_many(photos: int) -> None:
    with pytest.raises((TooFewPictures, TooManyPictures)):
        admit_tour(photos)
    admit_tour(14)
    admit_tour(200)


@pytest.mark.parametrize(
    ("name", "tags", "room"),
    [
        ("front.jpg", (), Room.OUTSIDE),
        ("IMG_1.jpg", ("Kitchen",), Room.KITCHEN),
        ("kitchen-2.jpg", ("bedroom", "large"), Room.BEDROOM),
        ("Master bedroom.PNG", (), Room.BEDROOM),
        ("the_pool.webp", (), Room.GARDEN),
        ("bathroom.jpg", ("sunny",), Room.BATHROOM),
        ("DSC_0041.jpg", (), Room.DETAIL),
        ("embedded.jpg", (), Room.DETAIL),
    ],
)
def test_a_room_is_told_by_tags_and_then_by_the_name(
    name: str, tags: tuple[str, ...], room: Room
) -> None:
    assert room_of(photo(1, name, *tags)) is room


def test_photos_that_tell_nothing_are_shown_in_their_order() -> None:
    assert shown(nameless(14)) == [(n, n + 1) for n in range(0, 14, 2)]
    assert {scene.title for scene in scenes_of_property(nameless(14))} == {""}


def test_a_visit_goes_from_the_street_through_the_rooms_to_the_garden() -> None:
    names = ["garden", "kitchen", "bath", "front", "living", "bedroom", "entrance"]
    photos = [photo(n, f"{name} {n}.jpg") for n, name in enumerate(names * 2)]
    scenes = scenes_of_property(photos)
    assert [scene.title for scene in scenes] == [
        *("Outside", "Entrance", "Living room", "Kitchen"),
        *("Bedroom", "Bathroom", "Garden and view"),
    ]
    assert shown(photos) == [(3, 10), (6, 13), (4, 11), (1, 8), (5, 12), (2, 9), (0, 7)]
    assert sum(scene.duration for scene in scenes) == 35


def test_a_room_with_one_photo_gets_one_that_tells_nothing() -> None:
    photos = [photo(0, "kitchen.jpg"), *(photo(n, f"{n}.jpg") for n in range(1, 14))]
    assert shown(photos)[0] == (0, 1)
    assert shown(photos)[1:] == [(n, n + 1) for n in range(2, 14, 2)]


def test_the_photos_beyond_those_of_seven_scenes_are_left_out() -> None:
    photos = nameless(31)
    assert len(shown(photos)) == 7
    kitchens = [photo(n, f"kitchen {n}.jpg") for n in range(20)]
    assert shown(kitchens) == [(n, n + 1) for n in range(0, 14, 2)]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_they_are_called_seven_scenes_show_fourteen_photos(seed: int) -> None:
    chance = Random(seed)
    words = ["kitchen", "bed", "pool", "front", "bath", "hall", "sofa", "a", "b"]
    photos = [photo(n, f"{chance.choice(words)} {n}.jpg") for n in range(chance.randint(14, 40))]
    found = shown(photos)
    assert len({number for pair in found for number in pair}) == 14
    order: Callable[[Asset], int] = lambda one: list(Room).index(room_of(one))  # noqa: E731
    assert [order(photos[first]) for first, _ in found] == sorted(
        order(photos[first]) for first, _ in found
    )
    assert shown(photos) == found
