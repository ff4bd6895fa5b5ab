import { describe, expect, it } from 'vitest';
import { plain, type Card, type Section } from '../../src/engine/card.ts';
import type { InboundEvent } from '../../src/engine/event.ts';
import { step } from '../../src/engine/step.ts';
import { view } from '../../src/engine/view.ts';
import { lea, sam, type Conversation } from '../conversation.ts';
import { atTheDoor, contracts, door } from './small-dialog.ts';

const proposal = (): Conversation => atTheDoor().answers('red', 'front');
const cardOf = (talk: Conversation, message: string): Card => {
  const card = talk.cards().get(message);
  if (card === undefined) throw new Error(`There is no ${message}.`);
  return card;
};
const sectionOf = (talk: Conversation, words: string): Section => {
  const sections = [...talk.cards().values()].flatMap(({ sections: all }) => all);
  const found = sections.findLast(({ text }) => text !== undefined && plain(text) === words);
  if (found === undefined) throw new Error(`Nothing says "${words}".`);
  return found;
};
/** Who was told of what. */
const pings = (talk: Conversation, from = 0): string[] =>
  talk.effects
    .slice(from)
    .flatMap((effect) =>
      effect.type === 'show' && effect.notify !== 'none' ? [`${effect.message} ${effect.notify}`] : [],
    );

describe('a proposal', () => {
  it('shows its plan, until when it waits, and who approved so far', () => {
    const talk = proposal();
    expect(sectionOf(talk, 'Open front')).toMatchObject({
      plan: { title: { template: 'open?' } },
      approval: { until: talk.now + 30 * 60_000, approvedBy: [] },
    });
    expect(sectionOf(talk, 'Open front').pending).toBeUndefined();
    expect(sectionOf(talk.approves(), 'Open front').approval).toBeUndefined();
    expect(sectionOf(talk, 'Open front').plan).toBeDefined();
  });

  it('calls the approvers, and so does its reminder; a question calls the owner, an end everybody', () => {
    const talk = proposal();
    expect(pings(talk)).toEqual(['turn-0 owner', 'turn-1 owner', 'turn-2 approvers']);
    let from = talk.effects.length;
    talk.waits(15);
    expect(pings(talk, from)).toEqual(['turn-2 approvers']);
    from = talk.effects.length;
    talk.waits(15);
    expect(pings(talk, from)).toEqual(['root channel']);
  });

  it('that is withdrawn tells the approvers', () => {
    const talk = proposal();
    const from = talk.effects.length;
    talk.changes('Which colour?', 'Blue');
    expect(pings(talk, from)).toEqual(['turn-2 approvers', 'turn-3 owner']);
  });
});

describe('what runs on simulators', () => {
  it('says so in every message', () => {
    const opened: InboundEvent = {
      type: 'incident.opened',
      id: 'e1',
      source: 'test',
      incident: 'INC-1',
      at: 1,
      actor: sam,
      dialog: 'door',
      version: 1,
      facts: {},
      simulated: true,
    };
    const { incident: it } = step(door, contracts, undefined, opened);
    if (it === undefined) throw new Error('It was not opened.');
    expect([...view({ dialog: door, contracts, it }).values()].map(({ simulated }) => simulated)).toEqual([
      true,
      true,
    ]);
    expect([...proposal().cards().values()].some(({ simulated }) => simulated === true)).toBe(false);
  });
});

describe('an incident that never was', () => {
  it('is refused by its name', () => {
    const event: InboundEvent = {
      type: 'incident.taken-over',
      id: 'e1',
      source: 'test',
      incident: 'INC-9',
      at: 1,
      actor: lea,
    };
    expect(step(door, contracts, undefined, event)).toMatchObject({
      incident: undefined,
      effects: [],
      reply: { refusal: { code: 'unknown-incident', message: expect.stringContaining('"INC-9"') } },
    });
  });
});

describe('the root message', () => {
  it('is headed by incident, client and trouble', () => {
    expect(cardOf(proposal(), 'root').heading).toEqual({
      template: '{id} · {client} · {trouble}',
      values: { id: 'INC-1', client: 'front', trouble: 'door trouble' },
    });
  });
});
