import { runbook } from '../dialogs/cannot-receive.ts';
import { contracts } from '../src/actions/contracts.ts';
import type { Button } from '../src/engine/card.ts';
import type { Effect } from '../src/engine/effect.ts';
import { mailfix, type Actor, type EventBody, type InboundEvent } from '../src/engine/event.ts';
import type { Values } from '../src/engine/fact.ts';
import type { Incident } from '../src/engine/incident.ts';
import { step } from '../src/engine/step.ts';
import { view } from '../src/engine/view.ts';
import { planOf } from '../test/outside.ts';

/** The runbook as it is shipped. */
export const dialog = runbook({
  unblockChecks: ['5m', '7m', '10m'],
  approvalWithin: '30m',
  watchFor: '24h',
  quotaLease: '14d',
  byfUrl: undefined,
  ownAddresses: [],
});

/** What checks and actions come to: the outcome and what it brings. */
type World = Readonly<Record<string, readonly [outcome: string, facts?: Values]>>;

const ip = '203.0.113.7';
const healthy: World = {
  clientAccount: [
    'found',
    { account: 'acmecpa', server: 'host2', domain: 'acme.example', mailbox: 'info@acme.example' },
  ],
  failingLogins: ['nobody'],
  ipBlock: ['notAsked'],
  cpaBlock: ['silent'],
  mailboxQuota: ['room'],
  accountQuota: ['room'],
  mailRouting: ['here'],
  mailServices: ['up'],
  delivery: ['nothing'],
  serverTrouble: ['alone'],
};
const suspectStory = `${ip}: 14 failed logins for info@acme.example (POP3) since 09:41, the last 2 min ago. It is blocked by cPHulk on host2.`;
const cause = {
  failedBox: 'info@acme.example',
  failedService: 'POP3',
  failures: '14 failed logins',
  failingSince: '09:41',
  lastFailure: '2 min ago',
  devices: 'most likely one device',
};
const blocked: World = {
  ...healthy,
  failingLogins: ['blocked', { suspects: [ip], suspectStory }],
  ipFits: ['fits'],
  ipBlock: ['blocked'],
  rootCause: ['stillTrying', cause],
  unblockIp: ['planned'],
  'act:unblockIp': ['accepted'],
};

/** An incident with everything that happened to it, in the engine alone. */
class Played {
  incident: Incident | undefined;
  readonly events: InboundEvent[] = [];
  now = Date.UTC(2026, 10, 23, 10, 0);
  world: World;
  readonly #id: string;
  readonly #who: Actor;
  #due: Effect[] = [];

  constructor(id: string, who: Actor, world: World) {
    this.#id = id;
    this.#who = who;
    this.world = world;
    const facts = { client: 'info@acme.example' };
    this.#send({ type: 'incident.opened', dialog: dialog.id, version: dialog.version, facts }, who);
  }

  get it(): Incident {
    if (this.incident === undefined) throw new Error('The incident was not opened.');
    return this.incident;
  }

  /** Presses a button of this choice or id. */
  press(choice: string, actor = this.#who): this {
    const buttons = [...view({ dialog, contracts, it: this.it }).values()].flatMap(({ sections }) =>
      sections.flatMap((section): readonly Button[] => section.buttons ?? []),
    );
    const button = buttons.find(
      ({ id, event }) => id.endsWith(choice) || ('text' in event && event.text === choice),
    );
    if (button === undefined)
      throw new Error(`There is no "${choice}", but ${buttons.map(({ id }) => id).join(', ')}.`);
    this.#send(button.event, actor);
    return this;
  }

  /** The next time comes. */
  wait(): this {
    const wake = this.#due
      .filter((effect) => effect.type === 'wake' && Object.hasOwn(this.it.open, effect.key))
      .toSorted((one, other) => timeOf(one) - timeOf(other))[0];
    if (wake?.type !== 'wake') throw new Error('Nothing is waited for.');
    this.#due = this.#due.filter((effect) => effect !== wake);
    this.now = wake.at;
    this.#send({ type: 'time.came', key: wake.key }, mailfix);
    return this;
  }

  #send(body: EventBody, actor: Actor): void {
    const id = `e${this.events.length + 1}`;
    const event: InboundEvent = { id, source: 'bench', incident: this.#id, at: this.now, actor, ...body };
    const { incident, effects, reply } = step(dialog, contracts, this.incident, event);
    if (!reply.ok) throw new Error(`${body.type} was refused: ${reply.refusal.message}`);
    this.incident = incident;
    this.events.push(event);
    this.#due.push(...effects.filter(({ type }) => type === 'wake'));
    for (const effect of effects) this.#answer(effect);
  }

  #answer(effect: Effect): void {
    if (effect.type === 'authorize') {
      const authority = { allowed: true, roles: ['slack:S0LEADS'], reason: 'approvers' };
      return this.#send({ type: 'confirm.decided', key: effect.key, authority }, effect.presser);
    }
    // It may be that another result has led on meanwhile: it still comes, as it would.
    if (effect.type !== 'run' || !Object.hasOwn(this.it.open, effect.key)) return;
    const { key, contract, mode, input } = effect;
    const name = mode === 'act' ? `act:${contract}` : contract;
    // Without an address there is nothing to ask the firewall about.
    const said = contract === 'ipBlock' && input['ip'] === undefined ? healthy['ipBlock'] : this.world[name];
    const [outcome, facts = {}] = said ?? ['unknown'];
    const template = `{about}: ${contracts[contract as keyof typeof contracts].title} looked at, and it is {outcome} since {since}`;
    const text = { template, values: { about: 'info@acme.example', outcome, since: '09:41' } };
    const verdict = ['blocked', 'stillTrying'].includes(outcome) ? 'fail' : 'pass';
    const finished = { type: 'run.finished', key, outcome } as const;
    this.#send(
      mode === 'plan'
        ? { ...finished, plan: planOf(contract, input) }
        : { ...finished, facts, findings: mode === 'check' ? [{ check: contract, verdict, text }] : [] },
      mailfix,
    );
  }
}

/** An incident that everything was looked up for and nothing found wrong, so that the questions begin: three to press. */
export function asking(id: string, who: Actor): Incident {
  return new Played(id, who, healthy).it;
}

/** The choices that lead from one question to the next there. */
export const answers = ['none', 'no', 'both'] as const;

/** All answers to the questions of incidents that ask: the first one of each, then the second ones, then the third. */
export function everyAnswer(incidents: readonly string[]) {
  return answers.flatMap((choice, question) => {
    const key = `${question + 4}.answer`;
    const event: EventBody = { type: 'answer.given', key, choice };
    return incidents.map((incident) => ({ incident, button: `${key}.${choice}`, event }));
  });
}

/** The events of a whole incident as the storyboard tells it: a blocked office, un-blocked by approval, to the end. */
export function wholeIncident(): readonly InboundEvent[] {
  const sam: Actor = { id: 'slack:T1/U0SAM', person: 'slack:T1/U0SAM', name: 'Sam' };
  const lea: Actor = { id: 'slack:T1/U0LEA', person: 'slack:T1/U0LEA', name: 'Lea' };
  const played = new Played('INC-1', sam, blocked).press(ip).press('.approve0', lea);
  played.world = { ...blocked, ipBlock: ['clear'] };
  played.wait();
  played.press('.yes');
  if (played.it.ended?.outcome !== 'resolved') throw new Error('The incident did not come to its end.');
  return played.events;
}

function timeOf(effect: Effect): number {
  return effect.type === 'wake' ? effect.at : 0;
}
