"""Small pictures: there with their picture, made once for older ones, never waited for in vain."""

import threading
import time
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from tests.pipelines.storyboards.gallery import scenes_of
from tests.pipelines.storyboards.routes.site import Site, picture, refused, told

from reelmill.children import Children
from reelmill.pipelines.storyboards import thumbnails
from reelmill.pipelines.storyboards.keys import small_key
from reelmill.pipelines.storyboards.thumbnails import THUMBNAIL_PX, small_of
from reelmill.units import StoreKey

ASSETS = "/v1/storyboards/assets"


@pytest.fixture(scope="module")
def board_id(place: Site) -> str:
    """A board whose first scene begins and ends with a large picture; the others are bought."""
    large = {"file": ("sea.png", picture((1600, 1000)))}
    own = told(place.http.post(ASSETS, files=large), 201)["id"]
    board_id = place.drafted(picture_asset_ids=[own])
    told(place.put(board_id, "scenes/1", {"last_picture_asset_id": own}))
    return board_id


def _size(content: bytes) -> tuple[int, int]:
    image = Image.open(BytesIO(content))
    assert image.format == "JPEG"
    return image.size


@pytest.mark.parametrize("which", ["thumbnail_url", "last_thumbnail_url"])
def test_a_small_picture_is_there_with_its_picture(place: Site, board_id: str, which: str) -> None:
    entries = place.get(board_id)["storyboard"]
    keys = [scene.picture_key for scene in scenes_of(place.app, board_id)]
    assert all(place.app.services.store.exists(small_key(key)) for key in keys if key)
    answer = place.http.get(entries[0][which])
    assert _size(answer.content) == (THUMBNAIL_PX, 300)
    assert "immutable" in answer.headers["cache-control"]
    again = place.http.get(entries[0][which], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_one_that_was_never_made_is_made_when_it_is_asked_for(place: Site, board_id: str) -> None:
    store, scene = place.app.services.store, scenes_of(place.app, board_id)[1]
    assert scene.picture_key is not None
    small = small_key(scene.picture_key)
    store.delete(small)
    url = place.get(board_id)["storyboard"][1]["thumbnail_url"]
    answer = place.http.get(url)
    assert max(_size(answer.content)) <= THUMBNAIL_PX
    assert store.read(small) == answer.content


def test_a_picture_of_an_upload_that_is_replaced_has_its_own_small_one(
    place: Site, board_id: str
) -> None:
    before = place.get(board_id)["storyboard"][2]["thumbnail_url"]
    path = f"/v1/storyboards/{board_id}/scenes/3/picture"
    after = told(place.http.put(path, files={"file": ("own.png", picture((64, 36)))}))
    url = after["storyboard"][2]["thumbnail_url"]
    assert url != before
    assert _size(place.http.get(url).content) == (64, 36)


def test_a_scene_without_a_picture_has_no_small_one(place: Site, board_id: str) -> None:
    path = f"/v1/storyboards/{board_id}/scenes/2/last-thumbnail"
    assert place.get(board_id)["storyboard"][1]["last_thumbnail_url"] is None
    told(place.http.get(path), 404)
    refused(
        place.http.get(f"/v1/storyboards/{'0' * 32}/scenes/1/thumbnail"),
        404,
        told(place.http.get(f"/v1/storyboards/{'0' * 32}"), 404)["detail"],
    )


def test_what_cannot_be_made_smaller_is_shown_as_it_is(place: Site, board_id: str) -> None:
    store, scene = place.app.services.store, scenes_of(place.app, board_id)[0]
    assert scene.picture_key is not None
    whole, small = store.read(scene.picture_key), store.read(small_key(scene.picture_key))
    store.delete(small_key(scene.picture_key))
    store.put_bytes(scene.picture_key, whole[:200])
    answer = place.http.get(place.get(board_id)["storyboard"][0]["thumbnail_url"])
    store.put_bytes(scene.picture_key, whole)
    store.put_bytes(small_key(scene.picture_key), small)
    assert (answer.content, answer.headers["content-type"]) == (whole[:200], "image/png")
    assert answer.headers["cache-control"] == "private, no-cache"


def test_nobody_waits_long_while_all_children_are_at_work(
    place: Site, warm: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "WAIT_S", 0.3)
    here, key = place.app.services, StoreKey("storyboards/boards/x/pictures/y.png")
    here.store.put_bytes(key, picture())
    busy = threading.Thread(target=warm.run, args=(time.sleep, 3), kwargs={"timeout_s": 10.0})
    busy.start()
    time.sleep(0.2)
    began, found = time.monotonic(), list[Any]()
    asking = [threading.Thread(target=lambda: found.append(small_of(here, key))) for _ in range(8)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert (found, time.monotonic() - began < 2) == ([None] * 8, True)
    busy.join()
    monkeypatch.undo()
    assert small_of(here, key) == small_key(key)
