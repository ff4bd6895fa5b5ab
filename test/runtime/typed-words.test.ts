import { describe, expect, it, test } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { meantBy, type Meant } from '../../src/runtime/typed-words.ts';
import type { Conversation } from '../conversation.ts';
import { acme, dialog, incident, suspected } from '../dialogs/cannot-receive/shipped.ts';
import { open, proposed, rig, sam } from './rig.ts';

const meant = ({ it: incident }: Conversation, text: string) =>
  meantBy({ dialog, contracts, it: incident }, text);
const atIp = () => incident().answers('none', 'no', 'neither');
const ipKnown = () => incident(suspected).answers('203.0.113.7');
const byAccount = () => incident({ clientAccount: ['found', acme] }, { client: 'acmecpa' });

describe('words that mean the same at every step', () => {
  it.each<readonly [string, Partial<Meant & object> | undefined]>([
    ['back', { type: 'answer.reopened', visit: 6 }],
    [' Go back. ', { type: 'answer.reopened' }],
    ["I don't know", { type: 'answer.given', choice: 'unknown' }],
    ['skip', { type: 'answer.given', choice: 'unknown' }],
    ['repeat', { type: 'question.repeated' }],
    ['Start over!', { type: 'incident.restarted' }],
    ['escalate', { type: 'incident.escalated' }],
    ['what do we know', { shows: 'known' }],
    ['take over', { type: 'incident.taken-over' }],
    ['cancel: called twice', { type: 'incident.cancelled', why: 'called twice' }],
    ['cancel', { code: 'bad-text', message: 'To cancel it, type “cancel:” and why.' }],
    ['back in five minutes', undefined],
    ['they had to cancel the call', undefined],
    ['I know', undefined],
    ['__proto__', undefined],
  ])('%s', (text, expected) => {
    const found = meant(atIp(), text);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });
});

describe('corrections in words', () => {
  it.each<readonly [string, () => Conversation, string, Partial<Meant & object> | undefined]>([
    [
      'the address',
      ipKnown,
      'actually the IP is 203.0.113.24',
      { type: 'answer.corrected', text: '203.0.113.24' },
    ],
    [
      'without a name for it',
      ipKnown,
      'Actually, 203.0.113.24',
      { type: 'answer.corrected', text: '203.0.113.24' },
    ],
    [
      'with a no before it',
      ipKnown,
      'no, it is 203.0.113.24.',
      { type: 'answer.corrected', text: '203.0.113.24' },
    ],
    [
      'only by its name',
      ipKnown,
      'the ip is 203.0.113.24',
      { type: 'answer.corrected', text: '203.0.113.24' },
    ],
    [
      'a mailbox that WHM told',
      byAccount,
      'the mailbox is kim@acme.example',
      { type: 'fact.corrected', fact: 'mailbox', text: 'kim@acme.example' },
    ],
    [
      'the client',
      byAccount,
      'sorry, the client is other.example',
      { type: 'answer.corrected', visit: 1, text: 'other.example' },
    ],
    [
      'a mail address that could be two things',
      byAccount,
      'actually kim@acme.example',
      { code: 'bad-text', message: expect.stringContaining('“the mailbox is kim@acme.example”') },
    ],
    ['a choice, by its label', atIp, 'actually: yes', { type: 'answer.corrected', choice: 'yes' }],
    ['a choice, by its label alone', atIp, 'correction: Both', { type: 'answer.corrected', choice: 'both' }],
    ['two values', ipKnown, 'actually 203.0.113.24 or 203.0.113.25', { code: 'bad-text' }],
    ['no value at all', ipKnown, 'actually they are closed today', undefined],
    ['a remark about a machine', ipKnown, 'the printer is 192.168.1.20', undefined],
    ['a remark', ipKnown, 'no idea what they mean', undefined],
  ])('%s', (_, asked, text, expected) => {
    const found = meant(asked(), text);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });
});

describe('said in the thread', () => {
  const by = (id: string) => ({ id, source: 'chat', incident: 'INC-1', actor: sam });

  test('a correction shows what it takes back, and nothing is noted or done until that is accepted', async () => {
    const it = rig();
    const life = it.boot();
    await proposed(it, life);
    const { seq } = await it.read('INC-1');
    const reply = await life.dispatcher.say('actually the ip is 203.0.113.24', by('say-1'), false);
    expect(reply).toMatchObject({
      ok: false,
      refusal: { code: 'confirm', confirm: { event: { type: 'answer.corrected', text: '203.0.113.24' } } },
    });
    expect((await it.read('INC-1')).seq).toBe(seq);
    const event = reply.ok ? undefined : reply.refusal.confirm?.event;
    expect(await life.dispatcher.press(event, by('press-1'))).toMatchObject({ ok: true });
    await it.clock.settle();
    expect((await it.read('INC-1')).visits.filter(({ struck }) => struck === true)).not.toEqual([]);
    expect((await it.read('INC-1')).notes).toEqual([]);
  });

  test('a verb is taken once, however often it is delivered; one that cannot be is refused and not noted', async () => {
    const it = rig();
    const life = it.boot();
    await open(life);
    await it.clock.settle();
    expect(await life.dispatcher.say('back', by('say-1'), false)).toMatchObject({
      ok: false,
      refusal: { code: 'late' },
    });
    expect(await life.dispatcher.steer('repeat', by('say-2'))).toMatchObject({ ok: true });
    const { seq } = await it.read('INC-1');
    expect(await life.dispatcher.steer('repeat', by('say-2'))).toMatchObject({ ok: true });
    expect(await life.dispatcher.say('known', by('say-3'), false)).toMatchObject({
      ok: true,
      shows: 'known',
    });
    expect(await it.read('INC-1')).toMatchObject({ seq, notes: [] });
    expect(await life.dispatcher.steer('back', { ...by('say-4'), incident: 'INC-9' })).toMatchObject({
      ok: false,
    });
  });
});
