import type { Section } from '../../src/engine/card.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { nameOfWebId } from '../../src/render/approver-names.ts';
import { say } from '../../src/render/language.ts';
import { awaited, callsWord, riskWords, systemOf } from '../../src/render/plan-words.ts';
import { clock } from '../../src/render/time-words.ts';
import { inlineOf, row, said, styles, type Line, type TextRun } from './text-elements.ts';

/** Named one by one; more are only counted. */
const mostNamed = 10;

const { bold } = styles;
const risky = { low: {}, raised: { color: 'Warning' }, high: { color: 'Attention' } } as const;

/** What is told to whoever may not decide. */
export const waitingWords = 'Waiting for an approver';

/** A proposal as it is to be judged: exact calls, from and to, what follows, what could go wrong. */
export function planLines(plan: Plan): readonly Line[] {
  const { title, from, to, calls, consequence, risk } = plan;
  const called = calls.map((call): readonly TextRun[] => {
    const system = systemOf(call);
    return [...(system === undefined ? [] : said(`${system}: `)), ...inlineOf(call.text)];
  });
  const reasons = risk.reasons.flatMap((reason, index) => [
    ...said(index === 0 ? ': ' : '; '),
    ...inlineOf(reason),
  ]);
  const [only] = called;
  const one = calls.length === 1 && only !== undefined;
  return [
    row(inlineOf(title, bold)),
    row(said(say('Change: '), bold), said(say(from)), ' → ', said(say(to))),
    ...(one ? [row(said(`${callsWord(plan)}: `, bold), only)] : []),
    ...(calls.length > 1 ? [row(said(`${callsWord(plan)}:`, bold))] : []),
    ...(calls.length > 1 ? called.map((runs, index) => row(`${index + 1}. `, runs)) : []),
    ...(consequence === undefined ? [] : [row(said(say('Then: '), bold), inlineOf(consequence))]),
    row(said(say(riskWords[risk.level]), { ...bold, ...risky[risk.level] }), reasons),
  ];
}

/** Who decides, and until when. */
export function waitingLine(
  plan: Plan,
  approval: NonNullable<Section['approval']>,
  {
    approvers,
    now,
    timeZone,
  }: {
    readonly approvers: readonly string[];
    readonly now: number;
    readonly timeZone?: string | undefined;
  },
): Line {
  const asked = approval.by ?? approvers;
  const { before, whom, until } = awaited(plan, approval, asked.length > 0);
  const names = approverWords(asked);
  const named = names === '' ? '' : ` (${names})`;
  return {
    ...row(
      said(before),
      said(say(`Waiting for ${whom}`), bold),
      said(`${named} ${say(`until ${clockIn(until, now, timeZone)}`)}`),
    ),
    apart: true,
  };
}

/** Approvers in words: people of the console by name, those of Teams and other channels counted. */
export function approverWords(approvers: readonly string[]): string {
  const counted = (channel: string, name: string) => {
    const count = approvers.filter((id) => id.startsWith(`${channel}:`)).length;
    return count === 0 ? [] : [say(`${count} in ${name}`)];
  };
  const others = approvers.filter((id) => !/^(?:teams|slack):/.test(id));
  const more = others.length - mostNamed;
  return [
    ...counted('teams', 'Teams'),
    ...others
      .slice(0, mostNamed)
      .map((id) => (id.startsWith('web:') ? say(`${nameOfWebId(id)} (console)`) : id)),
    ...(more > 0 ? [say(`${more} more`)] : []),
    ...counted('slack', 'Slack'),
  ].join(', ');
}

/** A time of day, with the zone where it is not the desk's own. */
export function clockIn(at: number, now: number, timeZone: string | undefined): string {
  return timeZone === undefined ? `${clock(at, now, 'UTC')} UTC` : clock(at, now, timeZone);
}
