import { plain, type Card } from '../../src/engine/card.ts';
import type { Notify } from '../../src/engine/effect.ts';
import { escaped } from './escape.ts';

/** A short post that tells people of a change which an edit would tell nobody of; text in Slack's mark-up, escaped. */
export interface News {
  readonly text: string;
  /** In the channel too, not only in the thread: outcomes. */
  readonly broadcast: boolean;
}

/** What an edited card has to say to whoever is to be told: a sentence that stands by itself. */
export function newsOf(card: Card, notify: Exclude<Notify, 'none'>, mentions: readonly string[]): News {
  const to = mentions.length === 0 ? '' : `${mentions.join(' ')} `;
  const last = card.sections.findLast((section) => section.struck !== true);
  const proposed = card.sections.findLast(
    ({ approval, struck }) => approval !== undefined && struck !== true,
  );
  if (notify === 'approvers' && proposed?.plan !== undefined && proposed.approval !== undefined) {
    const { until, approvedBy } = proposed.approval;
    const so = approvedBy.length === 0 ? '' : ` Approved by ${escaped(approvedBy.join(' and '))} so far.`;
    return {
      text: `${to}Please decide until ${timeMark(until)}: *${escaped(plain(proposed.plan.title))}*.${so}`,
      broadcast: false,
    };
  }
  const heading = card.heading === undefined ? '' : `*${escaped(plain(card.heading))}*\n`;
  const told = last?.notices?.at(-1) ?? card.sections[0]?.text ?? card.heading;
  const words = told === undefined ? 'There is news here.' : escaped(plain(told));
  return { text: `${to}${heading}${words}`, broadcast: notify === 'channel' };
}

/** A time of day in the reader's own zone; the words behind the bar are for whoever cannot show it. */
function timeMark(at: number): string {
  const fallback = `${new Date(at).toISOString().slice(11, 16)} UTC`;
  return `<!date^${Math.floor(at / 1000)}^{time}|${fallback}>`;
}
