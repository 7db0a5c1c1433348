"""Scenes and assets over real HTTP: edited, removed, drawn anew, replaced by uploads."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from tests.pipelines.storyboards.routes.site import Site, picture, refused, site, told, wav

from reelmill.children import Children
from reelmill.media.ffmpeg import Ffmpeg

NOBODY = "0" * 32
ASSETS = "/v1/storyboards/assets"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site") / "home", warm, max_asset_mb=0.2) as opened:
        yield opened


@pytest.fixture
def board_id(place: Site) -> str:
    return place.approved()


def upload(place: Site, content: bytes, name: str = "sea.png", **form: Any) -> httpx.Response:
    return place.http.post(ASSETS, files={"file": (name, content)}, data=form)


def test_a_scene_is_shown_and_edited(place: Site, board_id: str) -> None:
    path = "scenes/2"
    wish = {"description": "The sea", "duration": 2.5, "transition": "cut", "title": "By the sea"}
    before = told(place.http.get(f"/v1/storyboards/{board_id}/{path}"))
    board = told(place.put(board_id, path, wish))
    after = told(place.http.get(f"/v1/storyboards/{board_id}/{path}"))
    assert (before["scene"]["transition"], after["scene"]["transition"]) == ("crossfade", "cut")
    assert (after["scene"]["title"], after["scene"]["duration"]) == ("By the sea", 2.5)
    assert after["scene"]["image_prompt"] == before["scene"]["image_prompt"]
    assert (board["approved"], board["duration"]) == (False, 5.83)
    assert board["estimated_cost"] == 0.59


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param({"duration": 0}, id="no time"),
        pytest.param({"duration": 60.01}, id="more than a minute"),
        pytest.param({"duration": 1.234}, id="thousandths of a second"),
        pytest.param({"description": ""}, id="no description"),
        pytest.param({"description": "x" * 1001}, id="a description of 1,001 letters"),
        pytest.param({"image_prompt": "x" * 2001}, id="a prompt of 2,001 letters"),
        pytest.param({"transition": "explode"}, id="an unknown transition"),
        pytest.param({"title": "x" * 121}, id="a title of 121 letters"),
    ],
)
def test_a_scene_outside_of_its_limits_is_refused(place: Site, wish: dict[str, Any]) -> None:
    told(place.put(NOBODY, "scenes/1", wish), 422)


def test_scenes_together_are_300_seconds_at_most(place: Site) -> None:
    board_id = place.drafted(duration=300)
    told(place.put(board_id, "scenes/1", {"duration": 30}))
    refused(
        place.put(board_id, "scenes/1", {"duration": 30.01}),
        400,
        "Total duration must not exceed 300 seconds",
    )


def test_a_scene_that_is_not_there_is_not_found(place: Site, board_id: str) -> None:
    path = f"/v1/storyboards/{board_id}/scenes/4"
    text = "Scene 4 not found"
    refused(place.http.get(path), 404, text)
    refused(place.put(board_id, "scenes/4", {"title": "No"}), 404, text)
    refused(place.http.delete(path), 404, text)
    refused(place.post(board_id, "scenes/4/regenerate"), 404, text)
    refused(place.http.get(f"{path}/picture"), 404, text)
    assert place.http.get(f"/v1/storyboards/{board_id}/scenes/0").status_code == 422


def test_a_removed_scene_lets_the_others_move_up_but_the_last_one_stays(
    place: Site, board_id: str
) -> None:
    ids = [one["id"] for one in place.get(board_id)["storyboard"]]
    path = f"/v1/storyboards/{board_id}/scenes/1"
    left = told(place.http.delete(path))["storyboard"]
    assert [one["id"] for one in left] == ids[1:]
    assert [one["scene"]["scene_number"] for one in left] == [1, 2]
    told(place.http.delete(path))
    refused(place.http.delete(path), 400, "Cannot delete the only scene")


def test_a_picture_of_ones_own_takes_the_place_of_a_scenes(place: Site, board_id: str) -> None:
    own = picture()
    path = f"/v1/storyboards/{board_id}/scenes/1/picture"
    board = told(place.http.put(path, files={"file": ("sea.png", own)}))
    assert board["approved"] is False
    shown = place.http.get(board["storyboard"][0]["image_url"])
    assert (shown.content, shown.headers["content-type"]) == (own, "image/png")
    assert "immutable" in shown.headers["cache-control"]
    told(place.post(board_id, "approve"))
    told(place.post(board_id, "render"), 202)
    assert place.ended(board_id)["status"] == "completed"


def test_a_draft_shows_given_pictures_and_makes_the_rest(place: Site) -> None:
    own = [told(upload(place, picture((64, 36 + n))), 201)["id"] for n in range(2)]
    bought = len(place.provider.books.purchases)
    begun = place.generate(picture_asset_ids=own)
    assert begun["estimated_cost"] == 0.5
    board = place.ended(begun["job_id"])
    for asset_id in own:
        assert place.http.delete(f"{ASSETS}/{asset_id}").status_code == 204
    shown = [place.http.get(one["image_url"]).content for one in board["storyboard"]]
    assert shown[:2] == [picture((64, 36)), picture((64, 37))]
    assert len(place.provider.books.purchases) == bought + 1
    many = [told(upload(place, picture()), 201)["id"] for _ in range(4)]
    assert len(place.ended(place.generate(picture_asset_ids=many)["job_id"])["storyboard"]) == 4
    body = {"prompt": "A walk along the sea", "picture_asset_ids": [NOBODY]}
    response = place.http.post("/v1/storyboards/generate", json=body)
    refused(response, 404, f"Asset {NOBODY} not found")


def test_what_is_no_picture_takes_no_scenes_place(place: Site, board_id: str) -> None:
    path = f"/v1/storyboards/{board_id}/scenes/1/picture"
    cut = picture((600, 400), "JPEG")[:900]
    refused(place.http.put(path, files={"file": ("a.jpg", cut)}), 400, "Not a valid image")
    sound = told(upload(place, wav(), "a.wav"), 201)["id"]
    refused(
        place.put(board_id, "scenes/1", {"picture_asset_id": sound}),
        400,
        f"Asset {sound} is not of kind 'image'",
    )
    refused(
        place.put(board_id, "scenes/1", {"picture_asset_id": NOBODY}),
        404,
        f"Asset {NOBODY} not found",
    )
    assert place.get(board_id)["approved"] is True


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One of each kind that is taken."""
    folder = tmp_path_factory.mktemp("files")
    ffmpeg = Ffmpeg()
    moving = (
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=64x36:rate=10:duration=0.5",
        "-pix_fmt",
        "yuv420p",
    )
    for name in ("a.mp4", "a.mov"):
        ffmpeg.run([*moving, str(folder / name)], timeout_s=60)
    tone = ("-f", "lavfi", "-i", "sine=duration=0.3")
    ffmpeg.run([*tone, "-c:a", "libmp3lame", str(folder / "a.mp3")], timeout_s=60)
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    pictures = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WEBP"}
    found |= {f"a.{ending}": picture(kind=kind) for ending, kind in pictures.items()}
    return found | {"a.wav": wav(), "a.pdf": b"%PDF-1.7\n%%EOF\n"}


