"""Campaigns over HTTP: set up, listed with what is spent on them, forgotten."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from reelmill.pipelines.storyboards.bodies import CampaignWish
from reelmill.pipelines.storyboards.routes.asked import TheBank
from reelmill.pipelines.storyboards.views.campaigns import CampaignOut
from reelmill.web.jobs import problem_documents

CampaignName = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", description="What you call it.")
]

router = APIRouter(prefix="/storyboards/campaigns")


@router.get("", operation_id="list_campaigns")
def list_campaigns(bank: TheBank) -> list[CampaignOut]:
    """Your campaigns by name, with what is spent on each."""
    return [CampaignOut.of(told) for told in bank.campaigns()]


@router.get("/{campaign_id}", operation_id="find_campaign", responses=problem_documents(404))
def find_campaign(bank: TheBank, campaign_id: CampaignName) -> CampaignOut:
    """A campaign, its limits, and what is spent on it."""
    return CampaignOut.of(bank.campaign(campaign_id))


@router.put("/{campaign_id}", operation_id="put_campaign", responses=problem_documents(422))
def put_campaign(bank: TheBank, campaign_id: CampaignName, wish: CampaignWish) -> CampaignOut:
    """Set a campaign up, or give it other limits; its boards name it as `campaign_id`."""
    return CampaignOut.of(bank.put_campaign(campaign_id, wish))


@router.delete(
    "/{campaign_id}",
    operation_id="delete_campaign",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_documents(404),
)
def delete_campaign(bank: TheBank, campaign_id: CampaignName) -> None:
    """Forget a campaign and its limits; its boards and what they cost stay."""
    bank.forget_campaign(campaign_id)
