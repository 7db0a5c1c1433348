"""Moments -> a player's panel, of which only changed facts are painted."""

from typing import NamedTuple

from reelmill.media.paragraphs import most_characters
from reelmill.media.raster import Box, fill, ink_of
from reelmill.pipelines.replays.game import Death, Direction, Outcome, Player
from reelmill.pipelines.replays.plan import FATES, Moment
from reelmill.pipelines.replays.render.canvas import Align, Canvas, Pen
from reelmill.pipelines.replays.render.layout import Layout, PanelLayout
from reelmill.pipelines.replays.render.prose import tidy
from reelmill.pipelines.replays.render.tiles import APPLE, Head

#: How the end reads for who lives.
_ENDS = {Outcome.WON: "Winner", Outcome.LOST: "Lost", Outcome.TIED: "Tied"}


class _Facts(NamedTuple):
    alive: bool
    score: int
    state: str
    length: int
    move: Direction | None
    thought: str
    excuse: str


class Panel:
    """A player's place in the picture."""

    def __init__(
        self, canvas: Canvas, where: Layout, number: int, player: Player, *, longest: int
    ) -> None:
        self._canvas = canvas
        self._where = where
        self._at: PanelLayout = where.panels[number]
        self._number = number
        self._player = player
        self._longest = max(1, longest)
        self._shown: _Facts | None = None
        box = self._at.thoughts
        pen = Pen(where.style(15), canvas.colors.panel)
        self._readable = most_characters(pen.letters(), box.width, box.height // 16)

    def prepare(self) -> None:
        """Paint what stays: the surface, the colour and the name."""
        canvas, at, px = self._canvas, self._at, self._where.px
        ground = canvas.colors.panel
        color = canvas.colors.alive[self._number].body
        frame = at.frame
        stripe = ground._replace(rgb=color, ink=ink_of(color))
        page = canvas.colors.page
        canvas.card(frame, stripe, page, radius_px=px(12))
        below = Box(frame.x, frame.y + px(6), frame.width, frame.height - px(6))
        canvas.card(below, ground, page, radius_px=px(12))
        fill(canvas.picture, below._replace(height=px(14)), ground.ink)
        canvas.tile(APPLE, at.apple, "panel")
        sizes_px = [self._where.style(units).size_px for units in (15, 13, 12, 11)]
        pen = Pen(self._where.style(15, bold=True), ground)
        canvas.write_whole(self._player.name, at.name, pen, sizes_px=sizes_px)
        self._shown = None

    def show(self, moment: Moment) -> None:
        """Paint the facts that differ from the last moment."""
        facts, shown = self._facts(moment), self._shown
        if shown is None or facts.alive != shown.alive:
            self._show_avatar(facts)
        if shown is None or facts.score != shown.score:
            self._show_score(facts)
        if shown is None or (facts.state, facts.alive) != (shown.state, shown.alive):
            self._show_state(facts)
        if shown is None or (facts.length, facts.alive) != (shown.length, shown.alive):
            self._show_length(facts)
        if shown is None or (facts.move, facts.alive) != (shown.move, shown.alive):
            self._show_move(facts)
        if shown is None or (facts.thought, facts.excuse) != (shown.thought, shown.excuse):
            self._show_thought(facts)
        self._shown = facts

    def _facts(self, moment: Moment) -> _Facts:
        me = self._player.id
        death = moment.dead.get(me)
        alive = death is None and moment.state.alive.get(me, True)
        thought = moment.thoughts.get(me)
        return _Facts(
            alive=alive,
            score=moment.state.scores.get(me, 0),
            state=self._state(moment, alive=alive),
            length=len(moment.state.snakes.get(me, ())),
            move=thought.direction if thought else None,
            thought=thought.rationale if thought else "",
            excuse=_excuse(moment, death),
        )

    def _state(self, moment: Moment, *, alive: bool) -> str:
        death = moment.dead.get(self._player.id)
        if death is not None:
            return FATES.get(death.reason, death.reason.replace("_", " ").capitalize() or "Died")
        if not alive:
            return "Dead"
        return _ENDS.get(self._player.result, "Alive") if moment.terminal else "Alive"

    def _show_avatar(self, facts: _Facts) -> None:
        looks = Direction.RIGHT if self._at.frame.x < self._where.zone.right else Direction.LEFT
        head = Head(self._number, facts.alive, looks, looks, None, 0)
        self._canvas.tile(head, self._at.avatar, "panel")

    def _show_score(self, facts: _Facts) -> None:
        style = self._where.style(22, bold=True)
        ground = self._canvas.colors.panel
        self._canvas.write(str(facts.score), self._at.score, Pen(style, ground, Align.RIGHT))

    def _show_state(self, facts: _Facts) -> None:
        canvas, box, px = self._canvas, self._at.state, self._where.px
        bad = not facts.alive or facts.state == _ENDS[Outcome.LOST]
        ground = canvas.colors.bad if bad else canvas.colors.good
        canvas.card(box, ground, canvas.colors.panel, radius_px=px(13))
        inner = Box(box.x + px(10), box.y, box.width - px(20), box.height)
        style = self._where.style(12, bold=True)
        canvas.write(facts.state, inner, Pen(style, ground, Align.CENTER))

    def _show_length(self, facts: _Facts) -> None:
        canvas = self._canvas
        ground = canvas.colors.panel
        style = self._where.style(12.5)
        canvas.write(f"Length {facts.length}", self._at.length, Pen(style, ground, quiet=True))
        living = canvas.colors.alive if facts.alive else canvas.colors.dead
        share = facts.length / self._longest
        canvas.bar(self._at.bar, share, living[self._number].body, ground)

    def _show_move(self, facts: _Facts) -> None:
        canvas, at = self._canvas, self._at
        living = canvas.colors.alive if facts.alive else canvas.colors.dead
        canvas.arrow(facts.move, at.arrow, living[self._number].body)
        word = facts.move.value if facts.move else ""
        style = self._where.style(13, bold=True)
        canvas.write(word, at.move, Pen(style, canvas.colors.panel))

    def _show_thought(self, facts: _Facts) -> None:
        text = tidy(facts.thought[: self._readable])
        quiet = not text.strip()
        if quiet:
            text = facts.excuse
        style, ground = self._where.style(15), self._canvas.colors.panel
        self._canvas.read(text, self._at.thoughts, Pen(style, ground, quiet=quiet))


def _excuse(moment: Moment, death: Death | None) -> str:
    """What stands where there is no thought to read."""
    if death is not None:
        return f"Out since round {death.round}."
    return "The game is over." if moment.terminal else "No thought was recorded for this move."
