import { describe, expect, it } from 'vitest';
import { words } from '../../src/engine/card.ts';
import type { Actor } from '../../src/engine/event.ts';
import { effectError } from '../../src/errors.ts';
import { hashPlan } from '../../src/runtime/plan-hash.ts';
import { createPolicy } from '../../src/runtime/policy.ts';
import type { PolicyOptions } from '../../src/runtime/policy.ts';

const plan = hashPlan('unblock', {
  subject: 'ip:203.0.113.7',
  title: words('Un-block'),
  input: {},
  calls: [],
  from: 'blocked',
  to: 'clear',
  evidence: [],
  risk: { level: 'low', reasons: [] },
  needs: 1,
});

const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const oid = 'AAAABBBB-0000-1111-2222-333344445555';
const actor = (id: string, person = id): Actor => ({ id, person, name: person });

interface Case extends Partial<PolicyOptions> {
  presser: Actor;
  requesters?: readonly string[];
  approvedBy?: readonly Actor[];
  decision?: 'approve' | 'reject';
}

function ask({ presser, requesters = [], approvedBy = [], decision = 'approve', ...settings }: Case) {
  const policy = createPolicy({
    approvers: ['web:lea'],
    fourEyes: false,
    rolesOf: async () => [],
    ...settings,
  });
  return policy.mayApprove({ presser, requesters, approvedBy, action: 'unblock', plan, decision });
}

describe('who may approve', () => {
  it.each([
    ['web:lea', 'web:lea', true],
    ['web:lea', 'web:Lea', false],
    ['web:lea', 'slack:lea', false],
    ['slack:U1', 'slack:U1', true],
    ['slack:U1', 'slack:T1/U1', true],
    ['slack:T1/U1', 'slack:T1/U1', true],
    ['slack:T1/U1', 'slack:T2/U1', false],
    // In an organisation an account is one in all its workspaces, and so is the person.
    ['slack:E1/U1', 'slack:T2/U1', true, 'slack:E1/U1'],
    ['slack:E1/U1', 'slack:T2/U1', false, 'slack:E2/U1'],
    // Without a workspace it is not known whose U1 that is.
    ['slack:T1/U1', 'slack:U1', false],
    [`teams:${oid}`, `teams:${tenant}/${oid.toLowerCase()}`, true],
    [`teams:${tenant}/${oid}`, `teams:${tenant.toUpperCase()}/${oid}`, true],
    [`teams:${tenant}/${oid}`, `teams:other/${oid}`, false],
    ['slack:U1', 'slack:T1/U1/U1', false],
    ['lea', 'web:lea', false],
  ])('%s in APPROVERS, pressed by %s: %s', async (approver, presser, allowed, person?: string) => {
    expect(await ask({ approvers: [approver], presser: actor(presser, person) })).toMatchObject({ allowed });
  });

  it('is somebody in a group of APPROVERS, at the press', async () => {
    const rolesOf = async () => ['slack:T1/S7', 'slack:T1/S8'];
    const approvers = ['web:lea', 'slack:S7'];
    expect(await ask({ approvers, rolesOf, presser: actor('slack:T1/U1') })).toEqual({
      allowed: true,
      roles: ['slack:T1/S7', 'slack:T1/S8'],
      reason: 'named in APPROVERS as slack:S7',
    });
  });

  it('is nobody while APPROVERS is empty, and the answer names the setting', async () => {
    const answer = await ask({ approvers: [], presser: actor('web:lea') });
    expect(answer).toMatchObject({ allowed: false, reason: expect.stringContaining('Set APPROVERS') });
  });

  it('is nobody whose groups cannot be read, and the answer says to press again', async () => {
    const values = { server: 'chat.example', status: 429, call: 'groups' };
    const error = effectError('cpa.limited', values, { retry: 'later', outcome: 'not-applied' });
    const answer = await ask({ presser: actor('slack:T1/U1'), rolesOf: () => Promise.reject(error) });
    expect(answer.allowed).toBe(false);
    expect(answer.reason).toMatch(
      /^I could not check your groups: The CPA System at chat.example .* press again\.$/,
    );
    const odd = await ask({
      presser: actor('slack:T1/U1'),
      rolesOf: () => Promise.reject(new Error('hunter2')),
    });
    expect(odd).toMatchObject({ allowed: false, reason: expect.not.stringContaining('hunter2') });
  });

  it('is told to whoever may not, by name where one is known', async () => {
    const nameOf = async (id: string) => {
      if (id === 'web:lea') return 'Lea';
      throw new Error('unknown');
    };
    const approvers = ['web:lea', 'slack:U2', 'slack:S7'];
    const { reason } = await ask({ approvers, nameOf, presser: actor('web:sam') });
    expect(reason).toBe('You are not an approver. Please ask Lea, slack:U2 or slack:S7.');
  });
});

