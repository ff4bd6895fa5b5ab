import { expect } from 'vitest';
import { words } from '../../src/engine/card.ts';
import type { PlanDraft } from '../../src/engine/plan.ts';
import { openRow } from '../../src/store/chain.ts';
import type { People } from '../../src/runtime/persons.ts';
import { account, entry, type Desk, type Product, type Setup } from './desk.ts';

/** One way to press: how often something was done outside, and the exact words that were told, to whom. */
export interface Case {
  readonly title: string;
  readonly setup: Setup;
  readonly play: (desk: Desk) => Promise<void>;
  readonly acts: number;
  readonly told: readonly string[];
}

const hour = 3_600_000;
const raised = { risk: { level: 'raised', reasons: [words('Several clients.')] } } as const;
const smaller = { alternatives: [{ to: 'half clear' } as PlanDraft] };
const over = (what: string) =>
  `The limit of policy.unblock is reached: at most 1 in 1 h${what}. Nothing was done. Do it by hand, or have the limit raised in mailfix.yaml.`;
const noApprover = 'You are not an approver. Please ask Lea or Tom.';
const late = (what: string) => `Decided already: ${what}. Nothing was done with your press.`;
const withdrawn = 'This was withdrawn: an earlier answer was changed. Nothing was done with your press.';

