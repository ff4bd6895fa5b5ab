/** Between two digits, or alone between two words: a point that was read out. */
const betweenDigits = /(?<=\d)\s*[([]?(?:dot|point|punto)[)\]]?\s*(?=\d)/giu;
const word = String.raw`[\p{L}\p{N}_+-]+`;
const at = String.raw`\s*(?:\s(?:at|arroba)\s|\((?:at|arroba)\)|\[(?:at|arroba)\])\s*`;
const dot = String.raw`\s*(?:\s(?:dot|point|punto)\s|\((?:dot|punto)\)|\[(?:dot|punto)\])\s*`;
const name = new RegExp(
  String.raw`^${word}(?:(?:${dot}|\.)${word})*(?:(?:${at}|@)${word}(?:(?:${dot}|\.)${word})+|(?:(?:${dot}|\.)${word})+)$`,
  'iu',
);
const fourNumbers =
  /^(?:(?:the|their|la|su)\s+)?(?:ip\s*)?(?:(?:address|number)\s*)?(?:(?:is|es|it is|it’s|it's)\s+|:\s*)?(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[.!]?$/iu;

/**
 * An address or a name that was read out over the phone, as it is written: `203 dot 0 dot 113 dot 7`, `203, 0, 113, 7`,
 * `info at acme dot example`; in English and Spanish. Everything else stays as it is, for a sentence has words like these.
 */
export function asWritten(line: string): string {
  if (line.length > 300) return line;
  const digits = line.replace(betweenDigits, '.');
  const numbers = fourNumbers.exec(digits);
  if (numbers !== null) return numbers.slice(1).join('.');
  const spoken = /\b(?:dot|point|punto|at|arroba)\b/iu.test(digits);
  if (!spoken || !name.test(digits.trim())) return digits;
  return digits.trim().replace(new RegExp(at, 'giu'), '@').replace(new RegExp(dot, 'giu'), '.');
}
