"""Gates, figures and levels in words: a GateResult in, a sentence for the studio out, in Japanese or English."""

from signage.domain.audience import AudienceClass
from signage.domain.campaign import Distance, Level, Restriction
from signage.domain.decision import Gate, GateResult
from signage.domain.place import Orientation, Zone
from signage.domain.price import money
from signage.domain.words import NOTHING, Words

GATES: dict[Gate, Words] = {
    Gate.APPROVAL: Words("承認", "Approval"),
    Gate.PAUSED: Words("一時停止", "Paused"),
    Gate.FLIGHT: Words("放映期間", "Flight"),
    Gate.DAYPART: Words("時間帯", "Hours"),
    Gate.PLACE: Words("場所", "Place"),
    Gate.ORIENTATION: Words("画面の向き", "Screen shape"),
    Gate.CACHED: Words("端末への配信", "Delivered to the player"),
    Gate.STOCK: Words("在庫", "Stock"),
    Gate.PRICE: Words("価格", "Price"),
    Gate.AUDIENCE_CLASS: Words("年齢への配慮", "Age restriction"),
    Gate.AUDIENCE_TARGET: Words("客層", "Audience"),
    Gate.GUEST: Words("会員", "Member"),
    Gate.PUBLIC_SAFE: Words("画面での配慮", "Fit for a public screen"),
    Gate.CAP: Words("上限回数", "Frequency cap"),
    Gate.SEPARATION: Words("競合排除", "Competitive separation"),
    Gate.HOLDOUT: Words("比較のための休止", "Holdout"),
    Gate.REPEAT: Words("連続放映", "Repetition"),
    Gate.PACING: Words("進捗", "Pacing"),
    Gate.LEVEL: Words("優先順位", "Priority level"),
    Gate.OUTRANKED: Words("関連度", "Relevance"),
}

LEVELS: dict[Level, Words] = {
    Level.EMERGENCY: Words("緊急", "Emergency"),
    Level.TAKEOVER: Words("割り込み", "Takeover"),
    Level.MEMBER: Words("会員", "Member"),
    Level.GUARANTEED: Words("保証", "Guaranteed"),
    Level.OPEN: Words("通常", "Open"),
    Level.HOUSE: Words("自社", "House"),
}

AUDIENCES: dict[AudienceClass, Words] = {
    AudienceClass.UNKNOWN: Words("不明", "unknown"),
    AudienceClass.NOBODY: Words("人がいない", "nobody there"),
    AudienceClass.ADULTS: Words("おとな", "adults"),
    AudienceClass.SENIORS: Words("シニア", "seniors"),
    AudienceClass.MIXED: Words("おとなとシニア", "adults and seniors"),
    AudienceClass.CHILD: Words("こどもの可能性", "possibly a child"),
}

VALUES: dict[str, Words] = {
    **{level.name.lower(): words for level, words in LEVELS.items()},
    **{str(audience): words for audience, words in AUDIENCES.items()},
    Restriction.ALCOHOL: Words("酒類", "alcohol"),
    Restriction.TOBACCO: Words("たばこ", "tobacco"),
    Restriction.ADULT: Words("成人向け", "adult content"),
    Orientation.LANDSCAPE: Words("横型", "landscape"),
    Orientation.PORTRAIT: Words("縦型", "portrait"),
    Orientation.STRIP: Words("棚前用の帯型", "shelf-edge strip"),
    Zone.ENTRANCE: Words("入口", "entrance"),
    Zone.AISLE: Words("通路", "aisle"),
    Zone.CHECKOUT: Words("レジ前", "checkout"),
    Zone.SHELF: Words("棚前", "shelf edge"),
    Distance.NEAR: Words("画面の近く", "near the screen"),
    Distance.FAR: Words("画面から離れたところだけ", "only far from the screen"),
}

