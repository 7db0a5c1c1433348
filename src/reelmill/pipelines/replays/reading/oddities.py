"""A game that can be shown -> where its document contradicts itself. Pure."""

from itertools import pairwise

from reelmill.pipelines.replays.game import Cell, Death, Game
from reelmill.pipelines.replays.reading.alignment import leads
from reelmill.pipelines.replays.reading.faults import Findings
from reelmill.pipelines.replays.reading.recording import Recording

#: Rounds named in one fault.
_TOLD = 5


def note_oddities(recording: Recording, game: Game, findings: Findings) -> None:
    """Note moves that were not applied, torn bodies, deaths and scores that do not fit."""
    _note_moves(game, findings)
    _note_bodies(game, findings)
    for death in game.deaths:
        _note_death(death, game, findings)
    for sid, role in recording.roles.items():
        shown = game.states[-1].scores[sid]
        if role.final_score is not None and role.final_score != shown:
            problem = f"player {sid} ends with {role.final_score}, the last state shows {shown}"
            findings.note((), problem, code="score_differs")


def _note_moves(game: Game, findings: Findings) -> None:
    wrong = [
        index
        for index, made in enumerate(game.moves)
        for sid, body in game.states[index].snakes.items()
        if _moved(game, index, sid)
        and body
        and not leads(made.get(sid), game.states[index], game.states[index + 1], sid)
    ]
    if wrong:
        rounds = ", ".join(str(index + 1) for index in wrong[:_TOLD])
        more = f" and {len(wrong) - _TOLD} more" if len(wrong) > _TOLD else ""
        problem = f"a snake went elsewhere than its recorded move says, in round {rounds}{more}"
        findings.note((), problem, code="move_not_applied")


def _note_bodies(game: Game, findings: Findings) -> None:
    for state in game.states:
        for sid, body in state.snakes.items():
            if any(_steps(one, other) != 1 for one, other in pairwise(body)):
                problem = f"the body of player {sid} is torn after round {state.round}"
                findings.note((), problem, code="torn_body")
                return


def _steps(one: Cell, other: Cell) -> int:
    return abs(one.x - other.x) + abs(one.y - other.y)


def _moved(game: Game, index: int, sid: str) -> bool:
    before, after = game.states[index].snakes[sid], game.states[index + 1].snakes[sid]
    return bool(before and after and before[0] != after[0])


def _note_death(death: Death, game: Game, findings: Findings) -> None:
    cell = death.crash_cell
    if cell is None:
        if death.state_index:
            problem = f"player {death.player_id} died, and its last move is not recorded"
            findings.note((), problem, code="no_fatal_move")
        return
    on_board = 0 <= cell.x < game.width and 0 <= cell.y < game.height
    bodies = game.states[death.state_index - 1].snakes.values()
    fits = {
        "wall": not on_board,
        "body_collision": any(cell in body for body in bodies) or not on_board,
        "head_collision": on_board,
    }
    if not fits.get(death.reason, True):
        problem = f"player {death.player_id}: the fatal move does not fit a {death.reason} death"
        findings.note((), problem, code="death_differs")
