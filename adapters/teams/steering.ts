import { knownMessage } from '../../src/engine/known.ts';
import type { Confirmation } from '../../src/engine/reply.ts';
import { toLine } from '../../src/render/markup.ts';
import { actionSets, execute, isReadable } from './action-elements.ts';
import type { Conversation } from './activity.ts';
import type { Desk } from './desk.ts';
import { approverWords } from './plan-elements.ts';
import { pressData } from './press.ts';
import { drawn, inlineOf, row, said, styles, type Line } from './text-elements.ts';
import { cardOf, toAdaptiveCard, type AdaptiveCard } from './to-adaptive-card.ts';
import { cardMessage } from './words.ts';

/** What somebody is told whose correction waits for them to read what it takes back. */
export const readFirst = 'Please read first what that takes back: it stands at the bottom of the thread.';

/** Posts all that is known of an incident in its thread, with Change beside each answer: nothing is private there. */
export async function showKnown(desk: Desk, to: Conversation, incident: string): Promise<void> {
  const { card, clock, approvers, timeZone } = desk.ports;
  const known = await card(incident, knownMessage);
  if (known === undefined) return;
  const zone = timeZone === undefined ? {} : { timeZone };
  const about = { incident, message: knownMessage, now: clock.now(), approvers, ...zone };
  const made = toAdaptiveCard(known, about);
  desk.say(to, cardMessage(made.card, made.summary));
}

/** Posts what somebody's correction takes back, with the button that goes on all the same. */
export function askToRead(
  desk: Desk,
  to: Conversation,
  who: string,
  incident: string,
  confirm: Confirmation,
): void {
  desk.say(to, cardMessage(confirmationCard(who, incident, confirm), `${who}: ${toLine(confirm.title)}`));
}

const longest = 8000;

function confirmationCard(
  who: string,
  incident: string,
  { title, lines, withdrawn, label, event }: Confirmation,
): AdaptiveCard {
  const bullets = lines.map((text): Line => {
    const asked = withdrawn.find((one) => one.text === text)?.asked ?? [];
    const names = asked.length === 0 ? '' : ` – ${approverWords(asked)}`;
    return row('• ', inlineOf(text), said(names));
  });
  const button = { id: 'confirm', label, event };
  const data = pressData(incident, 'root', button);
  return cardOf([
    ...drawn([row(said(`${who}: `, styles.bold), inlineOf(title)), ...bullets], longest),
    ...(isReadable(data)
      ? actionSets([execute(toLine(label), data, { style: 'positive', collects: false })])
      : []),
  ]);
}
