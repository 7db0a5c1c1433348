"""How boards are asked for: of a prompt, of pairs, of a property, for a platform or a campaign."""

from pathlib import Path
from typing import Annotated

import typer

from reelmill.pipelines.storyboards.cli.group import (
    AboutOption,
    CampaignOption,
    ClientOption,
    DurationOption,
    JsonOption,
    LimitOption,
    PlatformOption,
    RatioOption,
    ResolutionOption,
    TierOption,
    VariationsOption,
    WaitOption,
    group,
    usage,
)
from reelmill.pipelines.storyboards.spec import MAX_SCENE_S, Tier


@group.command(
    epilog="Examples:\n\n\b\n"
    '  reelmill storyboards draft "A walk along the sea at dawn" --duration 20\n'
    '  reelmill storyboards draft "Our new bicycle" --picture front.jpg --picture side.jpg\n'
    '  reelmill storyboards draft "Our new bicycle" --platform tiktok --variations 3\n'
    '  reelmill storyboards draft "Our new bicycle" --style watercolour --ratio 9:16 --json'
)
def draft(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    prompt: Annotated[str, typer.Argument(metavar="PROMPT", help="What the video is about.")],
    duration: DurationOption = 30,
    style: Annotated[str | None, typer.Option(help="Style of the pictures.")] = None,
    ratio: RatioOption = None,
    platform: PlatformOption = None,
    tier: TierOption = Tier.BALANCED,
    resolution: ResolutionOption = None,
    variations: VariationsOption = 1,
    client: ClientOption = None,
    campaign: CampaignOption = None,
    picture: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A picture of your own, for the next scene; repeatable."),
    ] = None,
    wait: WaitOption = True,
    as_json: JsonOption = False,
) -> None:
    """Draft a storyboard from a prompt, and make its pictures; or several that differ.

    The exit code is 1 when no picture came about.
    """
    from reelmill.pipelines.storyboards import commands

    with usage():
        asked = commands.asked(
            {
                "prompt": prompt,
                "duration": duration,
                "style": style,
                "aspect_ratio": ratio,
                "platform": platform,
                "tier": tier,
                "variations": variations,
                "client_id": client,
                "campaign_id": campaign,
                "looks": {"resolution": resolution},
            }
        )
    commands.draft(context.obj(), asked, picture or [], wait=wait, as_json=as_json)


@group.command(epilog="Examples:\n\n\b\n  reelmill storyboards estimate --duration 60")
def estimate(
    context: typer.Context,
    *,
    duration: DurationOption = 30,
    tier: TierOption = Tier.BALANCED,
    variations: VariationsOption = 1,
    as_json: JsonOption = False,
) -> None:
    """What a board of a length would cost; nothing is begun."""
    from reelmill.pipelines.storyboards import commands

    with usage():
        asked = commands.asked(
            {"prompt": "An estimate", "duration": duration, "tier": tier, "variations": variations}
        )
    commands.estimate(context.obj(), asked, as_json=as_json)


@group.command(epilog="Examples:\n\n\b\n  reelmill storyboards platforms --json")
def platforms(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Where a video may be shown, and what is shown there."""
    from reelmill.pipelines.storyboards import showing

    showing.platforms(context.obj(), as_json=as_json)


@group.command(
    "from-image-pairs",
    epilog="Examples:\n\n\b\n"
    "  reelmill storyboards from-image-pairs before.jpg after.jpg\n"
    '  reelmill storyboards from-image-pairs a.jpg b.jpg c.jpg d.jpg --prompt "Two rooms, anew"',
)
def from_image_pairs(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    pictures: Annotated[
        list[Path], typer.Argument(metavar="FIRST LAST...", help="Pictures, two for each scene.")
    ],
    seconds: Annotated[
        int, typer.Option(min=1, max=MAX_SCENE_S, help="Seconds of each scene.")
    ] = 5,
    prompt: AboutOption = None,
    ratio: RatioOption = None,
    platform: PlatformOption = None,
    client: ClientOption = None,
    campaign: CampaignOption = None,
    wait: WaitOption = True,
    as_json: JsonOption = False,
) -> None:
    """Make a storyboard of pairs of pictures: a scene begins with one and ends in the other."""
    from reelmill.pipelines.storyboards import commands

    told = {"seconds_each": seconds, "prompt": prompt, "aspect_ratio": ratio, "platform": platform}
    with usage():
        wish = commands.pairs_wish({**told, "client_id": client, "campaign_id": campaign})
    commands.from_image_pairs(context.obj(), pictures, wish, wait=wait, as_json=as_json)


@group.command(
    "from-property-photos",
    epilog="Examples:\n\n\b\n"
    '  reelmill storyboards from-property-photos photos/ --prompt "12 Harbour Street"',
)
def from_property_photos(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    photos: Annotated[
        list[Path],
        typer.Argument(metavar="PHOTO...", help="Files or folders, of fourteen photos or more."),
    ],
    prompt: AboutOption = None,
    ratio: RatioOption = None,
    platform: PlatformOption = None,
    client: ClientOption = None,
    campaign: CampaignOption = None,
    wait: WaitOption = True,
    as_json: JsonOption = False,
) -> None:
    """Make a tour of a property: seven scenes of five seconds, by rooms that file names tell."""
    from reelmill.pipelines.storyboards import commands

    told = {"prompt": prompt, "aspect_ratio": ratio, "platform": platform}
    with usage():
        wish = commands.property_wish({**told, "client_id": client, "campaign_id": campaign})
    commands.from_property_photos(context.obj(), photos, wish, wait=wait, as_json=as_json)


@group.command(
    epilog="Examples:\n\n\b\n  reelmill storyboards campaigns\n"
    "  reelmill storyboards campaigns spring --hard 250 --soft 200 --client acme\n"
    "  reelmill storyboards campaigns spring --status archived"
)
def campaigns(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    campaign: Annotated[
        str, typer.Argument(metavar="[CAMPAIGN]", help="One to set up or to change.")
    ] = "",
    hard: LimitOption = None,
    soft: LimitOption = None,
    client: ClientOption = None,
    status: Annotated[str | None, typer.Option(help="draft, active or archived.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Campaigns and what is spent on them; with a name, set one up or give it other limits.

    What is not given of a campaign that is there stays as it is.
    """
    from reelmill.pipelines.storyboards import showing

    told = {"hard_limit": hard, "soft_limit": soft, "client_id": client, "status": status}
    with usage():
        showing.campaigns(context.obj(), campaign, told, as_json=as_json)
