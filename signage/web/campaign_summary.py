"""A campaign in one sentence that a marketer can check: when, where, for whom, how often."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from signage.domain.campaign import Daypart, Distance, Flight, OnHolidays, Targeting
from signage.domain.clock import local
from signage.domain.place import Screen, Store
from signage.domain.price import money
from signage.storage.campaign_rows import Campaign
from signage.web.language import day

_JA_DAYS = "月火水木金土日"
_EN_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_DAY_SETS = {
    frozenset(range(5)): ("平日", "Weekdays"),
    frozenset({5, 6}): ("土日", "Weekends"),
    frozenset(range(7)): ("毎日", "Every day"),
}
_ZONES = {
    "entrance": ("入口", "entrance"), "aisle": ("通路", "aisle"), "checkout": ("レジ前", "checkout"),
    "shelf": ("棚前", "shelf-edge"),
}  # fmt: skip
_AUDIENCE = {
    "adults": ("おとなの方がいるとき", "while adults are there"),
    "seniors": ("シニアの方がいるとき", "while seniors are there"),
    "mixed": ("おとなとシニアの方がいるとき", "while adults and seniors are there"),
    "nobody": ("だれもいないとき", "while nobody is there"),
}
_DISTANCE = {
    Distance.NEAR: ("画面の近くに人がいるとき", "while somebody is near"),
    Distance.FAR: ("人が遠くにだけいるとき", "while people are only far away"),
}
_HOLIDAYS = {
    OnHolidays.SAME: ("", ""),
    OnHolidays.ALSO: ("と祝日", " and public holidays"),
    OnHolidays.NEVER: ("(祝日を除く)", " except public holidays"),
}
_DAYS_OFF = frozenset({5, 6})
_PER = ("1時間", "1ループ", "会員1人"), ("an hour", "a loop", "before one member")
_WHOLE_DAY = 1440


def aimed_at(targeting: Targeting, screens: Sequence[Screen]) -> list[Screen]:
    """The screens that the campaign asks for, among those that its owner has."""

    def fits(screen: Screen) -> bool:
        return (
            (not targeting.stores or screen.store_id in targeting.stores)
            and (not targeting.zones or screen.zone in targeting.zones)
            and (not targeting.screens or screen.screen_id in targeting.screens)
            and (not targeting.tags or bool(screen.tags & targeting.tags))
            and (not targeting.orientations or screen.orientation in targeting.orientations)
        )

    return [screen for screen in screens if fits(screen)]


def sentence(
    campaign: Campaign, stores: Sequence[Store], screens: Sequence[Screen], language: str, *, zone: str
) -> str:
    """The words that stand before 申請する; `screens` are its owner's, `zone` the clock for the flight's dates."""
    aimed = aimed_at(campaign.targeting, screens)
    if not aimed:
        none = "対象の画面がないため、放映されません。", "No screen matches, so nothing will be shown."
        return none[language == "en"]
    say = _english if language == "en" else _japanese
    return say(campaign, {store.store_id: store for store in stores}, aimed, zone)


def _japanese(campaign: Campaign, stores: dict[str, Store], aimed: list[Screen], zone: str) -> str:
    who = [f"{text}に" for text in (*_who(campaign.targeting, 0), *_while(campaign, stores, aimed, 0))]
    cap = [f"{per}に{most}回まで" for per, most in zip(_PER[0], _caps(campaign), strict=True) if most]
    cap += [f"「{campaign.competitor}」のほかのキャンペーンとは間をあけて"] if campaign.competitor else []
    hours = [text] if (text := "と".join(_hours(part, 0) for part in campaign.dayparts) or _always(campaign, 0)) else []
    told = "、".join([*hours, f"{_where_ja(campaign, stores, aimed)}で", *who, *cap])
    return f"{_flight(campaign.flight, zone, 'ja')}{told}放映します。"


def _english(campaign: Campaign, stores: dict[str, Store], aimed: list[Screen], zone: str) -> str:
    who = "".join(f", only {text}" for text in (*_who(campaign.targeting, 1), *_while(campaign, stores, aimed, 1)))
    cap = "".join(
        f", at most {most} {'play' if most == 1 else 'plays'} {per}"
        for per, most in zip(_PER[1], _caps(campaign), strict=True)
        if most
    )
    cap += f", some minutes from other campaigns of “{campaign.competitor}”" if campaign.competitor else ""
    hours = " and ".join(_hours(part, 1) for part in campaign.dayparts) or _always(campaign, 1)
    when = f"{_flight(campaign.flight, zone, 'en')}{hours}".removesuffix(": ")
    return f"{when} on {_where_en(campaign, stores, aimed)}{who}{cap}."


def _always(campaign: Campaign, language: int) -> str:
    """No hours set: nothing to say of days when the flight is over within one."""
    short = campaign.flight is not None and campaign.flight.end - campaign.flight.start <= timedelta(days=1)
    return "" if short else ("毎日終日", "Every day, all day")[language]


def _flight(flight: Flight | None, zone: str, language: str) -> str:
    if flight is None:
        return ""
    start, end = local(flight.start, zone), local(flight.end, zone)
    first, last = (_moment(at, language, year=start.year != end.year) for at in (start, end))
    return f"From {first} to {last}: " if language == "en" else f"{first}から{last}まで、"


def _moment(at: datetime, language: str, *, year: bool) -> str:
    """With its year where the flight has two."""
    plain = day(at, language)
    dated = f"{plain} {at.year}" if language == "en" else f"{at.year}年{plain}"
    return f"{dated if year else plain} {at:%H:%M}"


def _days(part: Daypart, language: int) -> str:
    if part.weekdays == _DAYS_OFF and part.holidays is OnHolidays.ALSO:
        name = ("土日祝", "Weekends and public holidays")[language]
    else:
        known = _DAY_SETS.get(part.weekdays)
        chosen = sorted(part.weekdays)
        odd = ", ".join(_EN_DAYS[i] for i in chosen) if language else "・".join(_JA_DAYS[i] for i in chosen) + "曜"
        name = (known[language] if known else odd) + _HOLIDAYS[part.holidays][language]
    if part.every_weeks == 1:
        return name
    return f"Every {part.every_weeks} weeks: {name}" if language else f"{part.every_weeks}週に1回の{name}"


def _hours(part: Daypart, language: int) -> str:
    days, name = _DAY_SETS.get(part.weekdays), _days(part, language)
    if part.start_min == 0 and part.end_min == _WHOLE_DAY:
        return f"{name}, all day" if language else f"{name}終日"
    clock = "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (part.start_min, part.end_min))
    return f"{name} {clock}" if language or days is None else f"{name}{clock}"


def _where_ja(campaign: Campaign, stores: dict[str, Store], aimed: list[Screen]) -> str:
    zone = _only_zone(campaign.targeting)
    what = _ZONES[zone][0] if zone else "画面"
    here = sorted({screen.store_id for screen in aimed})
    place = stores[here[0]].name_ja if len(here) == 1 else f"{len(here)}店舗"
    return f"{place}の{what}{len(aimed)}台"


def _where_en(campaign: Campaign, stores: dict[str, Store], aimed: list[Screen]) -> str:
    zone = _only_zone(campaign.targeting)
    kind = f"{_ZONES[zone][1]} " if zone else ""
    count = f"the {kind}screen" if len(aimed) == 1 else f"the {len(aimed)} {kind}screens"
    here = sorted({screen.store_id for screen in aimed})
    return f"{count} of {stores[here[0]].name_en}" if len(here) == 1 else f"{count} of {len(here)} stores"


def _only_zone(targeting: Targeting) -> str:
    return next(iter(targeting.zones)) if len(targeting.zones) == 1 else ""


def _caps(campaign: Campaign) -> tuple[int, int, int]:
    return campaign.cap_per_hour, campaign.cap_per_loop, campaign.cap_per_guest


def _while(campaign: Campaign, stores: dict[str, Store], aimed: list[Screen], language: int) -> list[str]:
    """What must be so of the product's price."""
    told = []
    if campaign.price_at_most:
        lang = "en" if language else "ja"
        most = money(campaign.price_at_most, stores[aimed[0].store_id].currency, lang)
        told.append((f"価格が{most}以下のとき", f"while the price is at most {most}")[language])
    if campaign.price_cut:
        told.append(("値下げ中", "while the price is cut")[language])
    if campaign.price_proved:
        told.append(("当店通常価格の実績があるとき", "while our usual price is proved")[language])
    return told


def _who(targeting: Targeting, language: int) -> list[str]:
    told = [_AUDIENCE[name][language] for name in sorted(targeting.audience) if name in _AUDIENCE]
    if targeting.distance is not Distance.ANY:
        told.append(_DISTANCE[targeting.distance][language])
    if targeting.guests_only:
        told.append(("会員の方がいるとき", "while a member is at the screen")[language])
    return told
