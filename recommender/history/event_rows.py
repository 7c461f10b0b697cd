"""What a batch of events comes to before it is stored, so that a thousand events are a handful of statements."""

from dataclasses import dataclass, field

from recommender.domain.event import (
    Answer,
    Change,
    ChangeKind,
    Event,
    IdentityLinked,
    IdentityRevoked,
    ItemVoided,
    OrderCancelled,
    OrderCompleted,
    OrderRefunded,
    PriceChanged,
    ProductAdded,
    ProductRemoved,
    ProductShown,
    ProductViewed,
    ShelfScanned,
    StockChanged,
    StoreCheckedIn,
)
from recommender.domain.instant import HOUR_MS, to_ms
from recommender.history import orders
from recommender.history.identity import ANONYMOUS, RETAILER
from recommender.history.orders import Bought
from recommender.storage import interactions, offers, returns
from recommender.storage.engine import Connection
from recommender.storage.interactions import InteractionRow, ViewRow
from recommender.storage.offers import PriceRow, StockRow
from recommender.storage.returns import ReturnRow

Key = tuple[str, str]  # (source, event_id)


def named(event: Event) -> list[tuple[str, str]]:
    """(namespace, value) of the identifiers that an event names: the surest first."""
    told = event.payload
    if isinstance(told, IdentityLinked) or (isinstance(told, IdentityRevoked) and not told.linked_id):
        return [(told.namespace_a, told.value_a), (told.namespace_b, told.value_b)]
    both = (RETAILER, event.user_id), (ANONYMOUS, event.anonymous_id)
    return [(namespace, value) for namespace, value in both if value]


@dataclass(slots=True)
class Rows:
    """The rows of each table; orders and identities are told apart elsewhere: they need what is there already."""

    interactions: list[InteractionRow] = field(default_factory=list)
    views: list[ViewRow] = field(default_factory=list)
    orders: list[Bought] = field(default_factory=list)
    returns: list[ReturnRow] = field(default_factory=list)
    stock: list[StockRow] = field(default_factory=list)
    prices: list[PriceRow] = field(default_factory=list)
    answers: dict[Key, Answer] = field(default_factory=dict)  # but for those that were simply recorded
    whose: dict[Key, int] = field(default_factory=dict)  # the identifier that the event is kept under

    def take(self, event: Event, whose: int | None) -> None:
        """`whose`: the identifier that the event names first, None for nobody."""
        told, at = event.payload, to_ms(event.at)
        if whose is not None:
            self.whose[event.key] = whose
        match told:
            case StockChanged():
                self.stock.append(
                    StockRow(told.gtin, told.store_id, told.quantity, at, told.simulated, told.next_delivery)
                )
            case PriceChanged():
                self.prices.append(
                    PriceRow(told.gtin, told.store_id, told.amount_minor, told.currency, at, told.simulated)
                )
            case ShelfScanned() | ProductViewed() | ProductAdded() | ProductRemoved() if whose is not None:
                by_hour = (
                    at - at % HOUR_MS if isinstance(told, ShelfScanned) else at
                )  # a shelf may have a camera near it
                self.views.append(ViewRow(whose, type(told).__name__, by_hour, told.gtin, told.store_id))
            case ShelfScanned() | ProductViewed() | ProductAdded() | ProductRemoved() | ProductShown():
                screen = told.screen_id if isinstance(told, ProductShown) else ""
                self.interactions.append(InteractionRow(type(told).__name__, at, told.gtin, told.store_id, screen))
            case StoreCheckedIn():
                self.interactions.append(interactions.check_in(told.store_id, at))
            case OrderCompleted():
                self.orders.append((event, told, whose))
            case OrderRefunded() | OrderCancelled() | ItemVoided():
                self.returns += orders.return_rows(event, told, whose)
            case IdentityLinked() | IdentityRevoked():
                pass

    def store(self, connection: Connection) -> list[Change]:
        """All but orders; gives what is to be told after the commit."""
        interactions.add_interactions(connection, self.interactions)
        interactions.add_views(connection, self.views)
        if self.returns:
            returns.put_returns(connection, self.returns)
        newest_stock = offers.put_stock(connection, self.stock)
        newest_prices = offers.put_prices(connection, self.prices)
        changes = [Change(ChangeKind.STOCK, row.gtin, row.store_id, row.quantity) for row in newest_stock]
        return changes + [Change(ChangeKind.PRICE, row.gtin, row.store_id) for row in newest_prices]
