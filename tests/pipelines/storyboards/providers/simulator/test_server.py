"""The simulated provider speaks as Replicate does, and keeps books of its own."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from reelmill.media.frames import planes
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving

AUTH = {"Authorization": "Bearer x"}


@pytest.fixture
def provider() -> Provider:
    return Provider(looks=0)


@pytest.fixture
def api(provider: Provider) -> Iterator[httpx.Client]:
    with serving(provider) as url, httpx.Client(base_url=url, headers=AUTH) as client:
        yield client


def _buy(api: httpx.Client, **asked: object) -> dict[str, object]:
    answer = api.post("/models/a/b/predictions", json={"input": {"prompt": "x"} | asked})
    assert answer.status_code == 201
    told: dict[str, object] = answer.json()
    return told


def test_a_prediction_has_the_fields_of_the_api(api: httpx.Client) -> None:
    told = _buy(api, seed=7)
    assert told["status"] == "starting"
    assert told["model"] == "a/b"
    assert told["input"] == {"prompt": "x", "seed": 7}
    assert set(told) >= {"id", "output", "error", "metrics", "urls", "created_at", "data_removed"}
    assert "webhook" not in told


def test_who_says_not_who_he_is_gets_nothing(api: httpx.Client) -> None:
    bare = httpx.get(f"{api.base_url}predictions")
    assert bare.status_code == 401


@pytest.mark.parametrize(("ratio", "size"), [("16:9", (320, 180)), ("9:16", (180, 320))])
def test_pictures_are_pictures_of_their_shape(
    api: httpx.Client, ratio: str, size: tuple[int, int]
) -> None:
    bought = _buy(api, aspect_ratio=ratio)
    (output,) = api.get(f"/predictions/{bought['id']}").json()["output"]
    assert Image.open(BytesIO(httpx.get(output).content)).size == size


@pytest.mark.ffmpeg
def test_films_are_films_as_long_as_was_asked(api: httpx.Client, tmp_path: Path) -> None:
    bought = _buy(api, images=["a", "b"], durations=[0.5, 1.0], duration=1.5)
    output = api.get(f"/predictions/{bought['id']}").json()["output"]
    (tmp_path / "film.mp4").write_bytes(httpx.get(output).content)
    assert sum(1 for _ in planes(tmp_path / "film.mp4")) == 45


def test_the_books_tell_what_was_bought_and_what_twice(
    api: httpx.Client, provider: Provider
) -> None:
    for seed in (1, 2, 1):
        bought = _buy(api, seed=seed)
        api.get(f"/predictions/{bought['id']}")
    books = httpx.get(str(api.base_url).replace("/v1/", "/books")).json()
    assert books["total_usd"] == "0.009"
    assert books["bought_twice"] == [bought["id"]]
    assert [one["usd"] for one in books["purchases"]] == ["0.003"] * 3
    assert len(provider.books.purchases) == 3


def test_what_is_not_json_is_refused(api: httpx.Client) -> None:
    assert api.post("/predictions", content=b"{").status_code == 400
    assert api.get("/nothing").status_code == 404
