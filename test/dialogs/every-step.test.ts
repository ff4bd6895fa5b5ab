import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { consequencesOf } from '../../src/engine/consequences.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import type { EventBody, InboundEvent } from '../../src/engine/event.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { knownCard } from '../../src/engine/known.ts';
import { answeredVisits } from '../../src/engine/steer.ts';
import { step } from '../../src/engine/step.ts';
import { verbEvent } from '../../src/engine/verbs.ts';
import { changeButtons } from '../../src/engine/view.ts';
import { packageRoot } from '../../src/root.ts';
import { dialog as cannotReceive } from './cannot-receive/shipped.ts';
import { dialog as cannotSend } from './cannot-send/shipped.ts';
import { must } from './promises.ts';
import { reachAll, typedFor } from './reach.ts';
import type { Rehearsal } from './rehearsal.ts';
import { sam, tim } from './world.ts';

const runbooks = [cannotReceive, cannotSend];

it('every runbook is among them', () => {
  const files = readdirSync(join(packageRoot, 'dialogs')).filter((name) => name.endsWith('.ts'));
  expect(runbooks.map(({ id }) => `${id}.ts`).toSorted()).toEqual(files.toSorted());
});

/** What an incident at a step was put through; the rest is a refusal that says why. */
type Put = 'done' | 'refused';

describe.each(runbooks.map((dialog) => [dialog.id, dialog] as const))(
  'at every step of "%s"',
  (_, dialog) => {
    let reached: ReadonlyMap<string, Rehearsal>;
    beforeAll(() => {
      reached = reachAll(dialog);
    }, 120_000);

    /** Does it at each step, on a copy; how often it could be done. */
    function atEach(what: (at: Rehearsal) => Put): number {
      let done = 0;
      for (const [id, at] of reached) {
        try {
          if (what(at.fork()) === 'done') done += 1;
        } catch (error) {
          throw new Error(`at the step "${id}"`, { cause: error });
        }
      }
      return done;
    }

    it('something comes there', () => {
      expect(Object.keys(dialog.steps).filter((id) => !reached.has(id))).toEqual([]);
      expect(dialog.escalate).toBeDefined();
    });

    it('back one asks the last answered question again, and leads on to an end', () => {
      const open = [...reached.values()].filter(({ it: { ended } }) => ended === undefined);
      expect(atEach((at) => back(dialog, at))).toBeGreaterThan(open.length * 0.7);
    });

    it('back three asks one question after the other, each with its earlier answer', () => {
      const done = atEach((at) => {
        let count = 0;
        while (count < 3 && back(dialog, at, false) === 'done') count += 1;
        must(at.close(), 'it can be brought to an end from there');
        return count === 3 ? 'done' : 'refused';
      });
      expect(done).toBeGreaterThan(Object.keys(dialog.steps).length * 0.4);
    });

    it('the first answer is changed, and exactly that falls which was shown before', () => {
      const done = atEach((at) => {
        const [first] = answeredVisits(at.it);
        if (at.it.ended !== undefined)
          return refuses(at, { type: 'answer.corrected', visit: 1, choice: 'x' });
        const asked = first === undefined ? undefined : dialog.steps[first.step];
        if (first === undefined || asked === undefined) return 'refused';
        const save = asked.kind === 'ask' ? asked.save : undefined;
        const corrections = changeButtons({ dialog, contracts, it: at.it }, asked, first).map(
          ({ event, field }) => {
            const other = (typedFor[save ?? ''] ?? ['a word']).find(
              (text) => text !== first.settled?.answer?.text,
            );
            return field === undefined ? event : { ...event, text: other ?? '' };
          },
        );
        const [correction] = corrections;
        if (correction?.type !== 'answer.corrected') return 'refused';
        const stamp = { source: 'test', incident: at.it.id, at: at.it.lastAt, actor: sam };
        const shown = consequencesOf({ dialog, contracts, it: at.it }, correction, stamp);
        must(!('code' in shown), 'an answer that stands can be changed');
        const { deeds, visits: before } = at.it;
        const answers = answeredVisits(at.it).filter(({ n }) => n !== first.n);
        must(at.handle(correction, sam).reply.ok, 'it is taken');
        const fallen = answers.filter(({ n }) => at.it.visits[n - 1]?.struck === true);
        must(fallen.length === shown.again.length, 'what falls was shown');
        const later = before.filter(({ n, detached }) => n >= first.n && detached === undefined);
        must(
          later.every(({ n }) => at.it.visits[n - 1]?.struck === true),
          'everything after it falls',
        );
        must(isDeepStrictEqual(at.it.deeds.slice(0, deeds.length), deeds), 'what was done stays done');
        must(at.close(), 'it can be brought to an end from there');
        return 'done';
      });
      expect(done).toBeGreaterThan(Object.keys(dialog.steps).length * 0.5);
    });

    it('it is cancelled with a reason, and nothing waits any more', () => {
      const done = atEach((at) => {
        if (at.it.ended !== undefined)
          return refuses(at, { type: 'incident.cancelled', why: 'called twice' });
        must(!at.handle({ type: 'incident.cancelled', why: ' ' }, sam).reply.ok, 'a reason is needed');
        must(at.handle({ type: 'incident.cancelled', why: 'called twice' }, sam).reply.ok, 'it is taken');
        must(outcomeOf(at) === 'cancelled', 'it has ended');
        must(!waitsForPeople(at.it), 'nobody is waited for');
        return 'done';
      });
      expect(done).toBe(openOnes());
    });

    it('it is escalated, to the end that the runbook names', () => {
      const done = atEach((at) => {
        if (at.it.ended !== undefined) return refuses(at, { type: 'incident.escalated' });
        must(at.handle({ type: 'incident.escalated' }, sam).reply.ok, 'it is taken');
        must(outcomeOf(at) === 'escalated', 'it has ended');
        must(
          at.it.visits.some((visit) => visit.step === dialog.escalate),
          'it came to that end',
        );
        return 'done';
      });
      expect(done).toBe(openOnes());
    });

    it('it is handed over, and goes on where it was', () => {
      const done = atEach((at) => {
        const over: EventBody = { type: 'incident.handed-over', to: tim, why: 'my shift ends' };
        if (at.it.ended !== undefined) return refuses(at, over);
        const { open } = at.it;
        must(at.handle(over, sam).reply.ok, 'it is taken');
        must(at.it.owner.id === tim.id && isDeepStrictEqual(at.it.open, open), 'only the owner is another');
        must(at.close(), 'it can be brought to an end from there');
        return 'done';
      });
      expect(done).toBe(openOnes());
    });

    it('it is parked, and taken up after a restart where it was', () => {
      const done = atEach((at) => {
        const parks: EventBody = { type: 'incident.parked', why: 'they call back' };
        if (at.it.ended !== undefined) return refuses(at, parks);
        const { open } = at.it;
        must(at.handle(parks, sam).reply.ok, 'it is taken');
        // After a restart there is nothing but the log.
        must(isDeepStrictEqual(folded(dialog, at.log), at.it), 'folding the log gives the snapshot');
        must(at.handle({ type: 'incident.resumed' }, tim).reply.ok, 'it is taken up');
        must(at.it.parked === undefined && isDeepStrictEqual(at.it.open, open), 'it is where it was');
        must(at.close(), 'it can be brought to an end from there');
        must(isDeepStrictEqual(folded(dialog, at.log), at.it), 'folding the log gives the snapshot');
        return 'done';
      });
      expect(done).toBe(openOnes());
    });

    it('all that is known can be shown, and each fact says who said so', () => {
      const done = atEach(({ it: incident }) => {
        const { sections } = knownCard({ dialog, contracts, it: incident });
        for (const { settled } of sections)
          must(settled === undefined || settled.by !== '', 'somebody said so');
        return sections.length > 0 ? 'done' : 'refused';
      });
      expect(done).toBe(reached.size);
    });

    function openOnes(): number {
      return [...reached.values()].filter(({ it: { ended } }) => ended === undefined).length;
    }
  },
);

