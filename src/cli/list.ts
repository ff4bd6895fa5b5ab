import { parseArgs } from 'node:util';
import { plain } from '../engine/card.ts';
import { stateOf } from '../engine/root.ts';
import { aboutOf, openForLooking } from './open-store.ts';
import { remark, result, settings } from './usage.ts';

const page = 200;

/** `mailfix list [--all]`: one line an incident, newest first: id, when it was opened, client, state. */
export async function list(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { all: { type: 'boolean', default: false } } });
  const config = settings();
  const store = await openForLooking(config);
  try {
    const about = await aboutOf(config);
    let count = 0;
    for (let before: number | undefined; ;) {
      const filter = { ...(values.all ? {} : { open: true }), ...(before === undefined ? {} : { before }) };
      const rows = await store.list({ ...filter, limit: page });
      for (const { id, incident } of rows) {
        const opened = new Date(incident.openedAt).toISOString();
        result([id, opened, about(incident).client, plain(stateOf(incident))].map(onOneLine).join('\t'));
      }
      count += rows.length;
      before = rows.at(-1)?.seq;
      if (rows.length < page || before === undefined) break;
    }
    const none = values.all
      ? 'There are no incidents yet.'
      : 'No incident is open. --all lists the ended ones too.';
    if (count === 0) remark(none);
    return 0;
  } finally {
    await store.close();
  }
}

/** What a client typed must not move the terminal's cursor. */
function onOneLine(text: string): string {
  return text.replace(/\p{C}+/gu, ' ');
}
