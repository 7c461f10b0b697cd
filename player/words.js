// A language in, the player's own words out; what a card says comes from the server.

const JA = {
  checkShelf: '在庫は売場でご確認ください',
  clears: ['あと ', ' で消えます'],
  seconds: (n) => `${n}秒`,
  noName: 'お名前は表示しません',
  welcome: 'いらっしゃいませ',
  camera: '人数を計測中・映像は保存しません',
  brand: 'ごゆっくりどうぞ',
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
  elsewhere: 'This screen was opened somewhere else',
  elsewhereHelp: 'To go on here, press a key or touch the screen',
  offline: 'Playing offline',
  notSecure: 'http: creatives can’t be kept on this device',
};

export function wordsOf(language) {
  return language === 'en' ? EN : JA;
}
