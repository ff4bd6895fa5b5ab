import { join } from 'node:path';
import { contracts } from '../../src/actions/contracts.ts';
import { shippedDialogs } from '../shipped-dialogs.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { view } from '../../src/engine/view.ts';
import { openRow } from '../../src/store/chain.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import type { Json } from '../fakes/slack/json.ts';
import { isLike } from './audit.ts';
import type { Faults } from './audit.ts';
import type { Answer, ChatTalk } from './chat-moves.ts';
import type { ChatDesk } from './chat-office.ts';
import { after } from './server.ts';
import { saidBy } from './talk.ts';

/** What an audit has to know of an incident beforehand. */
type Worked = Pick<ChatTalk<Answer>, 'id' | 'trouble' | 'firm' | 'given'>;

/** Where an audit writes down what it counted. */
export interface Counting {
  readonly faults: Faults;
  /** Something that has to be there once. */
  readonly once: (what: string, count: number) => void;
}

/** What is looked at, of one incident. */
export interface Looked<T> {
  readonly store: Store;
  readonly dialog: Dialog;
  readonly talk: T;
}

/** Looks at finished incidents from outside: the systems' own record, the log, and what `thread` finds in their threads. */
export async function auditTalks<T extends Worked>(
  desk: ChatDesk,
  talks: readonly T[],
  thread: (counting: Counting, looked: Looked<T>) => Promise<void>,
): Promise<Faults> {
  const faults: Faults = { lost: [], doubled: [], other: [] };
  const dialog = await shippedRunbook();
  const store = openSqlite({ file: desk.database, world: 'real', readOnly: true });
  try {
    for (const talk of talks) {
      const counting = { faults, once: countedOnce(faults, talk.id) };
      for (const wrong of await notShown({ store, dialog, talk }))
        faults.lost.push(`${talk.id}: the last state of message ${wrong} was never shown`);
      await thread(counting, { store, dialog, talk });
      auditWrites(counting, desk, talk);
      await auditLog(counting, { store, dialog, talk });
    }
    for (const dead of await store.deadLetters(10))
      faults.other.push(`dead letter ${dead.id}: ${dead.error}`);
  } finally {
    await store.close();
  }
  // Each is a process of its own; a soak has a hundred.
  for (let n = 0; n < talks.length; n += 2) {
    const two = talks.slice(n, n + 2).map((talk) => exported(desk, talk));
    faults.other.push(...(await Promise.all(two)).flat());
  }
  return faults;
}

/** Lines of a log that say that something went wrong in mailfix itself. */
export function errorsIn(stdout: string): string {
  return stdout
    .split('\n')
    .filter((line) => /"level":"(?:error|fatal)"/.test(line))
    .join('\n');
}

/** The runbook as it is shipped. */
async function shippedRunbook(): Promise<Dialog> {
  const dialogs = await shippedDialogs();
  const dialog = dialogs.get('cannot-receive');
  if (dialog === undefined) throw new Error('The runbook is not there.');
  return dialog;
}

function countedOnce(faults: Faults, id: string) {
  return (what: string, count: number) => {
    if (count === 0) faults.lost.push(`${id}: ${what} is not there`);
    if (count > 1) faults.doubled.push(`${id}: ${what} is there ${count} times`);
  };
}

/** One un-block of the address, or one change of the account's quota, and nothing else. */
function auditWrites({ faults, once }: Counting, { outside }: ChatDesk, { id, trouble, firm }: Worked): void {
  const { user, ip } = firm;
  const isBlocked = trouble !== 'full';
  if (isBlocked) once('the un-block', outside.applied('unblock', { ip }).length);
  else once('the editquota', outside.applied('editquota', { user, quota: '300' }).length);
  const others = isBlocked ? outside.applied('editquota', { user }) : outside.applied('unblock', { ip });
  if (others.length > 0) faults.other.push(`${id}: ${others.map(({ name }) => name).join()} besides`);
}

async function auditLog({ faults, once }: Counting, { store, dialog, talk }: Looked<Worked>): Promise<void> {
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

/** Messages that do not read as they should, some time after the last turn. */
async function notShown({
  store,
  dialog,
  talk,
}: Looked<{ readonly id: string }>): Promise<readonly string[]> {
  for (const until = performance.now() + 20_000; ; await after(20)) {
    const incident = (await store.read(talk.id))?.incident;
    if (incident === undefined) throw new Error(`There is no ${talk.id}.`);
    const shown = new Map((await store.shown(talk.id)).map(({ message, card }) => [message, card]));
    const wrong = [...view({ dialog, contracts, it: incident })].filter(
      ([message, card]) => !isLike(shown.get(message), card),
    );
    if (wrong.length === 0 || performance.now() > until) return wrong.map(([message]) => message);
  }
}

/** An export of the log beside the running server, and what there is to be said against it. */
async function exported(
  { server, folder }: ChatDesk,
  { id }: { readonly id: string },
): Promise<readonly string[]> {
  const file = join(folder, `${id}.jsonl`);
  const written = await server.run(['export', id, '--format', 'jsonl', '--out', file]);
  const verified = await server.run(['verify', file]);
  return [written, verified].filter(({ code }) => code !== 0).map(({ stdout, stderr }) => stdout + stderr);
}
