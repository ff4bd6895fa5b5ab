import { join } from 'node:path';
import { toMessage } from '../../adapters/slack/to-blocks.ts';
import { contracts } from '../../src/actions/contracts.ts';
import { readConfig } from '../../src/config.ts';
import { loadDialogs } from '../../src/dialogs.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { view } from '../../src/engine/view.ts';
import { openRow } from '../../src/store/chain.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { jsonOf, textIn } from '../fakes/slack/json.ts';
import type { Json } from '../fakes/slack/json.ts';
import type { Message } from '../fakes/slack/state.ts';
import type { Faults } from './audit.ts';
import { after } from './server.ts';
import { channel } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import type { SlackTalk } from './slack-talk.ts';
import { saidBy } from './talk.ts';

/** The runbook as it is shipped. */
async function shippedRunbook(): Promise<Dialog> {
  const dialogs = await loadDialogs(readConfig({}, { readFile: () => '' }).dialogs);
  const dialog = dialogs.get('cannot-receive');
  if (dialog === undefined) throw new Error('The runbook is not there.');
  return dialog;
}

/** Looks at finished incidents from outside: the systems' own record, the log, and what stands in Slack. */
export async function audit(office: Office, talks: readonly SlackTalk[]): Promise<Faults> {
  const faults: Faults = { lost: [], doubled: [], other: [] };
  const dialog = await shippedRunbook();
  const store = openSqlite({ file: office.database, world: 'real', readOnly: true });
  try {
    for (const talk of talks) {
      const counting = { faults, once: countedOnce(faults, talk.id) };
      await auditThread(counting, { store, dialog, talk });
      auditWrites(counting, office, talk);
      await auditLog(counting, { store, dialog, talk });
    }
    for (const dead of await store.deadLetters(10))
      faults.other.push(`dead letter ${dead.id}: ${dead.error}`);
  } finally {
    await store.close();
  }
  auditChannel(faults, office, talks);
  const exports = await Promise.all(talks.map((talk) => exported(office, talk)));
  faults.other.push(...exports.flat());
  return faults;
}

const approvers = ['slack:U0LEA'];

interface Counting {
  readonly faults: Faults;
  readonly once: (what: string, count: number) => void;
}

interface Looked {
  readonly store: Store;
  readonly dialog: Dialog;
  readonly talk: SlackTalk;
}

function countedOnce(faults: Faults, id: string) {
  return (what: string, count: number) => {
    if (count === 0) faults.lost.push(`${id}: ${what} is not there`);
    if (count > 1) faults.doubled.push(`${id}: ${what} is there ${count} times`);
  };
}

/** One un-block of the address, or one change of the account's quota, and nothing else. */
function auditWrites(
  { faults, once }: Counting,
  { outside }: Office,
  { id, trouble, firm }: SlackTalk,
): void {
  const { user, ip } = firm;
  const isBlocked = trouble === 'blocked';
  if (isBlocked) once('the un-block', outside.applied('unblock', { ip }).length);
  else once('the editquota', outside.applied('editquota', { user, quota: '300' }).length);
  const others = isBlocked ? outside.applied('editquota', { user }) : outside.applied('unblock', { ip });
  if (others.length > 0) faults.other.push(`${id}: ${others.map(({ name }) => name).join()} besides`);
}

async function auditLog({ faults, once }: Counting, { store, dialog, talk }: Looked): Promise<void> {
  const { id } = talk;
  const events = (await store.log(id)).map((row): Json => ({ ...openRow(row) }));
  for (const { type, key, said } of talk.given) {
    const matching = events.filter((event) => event['type'] === type && event['key'] === key);
    once(JSON.stringify({ type, key, said }), matching.length);
    if (matching.some((event) => saidBy(event) !== said))
      faults.other.push(`${id}: ${JSON.stringify(said)} is logged as something else`);
  }
  const openings = events.filter(({ type }) => type === 'incident.opened').length;
  once('the opening', openings);
  const incident = (await store.read(id))?.incident;
  const asked = incident?.visits.map(({ step }) => step).filter((step) => dialog.steps[step]?.kind === 'ask');
  for (const step of new Set(asked)) {
    // Only an un-block that never arrived is spoken of again.
    const times = asked?.filter((one) => one === step).length ?? 0;
    if (step !== 'stillBlocked') once(`question "${step}"`, times);
  }
  if (incident?.ended?.outcome !== 'resolved') faults.other.push(`${id} did not end well`);
}

/** Every message of the incident stands in its thread once, and reads there as it should by now. */
async function auditThread({ faults, once }: Counting, { store, dialog, talk }: Looked): Promise<void> {
  const { id } = talk;
  for (const wrong of await notShown({ store, dialog, talk }))
    faults.lost.push(`${id}: the last state of message ${wrong} was never shown`);
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
  const roots = posts.filter((post) => keyOf(post).endsWith('.1.show.root@home'));
  if (roots.length !== talks.length)
    faults[roots.length > talks.length ? 'doubled' : 'lost'].push(
      `${roots.length} incidents have a first message, and ${talks.length} were opened`,
    );
}

function keyOf({ metadata }: Message): string {
  return textIn(jsonOf(jsonOf(metadata)['event_payload'])['key']);
}

/** Messages that do not read as they should, some time after the last turn. */
async function notShown({ store, dialog, talk }: Looked): Promise<readonly string[]> {
  for (const until = performance.now() + 5000; ; await after(20)) {
    const incident = (await store.read(talk.id))?.incident;
    if (incident === undefined) throw new Error(`There is no ${talk.id}.`);
    const shown = new Map((await store.shown(talk.id)).map(({ message, card }) => [message, card]));
    const wrong = [...view({ dialog, contracts, it: incident })].filter(
      ([message, card]) => JSON.stringify(shown.get(message)) !== JSON.stringify(card),
    );
    if (wrong.length === 0 || performance.now() > until) return wrong.map(([message]) => message);
  }
}

/** An export of the log beside the running server, and what there is to be said against it. */
async function exported({ server, folder }: Office, { id }: SlackTalk): Promise<readonly string[]> {
  const file = join(folder, `${id}.jsonl`);
  const written = await server.run(['export', id, '--format', 'jsonl', '--out', file]);
  const verified = await server.run(['verify', file]);
  return [written, verified].filter(({ code }) => code !== 0).map(({ stdout, stderr }) => stdout + stderr);
}
