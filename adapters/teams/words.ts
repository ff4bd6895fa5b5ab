import { newsOf } from '../../src/chat/news.ts';
import type { Card } from '../../src/engine/card.ts';
import type { Notify } from '../../src/engine/effect.ts';
import { say } from '../../src/render/language.ts';
import { visible } from '../../src/render/markup.ts';
import { clock } from '../../src/render/time-words.ts';
import type { OutActivity } from './activity.ts';
import { messageCard } from './forms.ts';

/** Somebody to be mentioned. */
export interface Mentioned {
  readonly mri: string;
  readonly name: string;
}

/** Words as a message of their own, exactly as they are: nothing in them is mark-up or a mention. */
function plainMessage(text: string): OutActivity {
  return { type: 'message', text: visible(text), textFormat: 'plain' };
}

/** Words for people: one line as it is, more of them as a card, for Teams makes one line of plain text. */
export function wordsMessage(text: string): OutActivity {
  const said = say(text);
  return said.includes('\n') ? cardMessage(messageCard(said), visible(said)) : plainMessage(said);
}

/** Words that call people. Text with mentions is read as XML, so everything else in it is escaped. */
export function callingMessage(people: readonly Mentioned[], words: string): OutActivity {
  const said = say(words);
  if (people.length === 0) return plainMessage(said);
  const called = people.map(({ mri, name }) => ({
    type: 'mention',
    text: `<at>${escapedXml(name)}</at>`,
    mentioned: { id: mri, name },
  }));
  const text = escapedXml(said).replaceAll('\n', '<br/>');
  return {
    type: 'message',
    textFormat: 'xml',
    text: `${called.map((one) => one.text).join(' ')} ${text}`,
    entities: called,
  };
}

/** A card as a message; the words are for notifications. */
export function cardMessage(card: unknown, summary: string): OutActivity {
  return {
    type: 'message',
    summary,
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
  };
}

/** What an edited card has to say to whoever is to be told: Teams tells nobody of an edit. */
export function newsWords(
  card: Card,
  notify: Exclude<Notify, 'none'>,
  { now, timeZone }: { readonly now: number; readonly timeZone: string | undefined },
): string {
  const news = newsOf(card, notify);
  if (news.kind === 'told') return news.heading === '' ? news.words : `${news.heading}\n${news.words}`;
  const until =
    timeZone === undefined ? `${clock(news.until, now, 'UTC')} UTC` : clock(news.until, now, timeZone);
  const so = news.so === '' ? '' : ` Approved by ${news.so} so far.`;
  const said = news.said === '' ? '' : `${news.said} `;
  return `${said}Please decide until ${until}: ${news.what}.${so}`;
}

function escapedXml(text: string): string {
  return visible(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