@pytest.mark.parametrize(
    ("name", "kind", "content_type"),
    [
        ("a.png", "image", "image/png"),
        ("a.jpg", "image", "image/jpeg"),
        ("a.gif", "image", "image/gif"),
        ("a.webp", "image", "image/webp"),
        ("a.mp4", "video", "video/mp4"),
        ("a.mov", "video", "video/quicktime"),
        ("a.mp3", "audio", "audio/mpeg"),
        ("a.wav", "audio", "audio/wav"),
        ("a.pdf", "document", "application/pdf"),
    ],
)
def test_each_kind_of_file_is_taken_by_what_it_is(
    place: Site, files: dict[str, bytes], name: str, kind: str, content_type: str
) -> None:
    asset = told(upload(place, files[name], "../wrong/name.exe", tags='["sea", "dawn"]'), 201)
    assert (asset["kind"], asset["content_type"], asset["name"]) == (kind, content_type, "name.exe")
    assert (asset["size_bytes"], asset["tags"]) == (len(files[name]), ["sea", "dawn"])
    read = place.http.get(asset["url"], headers={"Range": "bytes=0-3"})
    assert (read.status_code, read.content) == (206, files[name][:4])
    if asset["thumbnail_url"]:
        small = Image.open(BytesIO(place.http.get(asset["thumbnail_url"]).content))
        assert (small.format, small.size) == ("JPEG", (64, 36))
    else:
        path = f"{ASSETS}/{asset['id']}/thumbnail"
        refused(place.http.get(path), 404, f"Asset {asset['id']} has no thumbnail")
    assert place.http.delete(f"{ASSETS}/{asset['id']}").status_code == 204
    refused(place.http.get(asset["url"]), 404, f"Asset {asset['id']} not found")


