import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import type { Actor, EventBody, InboundEvent } from '../../src/engine/event.ts';
import { step, type Stepped } from '../../src/engine/step.ts';
import { lea, sam, type Conversation } from '../conversation.ts';
import { acme, cause, dialog, incident, proposal } from './cannot-receive/shipped.ts';
import { templatesIn } from './promises.ts';

const texts = [
  '<!channel> <@U123> <!here|x>',
  '<at>Lea</at>',
  '[click](http://evil.example) and [x](javascript:alert(1))',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '{ip} {client} {owner} {typed} {why} {value}',
  '**bold** `code` ~~gone~~ &amp; "quoted" \\ ${x} %s $& $1',
  '__proto__',
  'constructor',
  'prototype',
];
const names = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  '<!channel>',
  '{ip}',
  '',
];

/** A conversation in which somebody writes this in every place that takes free text, and is called it too. */
function writtenEverywhere(text: string): Conversation {
  const mallory: Actor = { id: 'web:mallory', person: 'mallory', name: text };
  const talk = incident({ ipBlock: ['blocked'], 'act:unblockIp': ['failed'] }, {}).types(
    'acme.example',
    mallory,
  );
  talk.clicks('Another …', text, mallory).answers('no', 'neither', '203.0.113.7');
  const send = (body: EventBody, actor = mallory): void =>
    expect(talk.send(body, actor)).toMatchObject({ ok: true });
  send({ type: 'note.added', text });
  send({ type: 'note.edited', note: talk.it.notes[0]?.id ?? '', text: `${text}!` });
  send({ type: 'incident.handed-over', to: mallory, why: text });
  send({ type: 'incident.parked', why: text });
  send({ type: 'effect.died', key: 'none', what: text, why: text });
  talk
    .approves('Approve', { ...mallory, id: 'web:eve', person: 'eve' })
    .says('Un-block 203.0.113.7')
    .clicks('Done by hand …', text, mallory);
  talk
    .waits(10)
    .clicks('again')
    .world({ unblockIp: ['planned', { from: text }] })
    .rejects(text);
  return talk.ends('escalated');
}

