/** One of several instances on one database: presses buttons of its own incidents as fast as it can, sixteen at a time. */
import { answers, everyAnswer } from '../incident.ts';
import { answerTo } from './answer.ts';
import { openDesk } from './desk.ts';
import { nowhere, workAt } from './worker.ts';

const [database = ''] = process.argv.slice(2);
const desk = await openDesk(database);
const worker = workAt(desk);
const actor = { id: 'nowhere:sam', person: 'nowhere:sam', name: 'Sam' };
let ids: readonly string[] = [];
let pressed = 0;

answerTo(0, async (question) => {
  const { open, ms } = question as { open?: number; ms?: number };
  if (open !== undefined) {
    ids = await desk.open(Math.ceil(open / answers.length), actor, nowhere, '');
    await worker.idle();
    return undefined;
  }
  const all = everyAnswer(ids);
  const start = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (performance.now() - start < (ms ?? 0)) {
      const one = all[next++];
      if (one === undefined) return;
      pressed += 1;
      const sender = { id: `${process.pid} ${pressed}`, source: 'bench', incident: one.incident, actor };
      const reply = await desk.dispatcher.press(one.event, sender);
      if (!reply.ok) throw new Error(reply.refusal.message);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return (Math.min(next, all.length) * 1000) / (performance.now() - start);
});