FIGURES: dict[tuple[Gate, str], Words] = {
    (Gate.APPROVAL, "approved"): Words("承認済みです", "Approved"),
    (Gate.APPROVAL, "not_approved"): Words("まだ承認されていません", "Not approved yet"),
    (Gate.PAUSED, "running"): Words("一時停止していません", "Not paused"),
    (Gate.PAUSED, "paused"): Words("一時停止中です", "Paused"),
    (Gate.FLIGHT, "always"): Words("放映期間の指定はありません", "No flight dates set"),
    (Gate.FLIGHT, "starts"): Words("放映期間の前です({}から)", "Its flight starts {}"),
    (Gate.FLIGHT, "expired"): Words("素材の期限が切れました({}まで)", "Its creative expired {}"),
    (Gate.FLIGHT, "ended"): Words("放映期間が終わりました({}まで)", "Its flight ended {}"),
    (Gate.FLIGHT, "until"): Words("放映期間中です({}まで)", "In flight until {}"),
    (Gate.DAYPART, "always"): Words("時間帯の指定はありません", "No hours set"),
    (Gate.DAYPART, "inside"): Words("指定の時間帯です({})", "Within its hours ({})"),
    (Gate.DAYPART, "outside"): Words("指定の時間帯ではありません({})", "Outside its hours ({})"),
    (Gate.PLACE, "here"): Words("この画面が対象です", "This screen is among its places"),
    (Gate.PLACE, "store"): Words("この店舗は対象ではありません", "This store is not among its places"),
    (Gate.PLACE, "zone"): Words("この売場({})は対象ではありません", "This zone ({}) is not among its places"),
    (Gate.PLACE, "screen"): Words("この画面は対象ではありません", "This screen is not among its places"),
    (Gate.PLACE, "tags"): Words("タグ「{}」の画面が対象です", "It runs on screens tagged {}"),
    (Gate.ORIENTATION, "needs"): Words("{}の素材がありません", "It has no {} creative"),
    (Gate.ORIENTATION, "fits"): Words("{}の画面に合います", "Fits a {} screen"),
    (Gate.CACHED, "card"): Words("素材の配信は不要です", "Needs no file"),
    (Gate.CACHED, "not_told"): Words("端末から報告がありません", "The player has not told what it holds"),
    (Gate.CACHED, "held"): Words("端末に届いています({})", "The player holds it ({})"),
    (Gate.CACHED, "missing"): Words("素材がまだ端末に届いていません({})", "The player does not hold it yet ({})"),
    (Gate.STOCK, "no_product"): Words("商品の指定はありません", "Promotes no product"),
    (Gate.STOCK, "unknown"): Words("在庫は確認できません", "Stock is not known"),
    (Gate.STOCK, "units"): Words("在庫は{}点です", "{} in stock"),
    (Gate.STOCK, "out"): Words("在庫が0のため({}現在)", "Out of stock (as of {})"),
    (Gate.PRICE, "any"): Words("価格の条件はありません", "No condition on the price"),
    (Gate.PRICE, "no_product"): Words("価格の条件に商品の指定がありません", "A price condition without a product"),
    (Gate.PRICE, "unknown"): Words("価格を確認できません(JAN {})", "The price is not known (GTIN {})"),
    (Gate.PRICE, "dearer"): Words("価格が条件を超えています(いま{})", "The price is above its condition (now {})"),
    (Gate.PRICE, "no_cut"): Words("値下げされていません(JAN {})", "The price has not been cut (GTIN {})"),
    (Gate.PRICE, "unproved"): Words(
        "当店通常価格の実績がありません(JAN {})", "There is no proof of what it usually costs (GTIN {})"
    ),
    (Gate.PRICE, "met"): Words("価格の条件に合っています(いま{})", "The price meets its condition (now {})"),
    (Gate.AUDIENCE_CLASS, "unrestricted"): Words("年齢の制限はありません", "No age restriction"),
    (Gate.AUDIENCE_CLASS, "child"): Words("こどもの可能性があるため、{}は対象外です", "A child may be present: no {}"),
    (Gate.AUDIENCE_CLASS, "unknown"): Words("客層が不明のため、{}は放映しません", "The audience is unknown: no {}"),
    (Gate.AUDIENCE_CLASS, "allowed"): Words(
        "客層は不明ですが、店舗の設定で{}を許しています", "Audience unknown; the store allows {}"
    ),
    (Gate.AUDIENCE_CLASS, "known"): Words("客層は「{}」です", "The audience: {}"),
    (Gate.AUDIENCE_TARGET, "any"): Words("客層の指定はありません", "For any audience"),
    (Gate.AUDIENCE_TARGET, "match"): Words("対象の客層です({})", "Its audience is there ({})"),
    (Gate.AUDIENCE_TARGET, "other"): Words("対象の客層ではありません(いま: {})", "Not its audience (now: {})"),
    (Gate.AUDIENCE_TARGET, "nobody"): Words("{}に人がいません", "Nobody is {}"),
    (Gate.GUEST, "anybody"): Words("会員に限りません", "Not for members only"),
    (Gate.GUEST, "guest"): Words("会員コードを確認しました", "A member code was accepted"),
    (Gate.GUEST, "no_guest"): Words("会員コードがかざされていません", "No member code was held up"),
    (Gate.GUEST, "greeted"): Words("あいさつは済みました", "The greeting is over"),
    (Gate.GUEST, "no_picks"): Words("画面に出せるおすすめがありません", "There is nothing to recommend on a screen"),
    (Gate.PUBLIC_SAFE, "no_guest"): Words("会員の表示中ではありません", "No member's session is on"),
    (Gate.PUBLIC_SAFE, "safe"): Words("画面に出せる商品です", "Fit for a public screen"),
    (Gate.PUBLIC_SAFE, "sensitive"): Words(
        "会員の表示中は出せない商品です(JAN {})", "Not while a member is there (GTIN {})"
    ),
    (Gate.CAP, "own"): Words(
        "店舗に割り当てられた枠を使い切っています(この1時間 {})", "The store’s own share is used up (past hour: {})"
    ),
    (Gate.CAP, "no_cap"): Words("上限回数はありません", "No frequency cap"),
    (Gate.CAP, "plays"): Words("この1時間の放映回数は{}回です", "{} plays in the past hour"),
    (Gate.CAP, "loop"): Words("このループの放映回数は{}回です", "{} plays in this loop"),
    (Gate.CAP, "guest"): Words("この会員の前での放映回数は{}回です", "{} plays before this member"),
    (Gate.SEPARATION, "no_rival"): Words("競合排除の指定はありません", "No competitive separation"),
    (Gate.SEPARATION, "not_shown"): Words("競合は最近放映していません", "No competitor was shown lately"),
    (Gate.SEPARATION, "apart"): Words("競合の放映から{}秒たっています", "A competitor ended {} seconds ago"),
    (Gate.SEPARATION, "rival"): Words("競合の放映から{}秒しかたっていません", "A competitor ended only {} seconds ago"),
    (Gate.HOLDOUT, "no_test"): Words("効果の比較は行っていません", "No holdout test"),
    (Gate.HOLDOUT, "picks"): Words(
        "会員別の効果の比較中です(おすすめを放映)", "In a members' holdout test: picks are shown"
    ),
    (Gate.HOLDOUT, "no_picks"): Words(
        "会員別の効果の比較のため、おすすめを休止中です", "Picks are withheld from this member, to see what they change"
    ),
    (Gate.HOLDOUT, "shown"): Words("効果の比較中です(放映する時間、{}まで)", "In a holdout test: on until {}"),
    (Gate.HOLDOUT, "held"): Words("効果の比較のため休止中です({}まで)", "Withheld until {} to see what it changes"),
    (Gate.REPEAT, "not_shown"): Words("この画面ではまだ放映していません", "Not shown on this screen yet"),
    (Gate.REPEAT, "ago"): Words("{}秒前に放映しました", "Shown {} seconds ago"),
    (Gate.PACING, "no_goal"): Words("放映目標はありません", "No goal of plays"),
    (Gate.PACING, "behind"): Words(
        "予定より遅れています(実績{}回、現時点の予定{}回)", "Behind plan: {} of {} plays by now"
    ),
    (Gate.PACING, "catching_up"): Words(
        "予定より遅れていますが(実績{}回、現時点の予定{}回)、取り戻すのは予定の2倍の速さまでです",
        "Behind plan: {} of {} plays by now, made up at no more than twice its plan",
    ),
    (Gate.PACING, "on_plan"): Words("予定どおりです(実績{}回、現時点の予定{}回)", "On plan: {} of {} plays by now"),
    (Gate.PACING, "owed"): Words(
        "放映シェアの番です(この1時間の{1}回中{0}回、目標{2}%)",
        "Its share of voice is due: {0} of {1} plays in the past hour, {2} % promised",
    ),
    (Gate.PACING, "share"): Words(
        "放映シェアに達しています(この1時間の{1}回中{0}回、目標{2}%)",
        "It has its share of voice: {0} of {1} plays in the past hour, {2} % promised",
    ),
    (Gate.LEVEL, "level"): Words("優先順位は「{}」です", "Priority level: {}"),
    (Gate.LEVEL, "stronger"): Words(
        "より強い優先順位(「{}」)のものがあります", "Something at a stronger level ({}) can run"
    ),
    (Gate.LEVEL, "promise"): Words("ほかの保証の放映が先です", "Another promise is due first"),
    (Gate.LEVEL, "house_turn"): Words("自社コンテンツの番です", "It is the turn of the store's own content"),
    (Gate.OUTRANKED, "chance"): Words("選ばれる確率は{}%です", "Its chance of being chosen is {} %"),
    (Gate.OUTRANKED, "asked"): Words("ほかのものが指名されました", "Another was asked for"),
    (Gate.OUTRANKED, "drawn"): Words("関連度の高い{}件に入りませんでした", "Not among the {} most relevant"),
}


