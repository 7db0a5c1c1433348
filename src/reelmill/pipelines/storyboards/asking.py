"""What a caller asks for first: what a board would cost, and boards of prompts and of uploads."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import uuid4

from reelmill.catalog import jobs
from reelmill.catalog.database import Transaction
from reelmill.catalog.idempotency import KeyReused
from reelmill.pipelines.storyboards import plan, rules
from reelmill.pipelines.storyboards.bench import Bench, Whole
from reelmill.pipelines.storyboards.bodies import PairsWish, PropertyWish, UploadsWish
from reelmill.pipelines.storyboards.budgets import Payer
from reelmill.pipelines.storyboards.campaign import CampaignStatus
from reelmill.pipelines.storyboards.house import models_of, prices_of, settings_of
from reelmill.pipelines.storyboards.keys import group_ids
from reelmill.pipelines.storyboards.owned import asset_of, heard, seen
from reelmill.pipelines.storyboards.platforms import settled
from reelmill.pipelines.storyboards.records import Asset
from reelmill.pipelines.storyboards.refusals import CampaignArchived, TooLong, TooShort
from reelmill.pipelines.storyboards.settings import Models
from reelmill.pipelines.storyboards.spec import (
    MAX_DURATION_S,
    MIN_DURATION_S,
    STORYBOARDS,
    DraftSpec,
    GenerationRequest,
    GivenScene,
    StoryboardsSpec,
    Tier,
)
from reelmill.pipelines.storyboards.tables import campaigns
from reelmill.pipelines.storyboards.uploads import (
    admit_pairs,
    admit_tour,
    scenes_of_pairs,
    scenes_of_property,
)
from reelmill.units import JobId


class Quote(NamedTuple):
    """What something would cost."""

    scenes: int
    """Scenes of one board, and so pictures."""

    seconds: Decimal
    """Seconds of one video."""

    variations: int
    """Boards."""

    tier: Tier
    """How good they would be."""

    models: Models
    """Who would make them."""

    images_usd: Decimal
    """Of all pictures of all boards, exact."""

    video_usd: Decimal
    """Of all videos, exact."""

    total_usd: Decimal
    """Of everything, to the cent."""

    warnings: list[str]
    """What is worth knowing before."""


class Asking(Bench):
    """Where one caller asks for boards."""

    def quote(self, request: GenerationRequest) -> Quote:
        """What boards would cost; nothing is begun.

        Raises:
            BudgetSpent, CampaignSpent, CampaignArchived: more than is left.
            WrongShape, WrongLength: the platform does not show what was asked for.
            OnlyMadeHere: whoever makes the video gives it no such looks.
        """
        request = settled(request)
        return self._quoted(request, plan.missing_pictures(request))

    def draft(self, request: GenerationRequest, *, key: str = "") -> list[Whole]:
        """Have boards drafted from a prompt: one, or several variations of it.

        Args:
            request: What is asked.
            key: The same key and request again give the same boards; empty for new ones.

        Raises:
            BudgetSpent, CampaignSpent, CampaignArchived: more than is left.
            ProviderResting, ModelBarred: nothing can be bought of it.
            WrongShape, WrongLength: the platform does not show what was asked for.
            AssetNotFound, WrongAsset: a sound or a picture that is none, or somebody else's.
            KeyReused: the key came with another request before.
        """
        return self._asked(settled(request), (), key)

    def from_pairs(self, wish: PairsWish, *, key: str = "") -> Whole:
        """Have a board made of pairs of pictures, each a scene; no picture is bought.

        Raises:
            OddPictures, TooFewPictures, TooManyPictures, TooShort, TooLong: as they say.
            AssetNotFound, WrongAsset: a picture that is none, or somebody else's.
        """
        admit_pairs(len(wish.picture_asset_ids))
        given = scenes_of_pairs(self._pictures(wish), wish.seconds_each, wish.prompt)
        return self._of_uploads(wish, given, "Pictures in pairs", key)

    def from_photos(self, wish: PropertyWish, *, key: str = "") -> Whole:
        """Have a tour of a property made of its photos; no picture is bought.

        A photo that is named twice counts once.

        Raises:
            TooFewPictures, TooManyPictures: as they say.
            AssetNotFound, WrongAsset: a photo that is none, or somebody else's.
        """
        once = tuple(dict.fromkeys(wish.picture_asset_ids))
        admit_tour(len(once))
        wish = wish.model_copy(update={"picture_asset_ids": once})
        given = scenes_of_property(self._pictures(wish))
        return self._of_uploads(wish, given, "A tour of the property", key)

    def _pictures(self, wish: UploadsWish) -> list[Asset]:
        with self.here.catalog.read() as conn:
            seen(conn, self.caller, *wish.picture_asset_ids)
            return [asset_of(conn, self.caller, one) for one in wish.picture_asset_ids]

    def _of_uploads(
        self, wish: UploadsWish, given: Sequence[GivenScene], name: str, key: str
    ) -> Whole:
        length_s = int(sum(one.duration for one in given))
        if length_s < MIN_DURATION_S:
            raise TooShort(limit_s=MIN_DURATION_S)
        if length_s > MAX_DURATION_S:
            raise TooLong(limit_s=MAX_DURATION_S)
        told = {field: getattr(wish, field) for field in _OF_REQUEST}
        plain = {field: value for field, value in told.items() if value is not None}
        request = GenerationRequest(**{"prompt": name, **plain}, duration=length_s)
        (whole,) = self._asked(settled(request), given, key)
        return whole

    def _asked(
        self, request: GenerationRequest, given: Sequence[GivenScene], key: str
    ) -> list[Whole]:
        specs = self._specs(request, tuple(given), key)
        if key and self._is_known(specs[0]):
            return [self.whole(spec.board_id) for spec in specs]
        missing = plan.missing_pictures(request, given)
        with self.here.catalog.read() as conn:
            heard(conn, self.caller, request.voice_asset_id, request.music_asset_id)
            seen(conn, self.caller, *request.picture_asset_ids, *request.looks.asset_ids)
            self._admit_campaign(conn, request.campaign_id)
            self._admit_makers(conn, request, missing)
        warnings = tuple(self._quoted(request, missing).warnings)
        asked = [StoryboardsSpec(spec) for spec in specs]
        self.jobs.submit_together(STORYBOARDS, asked, owner=self.caller.user_id)
        return [self.whole(spec.board_id)._replace(warnings=warnings) for spec in specs]

    def _specs(
        self, request: GenerationRequest, given: tuple[GivenScene, ...], key: str
    ) -> list[DraftSpec]:
        owned = f"{self.caller.user_id}\0{key}".encode()
        first = hashlib.sha256(owned).hexdigest()[:32] if key else uuid4().hex
        group = first if request.variations > 1 else None
        return [
            DraftSpec(
                board_id=board_id, request=request, given=given, group_id=group, variation=number
            )
            for number, board_id in enumerate(group_ids(first, request.variations), start=1)
        ]

    def _is_known(self, spec: DraftSpec) -> bool:
        """Whether the same was asked for before under its key.

        Raises:
            KeyReused: something else was.
        """
        asked = StoryboardsSpec(spec)
        with self.here.catalog.read() as conn:
            job = jobs.find(conn, JobId(f"{STORYBOARDS}/{asked.key}"))
        if job is not None and job.spec != asked.model_dump(mode="json"):
            raise KeyReused(hint="Take a new key for a new request.")
        return job is not None

    def _admit_campaign(self, conn: Transaction, campaign_id: str | None) -> None:
        """Let a board be of a campaign; one that was never set up has no budget.

        Raises:
            CampaignArchived: it is over.
        """
        found = campaigns.find(conn, self.caller.user_id, campaign_id) if campaign_id else None
        if found is not None and found.status is CampaignStatus.ARCHIVED:
            raise CampaignArchived(campaign_id=campaign_id)

    def _admit_makers(self, conn: Transaction, request: GenerationRequest, missing: int) -> None:
        """See that whoever makes the pictures that are missing may be asked.

        Raises:
            ProviderResting, ModelBarred: it may not.
        """
        chosen = settings_of(self.here)
        image = models_of(chosen, chosen.provider, request.tier).image
        self.admit_provider(conn, chosen.provider, *([image] if missing else []))

    def _quoted(self, request: GenerationRequest, missing: int) -> Quote:
        """What boards cost of which so many pictures each have to be made.

        Raises:
            OnlyMadeHere: whoever makes the video gives it no such looks.
            BudgetSpent, CampaignSpent: more than is left.
        """
        chosen = settings_of(self.here)
        models = models_of(chosen, chosen.provider, request.tier)
        rules.admit_looks(request.looks, models.video)
        image, video = prices_of(chosen, chosen.provider, request.tier)
        seconds, times = Decimal(request.duration), request.variations
        images_usd = plan.price(image, images=missing) * times
        video_usd = plan.price(video, seconds=seconds, runs=1) * times
        total = images_usd + video_usd
        payer = Payer(self.caller.user_id, request.campaign_id)
        return Quote(
            scenes=plan.scenes_of(request),
            seconds=seconds,
            variations=times,
            tier=request.tier,
            models=models,
            images_usd=images_usd,
            video_usd=video_usd,
            total_usd=plan.rounded(total),
            warnings=self.affordable(payer, image.most(images_usd) + video.most(video_usd)),
        )


_OF_REQUEST: Final = (
    *("prompt", "aspect_ratio", "platform", "tier", "client_id", "campaign_id"),
    *("voice_asset_id", "music_asset_id", "looks"),
)
