import { describe, expect, test } from 'vitest';
import type { InboundEvent } from '../../src/engine/event.ts';
import { canonical, genesis, logRow, openRow, redactedFields, verifyRows } from '../../src/store/chain.ts';
import type { ChainEnd } from '../../src/store/chain.ts';
import type { LogRow } from '../../src/store/store.ts';
import { lea, said, salt } from './fixtures.ts';

function chain(length: number, id = 'INC-1'): LogRow[] {
  const rows: LogRow[] = [];
  let end: ChainEnd = genesis(id);
  for (let n = 1; n <= length; n++) {
    const row = logRow(end, said(id, n), { ok: true, incident: id }, salt);
    rows.push(row);
    end = { seq: row.seq, head: row.hash };
  }
  return rows;
}

/** The rows with one of them changed; `line` counts from 1. */
function changed(rows: readonly LogRow[], line: number, change: (row: LogRow) => Partial<LogRow>): LogRow[] {
  return rows.map((row, n) => (n + 1 === line ? { ...row, ...change(row) } : row));
}

describe('canonical JSON', () => {
  test('has one text for one value', () => {
    expect(canonical({ b: [1, { d: null, c: 'ü"' }], a: undefined, '10': true, '9': -0 })).toBe(
      '{"10":true,"9":0,"b":[1,{"c":"ü\\"","d":null}]}',
    );
    expect(canonical(JSON.parse('{"__proto__":{"x":1},"constructor":2}'))).toBe(
      '{"__proto__":{"x":1},"constructor":2}',
    );
  });
});

describe('a row of the log', () => {
  test('gives the event back as it was', () => {
    const event: InboundEvent = {
      type: 'run.finished',
      key: 'k',
      outcome: 'blocked',
      facts: { ip: '203.0.113.7', lists: ['a', 'b'] },
      findings: [
        { check: 'csf', verdict: 'fail', text: { template: 'blocked {ip}', values: { ip: '203.0.113.7' } } },
      ],
      id: 'e',
      source: 'run',
      incident: 'INC-1',
      at: 5,
      actor: lea,
    };
    const row = logRow(genesis('INC-1'), event, { ok: true, incident: 'INC-1' }, salt);
    expect(openRow(row)).toEqual(event);
    expect(row).toMatchObject({ incident: 'INC-1', seq: 1, source: 'run', eventId: 'e', at: 5 });
    expect(row.body).not.toContain('203.0.113.7');
    expect(row.secrets).toContain('203.0.113.7');
  });

  test('commits to the same words differently under another salt', () => {
    const [one, two] = ['1', '2'].map((by) =>
      logRow(genesis('INC-1'), said('INC-1', 1), { ok: true, incident: '' }, () => by),
    );
    expect(one?.hash).not.toBe(two?.hash);
  });

  test('asks for a new salt for each field', () => {
    const event: InboundEvent = { ...said('INC-1', 1), type: 'incident.cancelled', why: 'same' };
    let asked = 0;
    logRow(genesis('INC-1'), event, { ok: true, incident: '' }, () => `${asked++}`);
    expect(asked).toBe(2);
  });
});

describe('the chain', () => {
  test('verifies whole, and empty', () => {
    const rows = chain(5);
    expect(verifyRows(rows, rows.at(-1)?.hash)).toEqual({ ok: true, count: 5 });
    expect(verifyRows([])).toEqual({ ok: true, count: 0 });
    expect(verifyRows([], rows.at(-1)?.hash)).toMatchObject({ ok: false, line: 1 });
  });

  test('still verifies when words were redacted, and says which', () => {
    const rows = changed(chain(5), 3, () => ({ secrets: '{}' }));
    expect(verifyRows(rows, rows.at(-1)?.hash)).toEqual({ ok: true, count: 5 });
    expect(rows.map((row) => redactedFields(row))).toEqual([[], [], ['text'], [], []]);
    expect(rows[2] && openRow(rows[2])).toMatchObject({ type: 'answer.given', text: '[redacted]' });
  });

  const other = chain(5, 'INC-2');
  test('a redacted alarm is still a sentence', () => {
    const text = { template: 'imap is down on {server}', values: { server: 'host2' } };
    const { key: _, text: __, ...stamp } = { ...said('INC-1', 1), key: '', text: '' };
    const event: InboundEvent = {
      ...stamp,
      type: 'server.suspected',
      server: 'host2',
      sign: 'imap down',
      text,
    };
    const row = logRow(genesis('INC-1'), event, { ok: true, incident: 'INC-1' }, salt);
    expect(openRow(row)).toEqual(event);
    expect(openRow({ ...row, secrets: '{}' })).toEqual({ ...event, text: { template: '[redacted]' } });
  });

  test.each<[string, (rows: LogRow[]) => LogRow[], number, string]>([
    [
      'a changed body',
      (rows) => changed(rows, 2, ({ body }) => ({ body: body.replace('k2', 'k3') })),
      2,
      'hash',
    ],
    [
      'changed words',
      (rows) => changed(rows, 2, (r) => ({ secrets: r.secrets.replace('mail', 'nail') })),
      2,
      '"text"',
    ],
    [
      'a changed salt',
      (rows) => changed(rows, 2, (r) => ({ secrets: r.secrets.replace('0123', '0124') })),
      2,
      '"text"',
    ],
    [
      'invented words',
      (rows) => changed(rows, 2, () => ({ secrets: '{"why":{"salt":"","value":""}}' })),
      2,
      '"why"',
    ],
    ['secrets that are no JSON', (rows) => changed(rows, 2, () => ({ secrets: '{' })), 2, 'secrets'],
    ['another time', (rows) => changed(rows, 4, () => ({ at: 1 })), 4, '"at"'],
    ['another source', (rows) => changed(rows, 4, () => ({ source: 'x' })), 4, '"source"'],
    ['another event id', (rows) => changed(rows, 4, () => ({ eventId: 'x' })), 4, '"id"'],
    ['another number', (rows) => changed(rows, 4, () => ({ seq: 9 })), 4, 'numbered 9'],
    ['a missing first row', (rows) => rows.slice(1), 1, 'numbered 2'],
    ['a missing row', (rows) => rows.toSpliced(2, 1), 3, 'numbered 4'],
    ['a row twice', (rows) => rows.toSpliced(2, 0, ...rows.slice(1, 2)), 3, 'numbered 2'],
    ['rows in another order', (rows) => [0, 2, 1, 3, 4].flatMap((n) => rows[n] ?? []), 2, 'numbered 3'],
    ['a row of another incident', (rows) => rows.toSpliced(2, 1, ...other.slice(2, 3)), 3, 'INC-2'],
    ['a cut end', (rows) => rows.slice(0, 3), 4, 'end of the log'],
  ])('%s is found', (_, damage, line, reason) => {
    const rows = chain(5);
    const found = verifyRows(damage(rows), rows.at(-1)?.hash);
    expect(found).toMatchObject({ ok: false, line, reason: expect.stringContaining(reason) });
  });

  test('another incident’s whole chain under a new name is found', () => {
    const rows = chain(2).map((row) => ({ ...row, incident: 'INC-2' }));
    expect(verifyRows(rows)).toMatchObject({
      ok: false,
      line: 1,
      reason: 'does not follow the row before it',
    });
  });
});
