// A finding in, plain words for the marketer out, in both languages; and the marks that a card must leave room for.

/** The longest camera mark and the demo's line: a card is checked with both on. */
export const MARKS = {
  ja: { camera: '人数と年代を推定中・映像は保存しません', demo: 'デモ:価格・在庫は模擬' },
  en: { camera: 'Estimating numbers and age bands · no video is kept', demo: 'Demo: prices and stock are simulated' },
};

const SAY = {
  too_small: [
    (f) => `この文字は${f.distance_m}m先から読めません(${f.measured}px。${f.wanted}px以上にしてください)`,
    (f) => `This text can’t be read from ${f.distance_m} m (${f.measured} px; make it at least ${f.wanted} px)`,
  ],
  contrast: [
    (f) => `この文字は背景の色と近く、読みにくいです(コントラスト${f.measured}。${f.wanted}以上にしてください)`,
    (f) => `This text is too close to the colour behind it (contrast ${f.measured}; make it at least ${f.wanted})`,
  ],
  over_picture: [() => 'この文字は絵や写真の上にあり、読みにくいです', () => 'This text stands on a picture and is hard to read'],
  outside: [() => 'この文字は枠からはみ出しています', () => 'This text sticks out of its box'],
  clipped: [() => 'この文字は途中で切れています', () => 'This text is cut off'],
  price_cut: [() => '価格が途中で切れています', () => 'The price is cut off'],
  overlap: [(f) => `「${f.other}」と重なっています`, (f) => `This overlaps “${f.other}”`],
  covered: [() => 'この文字は別のものに隠れています', () => 'This text is hidden behind something'],
  name_lines: [
    (f) => `${f.measured}行あります。${f.wanted}行までにしてください`,
    (f) => `This has ${f.measured} lines; use at most ${f.wanted}`,
  ],
  name_wide: [
    (f) => `1行が全角${f.measured}文字分の長さです。${f.wanted}文字分までにしてください`,
    (f) => `A line is as wide as ${Math.round(f.measured * 2)} letters; use at most ${f.wanted * 2}`,
  ],
  qr_small: [
    (f) => `QRコードは${f.distance_m}m先から読み取れません(${f.measured}mm。${f.wanted}mm以上にしてください)`,
    (f) => `The QR code can’t be scanned from ${f.distance_m} m (${f.measured} mm; make it at least ${f.wanted} mm)`,
  ],
  qr_quiet: [
    (f) => `QRコードのまわりの白い余白が足りません(${f.measured}マス。${f.wanted}マス必要です)`,
    (f) => `The QR code’s white margin is too narrow (${f.measured} modules; it needs ${f.wanted})`,
  ],
  qr_words: [() => 'QRコードで何が見られるかの言葉がありません', () => 'Nothing says what the QR code opens'],
};

export const RULES = Object.keys(SAY);

export function say(finding) {
  const [ja, en] = SAY[finding.rule];
  return { ja: ja(finding), en: en(finding) };
}
