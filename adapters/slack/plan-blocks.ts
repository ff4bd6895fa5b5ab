import type { Section } from '../../src/engine/card.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { nameOfWebId } from '../../src/render/approver-names.ts';
import { say } from '../../src/render/language.ts';
import { awaited, callsWord, riskWords, systemOf } from '../../src/render/plan-words.ts';
import { clock } from '../../src/render/time-words.ts';
import { inlineOf, moment, row, said, type Inline, type Line } from './rich-text.ts';

/** Mentioned or named one by one; more are only counted. */
const mostNamed = 10;

/** A proposal as it is to be judged: exact calls, from and to, what follows, what could go wrong. */
export function planLines(plan: Plan): readonly Line[] {
  const { title, from, to, calls, consequence, risk } = plan;
  const word = (after: string) => said(`${callsWord(plan)}:${after}`, { bold: true });
  const called = calls.map((call): readonly Inline[] => {
    const system = systemOf(call);
    return [...(system === undefined ? [] : said(`${system}: `)), ...inlineOf(call.text)];
  });
  const reasons = risk.reasons.flatMap((reason, index) => [
    ...said(index === 0 ? ': ' : '; '),
    ...inlineOf(reason),
  ]);
  const [only] = called;
  return [
    row(inlineOf(title, { bold: true })),
    row(said(say('Change: '), { bold: true }), said(say(from)), ' → ', said(say(to))),
    ...(calls.length === 1 && only !== undefined ? [row(word(' '), only)] : []),
    ...(calls.length > 1
      ? [row(word('')), ...called.map((parts): Line => ({ kind: 'ordered', parts }))]
      : []),
    ...(consequence === undefined ? [] : [row(said(say('Then: '), { bold: true }), inlineOf(consequence))]),
    row(said(say(riskWords[risk.level]), { bold: true }), reasons),
  ];
}

/** Who decides, and until when; people of Slack are mentioned. */
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
  const people = peopleOf(asked);
  const named = people.length === 0 ? [] : [...said(' ('), ...people, ...said(')')];
  const time = moment(until, now, clockIn(until, now, timeZone));
  return row(said(before), say(`Waiting for ${whom}`), named, ' until ', time);
}

/** Ids as mentions, or as names where they are of other channels; commas between them. */
export function peopleOf(ids: readonly string[]): readonly Inline[] {
  const elsewhere = ids.filter((id) => id.startsWith('teams:')).length;
  const here = ids.filter((id) => !id.startsWith('teams:'));
  const pieces = here.slice(0, mostNamed).map(personOf);
  if (here.length > mostNamed) pieces.push(said(say(`${here.length - mostNamed} more`)));
  if (elsewhere > 0) pieces.push(said(say(`${elsewhere} in Teams`)));
  return pieces.flatMap((piece, index) => (index === 0 ? piece : [...said(', '), ...piece]));
}

/** The same for whoever only hears it: people of Slack are counted, for a text mentions nobody. */
export function approverWords(approvers: readonly string[]): string {
  const slack = approvers.filter((id) => id.startsWith('slack:')).length;
  const others = peopleOf(approvers.filter((id) => !id.startsWith('slack:')));
  const named = others.map((part) => ('text' in part ? part.text : '')).join('');
  return [slack === 0 ? '' : say(`${slack} in Slack`), named].filter((part) => part !== '').join(', ');
}

/** A time of day for whoever reads the message where Slack does not put in the reader's own. */
export function clockIn(at: number, now: number, timeZone: string | undefined): string {
  return timeZone === undefined ? `${clock(at, now, 'UTC')} UTC` : clock(at, now, timeZone);
}

function personOf(id: string): readonly Inline[] {
  const [, user, group] = /^slack:(?:[TE][A-Z0-9]+\/)?(?:([UW][A-Z0-9]{2,})|(S[A-Z0-9]{2,}))$/.exec(id) ?? [];
  if (user !== undefined) return [{ type: 'user', user_id: user }];
  if (group !== undefined) return [{ type: 'usergroup', usergroup_id: group }];
  return said(id.startsWith('web:') ? say(`${nameOfWebId(id)} (console)`) : id);
}
