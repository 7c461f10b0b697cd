"""Every sentence of the shopper's pages, Japanese beside English. `{…}` is filled in by `say`."""

from recommender.domain.member import Purpose, Refusal
from signage.domain.words import Words

SWITCH = Words("English", "日本語")  # each is said in the other language

# Product page
PICTURE_NOTE = Words("絵は商品のイメージです", "The picture is an illustration")
ITEM_NUMBER = Words("品番 …{last}", "No. …{last}")
NET_PRICE = Words("本体 {amount}(税{percent}%)", "{amount} before {percent}% tax")
STOCK_HERE = Words("この店に {words}", "{words} at this store")
AS_OF = Words("{time} 現在({age})", "As of {time} ({age})")
JUST_NOW = Words("たった今", "just now")
MINUTES_AGO = Words("{n}分前", "{n} min ago")
STALE_STOCK = Words("在庫の情報が{n}分以上前のものです。", "Stock information is over {n} minutes old.")
GOES_WITH = Words("一緒に買われています", "Often bought together")
POPULAR_HERE = Words("この店で人気", "Popular at this store")
FACTS = Words("商品情報", "Product facts")
CATEGORY = Words("分類", "Category")
SIZE = Words("内容量", "Size")
BRAND = Words("ブランド", "Brand")
MAKER = Words("メーカー", "Maker")
MAKER_NUMBER = Words("メーカー {n}(データ上の番号)", "Maker {n} (its number in the data)")
ORIGIN = Words("原産地", "Origin")
PRODUCER = Words("生産者", "Producer")
LOT = Words("ロット", "Lot")
BEST_BEFORE = Words("賞味期限", "Best before")
PAST_DATE = Words("(過ぎています)", " (past)")
ALLERGENS = Words("アレルゲン", "Allergens")
CODE = Words("商品コード", "Product code")
NO_FACT = Words("情報がありません", "No information")
SEE_PACKAGE = Words("情報がありません。パッケージの表示をご確認ください", "No information. Please check the package")
SAMPLE_FACTS = Words(
    "産地、生産者、アレルゲン、栄養成分、レシピ、レビュー、ロットの情報は見本です。実際の商品はパッケージの表示をご確認ください。",
    "Origin, producer, allergens, nutrition, recipe, reviews and lot are made-up samples. On a real product, check the package.",
)
NUTRITION = Words("栄養成分表示", "Nutrition")
PER_HUNDRED_G = Words("100gあたり", "per 100 g")
PER_HUNDRED_ML = Words("100mlあたり", "per 100 ml")
PER_SERVING = Words("1食あたり", "per serving")
PER_SERVING_OF = Words("1食({serving})あたり", "per serving ({serving})")
ENERGY = Words("熱量", "Energy")
PROTEIN = Words("たんぱく質", "Protein")
FAT = Words("脂質", "Fat")
SATURATED = Words("うち飽和脂肪酸", "of which saturated")
CARBOHYDRATE = Words("炭水化物", "Carbohydrate")
SUGARS = Words("うち糖類", "of which sugars")
FIBRE = Words("食物繊維", "Fibre")
SALT = Words("食塩相当量", "Salt")
RECIPE = Words("レシピ", "Recipe")
MAKES = Words("{serves}人分・約{minutes}分", "Serves {serves} · about {minutes} min")
INGREDIENTS = Words("材料", "Ingredients")
STEPS = Words("作り方", "Steps")
REVIEWS = Words("レビュー", "Reviews")
RATING = Words("平均 {stars}(5点満点)・{n}件", "{stars} out of 5 · {n}")
STARS = Words("5点満点の{n}点", "{n} out of 5 stars")
NOTICE = Words("お知らせ", "Notice")
RECALL = Words("この商品は回収しています", "This product is being recalled")
RECALL_LOT = Words("このロットは回収しています", "This lot is being recalled")
SAMPLE_MARK = Words("見本", "Sample")
ELSEWHERE = Words("ほかの店舗では", "At other stores")
NEARBY = Words("近くの店舗の在庫", "Stock at nearby stores")
FAR = Words("約{km}km", "about {km} km away")
NEAR = Words("約{m}m", "about {m} m away")
DEMO_DATA = Words(
    "デモ:購買データは米国の実データ(2,469世帯・1年)です。",
    "Demo: purchases are real US data (2,469 households, one year).",
)
SIMULATED = {  # (price, stock)
    (True, True): Words("価格・在庫は模擬です。", "Prices and stock are simulated."),
    (True, False): Words("価格は模擬です。", "Prices are simulated."),
    (False, True): Words("在庫は模擬です。", "Stock is simulated."),
}
NO_COOKIE = Words("このページはCookieを使いません。", "This page uses no cookies.")

