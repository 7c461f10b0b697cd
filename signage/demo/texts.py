"""The demo page's words, ja and en: the frame, the floor plan and the board; the other parts' words are beside this."""

from signage.demo import texts_data, texts_dock, texts_tour
from signage.domain.words import Words

TEXTS: dict[str, Words] = {
    "title": Words("デモ店舗", "Demo store"),
    "skip": Words("店内図へ移動", "Skip to the floor plan"),
    "store": Words("店舗", "Store"),
    "language": Words("English", "日本語"),
    "studio": Words("スタジオ", "Studio"),
    "tour": Words("案内を見る", "Take the tour"),
    "data": Words("このデモのデータ", "About the data"),
    "try": Words("スマホで試す", "Try on a phone"),
    "close": Words("閉じる", "Close"),
    "clock": Words("店の時刻", "Store time"),
    "simulated_time": Words("模擬の時刻", "Simulated time"),
    "simulated": Words("デモ:価格・在庫は模擬", "Demo: prices and stock are simulated"),
    "floor": Words("店内図", "Floor plan"),
    "floor_note": Words(
        "4つの画面は本物の端末ページです。名前を押すと、その画面の選択が右に出ます。",
        "All four screens are real players. Press a name to see how that screen decided.",
    ),
    "zone_entrance": Words("入口", "Entrance"),
    "zone_aisle": Words("通路", "Aisle"),
    "zone_checkout": Words("レジ前", "Checkout"),
    "zone_shelf": Words("棚前", "Shelf edge"),
    "enlarge": Words("拡大する", "Enlarge"),
    "freezer": Words("冷凍食品", "Frozen food"),
    "produce": Words("青果", "Produce"),
    "checkouts": Words("レジ", "Checkouts"),
    "way_in": Words("入口", "Way in"),
    "way_out": Words("出口", "Way out"),
    "phone": Words("お客様のスマホ", "A shopper's phone"),
    "phone_empty": Words("棚札を読み取ると、ここに商品ページが開きます", "Scan a shelf label: its page opens here"),
    "connecting": Words("接続しています", "Connecting"),
    "online": Words("接続中", "Online"),
    "offline_playing": Words("オフライン放映中", "Playing offline"),
    "elsewhere": Words("ほかのタブで放映中", "In another tab"),
    "silent": Words("応答なし", "No contact"),
    "preparing": Words("店を準備しています", "Preparing the store"),
    "preparing_text": Words(
        "実際の購買データを読み込んでいます。終わると、画面がこの店内図に並びます。",
        "Reading real purchases. The screens appear on this floor plan as soon as it is done.",
    ),
    "decided": Words("いま決まったこと", "Just decided"),
    "board_empty": Words(
        "まだ何も決まっていません。画面がつながると表示されます。",
        "Nothing yet. It appears as soon as the screen connects.",
    ),
    "nothing": Words("放映できるものがありません", "Nothing may run"),
    "and_more": Words("ほか{count}点", "and {count} more"),
    "chance": Words("選ばれる確率", "Chance of being chosen"),
    "took": Words("決定まで", "Time to decide"),
    "draw": Words("抽選の候補", "In the draw"),
    "crowd": Words("画面の前", "In front"),
    "guest": Words("会員", "A member"),
    "nobody": Words("不明", "Unknown"),
    "losers": Words("選ばれなかったもの", "Not chosen"),
    "others": Words("ほかの画面", "The other screens"),
    "learning": Words("学習の進みぐあい", "Learning"),
    "model_none": Words("購買データを読み込んでいます", "Reading purchases"),
    "model_popular": Words(
        "いまは人気順で放映しています。学習が終わると自動で切り替わります。",
        "Running on popularity. The trained model takes over by itself.",
    ),
    "model_untrained": Words(
        "人気順で放映しています。学習は途中で止まりました。次に起動したときにやり直します。",
        "Running on popularity. Learning has stopped; the next start tries again.",
    ),
    "model_trained": Words("学習済みのモデルで放映しています", "Running on the trained model"),
    "model_switched": Words(
        "学習が終わり、学習済みのモデルに切り替わりました。再起動はしていません。",
        "Learning is done: the trained model has taken over, without a restart.",
    ),
    "network_lost": Words(
        "サーバーに接続できません。画面は手元の素材で放映を続けます。つながると自動で戻ります。",
        "The server can't be reached. Screens go on with what they hold. This page returns by itself.",
    ),
    "failed": Words("うまくいきませんでした。もう一度お試しください。", "That didn't work. Try again."),
    "needs_script": Words(
        "このページにはJavaScriptが必要です。ブラウザーの設定で有効にしてください。",
        "This page needs JavaScript. Turn it on in the browser's settings.",
    ),
    "comma": Words("、", ", "),
}
EVERY = TEXTS | texts_dock.TEXTS | texts_tour.TEXTS | texts_data.TEXTS


def texts(lang: str) -> dict[str, str]:
    """Every text in one language."""
    return {key: words.say(lang) for key, words in EVERY.items()}
