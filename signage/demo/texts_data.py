"""Words of the demo page's panels: what its data is and may be said of it, and how to open it on a phone."""

from signage.domain.words import Words

TEXTS: dict[str, Words] = {
    "data_lead": Words(
        "購買は、米国の食品スーパーの実データ「Complete Journey」です。日付は週単位で今日に合わせています。"
        "それ以外は下のとおりです。",
        "The purchases are real: “Complete Journey”, an American grocery chain. Dates are moved by whole weeks. "
        "The rest is as follows.",
    ),
    "rows_imported": Words("取り込んだ行", "Rows imported"),
    "rows_rejected": Words("受け付けなかった行", "Rows rejected"),
    "order_lines": Words("購買の明細", "Purchase lines"),
    "products": Words("商品", "Products"),
    "households": Words("世帯", "Households"),
    "stores": Words("店舗", "Stores"),
    "fact": Words("事実", "Fact"),
    "so_we": Words("このデモでは", "What this demo does"),
    "names_fact": Words("商品名と写真はありません。", "There are no names and no pictures."),
    "names_so": Words(
        "名前は分類からの訳、絵は分類のイメージです。同じ言葉の商品は並べません。",
        "Names are translated from product types, pictures only illustrate. No two alike stand in one list.",
    ),
    "price_fact": Words("価格は米ドルで、週の中で揺れます。", "Prices are US dollars and vary within a week."),
    "price_so": Words(
        "その商品の最新の週で8割以上の行が同じ価格のときだけ出します。駅前店の円価格は換算した模擬で、税込です。エルム通り店は記録どおりのドルです。",
        "A price is shown only when 80 % of the lines of the product's latest week agree. "
        "Ekimae's yen are converted and simulated, tax included; Elm Street's dollars are as recorded.",
    ),
    "size_fact": Words("商品の3分の1に内容量がありません。", "A third of the products have no size."),
    "size_so": Words(
        "記録どおりに書き、換算しません。なければ書かず、青果の箱の入り数や重さも書きません。",
        "Sizes are as recorded, never converted, and left out where missing or where they are a case of fruit or vegetables.",
    ),
    "stock_fact": Words(
        "在庫・原産地・アレルゲンの記録はありません。",
        "There is no stock, origin or allergen.",
    ),
    "stock_so": Words(
        "在庫は、実際の売れ行きから作った模擬です。見本の商品以外は「情報がありません」と書きます。",
        "Stock is simulated from real sales. All but the sample products say there is no information.",
    ),
    "house_fact": Words(
        "お知らせ・サービス・献立・キャンペーンの記録はありません。",
        "There are no notices, services, menus or campaigns.",
    ),
    "house_so": Words(
        "どれも店の1週間を見せるための見本です。商品は、その店で実際に売れているものから選んでいます。",
        "All are samples that show a week in a shop, with products that the store really sells.",
    ),
    "people_fact": Words("世帯には番号だけがあります。", "Households are numbers only."),
    "people_so": Words(
        "会員は見本で、後ろに実在の世帯の購買があります。画面の前の人は、模擬か、この機械のカメラです。",
        "Members are samples with a real household's purchases behind them. "
        "People before a screen are simulated, or seen by this machine's camera.",
    ),
    "small_fact": Words("この店の買い物は週に67回ほどです。", "This store has about 67 baskets a week."),
    "small_so": Words(
        "報告はチェーン全体で行い、10人未満の集計は「人数が少ないため表示しません」と書きます。",
        "Reports are for the chain; cells under 10 people are not shown.",
    ),
    "phone_how": Words(
        "同じネットワークのスマホで読み取ると、このデモが開きます。",
        "Scan it with a phone on the same network to open this demo there.",
    ),
}
