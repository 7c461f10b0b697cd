"""Completed plays in; what was promoted where told to the history out: place and time, nobody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recommender.domain.event import Event, ProductShown
from recommender.record import Record
from signage.domain.play import Play

SOURCE = "signage/plays"


@dataclass(frozen=True, slots=True)
class Teller:
    """`promoted(campaign_id)` gives the campaign's products, none for one that is gone."""

    record: Record
    promoted: Callable[[str], Sequence[str]]
    store_of: Callable[[str], str]

    def tell(self, plays: Sequence[Play]) -> None:
        """One event a product and play; a play told twice changes nothing."""
        products = {campaign_id: self.promoted(campaign_id) for campaign_id in {play.campaign_id for play in plays}}
        stores = {screen_id: self.store_of(screen_id) for screen_id in {play.screen_id for play in plays}}
        events = [
            Event(
                SOURCE,
                f"{play.play_id}-{gtin}",
                play.started_at,
                ProductShown(gtin, stores[play.screen_id], play.screen_id),
            )
            for play in plays
            for gtin in products[play.campaign_id]
        ]
        if events:
            self.record.record_all(events)
