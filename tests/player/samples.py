"""Card data for tests and the gallery: a language and a template in, the card's JSON as the wire carries it out."""

from functools import cache
from typing import Any

import segno

from signage.controller.cards import END_HINT, NO_NAME

Json = dict[str, Any]

FAMILIES = {
    "produce": ("青果", "Produce", "#E6F2DC", "#1F5A24", "青", "Pro"),
    "meat": ("精肉", "Meat", "#FBE4E1", "#8A1F1F", "肉", "Mea"),
    "dairy": ("乳・卵", "Dairy & eggs", "#FFF4D6", "#6B4A00", "乳", "Dai"),
    "bread": ("パン", "Bread", "#F7E8D3", "#6A3E12", "パ", "Bre"),
    "drinks": ("飲料", "Drinks", "#DDF3F0", "#0B5A55", "飲", "Dri"),
    "sweets": ("菓子", "Snacks", "#FBE3EF", "#86194F", "菓", "Swe"),
    "frozen": ("冷凍", "Frozen", "#E3EEFB", "#1E3F8A", "冷", "Fro"),
    "pantry": ("加工食品", "Pantry", "#F4ECD2", "#5C4A08", "加", "Pan"),
    "home": ("日用品", "Household", "#E8EAF0", "#2F3850", "洗", "Hom"),
    "liquor": ("酒", "Liquor", "#EDE1E4", "#5A1230", "酒", "Liq"),
}
# family, ja, en, short ja, short en, pictogram, size, yen
GOODS = [
    (
        "drinks",
        "炭酸飲料 12缶パック",
        "Soft drinks, 12 cans",
        "炭酸飲料",
        "Soft drinks",
        "cup-with-straw",
        "12 oz",
        "598",
    ),
    ("dairy", "牛乳 1ガロン", "Milk, 1 gallon", "牛乳", "Milk", "glass-of-milk", "1 GA", "248"),
    ("dairy", "たまごL 12個", "Large eggs, 12", "たまご", "Eggs", "egg", "1 DZ", "228"),
    ("bread", "食パン", "Sandwich bread", "食パン", "Bread", "bread", "20 oz", "198"),
    ("produce", "バナナ", "Bananas", "バナナ", "Bananas", "banana", "", ""),
    ("frozen", "冷凍ピザ", "Frozen pizza", "冷凍ピザ", "Frozen pizza", "pizza", "12 oz", "1,480"),
    ("frozen", "氷", "Bagged ice", "氷", "Ice", "ice", "22 lb", "498"),
    ("sweets", "アイスクリーム", "Ice cream", "アイス", "Ice cream", "soft-ice-cream", "56 oz", "598"),
    ("pantry", "パスタソース", "Pasta sauce", "パスタソース", "Pasta sauce", "spaghetti", "26 oz", "328"),
    ("home", "洗濯用液体洗剤", "Liquid laundry detergent", "洗濯洗剤", "Detergent", "", "100 oz", "12,800"),
    ("liquor", "クラフトビール", "Craft beer", "ビール", "Beer", "beer-mug", "12 oz", "1,980"),
    ("meat", "牛ひき肉 赤身80%", "Ground beef, 80% lean", "牛ひき肉", "Ground beef", "cut-of-meat", "", ""),
]
PICTURES = ["", "camera", "spaghetti", "no-such-thing"]
LONG_JA = "レンジで温めるだけの四種のチーズと完熟トマトのラザニア家族用"
LONG_EN = "Heat-and-eat four-cheese lasagna with vine-ripened tomatoes"


def qr(caption: str, text: str = "https://shop.example/01/02000010000029?s=ekimae") -> Json:
    """A real QR as one filled path, one rectangle a dark module run, without its quiet zone."""
    size, path = _drawn(text)
    return {"size": size, "path": path, "caption": caption}


@cache
def _drawn(text: str) -> tuple[int, str]:
    matrix = segno.make(text, error="m", micro=False).matrix
    path = "".join(f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, dark in enumerate(line) if dark)
    return len(matrix), path


