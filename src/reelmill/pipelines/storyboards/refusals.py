"""What can be wrong with a board, a scene, a render or a download. Pure.

Their texts are those of the API and the tasks before this one. Source: v2 endpoints, storyboard
task, render task.
"""

from typing import Any, ClassVar

from reelmill.errors import (
    BadMedia,
    Conflict,
    Gone,
    LimitReached,
    NotFound,
    Oversize,
    Refused,
    TimedOut,
    Unavailable,
)


class InOldWords:
    """An error whose message is a text that clients and tests look for."""

    words: ClassVar[str]
    """The text; `{name}` stands for a fact."""

    facts: dict[str, Any]
    """Circumstances, as every error has them."""

    @property
    def message(self) -> str:
        """The text, and nothing else."""
        return self.words.format_map(self.facts)


class BoardNotFound(InOldWords, NotFound):
    """There is no such board, or it is somebody else's."""

    words = "Job {board_id} not found"


class SceneNotFound(InOldWords, NotFound):
    """The board has no such scene."""

    words = "Scene {scene_number} not found"


class AssetNotFound(InOldWords, NotFound):
    """There is no such asset, or it is somebody else's."""

    words = "Asset {asset_id} not found"


class NoThumbnail(InOldWords, NotFound):
    """The asset has no picture."""

    words = "Asset {asset_id} has no thumbnail"


class AssetInUse(InOldWords, Conflict):
    """Boards are seen or heard with the asset.

    Args:
        boards: Their ids.
    """

    words = "Asset {asset_id} is in use by {boards}"


class UploadGone(InOldWords, Conflict):
    """What the board is to be seen or heard with is no longer there.

    Args:
        which: `voice`, `music` or `watermark`.
    """

    words = "The {which} of the storyboard is gone: choose another, or none"


class OnlyMadeHere(InOldWords, Refused):
    """How a video looks is chosen only where it is made on this machine.

    Args:
        model: The video model that would make it.
    """

    words = "Looks are of videos that are made on this machine: {model} makes its own"


class EntryNotFound(InOldWords, NotFound):
    """There is no such purchase, or it is somebody else's."""

    words = "Purchase {entry_id} not found"


class NothingToDecide(InOldWords, Conflict):
    """It is known whether it was bought."""

    words = "Cannot decide about a purchase in state '{state}'"


class PictureNotReady(InOldWords, NotFound):
    """The scene has no picture yet."""

    words = "Scene {scene_number} has no image yet"


class VideoNotReady(InOldWords, NotFound):
    """The board has no video yet."""

    words = "Video not ready. Current status: {status}"


class NotExportable(InOldWords, Refused):
    """Only a finished video is exported."""

    words = "Video not ready for export. Current status: {status}"


class ExportFailed(InOldWords, Conflict):
    """The copy could not be made.

    Args:
        problem: What its job ended in.
        job_id: That job, which can be tried again.
    """

    words = "Export failed: {problem}"


class TooLongForGif(InOldWords, Refused):
    """The video is longer than a GIF may be.

    Args:
        limit_s: Seconds that a GIF may have.
    """

    words = "A GIF has {limit_s} seconds at most: choose another format"


class OnlyElsewhere(InOldWords, Refused):
    """The video lies at a provider and not here."""

    words = "Video is only available remotely and cannot be exported"


class NoExporter(InOldWords, Unavailable):
    """Nothing here makes exports."""

    words = "Export service unavailable: ffmpeg is not installed"


class UnknownStatus(InOldWords, Refused):
    """There is no such status."""

    words = "Invalid status '{status}'. Valid statuses: {valid}"


class CannotApprove(InOldWords, Refused):
    """Only a board whose storyboard is ready is approved."""

    words = "Cannot approve job in status '{status}'. Must be 'storyboard_ready'."


class NothingToApprove(InOldWords, Refused):
    """The board has no scenes."""

    words = "No storyboard available to approve"


class NotApproved(InOldWords, Refused):
    """Nobody has approved the storyboard as it is."""

    words = "Storyboard must be approved before rendering"


class NotApprovedAtWork(InOldWords, Refused):
    """The approval was taken back before the render began."""

    words = "Storyboard must be approved before rendering video"


class NothingToRender(InOldWords, Refused):
    """The board has no scenes."""

    words = "No storyboard available to render"


class NoStoryboard(InOldWords, Refused):
    """The board that is rendered was never drafted."""

    words = "No storyboard data available"


class EmptyStoryboard(InOldWords, Refused):
    """The board that is rendered has no scenes left."""

    words = "Storyboard data is empty or invalid"


class PictureMissing(InOldWords, Refused):
    """A scene has no picture.

    Args:
        scene_number: The first of such scenes.
    """

    words = "Scene {scene_number} is missing generated image"


class NothingToRefine(InOldWords, Refused):
    """A refinement changes the prompt or the description."""

    words = "Must provide either new_image_prompt or new_description"


class TooManyRefinements(InOldWords, LimitReached):
    """The board was refined as often as one may be."""

    words = "Maximum refinement limit ({limit}) reached for this job"


class BadOrder(InOldWords, Refused):
    """The order does not name every scene once."""

    words = "scene_order must be a permutation of 1..{scenes}"


class TooFewScenes(InOldWords, Refused):
    """The last scene of a board is not deleted."""

    words = "Cannot delete the only scene"


class TooLong(InOldWords, Refused):
    """The scenes together are longer than a video may be."""

    words = "Total duration must not exceed {limit_s} seconds"


class TooShort(InOldWords, Refused):
    """The scenes together are shorter than a video may be."""

    words = "Total duration must be at least {limit_s} seconds"


