"""Words that every surface says alike: why something is shown (to whom), what the law wants, a product's second line."""

from collections.abc import Collection
from dataclasses import dataclass

from signage.domain.decision import Reason


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    ja: str
    en: str

    def say(self, lang: str) -> str:
        """The text in `lang`; anything but "en" reads Japanese."""
        return self.en if lang == "en" else self.ja


NOTHING = Words("", "")


# A screen is public: its words never hint at a past purchase. "そろそろ" does, so it stays in the hand.
ON_SCREEN: dict[Reason, Words] = {
    Reason.DUE_AGAIN: Words("本日のおすすめ", "Today's pick"),
    Reason.GOES_WITH: Words("ご一緒にいかがですか", "Goes well together"),
    Reason.POPULAR_HERE: Words("いま人気", "Popular here"),
    Reason.DISCOVERY: Words("初めての味に", "Something new"),
    Reason.REDUCED: Words("お買得", "Special price"),
    Reason.SPONSORED: Words("広告", "Ad"),
    Reason.ROTATION: NOTHING,
    Reason.MEMBER_HERE: Words("いらっしゃいませ", "Welcome"),
    Reason.TAKEOVER: NOTHING,
    Reason.EMERGENCY: NOTHING,
}

ON_PHONE: dict[Reason, Words] = {
    Reason.DUE_AGAIN: Words("そろそろいかがですか", "Time to restock?"),
    Reason.GOES_WITH: Words("前回のお買い物と合います", "Goes with your last shop"),
    Reason.POPULAR_HERE: Words("この店で人気", "Popular at this store"),
    Reason.DISCOVERY: Words("まだお試しでない商品", "You haven't tried this"),
    Reason.REDUCED: Words("本日お買得", "On offer today"),
    Reason.SPONSORED: Words("広告", "Ad"),
}

IN_STUDIO: dict[Reason, Words] = {
    Reason.DUE_AGAIN: Words("購入間隔から", "From the time between purchases"),
    Reason.GOES_WITH: Words("併売", "Bought together"),
    Reason.POPULAR_HERE: Words("この店で人気(直近4週間の販売)", "Popular here, by the past 4 weeks' sales"),
    Reason.DISCOVERY: Words("未購入", "Not bought before"),
    Reason.REDUCED: Words("値下げ(実績あり)", "Price cut (proved)"),
    Reason.SPONSORED: Words("出稿", "Paid placement"),
    Reason.ROTATION: Words("順番に放映", "In turn"),
    Reason.MEMBER_HERE: Words("会員コードを確認", "A member code was accepted"),
    Reason.TAKEOVER: Words("割り込み配信", "Takeover"),
    Reason.EMERGENCY: Words("緊急配信", "Emergency"),
}


def public(reason: str, lang: str) -> str:
    """Reason code -> the words a screen may say; "" for none. Raises ValueError for an unknown code."""
    return ON_SCREEN[Reason(reason)].say(lang)


def private(reason: str, lang: str) -> str:
    """Reason code -> the words for the member's own phone; "" for reasons that are nobody's own."""
    return ON_PHONE.get(Reason(reason), NOTHING).say(lang)


def studio(reason: str, lang: str, detail: str = "") -> str:
    """Reason code -> the words in the studio, with a figure in brackets if given."""
    words = IN_STUDIO[Reason(reason)].say(lang)
    if not detail:
        return words
    return f"{words} ({detail})" if lang == "en" else f"{words}({detail})"


LAW_IN_JAPAN = {
    "alcohol": Words(
        "20歳未満の飲酒は法律で禁止されています", "Drinking under the age of 20 is prohibited by law in Japan"
    ),
    "tobacco": Words(
        "20歳未満の喫煙は法律で禁止されています", "Smoking under the age of 20 is prohibited by law in Japan"
    ),
}
LAW_ABROAD = {
    "alcohol": Words("お酒は法律で定められた年齢から", "Alcohol is sold to adults of legal age only"),
    "tobacco": Words("たばこは法律で定められた年齢から", "Tobacco is sold to adults of legal age only"),
}


def legal(law_classes: Collection[str], currency: str, lang: str) -> str:
    """Law classes of what is shown, a store's currency -> the line that must stand beside it, "" for none."""
    lines = LAW_IN_JAPAN if currency == "JPY" else LAW_ABROAD
    return ("。" if lang != "en" else ". ").join(words.say(lang) for law, words in lines.items() if law in law_classes)


BRANDS = {
    "national": Words("ナショナルブランド", "National brand"),
    "private": Words("プライベートブランド", "Store brand"),
}
SHORT_BRANDS = {"national": Words("NB", "National"), "private": Words("PB", "Store brand")}


def brand(code: str, lang: str, *, short: bool = False) -> str:
    """ "national", "private" or a maker's own name -> what is printed."""
    words = (SHORT_BRANDS if short else BRANDS).get(code.lower())
    return words.say(lang) if words else code


def second_line(brand_code: str, size: str, lang: str, *, short: bool = False) -> str:
    """Brand and size as recorded (never converted); what is missing is left out. `short` as on a shelf edge."""
    parts = [brand(brand_code, lang, short=short), size.strip()]
    if short:
        parts.reverse()
    return (" · " if lang == "en" else "・").join(part for part in parts if part)
