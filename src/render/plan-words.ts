import { plain, type Section } from '../engine/card.ts';
import type { Call, Plan } from '../engine/plan.ts';
import { say } from './language.ts';

const systems = { whm: 'WHM', cpa: 'CPA System', smtp: 'Mail' } as const;

/** How dangerous, in words. */
export const riskWords = { low: 'Low risk', raised: 'Raised risk', high: 'High risk' } as const;

/** What somebody pressed. */
export const decisionWords = { approve: 'Approve', reject: 'Reject', hold: 'Hold' } as const;

/** What the calls of a plan are headed by. */
export function callsWord({ calls }: Plan): string {
  return say(calls.length === 1 ? 'Call' : 'Calls');
}

/** What people know as systems of their own, though they are reached through WHM. */
const throughWhm = ['cPHulk', 'CSF'];

/** Which system is called; undefined where the words begin with its name anyway. */
export function systemOf({ system, text }: Call): string | undefined {
  const name = systems[system];
  const said = plain(text);
  return [name, ...throughWhm].some((one) => said.startsWith(one)) ? undefined : say(name);
}

const inWords: Readonly<Record<number, string>> = { 2: 'two', 3: 'three' };

/** What is waited for before a plan is carried out, in words that a channel joins with its own names and times. */
export interface Awaited {
  /** Who approved so far, how many it needs and who asked to wait, as sentences; empty when there is nothing to say. */
  readonly before: string;
  /** `an approver`, with what is said when there is none to be named. */
  readonly whom: string;
  readonly until: number;
}

/** The words of waiting for approvers; `named` tells whether any approver can be named behind them. */
export function awaited(plan: Plan, approval: NonNullable<Section['approval']>, named: boolean): Awaited {
  const { approvedBy, until, held } = approval;
  const so = approvedBy.length === 0 ? '' : say(`Approved by ${approvedBy.join(' and ')}. `);
  const people = approval.needs ?? plan.needs;
  const needs = people > 1 ? say(`It needs ${inWords[people] ?? people} people. `) : '';
  const wait = held === undefined ? '' : `${say(`Held by ${held.by}:`)} ${sentence(held.why)} `;
  const whom = say(named ? 'an approver' : 'an approver; nobody is named in APPROVERS yet');
  return { before: `${so}${needs}${wait}`, whom, until };
}

function sentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}
