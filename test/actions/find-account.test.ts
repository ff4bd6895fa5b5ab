import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createHandlers } from '../../src/actions/handlers.ts';
import { rig, said, whmOf } from './rig.ts';
import type { Rig } from './rig.ts';
import { mailingOf } from '../../src/mailing.ts';

let one: Rig;
let two: Rig;
beforeAll(async () => {
  [one, two] = await Promise.all([rig(), rig()]);
});
afterEach(() => {
  one.reset();
  two.reset();
});
afterAll(() => Promise.all([one.sims.close(), two.sims.close()]));

const look = (client: string) => one.handlers().clientAccount({ client }, one.context());
const lookOnBoth = (client: string) =>
  one
    .handlers({}, [['host3', whmOf(two.sims, 5000, () => two.clock.at)]])
    .clientAccount({ client }, one.context());

test.each([
  ['acme-cpa.example', { account: 'acmecpa', server: 'host2', domain: 'acme-cpa.example' }],
  [
    'info@acme-cpa.example',
    { account: 'acmecpa', server: 'host2', domain: 'acme-cpa.example', mailbox: 'info@acme-cpa.example' },
  ],
  ['acmecpa', { account: 'acmecpa', server: 'host2', domain: 'acme-cpa.example' }],
  ['acme-payroll.example', { account: 'acmecpa', server: 'host2', domain: 'acme-payroll.example' }],
  ['https://WWW.Acme-CPA.example/mail', { account: 'acmecpa', server: 'host2', domain: 'acme-cpa.example' }],
  [
    'münchner-steuer.example',
    { account: 'muenchner', server: 'host2', domain: 'xn--mnchner-steuer-gsb.example' },
  ],
])('%s is found', async (client, facts) => {
  const result = await look(client);
  expect(result).toMatchObject({ outcome: 'found', facts });
  expect(said(result)).toMatch(/^pass: Account \w+ on host2, plan CPA Site Standard, active/);
  expect(one.writes()).toEqual([]);
});

test('no fact is brought that is not known', async () => {
  expect((await look('acmecpa')).facts).toEqual({
    account: 'acmecpa',
    server: 'host2',
    domain: 'acme-cpa.example',
    siteIp: expect.stringMatching(/^[\d.]+$/),
  });
});

test('a further domain says whose it is', async () => {
  expect(said(await look('acme-payroll.example'))).toContain('whose main domain is acme-cpa.example');
});

test('a suspended account brings its reason', async () => {
  const result = await look('northgate-accounting.example');
  expect(result).toMatchObject({
    outcome: 'suspended',
    facts: { suspendReason: expect.stringContaining('Invoice 2291') },
  });
  expect(said(result)).toMatch(/^fail: Account northgate on host2 is suspended: Invoice 2291/);
});

test('held outgoing mail is a warning', async () => {
  const account = one.sims.world.accounts[0];
  if (account !== undefined) account.outgoingHold = true;
  expect(said(await look('acme-cpa.example'))).toContain('warning: Outgoing mail of acmecpa is held');
});

test('an account whose mail is kept on another of our servers brings which', async () => {
  const { facts } = await look('acmecpa');
  expect(facts).not.toHaveProperty('mailNode');
  for (const account of one.sims.world.accounts) if (account.user === 'acmecpa') account.mailNode = 'mail7';
  expect((await look('acmecpa')).facts).toMatchObject({ mailNode: 'mail7' });
});

test.each([
  ['acme-cpas.example', ['acme-cpa.example']],
  ['acme-cpa.com', ['acme-cpa.example']],
  ['info@acme-cpas.example', ['info@acme-cpa.example']],
  ['summit', ['summit-books.example', 'summitbk']],
  ['nobody-near-this-one.example', []],
])('%s is not found, near matches %j', async (client, nearMatches) => {
  const result = await look(client);
  expect(result).toMatchObject({ outcome: 'notFound', facts: { nearMatches } });
  expect(said(result)).toContain('is on none of our servers (host2).');
});

test('near matches never list all accounts', async () => {
  await look('zz.example');
  const lists = one.sims.calls().filter((call) => call.function === 'listaccts');
  expect(lists).toHaveLength(1);
  expect(lists[0]?.params).toMatchObject({ search: expect.stringContaining('zz'), 'api.chunk.size': '50' });
});

test('near matches that cannot be asked for are none', async () => {
  one.sims.faults.next('listaccts', 'loginPage');
  expect(await look('acme-cpas.example')).toMatchObject({ outcome: 'notFound', facts: { nearMatches: [] } });
});

test.each(['getdomainowner', 'accountsummary'])(
  'whatever goes wrong with %s, it is unknown and never notFound',
  async (name) => {
    for (const fault of [
      'loginPage',
      'cutJson',
      'resetBefore',
      'stringResultZero',
      'deniedHtml',
      'empty',
      'unavailable',
    ] as const) {
      one.reset();
      one.sims.faults.next(name, fault, 2);
      const result = await look('acme-cpa.example');
      expect.soft(result.outcome, fault).toBe('unknown');
      expect.soft(said(result), fault).toMatch(/^unknown: I could not ask host2/);
    }
  },
);

test('found on one server although the other cannot be asked', async () => {
  two.sims.faults.next('*', 'loginPage', 9);
  const result = await lookOnBoth('acme-cpa.example');
  expect(result).toMatchObject({ outcome: 'found', facts: { server: 'host2' } });
  expect(said(result)).toContain('unknown: I could not ask host3');
});

test('not found on one server while the other cannot be asked is unknown', async () => {
  two.sims.world.accounts = [];
  one.sims.faults.next('*', 'loginPage', 9);
  expect((await lookOnBoth('acme-cpa.example')).outcome).toBe('unknown');
});

test('of two servers the one where it is active counts, and the other is named', async () => {
  const left = one.sims.world.accounts[0];
  if (left !== undefined) left.suspendReason = 'moved to host3';
  const result = await lookOnBoth('acme-cpa.example');
  expect(result).toMatchObject({ outcome: 'found', facts: { server: 'host3' } });
  expect(said(result)).toContain('warning: acme-cpa.example is also on host2');
});

test('without WHM it is unknown', async () => {
  const handlers = createHandlers({
    whms: new Map(),
    cpa: undefined,
    quotaStepMb: 100,
    mailing: mailingOf(undefined, Date.now),
  });
  const result = await handlers.clientAccount({ client: 'acme-cpa.example' }, one.context());
  expect(result.outcome).toBe('unknown');
  expect(said(result)).toContain('WHM is not configured');
});

test.each(['__proto__', 'constructor', '203.0.113.7', 'two.example three.example', '<!channel>'])(
  '%s is refused or not found, never a defect',
  async (client) => {
    const result = await look(client);
    expect(['unknown', 'notFound']).toContain(result.outcome);
  },
);
