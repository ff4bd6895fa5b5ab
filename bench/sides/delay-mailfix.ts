/** From the commit of an incident's opening to the beginning of its first check, one after the other. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { answerTo } from './answer.ts';
import { openDesk } from './desk.ts';
import { nowhere, workAt } from './worker.ts';

const [database = '', folder = ''] = process.argv.slice(2);
const desk = await openDesk(database);
const committed = new Map<string, number>();
let began = (_ms: number): void => {};
desk.dispatcher.onTurn((incident) => {
  // The first turn of an incident is its opening.
  if (!committed.has(incident)) committed.set(incident, performance.now());
});
const worker = workAt(desk, (incident) => began(performance.now() - (committed.get(incident) ?? Number.NaN)));
const actor = { id: 'nowhere:sam', person: 'nowhere:sam', name: 'Sam' };
let opened = 0;

answerTo(0, async (question) => {
  const { ms } = question as { ms: number };
  const delays: number[] = [];
  const start = performance.now();
  while (performance.now() - start < ms || delays.length === 0) {
    const first = new Promise<number>((resolve) => {
      began = resolve;
    });
    opened += 1;
    await desk.dispatcher.open({
      dialog: 'cannot-receive',
      facts: { client: 'info@acme.example' },
      actor,
      source: 'bench',
      eventId: `${process.pid} ${opened}`,
      place: { channel: nowhere },
      simulated: true,
    });
    delays.push(await first);
    await worker.idle();
  }
  return { delays, appends: appended(delays.length) };
});

/** What the disk takes for one append that is flushed: less than one of these, nothing durable can take. */
function appended(count: number): readonly number[] {
  const file = openSync(join(folder, 'appends'), 'a');
  const times = Array.from({ length: count }, () => {
    const start = performance.now();
    writeSync(file, 'x'.repeat(4096));
    fsyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  return times;
}
