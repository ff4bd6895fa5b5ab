import { describe, expect, it } from 'vitest';
import { plain, words } from '../../../src/engine/card.ts';
import type { EventBody } from '../../../src/engine/event.ts';
import type { Incident } from '../../../src/engine/incident.ts';
import type { Plan } from '../../../src/engine/plan.ts';
import { eventInWords } from '../../../adapters/web/event-words.ts';
import { logAsJson, logAsMarkdown } from '../../../adapters/web/log-export.ts';
import { incident } from '../../store/fixtures.ts';
import { ip } from '../../runtime/rig.ts';
import { webRig } from './rig.ts';

const sam = { id: 'web:sam', person: 'web:sam', name: 'Sam' };
const at = Date.UTC(2026, 10, 23, 10, 3, 7);
const plan: Plan = {
  hash: 'h',
  subject: 's',
  title: words('Raise {account}', { account: 'harbor' }),
  input: {},
  calls: [],
  from: '200 MB',
  to: '300 MB',
  evidence: [],
  risk: { level: 'low', reasons: [] },
  needs: 1,
};
const visit = { step: 's', turn: 0, at, by: sam, findings: [], brought: {}, looks: 0, notices: [] };
const told: Incident = incident('INC-1', 9, {
  openedAt: at,
  visits: [
    { ...visit, n: 1, text: words('Do both open?'), settled: { text: words('Yes, both'), by: 'Sam', at } },
    { ...visit, n: 2, text: words('Raise it?'), plan },
  ],
});

const said = (body: EventBody, actor = sam) =>
  plain(eventInWords({ id: 'e', source: 'web', incident: 'INC-1', at, actor, ...body }, told));
const mailfix = { id: 'mailfix', person: 'mailfix', name: 'mailfix' };

describe('an event in words', () => {
  it.each<[EventBody, string]>([
    [
      { type: 'incident.opened', dialog: 'd', version: 1, facts: { client: 'acme', ip: '{client}' } },
      'opened the incident with client acme, ip {client}',
    ],
    [{ type: 'incident.opened', dialog: 'd', version: 1, facts: {} }, 'opened the incident'],
    [{ type: 'answer.given', key: '1.answer', choice: 'both' }, 'answered “Yes, both” to “Do both open?”'],
    [
      { type: 'answer.given', key: '1.answer', choice: 'both', text: 'slowly' },
      'answered “Yes, both: slowly” to “Do both open?”',
    ],
    [
      { type: 'answer.given', key: '77.answer', text: '203.0.113.7' },
      'answered “Yes, both: 203.0.113.7” to “a question”',
    ],
    [
      { type: 'answer.corrected', visit: 1, choice: 'no' },
      'changed the answer to “Do both open?”: “Yes, both”',
    ],
    [
      { type: 'confirm.pressed', key: '2.approval.0', hash: 'h', decision: 'approve' },
      'pressed Approve on “Raise harbor”',
    ],
    [
      { type: 'confirm.pressed', key: '2.approval.0', hash: 'h', decision: 'reject', why: '{what}' },
      'pressed Reject on “Raise harbor”: {what}',
    ],
    [
      {
        type: 'confirm.decided',
        key: '2.press.8',
        authority: { allowed: true, roles: [], reason: 'named in APPROVERS' },
      },
      'was allowed to decide on “Raise harbor”: named in APPROVERS',
    ],
    [
      { type: 'confirm.decided', key: '2.press.8', authority: { allowed: false, roles: [], reason: 'no.' } },
      'was not allowed to decide on “Raise harbor”: no.',
    ],
    [
      { type: 'run.finished', key: '2.plan.0', outcome: 'planned', plan },
      'proposed “Raise harbor”: 200 MB → 300 MB',
    ],
    [{ type: 'run.finished', key: '2.plan.0', outcome: 'failed' }, 'looked before “Raise harbor”: failed'],
    [
      {
        type: 'run.finished',
        key: '2.act.1',
        outcome: 'done',
        findings: [{ check: 'q', verdict: 'pass', text: words('300 MB now') }],
      },
      'carried out “Raise harbor”: done. 300 MB now',
    ],
    [{ type: 'run.finished', key: '1.ipBlock.0', outcome: 'clear' }, 'looked (ipBlock): clear'],
    [
      {
        type: 'run.finished',
        key: '1.ipBlock.0',
        outcome: 'unknown',
        findings: [{ check: 'q', verdict: 'unknown', text: words('no answer') }],
      },
      'looked: not known: no answer',
    ],
    [{ type: 'time.came', key: '1.look.0' }, 'asked to look at once: “Do both open?”'],
    [{ type: 'time.came', key: '2.reminder.0' }, 'reminded the approvers: “Raise it?”'],
    [
      { type: 'time.came', key: '2.expiry.0' },
      'let the proposal expire, since nobody decided in time: “Raise it?”',
    ],
    [{ type: 'time.came', key: '1.deadline.0' }, 'stopped waiting for late checks: “Do both open?”'],
    [{ type: 'time.came', key: '__proto__' }, 'noticed that it was time: “a step”'],
    [
      {
        type: 'server.suspected',
        server: 'host2',
        sign: 'imap down',
        text: words('{x} is down', { x: 'IMAP' }),
      },
      'warned about host2: IMAP is down',
    ],
    [{ type: 'note.added', text: 'hello' }, 'noted: hello'],
    [{ type: 'note.edited', note: 'n', text: 'hello' }, 'edited a note: hello'],
    [{ type: 'incident.taken-over' }, 'took the incident over'],
    [
      { type: 'incident.handed-over', to: sam, why: 'my shift ends' },
      'handed the incident over to Sam: my shift ends',
    ],
    [{ type: 'incident.parked' }, 'parked the incident'],
    [{ type: 'incident.resumed' }, 'took the incident up again'],
    [{ type: 'incident.cancelled', why: 'called twice' }, 'cancelled the incident: called twice'],
    [{ type: 'effect.died', key: 'k', what: 'show', why: 'no answer' }, 'gave up on show: no answer'],
    [{ type: 'incident.held', why: 'court' }, 'put the incident under legal hold: court'],
    [{ type: 'incident.released', why: 'over' }, 'released the incident from legal hold: over'],
    [
      { type: 'incident.redacted', classes: ['texts', 'plans'], why: 'asked' },
      'redacted texts, plans: asked',
    ],
    [{ type: 'dialog.version-changed', to: 2 }, 'went on with version 2 of the runbook'],
  ])('%j', (body, sentence) => {
    expect(said(body)).toBe(sentence);
  });

  it('tells a look of the clock from one that somebody asked for', () => {
    expect(said({ type: 'time.came', key: '1.look.0' }, mailfix)).toBe(
      'looked again when it was time: “Do both open?”',
    );
  });
});

