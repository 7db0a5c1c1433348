"""What `reelmill storyboards ...` shows beside boards: platforms, campaigns, pieces of work."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from reelmill.desk import Desk
from reelmill.pipelines.storyboards.bodies import CampaignWish
from reelmill.pipelines.storyboards.platforms import PRESETS
from reelmill.pipelines.storyboards.room import BadWish, Room, model, room_of
from reelmill.pipelines.storyboards.spec import CampaignId
from reelmill.pipelines.storyboards.views.boards import RefinementOut
from reelmill.pipelines.storyboards.views.campaigns import CampaignOut
from reelmill.pipelines.storyboards.views.common import Said
from reelmill.pipelines.storyboards.views.platforms import PlatformOut
from reelmill.pipelines.storyboards.views.work import SubJobOut


class _Name(BaseModel):
    """What is typed as the name of a campaign."""

    campaign_id: CampaignId


def platforms(desk: Desk, *, as_json: bool) -> None:
    """Where a video may be shown."""
    told = [PlatformOut.of(platform) for platform in PRESETS]
    if as_json:
        _document(desk, told)
        return
    rows = [
        (
            one.platform.value,
            ", ".join(ratio.value for ratio in one.aspect_ratios),
            f"{one.max_duration} s",
            one.name,
        )
        for one in told
    ]
    desk.terminal.table(("platform", "shapes", "at most", "name"), rows)


def campaigns(desk: Desk, name: str, told: dict[str, Any], *, as_json: bool) -> None:
    """Campaigns and what is spent on them; with a name, one that is set up or changed.

    Raises:
        BadWish: limits without a name, or outside of what they may be.
    """
    given = {field: value for field, value in told.items() if value is not None}
    if given and not name:
        raise BadWish(problem="CAMPAIGN: give the name of the one that is meant")
    with room_of(desk) as room:
        if given:
            _change(room, name, given)
        found = room.bank.campaigns() if not name else [room.bank.campaign(name)]
    if as_json:
        _document(desk, [CampaignOut.of(one) for one in found])
        return
    desk.terminal.table(
        ("campaign", "status", "spent", "soft", "hard"),
        [
            (
                one.campaign.id,
                one.campaign.status.value,
                str(one.spent),
                *(
                    "-" if limit is None else str(limit)
                    for limit in (one.campaign.soft, one.campaign.hard)
                ),
            )
            for one in found
        ],
    )
    if not found:
        desk.terminal.note("no campaigns")


def sub_jobs(desk: Desk, board: str, *, as_json: bool) -> None:
    """The pieces of work of a board."""
    with room_of(desk) as room:
        found = room.studio.pieces(room.board_id(board))
    told = [SubJobOut.of(number, piece) for number, piece in enumerate(found, start=1)]
    if as_json:
        _document(desk, told)
        return
    rows = [
        (
            str(one.sub_job_number),
            one.name,
            one.status.value,
            f"{one.progress:.0%}",
            str(one.retry_count),
            str(one.actual_cost),
        )
        for one in told
    ]
    desk.terminal.table(("number", "what", "state", "done", "retries", "USD"), rows)


def refinements(desk: Desk, board: str, *, as_json: bool) -> None:
    """What was refined of a board."""
    with room_of(desk) as room:
        found = room.editing.history(room.board_id(board))
    if as_json:
        _document(desk, [RefinementOut.of(made) for made in found])
        return
    rows = [
        (
            f"{made.made_at:%Y-%m-%d %H:%M}",
            str(made.scene_number),
            made.new_image_prompt if made.new_image_prompt != made.old_image_prompt else "-",
            made.new_description if made.new_description != made.old_description else "-",
        )
        for made in found
    ]
    desk.terminal.table(("when", "scene", "picture of", "what happens"), rows)
    if not found:
        desk.terminal.note("nothing was refined")


def _change(room: Room, name: str, given: dict[str, Any]) -> None:
    """What is not given of a campaign that is there stays as it is."""
    model(_Name, {"campaign_id": name})
    known = room.bank.known_campaign(name)
    before: dict[str, Any] = {}
    if known is not None:
        before = {"client_id": known.client_id, "status": known.status}
        before |= {"soft_limit": known.soft, "hard_limit": known.hard}
    room.bank.put_campaign(name, model(CampaignWish, {**before, **given}))


def _document(desk: Desk, told: Sequence[Said]) -> None:
    desk.terminal.document([one.model_dump(mode="json") for one in told])