@pytest.mark.parametrize(
    ("content", "status", "detail"),
    [
        pytest.param(b"", 400, "Downloaded file is empty", id="an empty one"),
        pytest.param(
            b"#!/bin/sh\n" * 10,
            400,
            "Unsupported file type 'unknown'. Allowed: jpg, png, gif, webp, mp4, mov, "
            "mp3, wav, pdf",
            id="a script",
        ),
        pytest.param(
            b"\x89PNG\r\n\x1a\n" + b"\0" * 200_000,
            413,
            "File too large. Maximum size: 0.2 MB",
            id="one that is too large",
        ),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 99, 400, "Not a valid image", id="a torn one"),
    ],
)
def test_a_file_that_is_not_taken_says_why(
    place: Site, content: bytes, status: int, detail: str
) -> None:
    refused(upload(place, content), status, detail)


@pytest.mark.parametrize("tags", ["sea", '{"a": 1}', "[1, 2]", '[""]', '["' + "x" * 101 + '"]'])
def test_tags_are_an_array_of_strings(place: Site, tags: str) -> None:
    refused(upload(place, picture(), tags=tags), 400, "Tags must be a JSON array of strings")


def test_assets_are_listed_by_kind(place: Site) -> None:
    made = told(upload(place, picture()), 201)["id"]
    found = told(place.http.get(f"{ASSETS}?kind=image&limit=1"))
    assert [asset["id"] for asset in found["assets"]] == [made]
    assert found["next"] is not None


def test_voice_and_music_are_sounds_of_ones_own(place: Site, board_id: str) -> None:
    sound = told(upload(place, wav(), "voice.wav"), 201)["id"]
    board = told(place.put(board_id, "sounds", {"voice_asset_id": sound}))
    assert (board["voice_asset_id"], board["approved"]) == (sound, False)
    image = told(upload(place, picture()), 201)["id"]
    refused(
        place.put(board_id, "sounds", {"music_asset_id": image}),
        400,
        f"Asset {image} is not of kind 'audio'",
    )


def test_a_sound_that_boards_are_heard_with_is_not_deleted(place: Site, board_id: str) -> None:
    sound = told(upload(place, wav(), "voice.wav"), 201)["id"]
    path = f"/v1/storyboards/assets/{sound}"
    told(place.put(board_id, "sounds", {"voice_asset_id": sound}))
    other = place.drafted(music_asset_id=sound)
    problem = told(place.http.delete(path), 409)
    assert problem["code"] == "asset_in_use"
    assert set(problem["detail"].split(" is in use by ")[1].split(", ")) == {board_id, other}
    told(place.put(board_id, "sounds", {"voice_asset_id": None}))
    refused(place.http.delete(path), 409, f"Asset {sound} is in use by {other}")
    place.http.delete(f"/v1/storyboards/{other}")
    assert place.http.delete(path).status_code == 204
