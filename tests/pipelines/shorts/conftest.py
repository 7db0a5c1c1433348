"""Videos that these tests draw."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.pipelines.shorts.theatre import Clock, open_theatre
from tests.tables import built
from tests.web.reels import Served, serving

from reelmill.app import App
from reelmill.children import Children
from reelmill.config import Settings
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines.shorts.workflow import make

Draw = Callable[..., Path]

#: What one shot of a drawn video looks like, by number: far apart in colour and texture.
SHOTS = (
    "testsrc2=s={size}:r={rate}:d={length_s}",
    "color=0x204080:s={size}:r={rate}:d={length_s},noise=alls=40:all_seed=3",
    "mandelbrot=s={size}:r={rate},trim=duration={length_s}",
    "color=0xd0c060:s={size}:r={rate}:d={length_s}",
)


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    return Ffmpeg()


@pytest.fixture(scope="session")
def draw_shots(ffmpeg: Ffmpeg) -> Draw:
    """Draws a video of shots of some lengths, with a tone, cut hard from one to the next."""

    def draw(
        to: Path, lengths_s: Sequence[float], *args: str, size: str = "320x180", rate: str = "25"
    ) -> Path:
        shots = [
            f"{SHOTS[number % len(SHOTS)].format(size=size, rate=rate, length_s=length_s)}"
            f",setsar=1,format=yuv420p,setpts=PTS-STARTPTS[s{number}]"
            for number, length_s in enumerate(lengths_s)
        ]
        inputs = "".join(f"[s{number}]" for number in range(len(shots)))
        joined = f"{inputs}concat=n={len(shots)}[v];sine=d={sum(lengths_s)}[a]"
        ffmpeg.run(
            [
                *("-filter_complex", ";".join([*shots, joined]), "-map", "[v]", "-map", "[a]"),
                *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", *args, str(to)),
            ],
            timeout_s=120,
        )
        return to

    return draw


@pytest.fixture(scope="session")
def warm() -> Iterator[Children]:
    """A child for all tests: to start one takes longer than most of what it does here."""
    pool = Children(1, prepare=[make.body.__module__], log_level="warning")
    yield pool
    pool.close()


@pytest.fixture
def app(tmp_path: Path, warm: Children) -> Iterator[App]:
    """The system, with a home of its own."""
    with built(Settings(home=tmp_path / "home", children=1)) as app:
        yield replace(app, services=replace(app.services, children=warm))


@pytest.fixture
def open_app(tmp_path: Path, warm: Children) -> Iterator[App]:
    """The same, allowed to fetch from this machine."""
    settings = Settings(home=tmp_path / "home", children=1, fetch_allow_networks=("127.0.0.0/8",))
    with built(settings) as app:
        yield replace(app, services=replace(app.services, children=warm))


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory, draw_shots: Draw) -> Path:
    """A video of two seconds, of two shots."""
    return draw_shots(tmp_path_factory.mktemp("clip") / "A talk.mp4", (1, 1), size="160x90")


@pytest.fixture
def working_site(tmp_path: Path) -> Iterator[Served]:
    """A site whose node carries out jobs."""
    home = tmp_path / "home"
    with open_theatre(home, beat_s=1, children=2) as app, app.node(), serving(app) as served:
        yield served


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Iterator[Served]:
    """A site whose node never starts, so that jobs stay as a test puts them."""
    with open_theatre(tmp_path / "home", clock) as app, serving(app) as served:
        yield served