/** Goes back once, if there is anything to go back to; everything else is refused in words. */
function back(dialog: Dialog, at: Rehearsal, closes = true): Put {
  const seen = { dialog, contracts, it: at.it };
  const event = verbEvent(seen, 'back');
  if ('code' in event) {
    must(at.it.ended !== undefined || answeredVisits(at.it).length === 0, `it is refused: ${event.message}`);
    return 'refused';
  }
  const last = answeredVisits(at.it).at(-1);
  const acts = Object.values(at.it.open).some((open) => open.kind === 'run' && open.mode === 'act');
  const { reply } = at.handle(event, sam);
  if (acts) {
    must(!reply.ok && reply.refusal.message.includes('Please wait until it is over'), 'an act is waited for');
    return 'refused';
  }
  must(reply.ok, 'it is taken');
  const head = at.it.visits.findLast(({ detached }) => detached === undefined);
  must(head !== undefined && head.step === last?.step, 'it is the question that was answered last');
  const asks = dialog.steps[head.step]?.kind === 'ask';
  must(
    !asks || (at.it.open[`${head.n}.answer`] !== undefined && head.earlier !== undefined),
    'with what was said',
  );
  must(!Object.values(at.it.open).some(({ kind }) => kind === 'approval'), 'nothing waits to be approved');
  if (closes) must(at.close(), 'it can be brought to an end from there');
  return 'done';
}

function outcomeOf({ it: { ended } }: Rehearsal): string | undefined {
  return ended?.outcome;
}

function refuses(at: Rehearsal, event: EventBody): Put {
  const { reply } = at.handle(event, sam);
  must(!reply.ok && reply.refusal.code === 'ended', 'after the end it is refused in words');
  return 'refused';
}

function waitsForPeople({ open, visits }: Incident): boolean {
  return Object.values(open).some(
    ({ kind, visit }) =>
      (kind === 'answer' || kind === 'approval') && visits[visit - 1]?.detached === undefined,
  );
}

function folded(dialog: Dialog, log: readonly InboundEvent[]): Incident | undefined {
  return (JSON.parse(JSON.stringify(log)) as InboundEvent[]).reduce<Incident | undefined>(
    (incident, event) => step(dialog, contracts, incident, event).incident,
    undefined,
  );
}