/** Every way in which somebody may press, for an account of this product. */
export function cases(product: Product): readonly Case[] {
  const all: Case[] = [];
  const other: Product = product === 'web' ? 'slack' : 'web';
  const leads = entry(product, 'leads');
  const add = (title: string, setup: Setup, play: Case['play'], acts: number, ...told: string[]) =>
    all.push({ title, setup, play, acts, told });
  const approves = (who: Parameters<Desk['press']>[1]) => async (desk: Desk) =>
    desk.press(await desk.proposal(), who, 'Approve');
  /** Two incidents one after the other, both approved by Lea: the second may be over a limit. */
  const twice =
    (second: { address?: string; client?: string }, before: (desk: Desk) => Promise<void> = async () => {}) =>
    async (desk: Desk) => {
      await desk.press(await desk.proposal(), 'lea', 'Approve');
      await before(desk);
      const { address = '203.0.113.7', client = 'acme.example' } = second;
      await desk.press(await desk.proposal(address, 'sam', client), 'lea', 'Approve');
    };
  const limited = (per: 'subject' | 'client' | 'technician' | 'all'): Setup => ({
    rule: { limits: [{ per, most: 1, withinMs: hour }] },
  });
  const known = (...names: ('lea' | 'sam' | 'tom')[]): People =>
    new Map(names.map((name) => [name, [entry(product, name), entry(other, name)]]));

  // Who somebody is.
  add('an approver', {}, approves('lea'), 1);
  add('somebody who is not listed', {}, approves('eve'), 0, `Eve: ${noApprover}`);
  add(
    'the same user elsewhere: another workspace, organisation or name',
    {},
    approves(account(product, 'lea', 'T9ELSE')),
    0,
    `Lea: ${noApprover}`,
  );
  add('a member of a group that approves', group([leads]), approves('max'), 1);
  add(
    'a member of another group',
    group([`${leads}2`]),
    approves('max'),
    0,
    'Max: You are not an approver. Please ask Leads.',
  );
  let members: readonly string[] = [];
  add(
    'removed from the group between render and press',
    { approvers: ['leads'], roles: async () => members },
    async (desk) => {
      members = [leads];
      const id = await desk.proposal();
      members = [];
      await desk.press(id, 'max', 'Approve');
    },
    0,
    'Max: You are not an approver. Please ask Leads.',
  );
  add(
    'added to the group between render and press',
    { approvers: ['leads'], roles: async () => members },
    async (desk) => {
      members = [];
      const id = await desk.proposal();
      members = [leads];
      await desk.press(id, 'max', 'Approve');
    },
    1,
  );
  add(
    'roles cannot be read',
    { approvers: ['leads'], roles: () => Promise.reject(new Error('hunter2')) },
    approves('max'),
    0,
    'Max: I could not check your groups: the chat product gave no answer. Nothing was done. Please press again.',
  );
  add(
    'roles are never answered',
    { approvers: ['leads'], roles: () => new Promise(() => undefined) },
    async (desk) => {
      await desk.press(await desk.proposal(), 'max', 'Approve');
      await desk.waits(0.2);
    },
    0,
    'Max: I could not check whether you may: no answer within 10 s. Nothing was done. Please press again.',
  );
  add(
    'nobody is named',
    { approvers: [] },
    approves('lea'),
    0,
    'Lea: Nobody may approve yet: no approver is named. Set APPROVERS, then press again.',
  );

  // Whoever asked for it.
  const own = 'You asked for this yourself, so it needs a second person.';
  add(
    'who opened the incident',
    { approvers: ['sam', 'lea'] },
    approves('sam'),
    0,
    `Sam: ${own} Please ask Lea.`,
  );
  add(
    'who opened it, where the policy lets them',
    { approvers: ['sam'], rule: { requesterMayApprove: true } },
    approves('sam'),
    1,
  );
  add(
    'who gave the address',
    {},
    async (desk) => desk.press(await desk.proposal('203.0.113.7', 'lea'), 'lea', 'Approve'),
    0,
    `Lea: ${own} Please ask Tom.`,
  );
  add(
    'who took the incident over',
    {},
    async (desk) => {
      const id = await desk.proposal();
      await desk.sends(id, 'lea', { type: 'incident.taken-over' });
      await desk.press(id, 'lea', 'Approve');
    },
    0,
    'Sam: Lea has taken INC-1 over from you.',
    `Lea: ${own} Please ask Tom.`,
  );
  add(
    'who opened it, with another account that is known',
    { people: known('sam'), rule: { approvers: [entry(other, 'sam'), entry(product, 'lea')] } },
    approves(account(other, 'sam')),
    0,
    `Sam: ${own} Please ask Lea.`,
  );
  add(
    'an account in another channel that nobody has mapped',
    { rule: { approvers: [entry(other, 'lea'), entry(product, 'tom')] } },
    approves(account(other, 'lea')),
    0,
    `Lea: I cannot tell whether you (${entry(other, 'lea')}) and ${entry(product, 'sam')}, who asked for this, are two persons: nobody has said whose accounts these are. That goes into "people" of mailfix.yaml. Please ask Tom.`,
  );
  add(
    'an account in another channel, where it is known whose they are',
    { people: known('lea', 'sam'), rule: { approvers: [entry(other, 'lea')] } },
    approves(account(other, 'lea')),
    1,
  );

  // When it is too late.
  add(
    'expired',
    {},
    async (desk) => {
      const press = desk.keep(await desk.proposal(), 'Approve');
      await desk.waits(31);
      await press('lea');
    },
    0,
    `Lea: ${late('Nobody approved in time. (mailfix, 10:30 UTC)')}`,
  );
  add(
    'just in time',
    {},
    async (desk) => {
      const id = await desk.proposal();
      await desk.waits(29);
      await desk.press(id, 'lea', 'Approve');
    },
    1,
  );
  add(
    'expired sooner, by the policy',
    { rule: { withinMs: 600_000 } },
    async (desk) => {
      const press = desk.keep(await desk.proposal(), 'Approve');
      await desk.waits(11);
      await press('lea');
    },
    0,
    `Lea: ${late('Nobody approved in time. (mailfix, 10:10 UTC)')}`,
  );
  add(
    'withdrawn by a corrected answer',
    {},
    async (desk) => {
      const id = await desk.proposal();
      const press = desk.keep(id, 'Approve');
      await desk.corrects(id, 'sam', { type: 'answer.corrected', visit: 1, choice: 'unknown' });
      await press('lea');
    },
    0,
    `Lea: ${withdrawn}`,
  );
  let answer: (roles: readonly string[]) => void = () => {};
  add(
    'withdrawn while the press is looked into',
    { approvers: ['leads'], roles: () => new Promise((resolve) => (answer = resolve)) },
    async (desk) => {
      const id = await desk.proposal();
      const press = desk.keep(id, 'Approve');
      await press('max');
      await desk.rig.clock.settle();
      await desk.corrects(id, 'sam', { type: 'answer.corrected', visit: 1, choice: 'unknown' });
      answer([leads]);
    },
    0,
    `Max: ${withdrawn}`,
  );
  add(
    'the incident was closed',
    {},
    async (desk) => {
      const id = await desk.proposal();
      const press = desk.keep(id, 'Approve');
      await desk.sends(id, 'sam', { type: 'incident.cancelled', why: 'solved' });
      await press('lea');
    },
    0,
    `Lea: ${late('Cancelled. (Sam, 10:00 UTC)')}`,
  );
  add(
    'rejected before',
    {},
    async (desk) => {
      const id = await desk.proposal();
      const press = desk.keep(id, 'Approve');
      await desk.press(id, 'tom', 'Reject …', 'no');
      await press('lea');
    },
    0,
    `Lea: ${late('Rejected: no (Tom, 10:00 UTC)')}`,
  );
  add(
    'the world changed: it is asked again, and the old button is late',
    {},
    async (desk) => {
      const { firewall } = desk.rig;
      const { unblock } = firewall.handlers;
      let acts = 0;
      const changing = {
        ...unblock,
        act: async (...[plan, context]: Parameters<typeof unblock.act>) =>
          (acts += 1) > 1
            ? unblock.act(plan, context)
            : {
                outcome: 'changed',
                findings: [
                  { check: 'unblock', verdict: 'warning' as const, text: words('it is on a list by now.') },
                ],
              },
      };
      await desk.life.worker.drain(0);
      desk.handlers = { ...firewall.handlers, unblock: changing };
      desk.boots();
      const id = await desk.proposal();
      const press = desk.keep(id, 'Approve');
      await desk.press(id, 'lea', 'Approve');
      expect(desk.rig.chat.text(id)).toContain('Changed since it was approved: it is on a list by now.');
      await press('lea');
      expect(firewall.writes).toEqual([]);
      await desk.press(id, 'lea', 'Approve');
    },
    1,
    'Lea: This is no longer waiting. Please look at the card as it is now.',
  );

  // What is pressed.
  add(
    'a forged hash',
    {},
    async (desk) => {
      const id = await desk.proposal();
      await desk.keep(id, 'Approve')('lea', id, { hash: 'f'.repeat(64) });
    },
    0,
    'Lea: That button is of another plan. Please look at the card as it is now.',
  );
  add(
    'a forged key',
    {},
    async (desk) => {
      const id = await desk.proposal();
      await desk.keep(id, 'Approve')('lea', id, { key: '99.approval.0' });
    },
    0,
    'Lea: There is no such question here.',
  );
  add(
    'the button of another incident',
    {},
    async (desk) => {
      const press = desk.keep(await desk.proposal(), 'Approve');
      await press('lea', await desk.proposal('203.0.113.8'));
    },
    0,
    'Lea: That button is of another plan. Please look at the card as it is now.',
  );
  add(
    'the smaller change',
    { plan: smaller },
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'lea', 'Approve {to} instead');
      expect((await desk.incident(id)).visits.find(({ plan }) => plan)?.plan?.to).toBe('half clear');
    },
    1,
  );
  add(
    'two at once',
    {},
    async (desk) => {
      const press = desk.keep(await desk.proposal(), 'Approve');
      await Promise.all([press('lea'), press('tom')]);
    },
    1,
    `Tom: ${late('Approved by Lea (Lea, 10:00 UTC)')}`,
  );
  add(
    'one person twice at once',
    {},
    async (desk) => {
      const press = desk.keep(await desk.proposal(), 'Approve');
      await Promise.all([press('lea'), press('lea')]);
    },
    1,
    'Lea: Your press is being looked at already.',
  );

  // More than one person.
  const pair: Setup = { rule: { needs: 2 } };
  add(
    'the first of two',
    pair,
    async (desk) => {
      const id = await desk.proposal();
      expect((await desk.incident(id)).visits.find(({ plan }) => plan)?.plan?.needs).toBe(2);
      await desk.press(id, 'lea', 'Approve');
    },
    0,
  );
  add(
    'the second of two',
    pair,
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'lea', 'Approve');
      await desk.press(id, 'tom', 'Approve');
    },
    1,
  );
  add(
    'two of two at once',
    pair,
    async (desk) => {
      const press = desk.keep(await desk.proposal(), 'Approve');
      await Promise.all([press('lea'), press('tom')]);
    },
    1,
  );
  add(
    'the same person as both',
    pair,
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'lea', 'Approve');
      await desk.press(id, 'lea', 'Approve');
    },
    0,
    'Lea: You approved this already; it needs another person too.',
  );
  const both = { needs: 2, approvers: [entry(product, 'lea'), entry(other, 'lea'), entry(product, 'tom')] };
  const again = 'Lea: You approved this already, so it needs another person too. Please ask Tom.';
  add(
    'the same person as both, by two accounts that are known',
    { people: known('lea', 'sam'), rule: both },
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'lea', 'Approve');
      await desk.press(id, account(other, 'lea'), 'Approve');
    },
    0,
    again,
  );
  let thinks = async (): Promise<void> => {};
  add(
    'the same person as both, by two accounts at once',
    {
      people: known('lea', 'sam'),
      approvers: ['leads'],
      rule: { needs: 2 },
      roles: async () => {
        await thinks();
        return [leads];
      },
    },
    async (desk) => {
      const { clock } = desk.rig;
      thinks = () => new Promise((resolve) => clock.setTimer(clock.now() + 1000, resolve));
      const press = desk.keep(await desk.proposal(), 'Approve');
      await Promise.all([press('lea'), press(account(other, 'lea'))]);
      await desk.waits(0.1);
    },
    0,
    'Lea: You approved this already, so it needs another person too. Please ask Leads.',
  );
  add(
    'perhaps the same person as both: accounts that nobody has mapped',
    { people: known('sam'), rule: both },
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'lea', 'Approve');
      await desk.press(id, account(other, 'lea'), 'Approve');
    },
    0,
    `Lea: I cannot tell whether you (${entry(other, 'lea')}) and ${entry(product, 'lea')}, who approved this, are two persons: nobody has said whose accounts these are. That goes into "people" of mailfix.yaml. Please ask Lea or Tom.`,
  );
  add(
    'one each for the larger and the smaller change',
    { ...pair, plan: smaller },
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'lea', 'Approve');
      await desk.press(id, 'tom', 'Approve {to} instead');
    },
    0,
  );
  add(
    'the settings ask for two by now',
    {},
    async (desk) => {
      const id = await desk.proposal();
      await desk.life.worker.drain(0);
      desk.boots({ needs: 2 });
      await desk.press(id, 'lea', 'Approve');
      expect(
        desk.rig.chat.card(id, 'turn-1')?.sections.find(({ approval }) => approval)?.approval,
      ).toMatchObject({ needs: 2, approvedBy: ['Lea'] });
    },
    0,
  );
  add('raised risk asks for two', { plan: raised, rule: { raisedRisk: { needs: 2 } } }, approves('lea'), 0);
  add('low risk does not', { rule: { raisedRisk: { needs: 2 } } }, approves('lea'), 1);
  const lead: Setup = { plan: raised, rule: { raisedRisk: { approvers: [entry(product, 'tom')] } } };
  add(
    'raised risk is for a lead',
    lead,
    approves('lea'),
    0,
    'Lea: You may not decide about raised risk. Please ask Tom.',
  );
  add('raised risk, and a lead', lead, approves('tom'), 1);

  // Limits.
  add('over the limit of the address', limited('subject'), twice({}), 1, `Lea: ${over(' for one address')}`);
  add('another address is not', limited('subject'), twice({ address: '203.0.113.8' }), 2);
  add(
    'over the limit of the client',
    limited('client'),
    twice({ address: '203.0.113.8' }),
    1,
    `Lea: ${over(' for one client')}`,
  );
  add(
    'another client is not',
    limited('client'),
    twice({ address: '203.0.113.8', client: 'other.example' }),
    2,
  );
  add(
    'over the limit of the technician',
    limited('technician'),
    twice({ address: '203.0.113.8', client: 'other.example' }),
    1,
    `Lea: ${over(' for one technician')}`,
  );
  add(
    'over the limit of all',
    limited('all'),
    twice({ address: '203.0.113.8', client: 'other.example' }),
    1,
    `Lea: ${over('')}`,
  );
  add(
    'at the limit, and time has passed',
    limited('all'),
    twice({}, (desk) => desk.waits(61)),
    2,
  );
  add(
    'two incidents at the limit at the same moment',
    limited('all'),
    async (desk) => {
      const [one, two] = [await desk.proposal(), await desk.proposal('203.0.113.8')];
      await Promise.all([desk.keep(one, 'Approve')('lea'), desk.keep(two, 'Approve')('lea')]);
    },
    1,
    `Lea: ${over('')}`,
  );
  add(
    'what changed nothing does not count',
    limited('all'),
    async (desk) => {
      const { firewall } = desk.rig;
      const id = await desk.proposal();
      firewall.blocked.clear();
      await desk.press(id, 'lea', 'Approve');
      expect((await desk.incident(id)).deeds).toMatchObject([{ outcome: 'nothingToDo' }]);
      await desk.press(await desk.proposal('203.0.113.8'), 'lea', 'Approve');
    },
    1,
  );

  // When people are called.
  const night = { from: 9 * 60, to: 11 * 60 };
  add(
    'in quiet hours nobody is called, and an approver who is there may',
    { rule: { quietHours: night } },
    async (desk) => {
      const id = await desk.proposal();
      expect(desk.calls(id)).toBe(0);
      expect(desk.rig.chat.text(id)).toContain('Quiet hours: nobody is called before 11:00.');
      await desk.press(id, 'lea', 'Approve');
    },
    1,
  );
  add(
    'after quiet hours approvers are called, and have all the time',
    { rule: { quietHours: night } },
    async (desk) => {
      const id = await desk.proposal();
      await desk.waits(61);
      expect(desk.calls(id)).toBe(1);
      await desk.waits(28);
      await desk.press(id, 'lea', 'Approve');
    },
    1,
  );
  const max = [entry(product, 'max')];
  add(
    'in quiet hours those who are there for that are asked at once',
    { rule: { quietHours: night, escalateTo: max } },
    async (desk) => {
      const id = await desk.proposal();
      expect(desk.calls(id)).toBe(1);
      expect(desk.asked(id)).toEqual(max);
      await desk.press(id, 'max', 'Approve');
    },
    1,
  );
  add(
    'nobody decides, and more people are asked',
    { rule: { escalateTo: max, escalateAfterMs: 600_000 } },
    async (desk) => {
      const id = await desk.proposal();
      expect(desk.asked(id)).not.toContain(max[0]);
      await desk.waits(11);
      expect(desk.asked(id)).toEqual([entry(product, 'lea'), entry(product, 'tom'), ...max]);
      expect(desk.calls(id)).toBe(2);
      await desk.press(id, 'max', 'Approve');
    },
    1,
  );

  // Without a person.
  const waived: Setup = { rule: { withoutApproval: true } };
  add(
    'a rule lets it go: it is logged as an approval',
    waived,
    async (desk) => {
      const id = await desk.proposal();
      expect((await desk.incident(id)).deeds[0]?.approvedBy).toMatchObject([{ id: 'policy:policy.unblock' }]);
      expect(
        (await desk.rig.store.log(id))
          .map(openRow)
          .find((event) => event.type === 'run.finished' && event.plan),
      ).toMatchObject({ terms: { waiver: 'policy.unblock' } });
    },
    1,
  );
  add(
    'a rule never lets raised risk go',
    { ...waived, plan: raised },
    async (desk) => {
      await desk.press(await desk.proposal(), 'eve', 'Approve');
    },
    0,
    `Eve: ${noApprover}`,
  );
  add('a rule never lets go what takes two', { ...waived, plan: { needs: 2 } }, approves('lea'), 0);
  add(
    'over the limit a rule lets nothing go, and the card says so',
    { rule: { withoutApproval: true, limits: [{ per: 'all', most: 1, withinMs: hour }] } },
    async (desk) => {
      await desk.proposal();
      const id = await desk.proposal('203.0.113.8');
      expect(desk.rig.chat.text(id)).toContain(over(''));
      await desk.press(id, 'lea', 'Approve');
    },
    1,
    `Lea: ${over('')}`,
  );

  // Holding and rejecting.
  add(
    'held, and approved by somebody else',
    {},
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'lea', 'Hold …', 'Ask first');
      await desk.press(id, 'tom', 'Approve');
    },
    1,
  );
  add(
    'held, and left',
    {},
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'lea', 'Hold …', 'Ask first');
      await desk.waits(59);
      expect((await desk.incident(id)).ended).toBeUndefined();
      await desk.waits(2);
      expect((await desk.incident(id)).ended?.outcome).toBe('escalated');
    },
    0,
  );
  add(
    'held by whoever asked for it',
    {},
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'sam', 'Hold …', 'They look again');
      expect(
        desk.rig.chat.card(id, 'turn-1')?.sections.find(({ approval }) => approval)?.approval?.held,
      ).toEqual({ by: 'Sam', why: 'They look again' });
    },
    0,
  );
  add(
    'held by somebody who is not listed',
    {},
    async (desk) => desk.press(await desk.proposal(), 'eve', 'Hold …', 'Wait'),
    0,
    `Eve: ${noApprover}`,
  );
  add(
    'held without a reason',
    {},
    async (desk) => desk.press(await desk.proposal(), 'lea', 'Hold …', ' '),
    0,
    'Lea: Please say what should be waited for; whoever decides will read it.',
  );
  add(
    'rejected without a reason',
    {},
    async (desk) => desk.press(await desk.proposal(), 'lea', 'Reject …'),
    0,
    'Lea: Please say why it is rejected; the technician will read it.',
  );
  add(
    'rejected by somebody who is not listed',
    {},
    async (desk) => desk.press(await desk.proposal(), 'eve', 'Reject …', 'no'),
    0,
    `Eve: ${noApprover}`,
  );
  add(
    'withdrawn by whoever asked for it',
    {},
    async (desk) => {
      const id = await desk.proposal();
      await desk.press(id, 'sam', 'Reject …', 'not needed');
      expect((await desk.incident(id)).ended?.outcome).toBe('escalated');
    },
    0,
  );
  return all;

  function group(roles: readonly string[]): Setup {
    return { approvers: ['leads'], roles: async () => roles };
  }
}
