"""Replay file -> `Game`, or everything that is wrong with it. Pure."""

from dataclasses import replace

from reelmill.pipelines.replays.game import Death, Game, Outcome, Player, ahead
from reelmill.pipelines.replays.reading.alignment import Aligned, Alignment, align
from reelmill.pipelines.replays.reading.document import duplicate_keys, open_document
from reelmill.pipelines.replays.reading.faults import Fault, Findings, Severity, describe
from reelmill.pipelines.replays.reading.oddities import note_oddities
from reelmill.pipelines.replays.reading.recording import Recording, Role
from reelmill.pipelines.replays.reading.schemas import read_recording
from reelmill.pipelines.replays.spec import BrokenReplay, NotAReplay, game_id_of

__all__ = ["Fault", "Severity", "diagnose", "read_game", "repair"]

#: Repairs told with a game; the rest is only counted.
MAX_REPAIRS = 10


def read_game(data: bytes, *, name: str = "") -> Game:
    """Read a replay, whatever schema and variant it is.

    Args:
        data: The file as it is.
        name: What the file is called; told in errors, and the source of a missing game id.

    Raises:
        NotAReplay: it is something else.
        BrokenReplay: it is a replay, and cannot be shown; the error names the first place.
    """
    findings = Findings()
    document = open_document(data, findings)
    recording = read_recording(document.value, findings) if document else None
    if recording is None or findings.fatal:
        raise _refusal(findings.fatal, name)
    game = _game(recording, align(recording))
    return replace(
        game,
        game_id=game.game_id or game_id_of(name) or "game",
        repairs=_repairs(findings),
    )


def diagnose(data: bytes) -> list[Fault]:
    """Name everything that is wrong with a file, in the order of reading.

    Returns:
        At most `faults.MAX_FAULTS`; empty for a sound replay. A video is possible when none
        is fatal.
    """
    findings = Findings()
    document = open_document(data, findings)
    if document is not None:
        for key in duplicate_keys(document.text):
            findings.note((), f"{describe(key)} occurs twice in one object", code="duplicate_key")
        recording = read_recording(document.value, findings)
        if recording is not None and findings.fatal is None:
            note_oddities(recording, _game(recording, align(recording)), findings)
    return findings.faults


def repair(data: bytes) -> bytes | None:
    """Write the document again without the faults that can be repaired.

    Returns:
        None when there is nothing to repair, or the game cannot be shown even then.
    """
    findings = Findings()
    document = open_document(data, findings)
    recording = read_recording(document.value, findings) if document else None
    repairable = any(fault.repairable for fault in findings.faults)
    if document is None or recording is None or findings.fatal or not repairable:
        return None
    return document.text.encode()


def _refusal(fault: Fault | None, name: str) -> NotAReplay | BrokenReplay:
    assert fault is not None, "nothing is refused without a reason"
    if fault.code == "not_a_replay":
        return NotAReplay(problem=fault.message, file=name)
    return BrokenReplay(where=fault.where, problem=fault.message, file=name)


def _repairs(findings: Findings) -> tuple[str, ...]:
    """Every stand-in, one sentence each; of many, the first few and their number."""
    mended = [each.sentence for each in findings.faults if each.severity is Severity.MENDED]
    more = len(mended) - MAX_REPAIRS
    return (*mended[:MAX_REPAIRS], f"and {more} more") if more > 0 else tuple(mended)


def _game(recording: Recording, aligned: Aligned) -> Game:
    players = tuple(_player(sid, role, aligned) for sid, role in recording.roles.items())
    total = recording.total_cost_usd
    return Game(
        game_id=game_id_of(recording.game_id),
        width=recording.width,
        height=recording.height,
        players=players,
        states=aligned.states,
        moves=aligned.about[:-1],
        final_moves=aligned.about[-1],
        ends_in_crash=bool(aligned.ended_by_death),
        deaths=_deaths(recording, aligned),
        max_rounds=recording.max_rounds,
        rounds_played=recording.rounds_played,
        num_apples=recording.num_apples or len(aligned.states[0].apples),
        started_at=recording.started_at,
        game_type=recording.game_type,
        total_cost_usd=sum(player.cost_usd for player in players) if total is None else total,
        schema=_schema(recording, aligned.alignment),
    )


def _player(sid: str, role: Role, aligned: Aligned) -> Player:
    moves = [made[sid] for made in aligned.about if sid in made]
    score = role.final_score
    cost = role.cost_usd
    read, written = role.input_tokens, role.output_tokens
    known = {outcome.value: outcome for outcome in Outcome}
    return Player(
        id=sid,
        name=role.name,
        result=known.get(role.result.lower(), Outcome.UNKNOWN),
        final_score=aligned.states[-1].scores[sid] if score is None else score,
        input_tokens=sum(move.input_tokens for move in moves) if read is None else read,
        output_tokens=sum(move.output_tokens for move in moves) if written is None else written,
        cost_usd=sum(move.cost_usd for move in moves) if cost is None else cost,
    )


def _deaths(recording: Recording, aligned: Aligned) -> tuple[Death, ...]:
    deaths = []
    for sid, role in recording.roles.items():
        index = _first_dead(sid, aligned)
        if index is not None:
            reason = role.death_reason or recording.events.get(sid, "")
            deaths.append(_death(sid, reason, index, aligned))
    return tuple(sorted(deaths, key=lambda death: death.state_index))


def _first_dead(sid: str, aligned: Aligned) -> int | None:
    for index, state in enumerate(aligned.states):
        if not state.alive[sid]:
            return index
    return len(aligned.states) if sid in aligned.ended_by_death else None


def _death(sid: str, reason: str, index: int, aligned: Aligned) -> Death:
    move = aligned.about[index - 1].get(sid) if index else None
    body = aligned.states[index - 1].snakes[sid] if index else ()
    fatal = move.direction if move else None
    return Death(
        player_id=sid,
        reason=reason,
        round=index,
        fatal_move=fatal,
        crash_cell=ahead(body[0], fatal) if body and fatal else None,
        state_index=index,
    )


def _schema(recording: Recording, alignment: Alignment) -> str:
    if recording.legacy:
        return "L" if alignment is Alignment.POST else "L-rotated"
    if alignment is Alignment.POST:
        return "N1"
    numbers = [entry.number for entry in recording.entries[-2:]]
    return "N3" if len(numbers) != len(set(numbers)) else "N2"