describe('exports', () => {
  const event = {
    id: 'e',
    source: 'web',
    incident: 'INC-1',
    at,
    actor: sam,
    type: 'note.added',
    text: '**x** <b>\n| [l](http://e.example) &',
  } as const;
  const log = [{ seq: 1, hash: 'abcdef0123456789', event, redacted: [] }];
  const exported = {
    incident: { ...told, simulated: true } as const,
    client: '#acme_',
    log,
    timeZone: 'UTC',
  };

  it('are Markdown in which nothing that was said is mark-up', () => {
    const markdown = logAsMarkdown(exported);
    expect(markdown).toContain('# INC-1 · \\#acme\\_');
    expect(markdown).toContain('SIMULATORS: nothing here touched a real server');
    expect(markdown).toContain(
      '1. 2026-11-23 10:03:07 — **Sam** noted: \\*\\*x\\*\\* &lt;b\\> \\| \\[l\\]\\(http://e.example\\) &amp; (`abcdef012345`)',
    );
  });

  it('are JSON with each event as it is and in words', () => {
    expect(JSON.parse(logAsJson(exported))).toMatchObject({
      incident: 'INC-1',
      simulated: true,
      events: [
        {
          seq: 1,
          who: 'Sam',
          at: '2026-11-23T10:03:07.000Z',
          event: { text: event.text },
          hash: 'abcdef0123456789',
        },
      ],
    });
  });

  it('are read in words and loaded as files', async () => {
    const rig = webRig();
    const browser = rig.browser();
    await browser.get('/');
    await browser.submit('open', { client: 'acme.example' });
    await browser.get('/incidents/INC-1');
    await browser.submit('Address', { text: ip });
    await browser.get('/incidents/INC-1/log');
    expect(browser.words).toContain('Sam opened the incident with client acme.example');
    expect(browser.words).toContain(`Sam answered “${ip}” to “Which address?”`);
    expect(browser.words).toContain(`mailfix looked: ${ip} is clear.`);
    for (const [ending, type] of [
      ['html', 'text/html'],
      ['md', 'text/markdown'],
      ['json', 'application/json'],
      ['jsonl', 'application/jsonl'],
    ]) {
      const answer = await browser.get(`/incidents/INC-1/export.${ending}`);
      expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="INC-1.${ending}"`);
      expect(answer.text).toContain('INC-1');
    }
  });
});
