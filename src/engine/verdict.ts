import type { Finding, Verdict } from './card.ts';

const rank: Record<Verdict, number> = { fail: 0, warning: 1, unknown: 2, pass: 3, 'not-applicable': 4 };

/** The same findings, what needs doing first. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((one, other) => rank[one.verdict] - rank[other.verdict]);
}

/** The verdict in a word: icon and colour only repeat it. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  fail: 'Problem',
  warning: 'Warning',
  unknown: 'Not known',
  pass: 'OK',
  'not-applicable': 'Not needed',
};
