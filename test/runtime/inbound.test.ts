import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOpeningFacts, readPressable } from '../../src/runtime/inbound.ts';

const good = [
  { type: 'answer.given', key: '3.answer', choice: 'yes' },
  { type: 'answer.given', key: '3.answer', text: 'x'.repeat(10 * 1024) },
  { type: 'answer.corrected', visit: 2, text: '<!channel> <b>{ip}</b>\u0000' },
  { type: 'confirm.pressed', key: '3.approval.0', hash: 'a'.repeat(64), decision: 'approve' },
  { type: 'confirm.pressed', key: '3.approval.0', hash: 'a'.repeat(64), decision: 'reject', why: 'no' },
  { type: 'time.came', key: '3.look.1' },
  { type: 'note.added', text: 'x' },
  { type: 'note.edited', note: 'press-7', text: 'x' },
  { type: 'incident.taken-over' },
  { type: 'incident.handed-over', to: { id: 'slack:T1/U1', person: 'lea', name: 'Lea' } },
  { type: 'incident.parked' },
  { type: 'incident.resumed' },
  { type: 'incident.cancelled', why: 'x' },
];

describe('a press', () => {
  it.each(good)('of $type is read as it is', (event) => {
    expect(readPressable(event)).toEqual({ ok: true, value: event });
  });

  it.each([
    ['no object', 'answer.given'],
    ['nothing', undefined],
    ['a list', [{ type: 'incident.resumed' }]],
    ['an event that only mailfix makes', { type: 'run.finished', key: '2.blocked.0', outcome: 'clear' }],
    [
      'a decision of its own',
      { type: 'confirm.decided', key: '3.press.4', authority: { allowed: true, roles: [], reason: '' } },
    ],
    ['one field too many', { type: 'incident.resumed', actor: { id: 'web:lea' } }],
    ['a key that is no text', { type: 'time.came', key: ['3.look.1'] }],
    ['a key with odd characters', { type: 'time.came', key: "3'; drop table" }],
    ['a key without end', { type: 'time.came', key: '3'.repeat(201) }],
    ['a visit that is no number', { type: 'answer.corrected', visit: '2' }],
    ['a hidden prototype', JSON.parse('{"type":"incident.resumed","__proto__":{"x":1}}')],
    [
      'a hidden prototype inside',
      JSON.parse('{"type":"incident.handed-over","to":{"id":"a","person":"b","name":"c","__proto__":{}}}'),
    ],
    ['a type of every object', { type: 'constructor' }],
  ])('that is %s is refused in words', (_, event) => {
    const read = readPressable(event);
    expect(read).toMatchObject({
      ok: false,
      refusal: { code: 'malformed', message: expect.stringContaining('buttons') },
    });
  });

  it('with more than 10 kB of text is refused beside its field', () => {
    const read = readPressable({ type: 'note.added', text: 'ä'.repeat(5 * 1024 + 1) });
    expect(read).toMatchObject({ ok: false, refusal: { code: 'bad-text', field: 'text' } });
  });

  it('never throws, whatever comes', () => {
    let refused = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything({ withNullPrototype: true }),
          fc.json().map((json) => JSON.parse(json)),
        ),
        (event) => {
          if (!readPressable(event).ok) refused += 1;
          readOpeningFacts(event);
        },
      ),
      { numRuns: 300 },
    );
    expect(refused).toBe(300);
  });
});

describe('the facts of an opening', () => {
  it('are texts of bounded length under plain names', () => {
    expect(readOpeningFacts({ client: 'acme.example' })).toEqual({
      ok: true,
      value: { client: 'acme.example' },
    });
    expect(readOpeningFacts({ client: 7 })).toMatchObject({ ok: false, refusal: { code: 'malformed' } });
    expect(readOpeningFacts({ client: 'x'.repeat(10_241) })).toMatchObject({
      refusal: { code: 'bad-text', field: 'client' },
    });
    expect(readOpeningFacts(JSON.parse('{"__proto__":"x"}'))).toMatchObject({ ok: false });
  });
});
