import { newsOf } from '../../src/chat/news.ts';
import type { Card } from '../../src/engine/card.ts';
import type { Notify } from '../../src/engine/effect.ts';
import { say } from '../../src/render/language.ts';
import { escaped } from './escape.ts';

/** A short post that tells people of a change which an edit would tell nobody of; text in Slack's mark-up, escaped. */
export interface NewsPost {
  readonly text: string;
  /** In the channel too, not only in the thread: outcomes. */
  readonly broadcast: boolean;
}

/** What an edited card has to say to whoever is to be told: a sentence that stands by itself. */
export function newsPost(card: Card, notify: Exclude<Notify, 'none'>, mentions: readonly string[]): NewsPost {
  const news = newsOf(card, notify);
  const to = mentions.length === 0 ? '' : `${mentions.join(' ')} `;
  if (news.kind === 'decide') {
    const so = news.so === '' ? '' : say(` Approved by ${escaped(news.so)} so far.`);
    const said = news.said === '' ? '' : `${escaped(news.said)} `;
    return {
      text: `${to}${said}${say(`Please decide until ${timeMark(news.until)}: *${escaped(news.what)}*.`)}${so}`,
      broadcast: false,
    };
  }
  const heading = news.heading === '' ? '' : `*${escaped(news.heading)}*\n`;
  return { text: `${to}${heading}${escaped(news.words)}`, broadcast: notify === 'channel' };
}

/** A time of day in the reader's own zone; the words behind the bar are for whoever cannot show it. */
function timeMark(at: number): string {
  const fallback = `${new Date(at).toISOString().slice(11, 16)} UTC`;
  return `<!date^${Math.floor(at / 1000)}^{time}|${fallback}>`;
}