def sentence(result: GateResult, lang: str) -> str:
    """One gate's answer in words. Raises KeyError for a figure that no gate gives."""
    token, _, value = result.figure.partition(":")
    values = value.split(":") if result.gate is Gate.PACING else [value]
    return FIGURES[result.gate, token].say(lang).format(*[_said(one, lang) for one in values])


def _said(value: str, lang: str) -> str:
    currency, _, amount = value.partition(" ")
    if len(currency) == 3 and amount.isdecimal():  # "JPY 598"
        return money(int(amount), currency, lang)
    return VALUES.get(value, Words(value, value)).say(lang)


def not_showing(result: GateResult, lang: str) -> str:
    """The studio's "not showing" sentence with its cause."""
    return f"Not showing: {cause(result, lang)}." if lang == "en" else f"放映されていません:{cause(result, lang)}。"


def cause(result: GateResult, lang: str) -> str:
    """What stands in the way, to go after a colon."""
    words = sentence(result, lang)
    return f"{words[0].lower()}{words[1:]}" if lang == "en" else words


def gate_name(gate: Gate, lang: str) -> str:
    return GATES[gate].say(lang)


def level_name(level: Level | None, lang: str) -> str:
    return (NOTHING if level is None else LEVELS[level]).say(lang)


def audience_name(audience: AudienceClass | None, lang: str) -> str:
    """The bucket in words; "" while a guest was there, when no audience is recorded."""
    return (NOTHING if audience is None else AUDIENCES[audience]).say(lang)