# What is wrong, and what to do
LINKS = Words("この商品には、次のページがあります。", "There are these pages for this product.")
NO_LINK = Words("この種類のリンクはありません", "There is no link of this type")
LOT_PAGE = Words("このロットのページ", "Page of this lot")
PRODUCT_PAGE = Words("商品のページ", "Product page")
PROBLEM = Words("ページを表示できません", "This page can't be shown")
TRY_AGAIN = Words("前のページに戻って、もう一度お試しください。", "Go back and try again.")
NO_STORE = Words(
    "お店の準備ができていません。しばらくしてからもう一度お試しください。",
    "The store isn't set up yet. Please try again later.",
)

# Member: sign in
MEMBER = Words("会員ページ", "Member page")
HOW_TO = Words("サインインのしかた", "How to sign in")
HOW_TO_STEPS = (
    Words(
        "サービスカウンターで、サインイン用のリンク(QR)を受け取ります。",
        "Ask the service counter for your sign-in link (a QR).",
    ),
    Words("このスマートフォンで開きます。リンクは1回だけ使えます。", "Open it on this phone. A link works once."),
    Words("会員コードが表示されます。", "Your member code appears."),
)
SHELF_WITHOUT = Words(
    "商品の価格と在庫は、サインインしなくても棚札のQRから見られます。",
    "Prices and stock need no sign-in: just scan a shelf label.",
)
DEMO_LINK = Words("デモのページで試す", "Try it on the demo page")
ENTER = Words("この端末でサインインする", "Sign in on this phone")
ENTER_TEXT = Words(
    "会員コードと、ご自分の購買データをこの端末で見られるようになります。ほかの人の端末では開かないでください。",
    "This phone will show your member code and your own purchase data. Don't open it on somebody else's phone.",
)
ENTER_COOKIE = Words(
    "サインインを続けるために、Cookieを1つだけ使います。", "One cookie keeps you signed in; there are no others."
)
BAD_LINK = Words("このリンクは使えません", "This link doesn't work")
BAD_LINK_TEXT = Words(
    "すでに使われたか、期限が切れています。サービスカウンターで新しいリンクを受け取ってください。",
    "It was used already or has expired. Please ask the service counter for a new one.",
)

# Member: devices and passkeys
DEVICES = Words("端末とパスキー", "Devices and passkeys")
SIGNED_IN_ON = Words("サインインしている端末", "Where you are signed in")
THIS_DEVICE = Words("この端末", "this device")
SOME_DEVICE = Words("名前の分からない端末", "Unnamed device")
SINCE = Words("{at} にサインイン", "Signed in {at}")
SIGN_OUT_THERE = Words("その端末のサインインをやめる", "Sign out there")
PASSKEYS = Words("パスキー", "Passkeys")
PASSKEY_TEXT = Words(
    "端末の指紋、顔、暗証番号でサインインできます。指紋や顔の情報は端末から出ません。",
    "Sign in with your device's fingerprint, face or PIN. Your fingerprint and face never leave the device.",
)
NO_PASSKEYS = Words("パスキーはまだありません。", "You have no passkeys yet.")
MAKE_PASSKEY = Words("この端末にパスキーを作る", "Make a passkey on this device")
USE_PASSKEY = Words("パスキーでサインインする", "Sign in with a passkey")
MADE_AT = Words("{at} に作成", "Made {at}")
USED_AT = Words("最後に使用 {at}", "last used {at}")
NEVER_USED = Words("まだ使っていません", "not used yet")
REMOVE_PASSKEY = Words("このパスキーを削除する", "Remove this passkey")
REMOVE_THERE_TOO = Words(
    "ここで削除すると、サインインに使えなくなります。端末に残ったパスキーは、端末の設定から削除できます。",
    "A passkey removed here no longer signs in. What is left of it on the device can be removed in its settings.",
)
PASSKEY_FAILED = Words(
    "パスキーを確認できませんでした。もう一度お試しください。", "The passkey couldn't be checked. Please try again."
)
PASSKEY_THERE = Words("この端末のパスキーは、もうあります。", "This device has a passkey already.")
PASSKEY_REFUSED = Words(
    "このパスキーは使えません。サービスカウンターのリンクでサインインしてください。",
    "This passkey isn't accepted. Sign in by a link from the service counter.",
)
PASSKEY_NOT_NOW = Words(
    "いまはパスキーを使えません。少し待って、もう一度お試しください。",
    "Passkeys can't be used right now. Please wait a little and try again.",
)
TOO_OFTEN = Words(
    "回数が多すぎます。5分待って、もう一度お試しください。", "Too many attempts. Wait five minutes and try again."
)
PASSKEY_NEEDS_HTTPS = Words(
    "パスキーは、https のアドレスでだけ使えます。この店のページは https ではないため、リンクでサインインしてください。",
    "Passkeys work at https addresses only. This store's pages aren't https, so please sign in by a link.",
)
PASSKEY_ELSEWHERE = Words("パスキーは {origin} で使えます。", "Passkeys work at {origin}.")
PASSKEY_UNABLE = Words("このブラウザーではパスキーを使えません。", "This browser has no passkeys.")
PASSKEY_NEEDS_SCRIPT = Words("パスキーにはJavaScriptが必要です。", "Passkeys need JavaScript.")

