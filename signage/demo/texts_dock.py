"""Words of the demo page's dock: six things to do in the store, their choices and what came of them."""

from signage.domain.words import Words

TEXTS: dict[str, Words] = {
    "dock": Words("店でできること", "Things to do in the store"),
    "at_screen": Words("どの画面で", "At which screen"),
    "walk": Words("人を歩かせる", "Walk people by"),
    "walk_help": Words(
        "模擬の人を15秒間、画面の前に立たせます。カメラの映像ではありません。",
        "Puts simulated people before a screen for 15 seconds. No camera is involved.",
    ),
    "crowd_one": Words("おとな1人", "One adult"),
    "crowd_adults": Words("おとな2人", "Two adults"),
    "crowd_far": Words("おとな2人、遠く", "Two adults, far away"),
    "crowd_child": Words("おとな2人とこども", "Two adults and a child"),
    "crowd_child_far": Words("こども連れ、遠く", "A family, far away"),
    "walk_go": Words("歩かせる", "Walk them in"),
    "walk_leave": Words("立ち去る", "Walk them out"),
    "camera": Words("入口のカメラ", "Camera at the entrance"),
    "camera_off": Words("使わない", "Off"),
    "camera_clip": Words("動画(見本)", "A clip (sample)"),
    "camera_webcam": Words("Webカメラ", "Webcam"),
    "camera_go": Words("切り替える", "Switch"),
    "member": Words("会員QRをかざす", "Hold up a member code"),
    "member_help": Words(
        "実在する家庭の購買データを持つ、見本の会員です。コードは本物の読み取りと同じ道を通ります。",
        "Sample members with a real household's purchases. The code takes the path of a real scan.",
    ),
    "member_who": Words("どの会員", "Which member"),
    "hold_up": Words("かざす", "Hold it up"),
    "again": Words("同じコードをもう一度", "The same code again"),
    "show_code": Words("コードを表示する", "Show the code"),
    "code": Words("会員コード", "Member code"),
    "open_me": Words("会員ページをスマホで開く", "Member page on the phone"),
    "end": Words("表示を終える", "End now"),
    "accepted": Words(
        "コードを確認しました({took})。画面を見てください。", "Code accepted ({took}). Look at the screen."
    ),
    "scan": Words("棚をスキャン", "Scan a shelf label"),
    "scan_help": Words(
        "棚札のQRが開くページを、店内図のスマホに出します。", "Opens a shelf label's page on the phone."
    ),
    "product": Words("どの商品", "Which product"),
    "scan_go": Words("読み取る", "Scan"),
    "stock": Words("在庫を変える", "Change the stock"),
    "stock_help": Words("品切れにすると、その商品は画面から外れます。", "Sold out, a product leaves the screens."),
    "quantity": Words("棚の数", "On the shelf"),
    "quantity_0": Words("0点(品切れ)", "0 (sold out)"),
    "quantity_2": Words("2点", "2"),
    "quantity_12": Words("12点", "12"),
    "stock_go": Words("記録する", "Record"),
    "stock_done": Words("記録しました。", "Recorded."),
    "left_in": Words("{took}ですべての画面から外れました。", "Off every screen in {took}."),
    "left_none": Words(
        "この商品を出している画面はありません。入荷まで選ばれません。",
        "No screen shows it. It isn't chosen until it is back.",
    ),
    "network": Words("通信を切る", "Cut the network"),
    "network_help": Words(
        "サーバーと画面のあいだの接続を本当に切ります。画面は手元の素材で放映を続けます。",
        "Really cuts the sockets between server and screens. They go on with what they hold.",
    ),
    "which_screens": Words("どの画面", "Which screens"),
    "all_screens": Words("4画面すべて", "All four"),
    "cut_go": Words("切る", "Cut"),
    "restore_go": Words("つなぎ直す", "Reconnect"),
    "cut_done": Words("切りました。画面は放映を続けています。", "Cut. The screens go on."),
    "arriving": Words(
        "つながりました。端末に残っていた放映の記録を受け取っています。",
        "Reconnected. Plays kept on the devices are coming in.",
    ),
    "arrived": Words(
        "オフライン中の放映{arrived}回が届きました。欠け{lost}、重複{doubled}。",
        "{arrived} plays from the time offline have arrived: {lost} lost, {doubled} doubled.",
    ),
    "clock_go": Words("時刻を進める", "Move the clock"),
    "clock_help": Words(
        "選択に使う店の時刻だけを進めます。会員コードや放映の記録は実際の時刻のままです。",
        "Moves only the time that decisions go by. Member codes and proof of play keep real time.",
    ),
    "hours_1": Words("+1時間", "+1 h"),
    "hours_3": Words("+3時間", "+3 h"),
    "hours_6": Words("+6時間", "+6 h"),
    "hours_12": Words("+12時間", "+12 h"),
    "clock_now": Words("いまの時刻に戻す", "Back to now"),
    "clock_is": Words("店の時刻は({day}) {time}です。", "Store time is {day} {time}."),
}
