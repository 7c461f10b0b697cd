// A language in, the words of registration out.

const JA = {
  register: 'この端末を登録する',
  code: '登録コード',
  steps: ['スマートフォンでQRコードを読み取るか、パソコンでスタジオの「画面」を開く', 'この登録コードを入力して承認する', 'この画面はそのままお待ちください。自動で始まります'],
  asking: '登録コードを取得しています',
  noServer: 'サーバーに接続できません。自動でもう一度試します',
  insecureTitle: '暗号化されていない接続です(http)',
  insecure: ['通信が切れているあいだに再読み込みすると、画面は始まりません', '素材を端末に保存できません', '素材が正しいかどうかの検査を省きます'],
  insecureFix: 'https で開くと、すべて使えます',
};

const EN = {
  register: 'Register this device',
  code: 'Registration code',
  steps: ['Scan the QR code, or open “Screens” in the studio', 'Enter this registration code and approve it', 'Leave this page open. It starts by itself'],
  asking: 'Getting a registration code',
  noServer: 'The server can’t be reached. Trying again by itself',
  insecureTitle: 'This connection is not encrypted (http)',
  insecure: ['If the page is reloaded while the network is down, it won’t start', 'Creatives can’t be kept on this device', 'Creatives are not checked for being intact'],
  insecureFix: 'Open this page by https and all of it works',
};

export function wordsOf(language) {
  return language === 'en' ? EN : JA;
}