class WrongShape(InOldWords, Refused):
    """The platform does not show videos of that shape.

    Args:
        platform: Its name.
        taken: The shapes that it shows.
        aspect_ratio: The one that was asked for.
    """

    words = "{platform} shows {taken}, and not {aspect_ratio}"


class WrongLength(InOldWords, Refused):
    """The platform does not show videos of that length.

    Args:
        platform: Its name.
        limit_s: The longest that it shows.
    """

    words = "{platform} shows {limit_s} seconds at most"


class OddPictures(InOldWords, Refused):
    """Pictures come in pairs, the first and the last of each scene."""

    words = "Pictures must come in pairs: {pictures} is an odd number"


class TooFewPictures(InOldWords, Refused):
    """So many pictures are too few."""

    words = "At least {least} {what} are needed: {pictures} were given"


class TooManyPictures(InOldWords, Refused):
    """So many pictures are too many."""

    words = "At most {most} {what} are taken: {pictures} were given"


class CampaignNotFound(InOldWords, NotFound):
    """There is no such campaign, or it is somebody else's."""

    words = "Campaign {campaign_id} not found"


class CampaignArchived(InOldWords, Conflict):
    """The campaign is over: nothing new is bought for it."""

    words = "Campaign {campaign_id} is archived"


class NoSuchScene(InOldWords, NotFound):
    """The board has no scene of that id."""

    words = "Scene {scene_id} not found"


class WrongAsset(InOldWords, Refused):
    """The asset is of another kind than is wanted there."""

    words = "Asset {asset_id} is not of kind '{wanted}'"


class BoardBusy(InOldWords, Conflict):
    """Somebody works on the board."""

    words = "Cannot change job in status '{status}'"


class NothingToCancel(InOldWords, Conflict):
    """Nobody works on the board."""

    words = "Cannot cancel job in status '{status}'"


class NothingToRetry(InOldWords, Conflict):
    """Only what failed or was canceled is tried again."""

    words = "Cannot retry job in status '{status}'"


class AllPicturesFailed(InOldWords, Refused):
    """No scene got a picture."""

    words = "All scene images failed to generate"


class RenderFailed(InOldWords, Refused):
    """The provider made no video, after all attempts.

    Args:
        attempts: How many there were.
        problem: What the last of them ended in.
    """

    words = "Failed after {attempts} attempts: {problem}"


class RenderTimedOut(InOldWords, TimedOut):
    """The provider took longer than it is given."""

    words = "Video rendering timeout"


class PersonMustDecide(InOldWords, Conflict):
    """Nobody can tell whether the provider took the request.

    Args:
        entry_id: The entry of the ledger.
    """

    words = "The provider cannot tell whether it took the request: a person must decide"


class OutputLost(InOldWords, Gone):
    """What the provider made is no longer there to be downloaded."""

    words = "The output has expired at the provider"


class BudgetSpent(InOldWords, LimitReached):
    """The budget of the day does not allow for it.

    Args:
        whose: `user` or `day`.
        spent_usd: Spent or held today.
        asked_usd: What would come to it.
        limit_usd: The hard limit.
    """

    words = (
        "Daily budget exceeded: {spent_usd} of {limit_usd} USD spent, {asked_usd} more are needed"
    )


class ModelBarred(InOldWords, Conflict):
    """The model charged more than it may by its price: nothing more is ordered of it.

    Args:
        model: As the price list calls it.
        held_usd: What was held for it.
        actual_usd: What it cost.
    """

    words = (
        "{model} charged {actual_usd} USD where {held_usd} USD were held: "
        "it is not used until its price is set anew"
    )


class CampaignSpent(BudgetSpent):
    """The budget of the campaign does not allow for it.

    Args:
        campaign_id: Its name.
        spent_usd: Spent or held for it.
        asked_usd: What would come to it.
        limit_usd: The hard limit.
    """

    words = BudgetSpent.words.replace("Daily", "Campaign")


class ProviderResting(InOldWords, Unavailable):
    """The provider failed several times in a row and is left alone for a while.

    Args:
        retry_after_s: Seconds until it is asked again.
    """

    retryable = False
    words = "Provider unavailable after repeated failures"


class TooOften(InOldWords, LimitReached):
    """So many requests in a minute are more than one may make.

    Args:
        limit: Requests in a minute.
        retry_after_s: Seconds until the next one may come.
    """

    words = "Rate limit exceeded: {limit} per 1 minute"


class DownloadEmpty(InOldWords, BadMedia):
    """The download has no bytes."""

    words = "Downloaded file is empty"


class DownloadTooSmall(InOldWords, BadMedia):
    """The download is too small to be a video."""

    words = "Downloaded file is too small ({size_bytes} bytes)"


class NotAVideo(InOldWords, BadMedia):
    """The download does not begin as a video does."""

    words = "Not a valid video"


class NotAPicture(InOldWords, BadMedia):
    """The file is not a picture that can be decoded."""

    words = "Not a valid image"


class DownloadBroken(InOldWords, Unavailable):
    """The network broke off the download.

    Args:
        problem: What it said.
    """

    # Tried again where it was begun, and not by its step as well.
    retryable = False
    words = "Network error: {problem}"


class AssetTooLarge(InOldWords, Oversize):
    """The upload is larger than one may be."""

    words = "File too large. Maximum size: {limit_mb:g} MB"


class UnknownAssetKind(InOldWords, Refused):
    """Files of this kind are not taken."""

    words = "Unsupported file type '{kind}'. Allowed: {allowed}"


class BadTags(InOldWords, Refused):
    """The tags are not a list of texts."""

    words = "Tags must be a JSON array of strings"
