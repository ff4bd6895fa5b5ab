import { parseArgs } from 'node:util';
import { contracts } from '../actions/contracts.ts';
import type { Dialog } from '../engine/dialog.ts';
import { replay, type Replayed } from '../rehearsal/replay.ts';
import { openRow } from '../store/chain.ts';
import { dialogsFor } from './check.ts';
import { incidentId } from './export.ts';
import { openForLooking } from './open-store.ts';
import { CommandError, remark, result, settings, UsageError } from './usage.ts';

const page = 200;

/**
 * `mailfix replay --dialog DIALOG [INC …]`: runs the logs of past incidents through an edited dialog and prints what
 * would differ; without INC all incidents of that dialog. Works beside a running server and changes nothing.
 */
export async function replayCommand(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { dialog: { type: 'string' } },
  });
  if (values.dialog === undefined)
    throw new UsageError('--dialog is missing: a dialog’s id, or the path of a built .js file.');
  const config = settings();
  const [checked] = await dialogsFor(values.dialog, config.dialogs);
  const dialog = checked?.dialog;
  if (dialog === undefined || (checked?.problems ?? []).length > 0)
    throw new CommandError(checked?.problems.join('\n') ?? 'There is no dialog.');
  const store = await openForLooking(config);
  const counts = { same: 0, reworded: 0, differs: 0 };
  let unreadable = 0;
  try {
    for await (const id of wanted(store, dialog, positionals.map(incidentId))) {
      const [snapshot, rows] = await Promise.all([store.read(id), store.log(id)]);
      if (snapshot === undefined) throw new CommandError(`There is no incident ${id}.`);
      if (snapshot.incident.dialog !== dialog.id)
        throw new CommandError(`${id} is of the dialog "${snapshot.incident.dialog}", not "${dialog.id}".`);
      if (snapshot.incident.redacted !== undefined) {
        unreadable += 1;
        result(`${id}: redacted, so its log cannot be replayed`);
        continue;
      }
      const replayed = replay(dialog, contracts, rows.map(openRow), snapshot.incident);
      counts[replayed.state] += 1;
      if (replayed.state !== 'same') result(`${id}: ${inWords(replayed)}`);
    }
  } finally {
    await store.close();
  }
  const all = counts.same + counts.reworded + counts.differs;
  remark(
    `${all} incidents replayed through ${dialog.id} version ${dialog.version}: ${counts.same} the same, ${counts.reworded} reworded, ${counts.differs} go elsewhere${unreadable === 0 ? '' : `; ${unreadable} redacted`}.`,
  );
  if (all + unreadable === 0) throw new CommandError(`There is no past incident of "${dialog.id}".`);
  return counts.differs > 0 ? 1 : 0;
}

async function* wanted(
  store: Awaited<ReturnType<typeof openForLooking>>,
  { id }: Dialog,
  named: readonly string[],
): AsyncGenerator<string> {
  if (named.length > 0) {
    yield* named;
    return;
  }
  for (let before: number | undefined; ;) {
    const rows = await store.list({ limit: page, ...(before === undefined ? {} : { before }) });
    for (const { incident } of rows) if (incident.dialog === id) yield incident.id;
    before = rows.at(-1)?.seq;
    if (rows.length < page) return;
  }
}

function inWords(replayed: Exclude<Replayed, { state: 'same' }>): string {
  if (replayed.state === 'reworded') return `reads differently at ${replayed.steps.join(', ')}`;
  const { seq, after, was, would } = replayed;
  return `after event ${seq} (${after}) it went to ${was} and would go to ${would}`;
}
