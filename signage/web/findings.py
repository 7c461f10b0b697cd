"""What was learned of a store's spots, as plain sentences: which ones wear out, and which do better than the rest."""

from datetime import date, timedelta

from signage.decide.evidence import winners
from signage.decide.wear import worn
from signage.domain.place import Store
from signage.domain.words import Words
from signage.storage.inventories import Inventories
from signage.storage.learned import Learned

WEEK = timedelta(days=7)
EPOCH_DAY = date(1970, 1, 1).toordinal()
WORN = Words(
    "{store}:「{spot}」は見られにくくなっています。放映{plays}回で、視認の割合が{fall}%下がりました。素材の差し替えをご検討ください。",
    "{store}: “{spot}” is wearing out. Over {plays} plays it has lost {fall} % of its attention. Consider a new creative.",
)
BETTER = Words(
    "{store}:「{spot}」は、同じときに選ばれ得たほかのものより見られています(誤りの確率は5%以下)。",
    "{store}: “{spot}” holds more attention than what could have run in its place (wrong in at most 5 % of cases).",
)


def findings(learned: Learned, inventories: Inventories, store: Store, today: date, lang: str) -> list[str]:
    """Of the last seven days, up to today; spots that are no longer in the store's inventory are left out."""
    stock = inventories.latest(store.store_id)
    names = {spot.spot_id: spot.called(lang) for spot in (stock.spots if stock else ())}
    place = store.name_en if lang == "en" else store.name_ja
    tired = worn(learned.days(store.store_id, (today - WEEK).toordinal() - EPOCH_DAY + 1))
    said = [
        WORN.say(lang).format(store=place, spot=names[w.spot_id], plays=f"{w.plays:,}", fall=round(100 * w.fall))
        for w in tired
        if w.spot_id in names
    ]
    better = [spot_id for spot_id in winners(learned.bets(store.store_id)) if spot_id in names]
    return said + [BETTER.say(lang).format(store=place, spot=names[spot_id]) for spot_id in better]
