// A language in, the player's own words out; what a card says comes from the server.

const JA = {
  checkShelf: '在庫は売場でご確認ください',
  clears: ['あと ', ' で消えます'],
  seconds: (n) => `${n}秒`,
  noName: 'お名前は表示しません',
  welcome: 'いらっしゃいませ',
  camera: '人数を計測中・映像は保存しません',
  brand: 'ごゆっくりどうぞ',
  register: 'この端末を登録する',
  code: '登録コード',
  steps: ['スマートフォンでQRコードを読み取るか、パソコンでスタジオの「画面」を開く', 'この登録コードを入力して承認する', 'この画面はそのままお待ちください。自動で始まります'],
  asking: '登録コードを取得しています',
  noServer: 'サーバーに接続できません。自動でもう一度試します',
  insecureTitle: '暗号化されていない接続です(http)',
  insecure: ['通信が切れているあいだに再読み込みすると、画面は始まりません', '素材を端末に保存できません', '素材が正しいかどうかの検査を省きます'],
  insecureFix: 'https で開くと、すべて使えます',
  elsewhere: 'この画面は別の場所で開かれました',
  elsewhereHelp: 'ここで続けるには、キーを押すか画面に触れてください',
  offline: 'オフライン放映中',
  notSecure: 'http 接続:端末に素材を保存できません',
};

const EN = {
  checkShelf: 'Please check the shelf',
  clears: ['Clears in ', ''],
  seconds: (n) => `${n} s`,
  noName: 'Your name is never shown',
  welcome: 'Welcome',
  camera: 'Counting people · no video is kept',
  brand: 'Take your time',
  register: 'Register this device',
  code: 'Registration code',
  steps: ['Scan the QR code, or open “Screens” in the studio', 'Enter this registration code and approve it', 'Leave this page open. It starts by itself'],
  asking: 'Getting a registration code',
  noServer: 'The server can’t be reached. Trying again by itself',
  insecureTitle: 'This connection is not encrypted (http)',
  insecure: ['If the page is reloaded while the network is down, it won’t start', 'Creatives can’t be kept on this device', 'Creatives are not checked for being intact'],
  insecureFix: 'Open this page by https and all of it works',
  elsewhere: 'This screen was opened somewhere else',
  elsewhereHelp: 'To go on here, press a key or touch the screen',
  offline: 'Playing offline',
  notSecure: 'http: creatives can’t be kept on this device',
};

export function wordsOf(language) {
  return language === 'en' ? EN : JA;
}
