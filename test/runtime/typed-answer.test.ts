import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { plain } from '../../src/engine/card.ts';
import type { PressableEvent } from '../../src/engine/event.ts';
import { mistypedAnswer, typedAnswer } from '../../src/runtime/typed-answer.ts';
import type { Conversation } from '../conversation.ts';
import { dialog, incident } from '../dialogs/cannot-receive/shipped.ts';
import { open, proposed, rig, sam } from './rig.ts';

const atError = () => incident();
const atChanged = () => incident().answers('none');
const atSites = () => incident().answers('none', 'no');
const atIp = () => incident().answers('none', 'no', 'neither');
const atClient = () => incident({}, {});

describe('typed into the thread, as the answer to the open question', () => {
  it.each<
    readonly [
      string,
      () => Conversation,
      string,
      Partial<PressableEvent & { type: 'answer.given' }> | undefined,
    ]
  >([
    ['yes', atChanged, 'yes', { choice: 'yes' }],
    ['a short yes', atChanged, ' Y. ', { choice: 'yes' }],
    ['a short no', atChanged, 'nope!', { choice: 'no' }],
    ['a choice by its label', atSites, 'only BYF', { choice: 'byf' }],
    ['a label with another apostrophe', atSites, "they can't tell", { choice: 'unknown' }],
    ['a choice by its name', atSites, 'neither', { choice: 'neither' }],
    ['an address', atIp, '203.0.113.7', { text: '203.0.113.7' }],
    ['an address in brackets', atIp, '(203.0.113.7).', { text: '(203.0.113.7).' }],
    [
      'an address in a sentence',
      atIp,
      'it says 203.0.113.7 in blue',
      { text: 'it says 203.0.113.7 in blue' },
    ],
    ['a newer address', atIp, '2001:4860::7', { text: '2001:4860::7' }],
    // It is refused, and whoever typed it hears why.
    ['a private address alone', atIp, '192.168.1.20', { text: '192.168.1.20' }],
    ['a private address in a remark', atIp, 'their printer is 192.168.1.20 they say', undefined],
    ['two addresses', atIp, '203.0.113.7 or 203.0.113.8', undefined],
    ['a mailbox', atClient, 'info@acme.example', { text: 'info@acme.example' }],
    ['a domain', atClient, 'acme.example', { text: 'acme.example' }],
    ['one word that could be an account', atClient, 'ok', undefined],
    ['a remark with a domain in it', atClient, 'calling acme.example back', undefined],
    ['a remark', atChanged, 'no idea, she is looking it up', undefined],
    ['an address as it was read out', atIp, '203 dot 0 dot 113 dot 7', { text: '203 dot 0 dot 113 dot 7' }],
    ['an address with commas', atIp, 'the IP is 203, 0, 113, 7', { text: 'the IP is 203, 0, 113, 7' }],
    [
      'a mailbox as it was read out',
      atClient,
      'info at acme dot example',
      { text: 'info at acme dot example' },
    ],
    ['a Spanish yes', atChanged, 'Sí', { choice: 'yes' }],
    ['that they do not know, in Spanish', atChanged, 'no sé', { choice: 'unknown' }],
    ['yes where nobody asked yes or no', atError, 'yes', undefined],
    ['a choice that needs a text', atError, 'Another …', undefined],
    ['nothing', atChanged, '  ', undefined],
    ['a whole letter that begins with yes', atChanged, `yes ${'and '.repeat(100)}`, undefined],
    ['a name of JavaScript', atChanged, 'constructor', undefined],
  ])('%s', (_, asked, text, expected) => {
    const at = asked().it;
    const answer = typedAnswer(dialog, at, text);
    if (expected === undefined) expect(answer).toBeUndefined();
    else expect(answer).toMatchObject({ type: 'answer.given', key: expect.any(String), ...expected });
  });
});

describe('said in the thread', () => {
  const said = (text: string, id = 'said-1') =>
    [text, { id, source: 'chat', incident: 'INC-1', actor: sam }, false] as const;

  test('an answer is taken, a remark is noted, and a wrong answer is noted and told', async () => {
    const it = rig();
    const life = it.boot();
    await open(life);
    await it.clock.settle();
    expect(await life.dispatcher.say(...said('calling them back'))).toMatchObject({ ok: true });
    expect(await life.dispatcher.say(...said('2001:db8::7', 'said-2'))).toMatchObject({
      ok: false,
      refusal: { message: 'That is no address.' },
    });
    expect((await it.read('INC-1')).notes.map(({ text }) => text)).toEqual([
      'calling them back',
      '2001:db8::7',
    ]);
    it.firewall.blocked.add('203.0.113.7');
    expect(await life.dispatcher.say(...said('203.0.113.7', 'said-3'))).toMatchObject({ ok: true });
    await it.clock.settle();
    const { visits, notes } = await it.read('INC-1');
    expect(plain(visits[0]?.settled?.text ?? { template: '' })).toBe('203.0.113.7');
    expect(notes).toHaveLength(2);
  });

  test('what is delivered again is one event', async () => {
    const it = rig();
    const life = it.boot();
    await open(life);
    for (let n = 0; n < 4; n += 1) await life.dispatcher.say(...said('a remark'));
    expect((await it.read('INC-1')).notes).toHaveLength(1);
  });

  test('nobody approves by typing', async () => {
    const it = rig();
    const life = it.boot();
    await proposed(it, life);
    expect(await life.dispatcher.say(...said('approve'))).toMatchObject({ ok: true });
    expect(await life.dispatcher.say(...said('yes', 'said-2'))).toMatchObject({ ok: true });
    await it.clock.settle();
    expect(it.firewall.writes).toEqual([]);
    expect((await it.read('INC-1')).notes).toHaveLength(2);
  });

  test('more than can be kept is refused in words', async () => {
    const it = rig();
    const life = it.boot();
    await open(life);
    expect(await life.dispatcher.say(...said('x'.repeat(11_000)))).toMatchObject({
      ok: false,
      refusal: { message: 'That is too long: send at most 10 kB of text.' },
    });
  });
});