# Member: the code
TAB_CODE = Words("会員コード", "My code")
TAB_PICKS = Words("おすすめ", "For you")
TAB_DATA = Words("設定とデータ", "My data")
CODE_HELP = Words(
    "画面のカメラか読み取り機にかざしてください。", "Hold it up to the camera of a screen or to a reader."
)
CODE_CHANGES = Words("30秒ごとに変わります。", "It changes every 30 seconds.")
CODE_LEFT = Words("あと", "Changes in")
SECONDS = Words("{n}秒", "{n} s")
CODE_ALT = Words("会員コードのQR", "QR of the member code")
NAME_NEVER = Words("お名前は表示しません。60秒で消えます。", "Your name is never shown. This clears in 60 seconds.")
CODE_OFFLINE = Words(
    "通信できません。つながると自動で更新します。", "No connection. This updates by itself when it is back."
)
CODE_KEPT = Words(
    "通信できません。この端末に用意しておいたコードを表示しています。画面ではいつもどおり使えます。",
    "No connection. This is a code that your phone kept; screens take it all the same.",
)
CODE_OVER = Words(
    "通信できません。用意したコードがなくなりました。つながると自動で更新します。",
    "No connection, and no codes are left. This updates by itself when it is back.",
)
TRY_ONLINE = Words("会員ページを開き直す", "Open the member page again")
NO_SCREEN_CONSENT = Words(
    "画面でのおすすめ表示に同意していないため、かざしても画面には何も出ません。",
    "You haven't agreed to picks on screens, so holding it up shows nothing.",
)
TO_CONSENTS = Words("設定を開く", "Open settings")
NOW_SHOWING = Words("「{screen}」に表示中です", "Now showing on “{screen}”")
CHOSEN_FROM = Words(
    "この中から、在庫のある商品を表示します(理由は画面には出ません)。",
    "It shows what is in stock of these; the screen doesn't say why.",
)
NOTHING_CHOSEN = Words(
    "今回は、お買い物から選んだ商品を表示していません。", "This time nothing chosen from your purchases is shown."
)
END = Words("表示を終える", "End now")
DONE = {
    "ended": Words("表示を終えました。", "The screen has stopped showing it."),
    "nothing": Words("いま表示中の画面はありません。", "No screen is showing anything of yours."),
    "device_ended": Words("削除しました。その端末からは、もう使えません。", "Done. It no longer works from there."),
    "passkey_made": Words("パスキーを作りました。", "The passkey is made."),
    "saved": Words("保存しました。次の操作から反映されます。", "Saved. It counts from your next action."),
}
SIGN_OUT = Words("この端末のサインインをやめる", "Sign out on this phone")
STALE_FORM = Words(
    "ページの有効期限が切れました。読み込み直してからもう一度お試しください。",
    "This page has expired. Reload it and try again.",
)

# Member: picks
PICKS_AT = Words("{store}でのおすすめ", "For you at {store}")
OTHER_STORE = Words("ほかの店舗", "Other stores")
NO_PICKS = Words("まだおすすめがありません。お買い物が増えると表示されます。", "No picks yet. They appear as you shop.")
NO_PHONE_CONSENT = Words(
    "スマートフォンでのおすすめに同意していないため、計算していません。",
    "You haven't agreed to picks on your phone, so none are computed.",
)

