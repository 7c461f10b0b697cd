"""Words of the guided tour: seven scenes, each with a lead before it and sentences of what was measured (**bold**)."""

from signage.domain.words import Words

TEXTS: dict[str, Words] = {
    "tour_name": Words("5分の案内", "The five-minute tour"),
    "tour_start": Words("店の5分間を、本物の動きで見ます", "Five minutes in the store, all of it real"),
    "tour_intro": Words(
        "場面のボタンを押すと、その場で動かして、測った値だけをお話しします。通して見ることもできます。",
        "Press a scene: it really happens, and only what was measured is told. Or play them all in a row.",
    ),
    "play": Words("通して見る", "Play all"),
    "pause": Words("一時停止", "Pause"),
    "resume": Words("再開", "Resume"),
    "replay": Words("もう一度", "Again"),
    "stop": Words("終わる", "End"),
    "scene_running": Words("進行中", "Running"),
    "scene_done": Words("済み", "Done"),
    "scene_failed": Words("中断", "Interrupted"),
    "scene_trouble": Words("この場面は続けられませんでした:{text}", "This scene could not go on: {text}"),
    "quiet_title": Words("静かな店", "Quiet store"),
    "quiet_lead": Words(
        "だれもいなくても、売場に合った内容が流れます。", "Nobody there, and every zone still has its content."
    ),
    "quiet_none": Words(
        "画面の前にはだれもいません。4つの画面が順番に放映しています。",
        "Nobody is in front. The four screens play in turn.",
    ),
    "quiet_shown": Words(
        "入口は「**{entrance}**」、通路は「**{aisle}**」、レジ前は「**{checkout}**」、棚前は「**{edge}**」です。",
        "Entrance: **{entrance}**. Aisle: **{aisle}**. Checkout: **{checkout}**. Shelf edge: **{edge}**.",
    ),
    "quiet_chosen": Words(
        "入口の選択は**{took}**で決まりました。候補は**{count}**、選ばれる確率は**{chance}%**。理由は右にあります。",
        "The entrance decided in **{took}** among **{count}**, with a chance of **{chance} %**. The reasons are on the right.",
    ),
    "people_title": Words("人が来る", "Somebody comes"),
    "people_lead": Words(
        "離れた人には大きく、近い人にはくわしく。こどもがいれば酒類は出しません。",
        "Large for those far away, detailed for those near; no alcohol when a child may be there.",
    ),
    "people_far": Words(
        "おとなが2人、離れたところを通ります。「今すぐ放映する」で出した商品は、名前と価格だけが大きく出ます。",
        "Two adults pass at a distance. A product put on by “show now” has just its name and price, large.",
    ),
    "people_pass": Words("おとなが2人、離れたところを通ります。", "Two adults pass at a distance."),
    "people_close": Words(
        "画面の前に**{present}人**、うち近くに**{near}人**。", "**{present}** in front, **{near}** of them near."
    ),
    "people_near": Words(
        "画面の前に**{present}人**、うち近くに**{near}人**。こんどの商品には、QRと内容量も出ています。",
        "**{present}** in front, **{near}** of them near: the product now has its QR and size.",
    ),
    "people_child": Words("こどもが1人加わりました。", "A child joins them."),
    "people_safe": Words(
        "入口に酒類が出ていないことを、**{took}**後に確かめました。",
        "Checked **{took}** later: no alcohol at the entrance.",
    ),
    "people_why": Words("「{name}」:**{text}**", "{name}: **{text}**"),
    "member_title": Words("会員がかざす", "I hold up my phone"),
    "member_lead": Words("名前は出さず、60秒で忘れます。", "No name, and forgotten in 60 seconds."),
    "member_holds": Words(
        "{label}({line})が、入口の画面にコードをかざします。", "{label} ({line}) holds a code up at the entrance."
    ),
    "member_wait": Words(
        "まだ受け付けられません:{text} 次のコードを待ちます。", "Not accepted yet: {text} Waiting for the next code."
    ),
    "member_greeted": Words("**{took}**で「いらっしゃいませ」が出ました。", "The welcome came in **{took}**."),
    "member_picks": Words(
        "選ばれたのは**{picks}**。購買から選びますが、画面の言葉は「本日のおすすめ」までです。",
        "Picked: **{picks}**. They come from purchases; the wall only ever says “Today's pick”.",
    ),
    "member_again": Words("同じコードをもう一度かざすと:**{text}**", "The same code again: **{text}**"),
    "member_forgets": Words(
        "60秒たつか「表示を終える」で消えます。次の場面へ進むと、ここで終えます。",
        "It clears after 60 seconds, or at “End now”. The next scene ends it.",
    ),
    "shelf_title": Words("棚の前で", "The shelf"),
    "shelf_lead": Words(
        "棚札から商品ページへ。在庫は画面とスマホで同じです。",
        "From the label to the page. Screens and phone tell the same stock.",
    ),
    "shelf_scan": Words(
        "棚札のQRを読み取ると、アプリなしで商品ページが開きます。",
        "Scanning the label opens the product's page, without an app.",
    ),
    "shelf_page": Words("**{name} {price}**。残りは**あと2点**です。", "**{name} {price}**. **Only 2 left**."),
    "shelf_sold": Words("2点とも売れました。在庫は0です。", "Both are sold. Stock is 0."),
    "shelf_shown": Words(
        "スタジオの「今すぐ放映する」で、入口にも出しました。",
        "The studio's “show now” put it on the entrance as well.",
    ),
    "shelf_left": Words(
        "**{took}**で、出ていた画面(**{count}**台)のすべてから外れました。",
        "In **{took}** it was off every screen that showed it (**{count}**).",
    ),
    "shelf_none": Words("この商品はどの画面にも出ていません。", "No screen shows it any more."),
    "shelf_why": Words("理由:**{text}**", "Why: **{text}**"),
    "marketer_title": Words("販促担当", "The marketer"),
    "marketer_lead": Words("画像を入れて、言葉で確かめて、承認する。", "Drop a picture, read one sentence, approve."),
    "marketer_drops": Words(
        "PNGを1枚入れ、入口の画面・いまから3時間を選びます。",
        "A PNG is dropped in, for the entrance, from now for three hours.",
    ),
    "marketer_checked": Words(
        "確認と変換は**{took}**、**{size}**で使えます。", "Checked and converted in **{took}**, ready at **{size}**."
    ),
    "marketer_reads": Words("担当者が読む文:**{sentence}**", "The sentence to read: **{sentence}**"),
    "marketer_approves": Words("承認しました。", "Approved."),
    "marketer_shown": Words("承認から**{took}**で入口に出ました。", "On the entrance **{took}** after approval."),
    "cable_title": Words("通信を切る", "Cut the cable"),
    "cable_lead": Words(
        "回線が切れても、放映も記録も止まりません。", "The line is cut; neither the playing nor the proof stops."
    ),
    "cable_cut": Words("**{count}画面**すべての接続を切りました。", "All **{count}** screens are cut off."),
    "cable_playing": Words(
        "**{seconds}秒**たっても**{count}画面**が放映を続けています。記録は端末が持っています。",
        "After **{seconds} s**, **{count}** screens play on and keep their own records.",
    ),
    "cable_back": Words("つなぎ直しました。記録が届くのを待ちます。", "Reconnected. Waiting for the records."),
    "cable_arrived": Words(
        "オフライン中の放映**{arrived}回**が届きました。欠け**{lost}**、重複**{doubled}**。",
        "**{arrived}** plays arrived: **{lost}** lost, **{doubled}** doubled.",
    ),
    "report_title": Words("効いたか", "Did it work?"),
    "report_lead": Words("言えることだけを言います。", "Only what can be said."),
    "report_plays": Words("放映完了は**{plays}回**です。", "**{plays}** completed plays."),
    "report_ots": Words("視認の機会(OTS)は**{ots}回**です。", "**{ots}** opportunities to see (OTS)."),
    "report_few": Words(
        "視認の機会(OTS)は、人数が少ないため表示しません。", "Opportunities to see (OTS) are not shown: too few people."
    ),
    "report_part": Words("10人未満の集計は含めていません。", "Counts of fewer than 10 people are left out."),
    "report_formula": Words("計算式:{formula}", "Formula: {formula}"),
    "report_effect": Words("売上への効果:**{effect}**。{why}", "Sales effect: **{effect}**. {why}"),
    "report_open": Words(
        "これはデモの集計で、人数は模擬です。報告書はスタジオにあります。",
        "Counted from this demo; people are simulated. The full report is in the studio.",
    ),
}
SCENES = (
    ("quiet", "0:00"), ("people", "0:45"), ("member", "1:45"), ("shelf", "2:45"),
    ("marketer", "3:30"), ("cable", "4:15"), ("report", "4:40"),
)  # fmt: skip
