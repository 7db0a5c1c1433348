"""Pictures that were uploaded -> the scenes of a board, without buying any. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

from reelmill.pipelines.storyboards.plan import DESCRIPTION_LETTERS, clipped
from reelmill.pipelines.storyboards.records import Asset
from reelmill.pipelines.storyboards.refusals import OddPictures, TooFewPictures, TooManyPictures
from reelmill.pipelines.storyboards.spec import MAX_SCENES, GivenScene

#: Pictures of a scene: it begins with one and ends in the other.
PAIR: Final = 2

#: Scenes of a property, seconds of each, and the photos that they need. Source: v3 router.
TOUR_SCENES, TOUR_SCENE_S = 7, 5
TOUR_PHOTOS: Final = TOUR_SCENES * PAIR

#: Most photos among which those of a tour are chosen.
MAX_PHOTOS: Final = 200

#: Letters of a name that stand in a description.
NAME_LETTERS: Final = 80


class Room(StrEnum):
    """A part of a property, in the order of a visit."""

    OUTSIDE = "Outside"
    ENTRANCE = "Entrance"
    LIVING = "Living room"
    KITCHEN = "Kitchen"
    BEDROOM = "Bedroom"
    BATHROOM = "Bathroom"
    DETAIL = "At home"
    GARDEN = "Garden and view"


#: Words of tags and file names that tell a room; what has none of them is a detail.
ROOM_WORDS: Final = {
    Room.OUTSIDE: "exterior outside front facade street house building aerial drone",
    Room.ENTRANCE: "entrance entry hall hallway foyer lobby door stairs",
    Room.LIVING: "living lounge family dining fireplace livingroom diningroom sofa",
    Room.KITCHEN: "kitchen kitchenette pantry",
    Room.BEDROOM: "bed bedroom bedrooms master guestroom nursery",
    Room.BATHROOM: "bath bathroom shower toilet wc ensuite powder",
    Room.GARDEN: "garden yard backyard pool terrace balcony patio deck view outdoor rooftop",
}


def admit_pairs(pictures: int) -> None:
    """Let so many pictures be pairs.

    Raises:
        OddPictures, TooFewPictures, TooManyPictures: as they say.
    """
    if pictures < PAIR:
        raise TooFewPictures(least=PAIR, what="pictures", pictures=pictures)
    if pictures % PAIR:
        raise OddPictures(pictures=pictures)
    if pictures > MAX_SCENES * PAIR:
        raise TooManyPictures(most=MAX_SCENES * PAIR, what="pictures", pictures=pictures)


def scenes_of_pairs(
    pictures: Sequence[Asset], seconds: int, prompt: str | None
) -> tuple[GivenScene, ...]:
    """A scene for each pair, in order: it begins with the first and ends in the second.

    Raises:
        OddPictures, TooFewPictures, TooManyPictures: as they say.
    """
    admit_pairs(len(pictures))
    return tuple(
        GivenScene(
            first_asset_id=first.id,
            last_asset_id=last.id,
            description=_told(prompt) if prompt else _between(first, last),
            duration=Decimal(seconds),
        )
        for first, last in _in_twos(pictures)
    )


def admit_tour(photos: int) -> None:
    """Let so many photos be a tour.

    Raises:
        TooFewPictures, TooManyPictures: there are fewer than two for each scene, or very many.
    """
    if photos < TOUR_PHOTOS:
        raise TooFewPictures(least=TOUR_PHOTOS, what="photos", pictures=photos)
    if photos > MAX_PHOTOS:
        raise TooManyPictures(most=MAX_PHOTOS, what="photos", pictures=photos)


def scenes_of_property(photos: Sequence[Asset]) -> tuple[GivenScene, ...]:
    """A tour of seven scenes with two photos each: from the street through the rooms.

    Raises:
        TooFewPictures: there are too few.
    """
    admit_tour(len(photos))
    return tuple(
        GivenScene(
            first_asset_id=first.id,
            last_asset_id=last.id,
            description=f"{room_of(first).value}: {_between(first, last)}",
            duration=Decimal(TOUR_SCENE_S),
            title=room_of(first).value if room_of(first) is not Room.DETAIL else "",
        )
        for first, last in _toured(photos)
    )


def room_of(photo: Asset) -> Room:
    """The room that a photo shows, by its tags and then by its name."""
    for told in (" ".join(photo.tags), photo.name):
        words = set(re.findall(r"[a-z]+", told.lower()))
        for room, known in ROOM_WORDS.items():
            if words & set(known.split()):
                return room
    return Room.DETAIL


def _toured(photos: Sequence[Asset]) -> list[tuple[Asset, Asset]]:
    """Two photos for each scene; the same for the same photos in the same order.

    Rooms first, each with two photos of its own where it has them. What is missing comes from
    photos of no known room, and then from those of rooms that have more than two.
    """
    own: dict[Room, list[Asset]] = {room: [] for room in Room}
    for photo in photos:
        own[room_of(photo)].append(photo)
    known = [room for room in ROOM_WORDS if own[room]]
    firsts = {room: own[room][:PAIR] for room in known}
    spare = own[Room.DETAIL] + [one for room in known for one in own[room][PAIR:]]
    for pair in firsts.values():
        if len(pair) < PAIR and spare:
            pair.append(spare.pop(0))
    pairs = [pair for pair in firsts.values() if len(pair) == PAIR]
    alone = [one for pair in firsts.values() if len(pair) < PAIR for one in pair]
    place = {photo.id: number for number, photo in enumerate(photos)}
    rest = sorted([*spare, *alone], key=lambda photo: place[photo.id])
    found = [(first, last) for first, last in pairs] + _in_twos(rest)
    order = {room: number for number, room in enumerate(Room)}
    return sorted(found[:TOUR_SCENES], key=lambda pair: order[room_of(pair[0])])


def _in_twos(pictures: Sequence[Asset]) -> list[tuple[Asset, Asset]]:
    """One after the other; the last of an odd number is left out."""
    return list(zip(pictures[::PAIR], pictures[1::PAIR], strict=False))


def _told(prompt: str) -> str:
    return clipped(prompt, DESCRIPTION_LETTERS)


def _between(first: Asset, last: Asset) -> str:
    """What happens between two pictures, by their names."""
    one, other = (_stem(asset) for asset in (first, last))
    return f"From {one} to {other}"


def _stem(asset: Asset) -> str:
    return asset.name.rpartition(".")[0][:NAME_LETTERS] or asset.name[:NAME_LETTERS]
