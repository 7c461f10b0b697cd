// Text in, the same text with breaks allowed only between phrases out: no line begins inside a word.

const BREAK = '\u200b';
const CLINGS = /^(?:[\p{P}\p{S}\p{Z}ー]|[ぁ-ん]{1,2}$)/u; // particles, endings, closing marks stay with what is before
const SUFFIX = /^\p{Script=Han}$/u; // one kanji is mostly the end of a compound («きのこ鍋»)…
const PARTICLE = /[はがをにでとのへもや、。]$/u; // …unless a particle stands before it («水の音»)
const HONORIFIC = /^[おご]$/;
const KATAKANA = /^[ァ-ヴー]+$/;
const HOLDS = /[\p{Ps}\p{Pi}0-9０-９]$/u; // an opening bracket or a number stays with what is after

/** Text with a zero-width space at each phrase's end; unchanged where the browser can't tell words apart. */
export function phrases(text, language) {
  if (!text) return text;
  if (language === 'en') return text.replace(/(\d[-–])(?=\w)/g, '$1\u2060'); // «2-liter» stays in one piece
  if (language !== 'ja' || typeof Intl.Segmenter !== 'function') return text;
  let line = '';
  let before = '';
  for (const { segment } of new Intl.Segmenter('ja', { granularity: 'word' }).segment(text)) {
    const compound = SUFFIX.test(segment) && !PARTICLE.test(line);
    const loanword = KATAKANA.test(before) && KATAKANA.test(segment) && Math.min(before.length, segment.length) <= 2;
    const joined = line === '' || compound || loanword || HONORIFIC.test(before) || CLINGS.test(segment) || HOLDS.test(line) || /\s$/.test(line);
    line += joined ? segment : BREAK + segment;
    before = segment;
  }
  return line;
}
