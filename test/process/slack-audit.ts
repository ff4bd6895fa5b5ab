import { toMessage } from '../../adapters/slack/to-blocks.ts';
import { jsonOf, textIn } from '../fakes/slack/json.ts';
import type { Message } from '../fakes/slack/state.ts';
import type { Faults } from './audit.ts';
import { auditTalks } from './chat-audit.ts';
import type { Counting, Looked } from './chat-audit.ts';
import { channel } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import type { SlackTalk } from './slack-talk.ts';

/** Looks at finished incidents from outside: the systems' own record, the log, and what stands in Slack. */
export async function audit(office: Office, talks: readonly SlackTalk[]): Promise<Faults> {
  const faults = await auditTalks(office, talks, auditThread);
  auditChannel(faults, office, talks);
  return faults;
}

const approvers = ['slack:U0LEA'];

/** Every message of the incident stands in its thread once, and reads there as it should by now. */
async function auditThread({ faults, once }: Counting, { store, talk }: Looked<SlackTalk>): Promise<void> {
  const { id } = talk;
  const shown = await store.shown(id);
  for (const { message, ref, card } of shown) {
    const { ts } = JSON.parse(ref) as { ts: string };
    const posts = talk.thread.filter((one) => one.ts === ts);
    once(`message ${message}`, posts.length);
    const about = { incident: id, message, now: Date.now(), approvers, ownNotes: `note.msg.${channel}.` };
    const { text } = toMessage(card, about);
    // Whom a new message mentions stands before it.
    if (posts.some((post) => !post.text.endsWith(text)))
      faults.lost.push(`${id}: message ${message} still reads "${posts[0]?.text}"`);
  }
  const cards = talk.thread.filter(({ blocks }) => blocks.length > 0);
  if (cards.length > shown.length)
    faults.doubled.push(`${id}: ${cards.length} cards stand in its thread, for ${shown.length} messages`);
  // What was settled is told to the channel, not only to the thread.
  const told = talk.thread.filter(({ broadcast }) => broadcast);
  once('the outcome in the channel', told.length);
  if (told.some(({ text }) => !text.includes(talk.state)))
    faults.other.push(`${id}: "${told[0]?.text}" is told to the channel`);
}

/** In the channel: one root for each incident, and no post of the bot's twice. */
function auditChannel(faults: Faults, { slack }: Office, talks: readonly SlackTalk[]): void {
  const posts = slack.state.messagesIn(channel).filter(({ botId }) => botId !== undefined);
  const keys = posts.map(keyOf);
  for (const key of new Set(keys)) {
    const times = keys.filter((one) => one === key).length;
    if (key === '') faults.other.push(`${times} posts have no key`);
    else if (times > 1) faults.doubled.push(`${key} is posted ${times} times`);
  }
  // The first that was shown need not be the first that there was to show; later ones are news of it, in the thread.
  const rooted = new Set(keys.flatMap((key) => /^(.+)\.\d+\.show\.root@home$/.exec(key)?.[1] ?? []));
  const tops = posts.filter((post) => post.threadTs === undefined && keyOf(post).endsWith('.show.root@home'));
  if (new Set(tops.map((post) => keyOf(post).split('.', 1)[0])).size < tops.length)
    faults.doubled.push('an incident has two first messages in the channel');
  if (rooted.size !== talks.length)
    faults[rooted.size > talks.length ? 'doubled' : 'lost'].push(
      `${rooted.size} incidents have a first message, and ${talks.length} were opened`,
    );
}

function keyOf({ metadata }: Message): string {
  return textIn(jsonOf(jsonOf(metadata)['event_payload'])['key']);
}
