"""The demo page's words, ja and en."""

from signage.domain.words import Words

TEXTS: dict[str, Words] = {
    "title": Words("デモ店舗", "Demo store"),
    "intro": Words(
        "4つの画面は本物の端末ページです。下のボタンで店内の出来事を起こせます。",
        "The four screens are real players. The buttons below make things happen in the store.",
    ),
    "simulated": Words("デモ:価格・在庫は模擬", "Demo: prices and stock are simulated"),
    "store": Words("店舗", "Store"),
    "decided": Words("いま決まったこと", "Just decided"),
    "on": Words("画面", "Screen"),
    "chance": Words("選ばれる確率", "Chance of being chosen"),
    "took": Words("決定にかかった時間", "Time to decide"),
    "losers": Words("選ばれなかったもの", "Not chosen"),
    "waiting": Words(
        "まだ何も決まっていません。画面がつながると表示されます。", "Nothing yet: no screen is connected."
    ),
    "preparing": Words(
        "店を準備しています。終わると画面がここに並びます。",
        "The store is being prepared. Its screens will appear here.",
    ),
    "walk": Words("人を歩かせる(模擬)", "Walk people by (simulated)"),
    "walk_help": Words(
        "入口の画面の前に、模擬の人を8秒間立たせます。カメラの映像ではありません。",
        "Puts simulated people before the entrance screen for 8 seconds. No camera is involved.",
    ),
    "adults": Words("おとな2人", "Two adults"),
    "child": Words("おとな2人とこども", "Two adults and a child"),
    "leave": Words("だれもいない", "Nobody"),
    "member": Words("会員QRをかざす", "Hold up a member code"),
    "member_help": Words(
        "実在する家庭の購買データを持つ架空の会員です。コードは本物の読み取りと同じ道を通ります。",
        "Made-up members with a real household's purchases. The code takes the same path as a real scan.",
    ),
    "show_code": Words("コードを表示する", "Show the code"),
    "hold_up": Words("入口でかざす", "Hold it up at the entrance"),
    "again": Words("同じコードをもう一度", "The same code again"),
    "end": Words("表示を終える", "End now"),
    "accepted": Words(
        "コードを確認しました。入口の画面を見てください。", "Code accepted. Look at the entrance screen."
    ),
    "open_me": Words("会員ページを開く", "Open the member page"),
    "scan": Words("棚をスキャン", "Scan a shelf label"),
    "scan_help": Words("棚札のQRが開くページです。", "The page that a shelf label's QR opens."),
    "stock": Words("在庫を変える", "Change the stock"),
    "stock_help": Words(
        "在庫を0にすると、その商品のスポットは画面から外れます。", "At 0 the product's spots leave the screens."
    ),
    "sell_out": Words("品切れにする", "Sell out"),
    "restock": Words("12点入荷する", "Deliver 12"),
    "stock_done": Words("記録しました", "Recorded"),
    "data": Words("このデモのデータ", "The data of this demo"),
    "data_text": Words(
        "購買は米国の実データ「Complete Journey」(2,469世帯・457店・1年分、日付は週単位で移動)です。"
        "商品名は分類からの訳で、絵は商品のイメージです。円の価格、在庫、オンラインの区分、会員は模擬です。",
        "Purchases are the real American data set “Complete Journey” (2,469 households, 457 stores, one year; dates "
        "moved by whole weeks). Names are translated from product types, pictures only illustrate. Yen prices, stock, "
        "the online channel and the members are simulated.",
    ),
    "progress": Words("準備の進みぐあい", "Getting ready"),
    "model_none": Words("購買データを読み込んでいます", "Loading purchases"),
    "model_popular": Words(
        "人気順で放映しています。学習が終わると自動で切り替わります。",
        "Running on popularity; the trained model takes over by itself.",
    ),
    "model_trained": Words("学習済みのモデルで放映しています。", "Running on the trained model."),
    "studio": Words("スタジオを開く", "Open the studio"),
    "language": Words("English", "日本語"),
    "phone": Words("スマホ", "Phone"),
    "network_lost": Words(
        "サーバーに接続できません。画面は手元の素材で放映を続けます。",
        "The server can't be reached. Screens go on with what they hold.",
    ),
}


def texts(lang: str) -> dict[str, str]:
    """Every text in one language."""
    return {key: words.say(lang) for key, words in TEXTS.items()}