describe('under four eyes', () => {
  const approvers = ['web:lea', 'web:tom'];
  const lea = actor('web:lea', 'lea');

  it('whoever asked for an act may not approve it, and hears who may', async () => {
    const answer = await ask({ approvers, fourEyes: true, presser: lea, requesters: ['sam', 'lea'] });
    expect(answer.allowed).toBe(false);
    expect(answer.reason).toBe(
      'You asked for this yourself, so it needs a second person. Please ask web:tom.',
    );
  });

  it('that holds over channels: a person is a person', async () => {
    const settings = { approvers: ['slack:U1'], fourEyes: true, requesters: ['lea'] };
    const { allowed, reason } = await ask({ ...settings, presser: actor('slack:T1/U1', 'lea') });
    expect(allowed).toBe(false);
    expect(reason).toContain('somebody else to be added to APPROVERS');
  });

  it('accounts of two channels that nobody has said are two persons are not taken for two', async () => {
    for (const [presser, requester] of [
      [actor('web:lea'), 'slack:T1/U1'],
      [actor('web:lea', 'lea'), 'slack:T1/U1'],
      [actor('web:lea'), 'sam'],
    ] as const) {
      const answer = await ask({ approvers, fourEyes: true, presser, requesters: [requester] });
      expect(answer).toMatchObject({ allowed: false, reason: expect.stringContaining('two persons') });
    }
  });

  describe('with people whose accounts are known', () => {
    const people = new Map([
      ['lea', ['web:lea', 'slack:U1', `teams:${oid}`]],
      ['sam', ['slack:U2', 'web:sam']],
    ]);
    const same = { approvers: ['web:lea', 'slack:U1', `teams:${oid}`], fourEyes: true, people };

    it.each([
      // Asked in Slack, approved in Teams.
      ['slack:T1/U2', `teams:${tenant}/${oid.toLowerCase()}`, true],
      ['slack:T1/U2', 'web:lea', true],
      // The same human, whatever channel each hand was in.
      ['slack:T1/U1', 'web:lea', false],
      ['web:lea', `teams:${tenant}/${oid}`, false],
      // Somebody of whom nothing is said is another person where Lea's account is known, and nowhere else.
      ['slack:T1/U9', 'web:lea', true],
    ])('asked by %s, pressed by %s: %s', async (requester, presser, allowed) => {
      expect(await ask({ ...same, presser: actor(presser), requesters: [requester] })).toMatchObject({
        allowed,
      });
    });

    it.each([
      ['in Slack', actor('slack:T1/U1', 'slack:E1/U1')],
      ['with another account', actor('web:lea')],
    ])(
      'an entry that names a workspace is of its organisation too: she asked, and presses %s',
      async (_, presser) => {
        const hers = new Map([['lea', ['slack:T1/U1', 'web:lea']]]);
        const settings = { approvers: ['slack:T1/U1', 'web:lea'], fourEyes: true, people: hers };
        const answer = await ask({ ...settings, presser, requesters: ['slack:E1/U1'] });
        expect(answer).toMatchObject({ allowed: false });
      },
    );

    it('it stays in doubt where no channel has accounts of both', async () => {
      const requesters = [`teams:${tenant}/${oid.replace('A', 'C')}`];
      const answer = await ask({ ...same, presser: actor('web:lea'), requesters, people: new Map() });
      expect(answer.reason).toContain('"people" of mailfix.yaml');
    });

    it('whoever is to be asked instead is somebody else', async () => {
      const { reason } = await ask({ ...same, presser: actor('web:lea'), requesters: ['slack:T1/U1'] });
      expect(reason).toContain('somebody else to be added to APPROVERS');
    });
  });

  it('a second person may, and what mailfix asked for by itself needs one person only', async () => {
    const same = { approvers, fourEyes: true };
    expect((await ask({ ...same, presser: lea, requesters: ['sam', 'mailfix'] })).allowed).toBe(true);
    expect((await ask({ ...same, presser: actor('web:lea'), requesters: ['web:sam'] })).allowed).toBe(true);
  });

  it('somebody else of a group may still be asked', async () => {
    const settings = { approvers: ['slack:S7'], fourEyes: true, rolesOf: async () => ['slack:T1/S7'] };
    const { reason } = await ask({ ...settings, presser: actor('slack:T1/U1', 'lea'), requesters: ['lea'] });
    expect(reason).toContain('Please ask slack:S7.');
  });
});

describe('rejecting', () => {
  it('is for approvers and for whoever asked, under four eyes too, and for nobody else', async () => {
    const same = { fourEyes: true, requesters: ['sam'], decision: 'reject' } as const;
    expect((await ask({ ...same, presser: actor('web:sam', 'sam') })).allowed).toBe(true);
    expect((await ask({ ...same, presser: actor('web:lea', 'lea') })).allowed).toBe(true);
    expect((await ask({ ...same, presser: actor('web:eve', 'eve') })).allowed).toBe(false);
  });
});