describe('mistyped', () => {
  const near = (asked: () => Conversation, text: string) => mistypedAnswer(dialog, asked().it, text);

  it.each([
    [atChanged, 'yse', 'yes'],
    [atChanged, 'yess', 'yes'],
    [atSites, 'niether', 'neither'],
    [atSites, 'Only thier own', 'own'],
    [atError, 'Mailbox is ful', 'full'],
    [atError, 'Cannot conect to the POP3 sever', 'pop3'],
  ])('a label is understood, and what was typed stays with it (%#)', (asked, text, choice) => {
    expect(near(asked, text)).toMatchObject({ type: 'answer.given', choice, text });
  });

  it.each([
    [atChanged, 'yet'],
    [atChanged, 'no problem'],
    [atChanged, 'ye'],
    [atSites, 'either'],
    [atSites, 'bath'],
    [atSites, 'they opened neither of the two'],
    [atError, 'their mailbox is full of old mail'],
    [atError, '__proto__'],
    [atIp, 'tehy said so'],
  ])('other words are no label (%#)', (asked, text) => {
    expect(near(asked, text)).toBeUndefined();
  });

  it('which of two is asked for, and neither is taken', () => {
    const step = { label: 'Printer one', next: 'handOver' };
    const choices = { one: step, two: { ...step, label: 'Printer two' }, unknown: { ...step, label: '?' } };
    const other = {
      ...dialog,
      steps: { ...dialog.steps, error: { kind: 'ask' as const, ask: '?', choices } },
    };
    expect(mistypedAnswer(other, atError().it, 'Printer onw')).toMatchObject({ choice: 'one' });
    const alike = { ...choices, two: { ...step, label: 'Printer on2' } };
    const unsure = {
      ...other,
      steps: { ...other.steps, error: { kind: 'ask' as const, ask: '?', choices: alike } },
    };
    expect(mistypedAnswer(unsure, atError().it, 'Printer onw')).toEqual({
      code: 'bad-text',
      message: 'Did you mean “Printer one” or “Printer on2”? Press it, or type it whole.',
      field: 'text',
    });
  });

  it('a label with one wrong letter, a missing or a doubled one is that label, or asked about, and never another', () => {
    const met = { taken: 0, asked: 0, left: 0 };
    const labels = ['error', 'changed', 'sites'].flatMap((id, index) => {
      const step = dialog.steps[id];
      const asked = [atError, atChanged, atSites][index];
      if (step?.kind !== 'ask' || asked === undefined) throw new Error(id);
      return Object.entries(step.choices ?? {})
        .filter(([, { text }]) => text === undefined)
        .map(([choice, { label }]) => ({ choice, label, at: asked().it }));
    });
    const edit = fc.record({ where: fc.nat(60), how: fc.constantFrom('drop', 'double', 'swap', 'wrong') });
    fc.assert(
      fc.property(fc.constantFrom(...labels), edit, ({ choice, label, at }, { where, how }) => {
        const index = 1 + (where % Math.max(1, label.length - 1));
        const [before, one = '', two = ''] = [label.slice(0, index), label[index], label[index + 1]];
        const rest = label.slice(index + 1);
        const edits = {
          drop: before + rest,
          double: before + one + one + rest,
          swap: before + two + one + rest.slice(1),
          wrong: `${before}x${rest}`,
        };
        const answer = typedAnswer(dialog, at, edits[how]) ?? mistypedAnswer(dialog, at, edits[how]);
        if (answer === undefined) met.left += 1;
        else if ('code' in answer) met.asked += 1;
        else {
          expect(answer).toMatchObject({ choice });
          met.taken += 1;
        }
      }),
      { numRuns: 300, seed: 5 },
    );
    expect(met.taken).toBeGreaterThan(150);
  });
});

test('what a choice was understood from is said in the thread and kept in the log', () => {
  const talk = atChanged();
  const answer = mistypedAnswer(dialog, talk.it, 'yse');
  if (answer === undefined || 'code' in answer) throw new Error('not understood');
  expect(talk.send(answer, sam)).toMatchObject({ ok: true });
  talk.says('Understood from “yse”.');
  expect(talk.log.at(-1)).toMatchObject({ type: 'answer.given', choice: 'yes', text: 'yse' });
});

test('an address that was read out is saved as it is written', () => {
  const talk = atIp();
  talk.types('203 dot 0 dot 113 dot 7').says('203.0.113.7');
});