describe('what people write', () => {
  it.each(texts)('is shown as they wrote it: %s', (text) => {
    const talk = writtenEverywhere(text);
    talk.says(
      `Another: ${text}`,
      `Done by hand: ${text}`,
      `Rejected: ${text}`,
      `Approved by ${text}`,
      `Owner: ${text}`,
    );
    talk.says(`This did not work: ${text}. ${text}`);
    for (const template of templatesIn([...talk.cards().values(), talk.effects]))
      expect(template).not.toContain(text);
  });

  it('never changes a template, whatever it is', () => {
    const templates = (text: string): readonly string[] => {
      const talk = writtenEverywhere(text);
      return templatesIn([...talk.cards().values(), talk.effects]);
    };
    const plainOnes = templates('harmless');
    expect(plainOnes.length).toBeGreaterThan(200);
    const pieces = fc.oneof(
      fc.constantFrom(...texts, ...names),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 4 }), (parts) => {
        expect(templates(`x${parts.join('')}x`)).toEqual(plainOnes);
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('to cancel an incident is shown as they wrote it', () => {
    for (const text of texts) {
      const talk = proposal();
      talk.send({ type: 'incident.cancelled', why: text }, sam);
      talk.says(`Closed: Cancelled: ${text}`).ends('cancelled', text);
      for (const template of templatesIn([...talk.cards().values()])) expect(template).not.toContain(text);
    }
  });
});

describe('what the outside says', () => {
  it.each(texts)('is shown as it said it: %s', (text) => {
    const suspended = incident({
      clientAccount: ['suspended', { ...acme, account: text, suspendReason: text }],
    });
    suspended.ends('escalated').says(`The account ${text} is suspended (${text}).`);
    const unknown = incident({ clientAccount: ['notFound', { nearMatches: [text, 'acme.example'] }] });
    expect(unknown.labels()).toContain(text);
    const several = incident({
      accountQuota: ['room'],
      mailboxQuota: ['several', { fullMailboxes: [text, text] }],
    });
    expect(several.labels()).toContain(text);
    const elsewhere = incident({ mailRouting: ['elsewhere', { mailHosts: text }] });
    elsewhere.says(`it goes to ${text}.`).ends('escalated', `it goes to ${text}.`);
    const down = incident({ mailServices: ['down', { downServices: text }] });
    down.ends('escalated', `${text} on host2 is not running`);
    const suspect = incident({ failingLogins: ['blocked', { suspects: [text], suspectStory: text }] });
    suspect.asks(`Is that the client: ${text}?`).asks(`${text} Ask them to open`);
    expect(suspect.labels()).toContain(text);
    const locked = incident({ failingLogins: ['locked', { lockedBox: text, lockedUntil: text }] });
    locked.asks(`has locked the name ${text} for every address, until ${text}`);
    const address = { client: 'info@acme.example', ip: '203.0.113.7' };
    const near = incident(
      { ipFits: ['near', { likelyIps: [text], likelyWhy: text }], ipBlock: ['blocked'] },
      address,
    );
    near.asks('Is 203.0.113.7 right?').asks(`${text} Please ask them`);
    expect(near.labels()).toContain(text);
    const stuck = incident({ ipBlock: ['stuck', { stuckWhy: text }] }, address);
    stuck.asks(`will not help: ${text}`);
    const said = Object.fromEntries(Object.keys(cause).map((name) => [name, text]));
    const caused = incident({ ipBlock: ['blocked'], rootCause: ['stillTrying', said] }, address);
    caused.says(`${text} for ${text} (${text}) since ${text}`, `it tried again ${text}. After`);
    const talks = [suspended, unknown, several, elsewhere, down, suspect, locked, near, stuck, caused];
    for (const talk of talks) {
      for (const template of templatesIn([...talk.cards().values(), talk.effects]))
        expect(template).not.toContain(text);
    }
  });

  it('cannot say facts or outcomes that no contract names', () => {
    const talk = incident({ clientAccount: 'silent' });
    const facts = JSON.parse(
      '{"__proto__":{"ip":"203.0.113.9"},"constructor":"x","account":"acmecpa"}',
    ) as Record<string, string>;
    talk.send({ type: 'run.finished', key: '2.clientAccount.0', outcome: '__proto__', facts });
    talk
      .says('I could not ask WHM about info@acme.example')
      .asks('Are they getting an error message in Outlook?');
    expect(Object.keys(talk.it.visits[1]?.brought ?? {})).toEqual(['clientAccount']);
  });
});

describe('names that were made up', () => {
  const opened = (facts: Readonly<Record<string, string>>): Stepped => {
    const { id, version } = dialog;
    const stamp = { id: 'e', source: 'test', incident: 'INC-1', at: 0, actor: sam } as const;
    const event: InboundEvent = { ...stamp, type: 'incident.opened', dialog: id, version, facts };
    return step(dialog, contracts, undefined, event);
  };

  it.each(names)('as a fact of the opening are refused: %j', (name) => {
    const facts = JSON.parse(`{"client":"acme.example",${JSON.stringify(name)}:"x"}`) as Record<
      string,
      string
    >;
    expect(Object.keys(facts)).toContain(name);
    expect(opened(facts)).toMatchObject({
      incident: undefined,
      effects: [],
      reply: {
        ok: false,
        refusal: { code: 'malformed', field: name, message: `This runbook knows no fact "${name}".` },
      },
    });
  });

  it('as a value of the opening are read by the fact’s type, or refused beside the field', () => {
    for (const fact of Object.keys(dialog.facts.shape)) {
      for (const text of [...texts, ...names]) {
        const { incident: it, reply } = opened({ [fact]: text });
        if (!reply.ok) expect(reply.refusal).toMatchObject({ code: 'bad-text', field: fact });
        else expect(Object.keys(it?.facts ?? {})).toEqual([fact]);
        expect(templatesIn(it).join('\n')).not.toContain(text === '' ? '\0' : text);
      }
    }
    for (const text of texts) expect(opened({ client: text, ip: text }).reply.ok).toBe(false);
  });

  it.each(names)('as choice, key, hash, note or visit are refused and change nothing: %j', (name) => {
    const asked = incident();
    const open = Object.keys(asked.it.open).find((key) => key.endsWith('.answer')) ?? '';
    expect(asked.refuses({ type: 'answer.given', key: open, choice: name })).toBe(
      `“${name}” is not an answer here: choose one of “Cannot connect to the POP3 server”, “Asks for the password again and again”, “Mailbox is full”, “Another …”, “None, just no mail”, “They can’t tell”.`,
    );
    for (const key of [name, `1.${name}`, `${name}.answer`, `1.${open}`]) {
      for (const body of [
        { type: 'answer.given', key, choice: 'pop3' },
        { type: 'confirm.pressed', key, hash: name, decision: 'approve' },
        { type: 'confirm.decided', key, authority: { allowed: true, roles: [], reason: '' } },
        { type: 'run.finished', key, outcome: 'found' },
        { type: 'time.came', key },
      ] as const) {
        expect(asked.refuses(body)).not.toBe('');
      }
    }
    expect(asked.refuses({ type: 'answer.corrected', visit: 1, choice: name })).toContain(
      'is not an answer here',
    );
    expect(asked.refuses({ type: 'note.edited', note: name, text: 'x' })).toBe('There is no such note.');
    const proposed = proposal();
    const { event } = proposed.button('Approve');
    expect(proposed.refuses({ ...event, hash: name } as EventBody, lea)).toContain('another plan');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each([0, -1, 0.5, 1e9, Number.NaN, Number.POSITIVE_INFINITY])('as a visit are refused: %d', (visit) => {
    expect(incident().refuses({ type: 'answer.corrected', visit, text: 'acme.example' })).toContain(
      'does not stand',
    );
  });
});
