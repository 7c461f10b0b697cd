"""Who is withheld where and when: an experiment, a campaign, a screen and a moment in, the arm of its block out.

A switchback: each campaign is on or off for whole blocks of a screen's time, drawn by a hash of all four, so that anybody
who knows the experiment's name can tell the arm again, and nobody's coming or going can move it. What a block leaves
behind (people who saw the spot and are still there) washes out in its first minutes: they belong to neither arm.
Bojinov, Simchi-Levi & Zhao, "Design and Analysis of Switchback Experiments", Management Science, 2023.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from signage.domain.campaign import Level, Spot
from signage.domain.content import Card, Template
from signage.domain.decision import Holdout

SWITCHBACK = "switchback-1"  # a new name draws new blocks
MEMBERS = "member"  # arms that the recommender draws; deciding knows one bit of them
BLOCK = timedelta(hours=2)
WASHOUT = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def measured(spot: Spot) -> bool:
    """Only what nobody was promised is withheld: open campaigns."""
    return spot.level is Level.OPEN and bool(spot.campaign_id)


def personal(spot: Spot) -> bool:
    """What the members' holdout withholds: a guest's picks, not the greeting."""
    return isinstance(spot.content, Card) and spot.content.template is Template.PICK


def block_start(at: datetime) -> datetime:
    """Blocks begin at even hours of UTC, whatever the store's clock does."""
    return EPOCH + (at - EPOCH) // BLOCK * BLOCK


def held_out(holdout: Holdout, campaign_id: str, screen_id: str, at: datetime) -> bool:
    """Is this campaign withheld from this screen then?"""
    block = (at - EPOCH) // BLOCK
    digest = hashlib.sha256(f"{holdout.experiment}\n{campaign_id}\n{screen_id}\n{block}".encode()).digest()
    return int.from_bytes(digest[:8]) * 100 < holdout.percent << 64


def washing_out(holdout: Holdout, campaign_id: str, screen_id: str, at: datetime) -> bool:
    """Does the block before, of the other arm, still have a hand in this moment?"""
    if at - block_start(at) >= WASHOUT:
        return False
    before = held_out(holdout, campaign_id, screen_id, at - WASHOUT)
    return before is not held_out(holdout, campaign_id, screen_id, at)
