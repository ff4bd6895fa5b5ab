/** The most that a field for one short thing reads, in UTF-16 units. */
export const MAX_TYPED = 10_000;

/**
 * What somebody typed or pasted, on one line, without what nobody can see: control, zero-width and bidi
 * characters go, every run of white space (NBSP too) becomes one space, full-width forms become ASCII.
 */
export function onOneLine(text: string): string {
  // Not NFKC: that makes 203.0.113.72 of a 203.0.113.7 with a footnote's superscript 2 behind it.
  return text
    .replace(/[\p{Cf}\u034F\uFE0F]|(?!\s)\p{Cc}/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u3002\uFF61]/g, '.')
    .trim();
}

/** Takes these characters off both ends; a loop, because a regex over 10 kB of dots takes quadratic time. */
export function trimChars(word: string, front: string, back: string): string {
  let from = 0;
  let to = word.length;
  while (from < to && front.includes(word.charAt(from))) from++;
  while (to > from && back.includes(word.charAt(to - 1))) to--;
  return word.slice(from, to);
}

/** A piece of what was typed, quoted and short enough for a message. */
export function quoted(word: string): string {
  const shown = [...word];
  return `“${shown.length > 60 ? `${shown.slice(0, 59).join('')}…` : word}”`;
}

/** "a and b", "a, b and c"; beyond five, how many more. */
export function listed(words: readonly string[]): string {
  const shown = words.length > 5 ? [...words.slice(0, 4), `${words.length - 4} more`] : words;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** The refusal's words when a field for one short thing gets a whole document. */
export function tooLong(length: number, wanted: string): string {
  return `That is ${length} characters, and this field reads at most ${MAX_TYPED}. Send only ${wanted}.`;
}