def product(index: int, language: str, *, stock: tuple[str, int] = ("green", 12), reason: str = "") -> Json:
    """One product of GOODS as the wire carries it."""
    family, ja, en, short_ja, short_en, pictogram, size, yen = GOODS[index % len(GOODS)]
    family_ja, family_en, tint, deep, letter_ja, letter_en = FAMILIES[family]
    japanese = language == "ja"
    brand = "ナショナルブランド" if japanese else "National brand"
    tone, count = stock
    words = {
        "green": ("在庫あり", "In stock"),
        "ink": ("残りわずか", "Low stock"),
        "red": (f"あと{count}点", f"Only {count} left"),
        "muted": ("在庫は売場でご確認ください", "Please check the shelf"),
    }[tone]
    digits = yen if japanese else _dollars(yen)
    price = {
        "digits": digits,
        "unit": "円" if japanese else "$",
        "tax": "税込" if japanese and yen else "",
        "words": ("" if yen else "量り売り" if japanese else "Sold by weight"),
    }
    return {
        "gtin": f"0200001000{index:04d}",
        "name": ja if japanese else en,
        "short": short_ja if japanese else short_en,
        "sub": f"{brand}・{size}" if japanese and size else f"{brand} · {size}" if size else brand,
        "family": family_ja if japanese else family_en,
        "tint": tint,
        "deep": deep,
        "pictogram": pictogram,
        "letter": letter_ja if japanese else letter_en,
        "reason": reason,
        "price": price,
        "stock": {"words": words[0] if japanese else words[1], "tone": tone, "as_of_ms": 4102444800000},
    }


def _dollars(yen: str) -> str:
    if not yen:
        return ""
    return f"{int(yen.replace(',', '')) / 150:.2f}"


def card(template: str, language: str, products: list[Json], **changes: Any) -> Json:
    """A card with the contract's fields, all of them present."""
    blank = {
        "template": template,
        "language": language,
        "tag": "",
        "products": products,
        "title": "",
        "lines": [],
        "basis": "",
        "qr": None,
        "place": "",
        "legal": "",
        "image_note": "絵は商品のイメージです" if language == "ja" else "The picture is only an illustration",
        "near": True,
        "picture": None,
    }
    return blank | changes


def picture(family: str, pictogram: str, language: str) -> Json:
    """The tile of a card of words."""
    _, _, tint, deep, letter_ja, letter_en = FAMILIES[family]
    return {"pictogram": pictogram, "tint": tint, "deep": deep, "letter": letter_ja if language == "ja" else letter_en}


