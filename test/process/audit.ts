import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts } from '../../src/actions/contracts.ts';
import type { Card } from '../../src/engine/card.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { view } from '../../src/engine/view.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { Browser } from './browser.ts';
import type { Outside } from './outside.ts';
import { after } from './server.ts';
import type { Server } from './server.ts';
import { saidBy } from './talk.ts';
import type { Talk } from './talk.ts';

/** What an audit found wrong, in sentences. */
export interface Faults {
  readonly lost: string[];
  readonly doubled: string[];
  readonly other: string[];
}

interface Logged {
  readonly event: Readonly<Record<string, unknown>>;
}

/** Looks at a finished incident from outside: the systems' own record, the console's log, the stored cards. */
export async function audit(
  talk: Talk,
  use: { outside: Outside; server: Server; sam: Browser; folder: string; database: string; dialog: Dialog },
): Promise<Faults> {
  const faults: Faults = { lost: [], doubled: [], other: [] };
  const once = (what: string, count: number) => {
    if (count === 0) faults.lost.push(`${talk.id}: ${what} is not there`);
    if (count > 1) faults.doubled.push(`${talk.id}: ${what} is there ${count} times`);
  };

  const { user, ip } = talk.firm;
  if (talk.trouble === 'full')
    once('the editquota', use.outside.applied('editquota', { user, quota: '300' }).length);
  else {
    // Two calls, each once at most. Where the one opened the address, the other may be left out, or stay in doubt.
    const counts = ['unblock', 'flush_cphulk_login_history_for_ips'].map((name) => {
      const { length } = use.outside.applied(name, { ip });
      if (length > 1) faults.doubled.push(`${talk.id}: the ${name} is there ${length} times`);
      return length;
    });
    if (Math.max(...counts) === 0) faults.lost.push(`${talk.id}: ${ip} was not un-blocked`);
  }
  const others = use.outside.applied('editquota', { user }).length;
  if (others !== (talk.trouble === 'full' ? 1 : 0)) faults.other.push(`${user}: ${others} editquota`);

  const { text } = await use.sam.page(`${talk.path}/export.json`);
  const { events } = JSON.parse(text) as { events: readonly Logged[] };
  for (const { type, key, said } of talk.given) {
    const matching = events.filter(({ event }) => event['type'] === type && event['key'] === key);
    once(JSON.stringify({ type, key, said }), matching.length);
    if (matching.some(({ event }) => saidBy(event) !== said))
      faults.other.push(`${talk.id}: ${JSON.stringify(said)} is logged as something else`);
  }
  for (const { event } of events) {
    const same = events.filter((one) => ['source', 'id'].every((field) => one.event[field] === event[field]));
    once(`${String(event['type'])} ${String(event['id'])}`, same.length);
  }

  const store = await openStore({ database: use.database, world: 'real', readOnly: true });
  try {
    const incident = (await store.read(talk.id))?.incident;
    if (incident === undefined) throw new Error(`There is no ${talk.id}.`);
    const visited = incident.visits.map(({ step }) => step);
    const asked = visited.filter((step) => use.dialog.steps[step]?.kind === 'ask');
    for (const step of new Set(asked)) once(`question "${step}"`, asked.filter((one) => one === step).length);
    if (!talk.paths.some((path) => path.join() === visited.join()))
      faults.other.push(`${talk.id} went ${visited.join(' › ')}`);
    if (incident.ended?.outcome !== 'resolved') faults.other.push(`${talk.id} did not end well`);

    const cards = view({ dialog: use.dialog, contracts, it: incident });
    for (const message of await notShown(store, talk.id, cards))
      faults.lost.push(`${talk.id}: the last state of message ${message} was never shown`);
    for (const dead of await store.deadLetters(10))
      faults.other.push(`dead letter ${dead.id}: ${dead.error}`);
  } finally {
    await store.close();
  }

  const file = join(use.folder, `${talk.id}.jsonl`);
  writeFileSync(file, (await use.sam.page(`${talk.path}/export.jsonl`)).text);
  const verified = await use.server.run(['verify', file]);
  if (verified.code !== 0) faults.other.push(verified.stdout + verified.stderr);
  return faults;
}

/** The same but for the event that it was drawn after, which the view does not know. */
export function isLike(shown: Card | undefined, card: Card): boolean {
  if (shown === undefined) return false;
  const { trace: _, ...rest } = shown;
  return JSON.stringify(rest) === JSON.stringify(card);
}

/** Messages that do not read as they should, some time after the last turn. */
async function notShown(
  store: Store,
  id: string,
  cards: ReadonlyMap<string, Card>,
): Promise<readonly string[]> {
  for (const until = performance.now() + 20_000; ; await after(20)) {
    const shown = new Map((await store.shown(id)).map(({ message, card }) => [message, card]));
    const wrong = [...cards].filter(([message, card]) => !isLike(shown.get(message), card));
    if (wrong.length === 0 || performance.now() > until) return wrong.map(([message]) => message);
  }
}
