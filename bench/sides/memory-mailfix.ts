/** What a server keeps in memory for its open incidents, after its garbage was collected. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { everyAnswer } from '../incident.ts';
import { answerTo } from './answer.ts';
import { openDesk } from './desk.ts';
import { nowhere, workAt } from './worker.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const [folder = ''] = process.argv.slice(2);
const desk = await openDesk(folder);
const worker = workAt(desk);
const actor = { id: 'nowhere:sam', person: 'nowhere:sam', name: 'Sam' };

answerTo(0, async (question) => {
  const { open } = question as { open: number };
  for (let left = open; left > 0; left -= 100) {
    const ids = await desk.open(Math.min(left, 100), actor, nowhere, '');
    const events = everyAnswer(ids).slice(0, ids.length);
    await Promise.all(
      events.map(async ({ incident, event }) => {
        const reply = await desk.dispatcher.press(event, { id: incident, source: 'bench', incident, actor });
        if (!reply.ok) throw new Error(reply.refusal.message);
      }),
    );
    await worker.idle();
  }
  const { open: openIncidents } = await desk.store.figures(Date.now());
  for (let n = 0; n < 3; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    collect();
  }
  return { ...process.memoryUsage(), openIncidents };
});
