import { expect, test } from 'vitest';
import { connectionsOf } from '../../src/clients/connections.ts';
import { effectError } from '../../src/errors.ts';

const at = Date.UTC(2026, 10, 25, 10);
const down = effectError(
  'whm.timeout',
  { server: 'host3', call: 'getdomainowner', limit: '5 s' },
  { retry: 'later', outcome: 'not-applied' },
);

function whm(answer: () => Promise<string | null>) {
  return { domainOwner: answer };
}

test('every system says how it answered, at most once a minute', async () => {
  let now = at;
  let asked = 0;
  const connections = connectionsOf({
    whms: new Map([
      ['host2', whm(async () => ((asked += 1), null))],
      ['host3', whm(() => Promise.reject(down))],
      ['host4', whm(() => Promise.reject(new TypeError('secret-token')))],
    ]),
    cpa: { hasStatus: true, status: async () => 'unknown' },
    now: () => now,
  });
  expect(await connections()).toEqual([
    { name: 'WHM host2', state: 'up', at },
    { name: 'WHM host3', state: 'down', why: down.message, at },
    { name: 'WHM host4', state: 'down', why: 'It gave no answer.', at },
    { name: 'CPA System', state: 'up', at },
  ]);
  now += 59_000;
  await connections();
  expect(asked).toBe(1);
  now += 1000;
  expect((await connections())[0]).toMatchObject({ at: now });
  expect(asked).toBe(2);
});

test('nobody is asked for whom there are no settings, and nothing that could change something', async () => {
  const none = connectionsOf({ whms: new Map(), cpa: undefined, now: () => at });
  expect(await none()).toEqual([
    { name: 'WHM', state: 'not configured' },
    { name: 'CPA System', state: 'not configured' },
  ]);
  const status = () => Promise.reject(new Error('asked'));
  const silent = connectionsOf({ whms: new Map(), cpa: { hasStatus: false, status }, now: () => at });
  expect(await silent()).toContainEqual({
    name: 'CPA System',
    state: 'unknown',
    why: 'It has no status address (CPA_STATUS_URL).',
  });
});
