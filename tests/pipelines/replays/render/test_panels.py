from dataclasses import replace

import numpy as np
from tests.pipelines.replays.arenas import crowded_game

from reelmill.media.geometry import Size
from reelmill.pipelines.replays.game import Direction, Move
from reelmill.pipelines.replays.plan import Moment, moments
from reelmill.pipelines.replays.render.canvas import Canvas
from reelmill.pipelines.replays.render.layout import Look, PanelLayout, layout
from reelmill.pipelines.replays.render.panels import Panel

GAME = crowded_game(10, 10, 2)
FIRST, *_, LAST = moments(GAME)


class Show:
    """A panel and the picture that it is in."""

    def __init__(self) -> None:
        self.canvas = Canvas(Look(size=Size(1280, 720), theme="light"))
        where = layout(Size(1280, 720), 2)
        self.at: PanelLayout = where.panels[0]
        self.panel = Panel(self.canvas, where, 0, GAME.players[0], longest=12)
        self.canvas.clear()
        self.panel.prepare()

    def changed(self, before: Moment, after: Moment) -> set[str]:
        """Which parts of the panel differ between two moments."""
        self.panel.show(before)
        kept = self.canvas.keep()
        self.panel.show(after)
        now = self.canvas.picture
        return {
            name
            for name, box in vars(self.at).items()
            if name != "frame"
            and any(
                not np.array_equal(
                    one[box.y // by : box.bottom // by, box.x // by : box.right // by],
                    two[box.y // by : box.bottom // by, box.x // by : box.right // by],
                )
                for one, two, by in ((kept.y, now.y, 1), (kept.u, now.u, 2), (kept.v, now.v, 2))
            )
        }


def saying(text: str, direction: Direction | None = Direction.UP) -> Moment:
    return replace(FIRST, thoughts={"0": Move(direction=direction, rationale=text)})


def test_only_what_differs_is_painted() -> None:
    assert Show().changed(FIRST, FIRST) == set()
    assert Show().changed(saying("left"), saying("right")) == {"thoughts"}
    turned = Show().changed(saying("same"), saying("same", Direction.DOWN))
    assert turned == {"arrow", "move"}


def test_a_death_shows_in_all_facts() -> None:
    dead = replace(LAST, thoughts={"0": Move(direction=Direction.LEFT, rationale="so be it")})
    changed = Show().changed(saying("so be it", Direction.LEFT), dead)
    assert {"avatar", "state", "bar", "arrow"} <= changed
    assert "thoughts" not in changed
    assert "name" not in changed


def test_growth_shows_in_score_and_bar() -> None:
    state = FIRST.state
    longer = replace(
        FIRST,
        state=replace(
            state,
            scores={**state.scores, "0": 9},
            snakes={**state.snakes, "0": state.snakes["0"] * 2},
        ),
    )
    assert Show().changed(FIRST, longer) == {"score", "length", "bar"}


def test_a_long_thought_takes_all_its_room_and_no_more() -> None:
    show = Show()
    show.panel.show(saying("word " * 5000))
    box, page = show.at.thoughts, show.canvas.colors.panel.ink.y
    assert (show.canvas.picture.y[box.bottom - 40 : box.bottom, box.x : box.right] != page).any()
    below = show.canvas.picture.y[box.bottom : show.at.frame.bottom - 2, box.x : box.right]
    assert (below == page).all()


def test_a_missing_thought_says_so() -> None:
    show = Show()
    show.panel.show(replace(FIRST, thoughts={"0": None}))
    box = show.at.thoughts
    assert show.canvas.picture.y[box.y : box.y + 30, box.x : box.right].std() > 1
