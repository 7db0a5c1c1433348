"""What is worked out when somebody first looks at a video: once."""

from pathlib import Path

import pytest
from tests.media.coded import draw
from tests.pipelines.shorts.theatre import ready_video

from reelmill.app import App
from reelmill.pipelines.shorts import looks
from reelmill.pipelines.shorts.keys import plan_key, source_key
from reelmill.pipelines.shorts.records import Video
from reelmill.pipelines.shorts.refusals import PlannersBusy
from reelmill.pipelines.shorts.spec import CropKeyframe, CropPlan, Cut
from reelmill.pipelines.shorts.tables import videos

VIDEO = "a" * 32
CUT = Cut(source_key=source_key(VIDEO), start_s=0.5, end_s=1.5)
PLAN = CropPlan(
    source_width=320,
    source_height=180,
    window_width=102,
    window_height=180,
    keyframes=(CropKeyframe(at_s=0, x=8),),
)


def test_a_plan_is_worked_out_once_for_each_cut(app: App) -> None:
    asked: list[str] = []

    def planned() -> CropPlan:
        asked.append("again")
        return PLAN

    assert [looks.plan_once(app.services, CUT, planned) for _ in range(3)] == [PLAN] * 3
    assert asked == ["again"]
    assert app.services.store.exists(plan_key(VIDEO, 0.5, 1.5))
    looks.plan_once(app.services, CUT.model_copy(update={"end_s": 1.6}), planned)
    assert len(asked) == 2


def test_a_plan_that_fails_is_not_kept(app: App) -> None:
    def fails() -> CropPlan:
        raise PlannersBusy

    with pytest.raises(PlannersBusy):
        looks.plan_once(app.services, CUT, fails)
    assert looks.plan_once(app.services, CUT, lambda: PLAN) == PLAN


@pytest.fixture
def video(app: App, tmp_path: Path) -> Video:
    source = draw(tmp_path / "source.mp4", frames=6, layout=None)
    video_id, _ = ready_video(app, source=source)
    with app.services.catalog.read() as conn:
        found = videos.find(conn, video_id)
    assert found is not None
    return found


def test_a_picture_is_drawn_once_for_each_moment(app: App, video: Video) -> None:
    key = looks.picture(app.services, video, 0.1)
    assert app.services.store.read(key)[:2] == b"\xff\xd8"
    app.services.store.delete(video.source_key)
    assert looks.picture(app.services, video, 0.1) == key
