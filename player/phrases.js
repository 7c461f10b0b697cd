// Japanese text in, the same text with breaks allowed only between phrases out: no line begins inside a word.

const BREAK = '\u200b';
const CLINGS = /^(?:[\p{P}\p{S}\p{Z}ー]|[ぁ-ん]{1,2}$)/u; // particles, endings, closing marks stay with what is before
const HOLDS = /[\p{Ps}\p{Pi}0-9０-９]$/u; // an opening bracket or a number stays with what is after

/** Text with a zero-width space at each phrase's end; unchanged where the browser can't tell words apart. */
export function phrases(text, language) {
  if (language !== 'ja' || !text || typeof Intl.Segmenter !== 'function') return text;
  let line = '';
  for (const { segment } of new Intl.Segmenter('ja', { granularity: 'word' }).segment(text)) {
    const joined = line === '' || CLINGS.test(segment) || HOLDS.test(line) || /\s$/.test(line);
    line += joined ? segment : BREAK + segment;
  }
  return line;
}
