import { expect, test } from 'vitest';
import { words } from '../../src/engine/card.ts';
import { fieldClasses } from '../../src/engine/event.ts';
import type { FieldClass } from '../../src/engine/event.ts';
import type { Fact } from '../../src/engine/fact.ts';
import type { Incident, Visit } from '../../src/engine/incident.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { redacted } from '../../src/engine/redact.ts';

const sam = { id: 'web:sam', person: 'sam', name: 'Sam' };
const text = (of: string) => words('ours {v}', { v: `CANARY ${of}` });
const fact: Fact = { value: 'CANARY fact', by: 'Sam', person: 'sam', source: 'person', at: 1 };
const plan: Plan = {
  hash: 'h',
  subject: 'CANARY plan',
  title: text('plan'),
  input: { ip: 'CANARY plan' },
  calls: [{ id: 'c', system: 'whm', text: text('plan') }],
  from: 'CANARY plan',
  to: 'CANARY plan',
  evidence: [text('plan')],
  consequence: text('plan'),
  risk: { level: 'low', reasons: [text('plan')] },
  needs: 1,
};
const visit: Required<Omit<Visit, 'struck' | 'queued'>> = {
  n: 1,
  step: 's',
  turn: 0,
  at: 1,
  by: sam,
  text: text('question'),
  explain: text('explain'),
  script: text('script'),
  findings: [{ check: 'c', verdict: 'fail', text: text('finding'), evidence: [text('finding')] }],
  summary: [text('summary')],
  plan,
  approvedBy: [sam],
  brought: { ip: fact },
  said: { ip: fact },
  asked: ['slack:S1'],
  earlier: { choice: 'typed', text: 'CANARY answer' },
  settled: { text: text('answer'), by: 'Sam', at: 1, answer: { choice: 'typed', text: 'CANARY answer' } },
  ledTo: 't',
  looks: 1,
  late: ['c'],
  detached: { input: { ip: fact }, subject: 'CANARY plan', looked: true },
  notices: [text('notice')],
};
const rejected = { text: words('Rejected: {why}', { why: 'CANARY reason' }), by: 'Lea', at: 1 };
const approved = { text: words('Approved by {names}', { names: 'Lea and Max' }), by: 'Lea and Max', at: 1 };

/** An incident with something in each of its fields. */
const it: Required<Omit<Incident, 'redacted'>> = {
  id: 'INC-1',
  dialog: 'd',
  dialogVersion: 1,
  openedBy: sam,
  openedAt: 1,
  owner: sam,
  simulated: true,
  facts: { client: fact },
  ended: { outcome: 'cancelled', text: text('end'), at: 2 },
  parked: { at: 1, why: 'CANARY parked' },
  hold: { at: 1, by: 'Lea', why: 'court' },
  alarms: [{ server: 'host2', sign: 'imap down', text: text('alarm'), at: 1 }],
  turn: 1,
  seq: 9,
  visits: [visit, { ...visit, n: 2, settled: rejected }, { ...visit, n: 3, settled: approved }],
  related: [
    { id: 'INC-0', at: 1, same: 'client', state: text('related'), done: text('done'), turn: 0, toldAt: 1 },
  ],
  recaps: [{ n: 1, turn: 1, at: 1, text: words('Taken up'), summary: [text('recap')], visit: 1 }],
  notes: [{ id: 'n', turn: 0, text: 'CANARY note', by: 'Sam', at: 1 }],
  open: {},
  deeds: [
    {
      hash: 'h',
      subject: 'CANARY plan',
      title: text('plan'),
      action: 'a',
      visit: 1,
      outcome: 'done',
      at: 1,
      approvedBy: [sam],
    },
  ],
  due: [],
  lastAt: 2,
};

/** What is still there of which kind. */
function left(classes: readonly FieldClass[]): readonly string[] {
  const kinds = [...JSON.stringify(redacted(it, classes)).matchAll(/CANARY (\w+)/g)].map(
    ([, kind = '']) => kind,
  );
  return [...new Set(kinds)].toSorted();
}

test('all classes together leave nothing that a client or a person said', () => {
  expect(left([]).length).toBeGreaterThan(10);
  expect(left(fieldClasses)).toEqual([]);
  const after = redacted(it, fieldClasses);
  expect(after.redacted).toEqual({ texts: 9, facts: 9, findings: 9, plans: 9 });
  expect(JSON.stringify(after)).toContain('Approved by {names}","values":{"names":"Lea and Max"}');
  expect(after).toMatchObject({
    openedBy: sam,
    hold: it.hold,
    deeds: [{ hash: 'h', outcome: 'done', approvedBy: [sam] }],
    ended: { outcome: 'cancelled', at: 2 },
    visits: [{ step: 's', ledTo: 't', settled: { by: 'Sam', answer: { choice: 'typed' } } }, {}, {}],
  });
});

test.each<[FieldClass, readonly string[]]>([
  ['texts', ['explain', 'fact', 'finding', 'plan', 'question', 'script']],
  ['facts', ['alarm', 'finding', 'note', 'parked', 'plan']],
  [
    'findings',
    ['alarm', 'answer', 'end', 'explain', 'fact', 'note', 'parked', 'plan', 'question', 'reason', 'script'],
  ],
  [
    'plans',
    [
      'alarm',
      'answer',
      'end',
      'explain',
      'fact',
      'finding',
      'note',
      'parked',
      'question',
      'reason',
      'script',
    ],
  ],
])('%s alone leave what is of other classes', (name, kinds) => {
  expect(left([name])).toEqual(kinds);
});
