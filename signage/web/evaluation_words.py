"""What an evaluation's codes are called for people: tasks, the questions behind them, models, and the data."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Asked:
    """A task's name, and the question that it asks of every model."""

    name: LazyString | str
    question: LazyString | str


TASKS = {
    "next": Asked(_l("The next shop"), _l("What will a member buy the next time they come?")),
    "period": Asked(_l("The next four weeks"), _l("What will a member buy in the coming four weeks?")),
    "new": Asked(_l("First purchases"), _l("Which products will a member buy that they have never bought before?")),
    "shelf": Asked(_l("At the shelf"), _l("What else is in the basket with the product somebody is looking at?")),
    "segment": Asked(
        _l("Nobody known"), _l("What is bought here by this age group, when nothing else is known about the shopper?")
    ),
    "promoted": Asked(_l("On the screen"), _l("Which of 20 products on display will sell in this store this week?")),
}
MODELS: dict[str, LazyString | str] = {
    "shipped": _l("Shelfcast’s lists"),
    "as_shown": _l("…after a phone list’s rules"),
    "popularity": _l("Best sellers of all time"),
    "recent_popularity": _l("Best sellers of the last 2 weeks"),
    "store_popularity": _l("Best sellers of the store"),
    "frequency": _l("What the member buys most"),
    "decayed_frequency": _l("What the member buys most, lately"),
    "pairs_and_store": _l("Bought together, then best sellers of the store"),
    "item_item": _l("Similar products (cosine)"),
    "basket_cosine": _l("In similar baskets (cosine)"),
    "tifuknn": "TIFU-KNN",
    "upcf": "UP-CF@25",
    "ease": "EASE",
    "als": "implicit ALS",
    "bm25": _l("BM25, tuned"),
    "bm25defaults": _l("BM25, the library’s defaults"),
}


def asked(task: str) -> Asked:
    """Of a task that is not known here its own name."""
    return TASKS.get(task, Asked(task, ""))


def model(name: str) -> LazyString | str:
    """Of a retailer's own model its own name."""
    return MODELS.get(name, name)
