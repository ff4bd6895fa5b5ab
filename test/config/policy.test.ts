import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { actionNames } from '../../src/config-policy.ts';
import { config, problems } from './rig.ts';

const file = '/etc/mailfix.yaml';
const read = (text: string, env: Readonly<Record<string, string>> = {}) =>
  config({ MAILFIX_CONFIG: file, ...env }, { [file]: text });
const wrong = (text: string) => problems({ MAILFIX_CONFIG: file }, { [file]: text });

const whole = `
people:
  lea: [slack:U0LEA, web:lea]
policy:
  default:
    approvers: [slack:S0LEADS, slack:U0LEA]
    within: 1h
    remindAfter: 20m
    escalateTo: web:tom
    escalateAfter: 30m
    quietHours: 22:00-07:00
  unblockIp:
    withoutApproval: true
    raisedRisk: { needs: 2, approvers: [slack:S0LEADS] }
    limits: { perSubject: 3 in 7d, perClient: 5 in 1d, perTechnician: 20 in 1d, inAll: 50 in 24h }
  raiseAccountQuota:
    approvers: [slack:U0ANN]
    needs: 2
    requesterMayApprove: true
    ladder: [200, 300, 500]
    ceiling: 600
`;

describe('policy of mailfix.yaml', () => {
  test('may be written for every action that there is, and for no other', () => {
    const actions = Object.entries(contracts).filter(([, { kind }]) => kind === 'action');
    expect(actions.length).toBeGreaterThan(0);
    expect([...actionNames].toSorted()).toEqual(actions.map(([name]) => name).toSorted());
  });

  test('says for each action what default does not; people may decide with all their accounts', () => {
    const { rules, quotaLadders, approvers, warnings } = read(whole, { APPROVERS: 'web:old' });
    const all = {
      name: 'policy.default',
      approvers: ['slack:S0LEADS', 'slack:U0LEA', 'web:lea'],
      needs: 1,
      requesterMayApprove: false,
      limits: [],
      withinMs: 3_600_000,
      remindAfterMs: 1_200_000,
      escalateTo: ['web:tom'],
      escalateAfterMs: 1_800_000,
      quietHours: { from: 1320, to: 420 },
    };
    const day = 86_400_000;
    expect(rules.default).toEqual(all);
    expect(rules.actions.get('unblockIp')).toEqual({
      ...all,
      name: 'policy.unblockIp',
      withoutApproval: true,
      raisedRisk: { needs: 2, approvers: ['slack:S0LEADS'] },
      limits: [
        { per: 'subject', most: 3, withinMs: 7 * day },
        { per: 'client', most: 5, withinMs: day },
        { per: 'technician', most: 20, withinMs: day },
        { per: 'all', most: 50, withinMs: day },
      ],
    });
    expect(rules.actions.get('raiseAccountQuota')).toMatchObject({
      approvers: ['slack:U0ANN'],
      needs: 2,
      requesterMayApprove: true,
    });
    expect(rules.actions.has('raiseMailboxQuota')).toBe(false);
    expect(quotaLadders).toEqual({ account: { ladder: [200, 300, 500], ceiling: 600 }, mailbox: {} });
    expect(approvers).toEqual(['slack:S0LEADS', 'slack:U0LEA', 'web:lea', 'web:tom', 'slack:U0ANN']);
    expect(warnings).toContain('APPROVERS is not used: mailfix.yaml says otherwise.');
  });

  test('is written in the docs as it can be read', () => {
    const page = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const { rules, quotaLadders } = read(example);
    expect([...rules.actions.keys()]).toEqual(actionNames);
    expect(rules.actions.get('unblockIp')?.escalateTo).toEqual(['slack:U0TOM']);
    expect(quotaLadders.account.ceiling).toBe(500);
  });

  test('without it APPROVERS and FOUR_EYES hold', () => {
    const { rules } = read('{}', { APPROVERS: 'web:ann', FOUR_EYES: 'false' });
    expect(rules.default).toMatchObject({
      name: 'APPROVERS',
      approvers: ['web:ann'],
      requesterMayApprove: true,
    });
    expect(rules.actions.size).toBe(0);
  });

  test.each([
    [
      'an unknown action',
      'unblokIp: {}',
      'policy: "unblokIp" is not known here. Known are default, unblockIp, raiseAccountQuota, raiseMailboxQuota, returnQuota, extendLease, keepQuota, sendInstructions.',
    ],
    [
      'an unknown key',
      'unblockIp: { approver: web:lea }',
      /^policy\.unblockIp: "approver" is not known here\. Known in unblockIp are approvers, needs, /,
    ],
    [
      'a ladder for what has none',
      'unblockIp: { ladder: [1] }',
      /^policy\.unblockIp: "ladder" is not known here/,
    ],
    [
      'a waiver of everything',
      'default: { withoutApproval: true }',
      /^policy\.default: "withoutApproval" is not known here/,
    ],
    [
      'an unknown limit',
      'unblockIp: { limits: { perDay: 3 in 1d } }',
      'policy.unblockIp.limits: "perDay" is not known here. Known in limits are perSubject, perClient, perTechnician, inAll.',
    ],
    ['a limit', 'unblockIp: { limits: { inAll: 3 } }', /^policy\.unblockIp\.limits\.inAll: /],
    [
      'a limit in words',
      'unblockIp: { limits: { inAll: three a day } }',
      'policy.unblockIp.limits.inAll: "three a day" is no limit: write it like 3 in 7d.',
    ],
    ['a time', 'unblockIp: { within: soon }', /^policy\.unblockIp\.within: "soon" is no duration/],
    [
      'quiet hours',
      'default: { quietHours: 22-7 }',
      'policy.default.quietHours: "22-7" is no time of the day: write it like 22:00-07:00.',
    ],
    ['quiet hours of no length', 'default: { quietHours: "07:00-07:00" }', /begin and end are the same\.$/],
    [
      'nobody of these',
      'unblockIp: { approvers: [bob] }',
      /^policy\.unblockIp\.approvers: "bob" is none of web:NAME/,
    ],
    ['too many people', 'unblockIp: { needs: 12 }', 'policy.unblockIp.needs: write 9 at most.'],
    [
      'more people than there are',
      'unblockIp: { approvers: [web:lea], needs: 2 }',
      'policy.unblockIp.needs: it takes 2 people, and only 1 may approve.',
    ],
    [
      'more people for risk than there are',
      'unblockIp: { approvers: [web:lea], raisedRisk: { needs: 2 } }',
      'policy.unblockIp.raisedRisk: it takes 2 people, and only 1 may approve.',
    ],
    [
      'reminding too late',
      'unblockIp: { within: 10m, remindAfter: 10m }',
      /^policy\.unblockIp\.remindAfter: it must be less than "within"/,
    ],
    [
      'asking others too late',
      'unblockIp: { within: 10m, escalateTo: web:tom, escalateAfter: 1h }',
      /^policy\.unblockIp\.escalateAfter: it must be less than "within"/,
    ],
    [
      'asking nobody',
      'unblockIp: { escalateAfter: 1m }',
      /^policy\.unblockIp\.escalateAfter: it needs "escalateTo"/,
    ],
    [
      'asking never',
      'unblockIp: { escalateTo: web:tom }',
      /^policy\.unblockIp\.escalateTo: it needs "escalateAfter" or "quietHours"/,
    ],
    [
      'two people and none',
      'unblockIp: { withoutApproval: true, needs: 2 }',
      /^policy\.unblockIp\.withoutApproval: it contradicts "needs: 2"/,
    ],
    [
      'a ladder that goes down',
      'raiseAccountQuota: { ladder: [300, 200] }',
      /^policy\.raiseAccountQuota\.ladder: its steps must grow/,
    ],
    [
      'a ceiling in the ladder',
      'raiseAccountQuota: { ladder: [200, 300], ceiling: 250 }',
      "policy.raiseAccountQuota.ceiling: it is below the ladder's last step, 300.",
    ],
  ])('%s that is wrong is reported with its line', (_, rule, message) => {
    const all = wrong(`# one\npolicy:\n  ${rule}\n`);
    expect(all).toHaveLength(1);
    const [, line, words = ''] = /^\/etc\/mailfix\.yaml, line (\d+): (.*)$/.exec(all[0] ?? '') ?? [];
    expect(line).toBe('3');
    expect(words).toMatch(typeof message === 'string' ? new RegExp(`^${escaped(message)}$`) : message);
  });

  test('what waits too long for the time of APPROVAL_WITHIN is refused too', () => {
    expect(wrong('policy:\n  unblockIp: { remindAfter: 45m }\n')).toEqual([
      'policy.unblockIp.remindAfter is 45m, and a proposal waits 30m only. Write "within" too.',
    ]);
  });

  test('with several workspaces an id alone may be two people', () => {
    const env = {
      MAILFIX_CONFIG: file,
      SLACK_CLIENT_ID: '1.2',
      SLACK_CLIENT_SECRET: 'x',
      SLACK_STATE_SECRET: 'y'.repeat(32),
      SLACK_SIGNING_SECRET: 'z',
    };
    const all = problems(env, { [file]: 'policy:\n  unblockIp: { approvers: [slack:U0123] }\n' });
    expect(all).toContainEqual(expect.stringContaining('policy has "slack:U0123"'));
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