def gallery(language: str) -> dict[str, Json]:
    """Every template with everyday contents, and the awkward ones: long names, no picture, no price, one product."""
    ja = language == "ja"
    see = "在庫と産地を見る" if ja else "See stock and origin"
    shelf = "この棚の商品を見る" if ja else "See this shelf"
    place = "3番通路・左" if ja else "Aisle 3, left"
    popular = "いま人気" if ja else "Popular here"
    today = "本日のおすすめ" if ja else "Today’s pick"
    together = "ご一緒にいかがですか" if ja else "Goes well together"
    ranking = "人気ランキング" if ja else "Best sellers"
    basis = "当店と全店の販売・直近4週間" if ja else "Sold here and in all stores, past 4 weeks"
    legal = "20歳未満の飲酒は法律で禁止されています" if ja else "No alcohol under the legal age"

    def p(index: int, **more: Any) -> Json:
        return product(index, language, **more)

    def in_list(item: Json) -> Json:
        """Brand and size as the controller shortens them for rows."""
        _, _, size = item["sub"].partition("・" if ja else " · ")
        return item | {
            "sub": f"{size}・NB" if ja and size else "NB" if ja else f"{size} · National" if size else "National"
        }

    long = p(9) | {"name": LONG_JA if ja else LONG_EN, "short": "冷凍ラザニア" if ja else "Frozen lasagna"}
    return {
        "product-near": card("product", language, [p(0, reason=popular)], qr=qr(see), place=place),
        "product-far": card("product", language, [p(0, reason=popular)], near=False),
        "product-letter": card("product", language, [p(9, stock=("red", 2), reason=today)], qr=qr(see), place=place),
        "product-long": card("product", language, [long], qr=qr(see), place=place),
        "product-weight": card("product", language, [p(4, reason=popular)], qr=qr(see), place=place),
        "product-alcohol": card("product", language, [p(10, stock=("ink", 5))], qr=qr(see), place=place, legal=legal),
        "ranking": card(
            "ranking",
            language,
            [in_list(p(index, stock=("red", 2) if index == 2 else ("green", 20))) for index in (1, 2, 3, 4, 5)],
            title=ranking,
            basis=basis,
            qr=qr(shelf),
        ),
        "trio": card(
            "trio",
            language,
            [p(6), p(5, stock=("red", 2)), p(7)],
            title="冷凍コーナー" if ja else "Frozen food",
            qr=qr(shelf),
        ),
        "ranking-leased": card(
            "ranking",
            language,
            [in_list(p(index, stock=("muted", 0))) for index in (9, 2, 0, 4, 5)],
            title=ranking,
            basis=basis,
        ),
        "trio-leased": card("trio", language, [p(index, stock=("muted", 0)) for index in (9, 0, 7)], qr=qr(shelf)),
        "trio-alcohol": card(
            "trio", language, [p(index, stock=("muted", 0)) for index in (10, 0, 7)], qr=qr(shelf), legal=legal
        ),
        "trio-two": card("trio", language, [p(9), long], title=today),
        "moment": card(
            "moment",
            language,
            [p(1, reason=today), p(3, reason=today), p(8, reason=together)],
            tag="会員コードを確認しました" if ja else "Member code accepted",
            title="いらっしゃいませ" if ja else "Welcome",
            lines=[NO_NAME.say(language), END_HINT.say(language)],
        ),
        "moment-one": card("moment", language, [p(1, reason=today)]),
        "service": card(
            "service",
            language,
            [],
            tag="サービス" if ja else "Service",
            title="ぬれた傘はこちらへ" if ja else "Wet umbrella? Leave it here",
            lines=["入口の傘袋をご利用ください。" if ja else "Umbrella bags are by the entrance."],
            picture=picture("drinks", "umbrella-on-ground", language),
        ),
        "clock": card(
            "clock",
            language,
            [],
            title="いらっしゃいませ" if ja else "Welcome",
            lines=["ごゆっくりお買い物ください。" if ja else "Take your time, and enjoy your shopping."],
            picture=picture("produce", "basket", language),
        ),
        "service-plain": card(
            "service",
            language,
            [],
            title="今夜の献立に、きのこ鍋はいかがですか" if ja else "Mushroom hot pot for tonight?",
            lines=[
                "材料は3番通路の入口にまとめています。" if ja else "All you need is at the start of aisle 3.",
                "所要時間は約20分です。" if ja else "Ready in about 20 minutes.",
            ],
        ),
        "recipe": card(
            "recipe",
            language,
            [p(8), p(2, stock=("red", 2)), p(3, stock=("ink", 6))],
            tag="今夜の献立" if ja else "Tonight’s menu",
            title="きのこのトマトパスタ" if ja else "Tomato pasta with mushrooms",
            lines=["約20分・2人分" if ja else "About 20 minutes, serves 2"],
            picture=picture("pantry", "spaghetti", language),
        ),
        "recipe-long": card(
            "recipe",
            language,
            [long, p(9), p(0)],
            tag="今夜の献立" if ja else "Tonight’s menu",
            title="レンジで温めるだけの四種のチーズラザニア" if ja else "Heat-and-eat lasagna with four cheeses",
            lines=["約20分・2人分" if ja else "About 20 minutes, serves 2"],
        ),
        "notice": card(
            "notice",
            language,
            [],
            tag="お知らせ" if ja else "Notice",
            title="カメラ利用のお知らせ" if ja else "About the camera",
            lines=[
                "映像は保存せず、人数と年代だけをその場で推定しています。個人を特定しません。"
                if ja
                else "Video is not kept. Only the number of people and age bands are estimated on the spot; nobody is identified."
            ],
            qr=qr("くわしく見る" if ja else "Read more"),
            picture=picture("home", "camera", language),
        ),
    }