# Member: consents and data
CONSENTS = Words("同意", "Consents")
PURPOSES = {
    Purpose.RECOMMEND_SCREEN: Words("店内の画面でのおすすめ", "Picks on in-store screens"),
    Purpose.RECOMMEND_PHONE: Words("スマートフォンでのおすすめ", "Picks on my phone"),
}
PURPOSE_TEXTS = {
    Purpose.RECOMMEND_SCREEN: Words(
        "会員コードをかざしたとき、お買い物履歴から選んだ商品を、その画面に60秒まで表示します。お名前、数量、薬やお酒などは出しません。"
        "画面の前の人の集計とは結び付けません。",
        "When you hold up your code, that screen shows products chosen from your purchases for at most 60 seconds. Never "
        "your name, quantities, medicine or alcohol. It is never linked with the count of people before the screen.",
    ),
    Purpose.RECOMMEND_PHONE: Words(
        "お買い物履歴から選んだ商品を、この会員ページにだけ表示します。",
        "Products chosen from your purchases are shown on this member page only.",
    ),
}
AGREED = Words("同意しています({day}から)", "Agreed (since {day})")
NOT_AGREED = Words("同意していません", "Not agreed")
AGREE = Words("同意する", "Agree")
WITHDRAW = Words("同意を取り消す", "Withdraw consent")
HISTORY = Words("お買い物履歴", "Purchases")
HISTORY_TOTAL = Words("全 {n} 件のうち最近の {shown} 件です。", "The latest {shown} of {n}.")
HISTORY_EMPTY = Words("まだお買い物の記録がありません。", "No purchases are recorded yet.")
MEMBER_SINCE = Words("最初の記録:{day}", "First record: {day}")
QUANTITY = Words("{n}点", "× {n}")
ONLINE = Words("オンライン", "online")
ONLINE_SIMULATED = Words("オンラインの区分は模擬です。", "Which purchases were online is simulated.")
UNKNOWN_PRODUCT = Words("商品 …{last}", "Product …{last}")
MY_DATA = Words("データをもらう・削除する", "Get or erase my data")
EXPORT = Words("データをもらう(JSON)", "Download my data (JSON)")
ERASE = Words("削除を依頼する", "Erase my data")
ERASE_TITLE = Words("データの削除", "Erase my data")
ERASE_TEXTS = (
    Words(
        "お買い物履歴、識別番号、同意、サインインをすべて削除します。",
        "Deletes your purchases, identifiers, consents and sign-ins.",
    ),
    Words("おすすめの計算からは、次の学習で消えます。", "Recommendations forget you at their next training."),
    Words("元に戻せません。", "This can't be undone."),
)
ERASE_SURE = Words("すべて削除することを確認しました", "I understand that everything will be deleted")
ERASE_NOT_SURE = Words("確認の欄に印を付けてください。", "Please tick the box to confirm.")
CANCEL = Words("やめる", "Cancel")
ERASED = Words("削除しました", "Erased")
ERASED_TEXT = Words("この端末のサインインも終わりました。", "This phone is signed out too.")

# A screen's own QR
SCREEN_TITLE = Words("この画面に表示する", "Show on this screen")
SCREEN_TEXT = Words(
    "「{screen}」に、おすすめの商品を60秒まで表示します。", "“{screen}” will show picks for you for at most 60 seconds."
)
SCREEN_NEEDS_SIGN_IN = Words(
    "この画面におすすめを表示するには、会員ページへのサインインが必要です。",
    "To see picks on this screen, sign in to your member page.",
)
SCREEN_AGAIN = Words(
    "サインインしたあと、画面のQRをもう一度読み取ってください。", "After signing in, scan the QR on the screen again."
)
BAD_TOKEN = Words("このQRは使えません", "This QR doesn't work")
BAD_TOKEN_TEXT = Words(
    "期限が切れたか、正しく読み取れていません。画面に出ているQRをもう一度読み取ってください。",
    "It has expired or wasn't read well. Please scan the QR that the screen shows now.",
)
REFUSED_TITLE = Words("画面に表示できませんでした", "The screen couldn't show it")
REFUSED = {
    Refusal.USED: Words(
        "このコードは使用済みです。30秒ほど待って、もう一度お試しください。",
        "This code is used. Wait about 30 seconds and try again.",
    ),
    Refusal.EXPIRED: Words("期限が切れました。もう一度お試しください。", "The code has expired. Please try again."),
    Refusal.INVALID: Words(
        "読み取れないコードです。もう一度お試しください。", "The code can't be read. Please try again."
    ),
    Refusal.NO_CONSENT: NO_SCREEN_CONSENT,
    Refusal.UNAVAILABLE: Words(
        "いまは会員コードを受け付けられません。少し待って、もう一度お試しください。",
        "Member codes can't be accepted right now. Please wait a little and try again.",
    ),
}
TO_CODE = Words("会員コードに戻る", "Back to my code")
