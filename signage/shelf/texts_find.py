"""Words for finding a product by hand, and for a code that leads to none."""

from recommender.domain.gtin import LENGTHS
from signage.domain.words import Words

FIND = Words("商品をさがす", "Find a product")
WHAT = Words("商品の名前、またはバーコードの下の番号", "Product name, or the number under the bars")
SEARCH = Words("検索する", "Search")
FOUND = Words("「{text}」の商品:{n}件", "“{text}”: {n} found")
FIRST = Words("「{text}」の商品:よく売れている{n}件", "“{text}”: the {n} that sell best")
NONE = Words("「{text}」は見つかりません", "Nothing found for “{text}”")
OTHER_WORDS = Words(
    "別の言葉や、短い言葉でもう一度検索してください(例:牛乳)。", "Try another word or a shorter one, such as “milk”."
)
OR_BY_HAND = Words("番号や名前でもさがせます", "Or find it by number or name")

WHY_BAD_CODE = {
    "check": Words(
        "番号の最後の1桁が合っていません。",
        "The last digit of the code doesn't match.",
    ),
    "digits": Words("数字以外の文字が入っています。", "It has characters that are not digits."),
    "length": Words(
        f"桁数が合っていません({'・'.join(map(str, LENGTHS))}桁のいずれか)。",
        f"It doesn't have {', '.join(map(str, LENGTHS[:-1]))} or {LENGTHS[-1]} digits.",
    ),
    "qualifier": Words(
        "番号のあとに続く部分(ロットなど)の形が正しくありません。",
        "What follows the code (such as a lot number) is not well formed.",
    ),
    "attribute": Words(
        "「?」のあとの情報(期限、重さなど)の形が正しくありません。",
        "What follows the question mark (such as a date or a weight) is not well formed.",
    ),
    "encoding": Words(
        "「%」のあとの2文字が正しくありません。",
        "A percent sign is not followed by two hexadecimal digits.",
    ),
    "compressed": Words(
        "圧縮された形式のリンクですが、商品の番号を読み取れません。",
        "The link is in a compressed form, and no product's code can be read from it.",
    ),
    "key": Words("番号の形が正しくありません。", "The code is not well formed."),
    "name": Words(
        "古い書き方のリンク(/gtin/)です。いまは数字(/01/)で書きます。",
        "The link has a name that is no longer in use (/gtin/). It is a number now (/01/).",
    ),
}
NOT_FOUND = Words("このコードの商品が見つかりません", "We can't find this product")
NOT_LISTED = Words("この店の商品台帳に載っていない番号です。", "This code is not in the store's catalog.")
CODE_READ = Words("読み取った番号", "Code read")
NO_PRODUCT = Words(
    "商品の番号ではありません(場所、荷物などの番号です)。",
    "This is not a product's code, but one of a place, a parcel or the like.",
)
LABEL_REMEDY = Words(
    "棚札のQRをもう一度読み取ってください。それでも開けないときは、お近くの係員に棚札をお見せください。",
    "Please scan the shelf label again. If it still doesn't open, show the label to a member of staff nearby.",
)
