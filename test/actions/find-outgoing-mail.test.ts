import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { rig, said } from './rig.ts';
import type { Rig } from './rig.ts';

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const mailbox = 'info@acme-cpa.example';
const look = (more: { mailbox?: string; account?: string } = {}) =>
  one.handlers().outgoingMail({ account: 'acmecpa', server: 'host2', ...more }, one.context());
function acme() {
  const account = one.sims.world.accounts.find(({ user }) => user === 'acmecpa');
  if (account === undefined) throw new Error('there is no acmecpa');
  const box = account.mailboxes.find(({ local }) => local === 'info');
  if (box === undefined) throw new Error('there is no info@');
  return { account, box };
}

test('who may send is said to be free, the account and the mailbox that was named', async () => {
  const result = await look({ mailbox });
  expect(result.outcome).toBe('free');
  expect(said(result)).toMatch(
    /^pass: Outgoing mail of account acmecpa is neither.*\npass: .*info@acme-cpa/s,
  );
});

test.each([
  ['the account', 'suspended', () => (acme().account.outgoingSuspended = true), 'account acmecpa'],
  ['the account', 'held', () => (acme().account.outgoingHold = true), 'account acmecpa'],
  ['the mailbox', 'suspended', () => (acme().box.suspendedOutgoing = true), mailbox],
  ['the mailbox', 'held', () => (acme().box.outgoingHold = true), mailbox],
])('outgoing mail of %s is %s', async (_, outcome, stop, sendStop) => {
  stop();
  const result = await look({ mailbox });
  expect(result).toMatchObject({ outcome, facts: { sendStop } });
  expect(said(result)).toContain(`fail: Outgoing mail of ${sendStop} is ${outcome}`);
});

test('another mailbox of theirs is not asked about', async () => {
  acme().box.suspendedOutgoing = true;
  expect((await look({ mailbox: 'dana@acme-cpa.example' })).outcome).toBe('free');
});

test('what cannot be seen is unknown, never free', async () => {
  expect((await look({ account: 'nobody' })).outcome).toBe('unknown');
  const elsewhere = await one.handlers().outgoingMail({ account: 'acmecpa', server: 'host9' }, one.context());
  expect(elsewhere.outcome).toBe('unknown');
});
