import { expect } from 'vitest';
import { openRow, verifyRows } from '../../src/store/chain.ts';
import type { Store } from '../../src/store/store.ts';
import type { FakeFirewall } from '../runtime/fakes.ts';
import { ip } from '../runtime/rig.ts';
import { steeringScenarios } from './steering.ts';
import { peopleStories } from './people-stories.ts';

/** What somebody gets at once: nothing, or words for them alone. `field`: they stand beside what they typed. */
export interface Told {
  readonly words: string;
  readonly field?: true;
  /** They are asked to read it first: `confirms` goes on. */
  readonly confirm?: true;
}

/** Somebody in front of a channel, who sees what it shows and nothing else. */
export interface Player {
  /** Opens an incident with one line, as a new person would; the number of the incident, or what was said instead. */
  opens(line: string): Promise<{ readonly incident: string } | { readonly told: Told }>;
  /** Sends the very opening once more that was sent last. */
  opensAgain(): Promise<void>;
  /** All words of the incident's thread, its first message before the others. */
  reads(incident: string): Promise<string>;
  /** Labels of the buttons that stand in the thread now. */
  buttons(incident: string): Promise<readonly string[]>;
  /** Presses the newest button of this label, with what is typed into its field. */
  presses(incident: string, label: string, typed?: string): Promise<Told | undefined>;
  /** Presses, and does it again at once, as a trembling hand does. */
  pressesTwice(incident: string, label: string, typed?: string): Promise<Told | undefined>;
  /** Keeps a press ready, as a page or a message that is looked at for a while; sends it when called. */
  holds(incident: string, label: string, typed?: string): Promise<() => Promise<Told | undefined>>;
  /** Sends an event that no button carries. */
  forges(incident: string, event: unknown): Promise<Told | undefined>;
  /** Changes an answer that was given. */
  changes(incident: string, question: string, choice: string, typed?: string): Promise<Told | undefined>;
  notes(incident: string, text: string): Promise<Told | undefined>;
  takesOver(incident: string): Promise<void>;
  handsOver(incident: string, to: Name, why: string): Promise<void>;
  cancels(incident: string, why: string): Promise<Told | undefined>;
  parks(incident: string, why: string): Promise<void>;
  resumes(incident: string): Promise<void>;
  /** Uses a verb that is there at every step. */
  steers(incident: string, verb: 'back' | 'repeat' | 'restart' | 'escalate'): Promise<Told | undefined>;
  /** Goes on with what they were asked to read first. */
  confirms(incident: string): Promise<Told | undefined>;
  /** Opens all that is known; the words of it. */
  knows(incident: string): Promise<string>;
  /** Changes an answer where all that is known stands. */
  changesKnown(incident: string, question: string, choice: string): Promise<Told | undefined>;
  /** Types into the thread, where a channel has one. */
  says?(incident: string, text: string): Promise<Told | undefined>;
  /** The words that this person alone was told since they were asked last, after everything under way is over. */
  told(): Promise<string>;
}

/** Sam and Tom are technicians, Lea may approve. */
export type Name = 'sam' | 'lea' | 'tom';

/** A channel with everything behind it that is real but the firewall. */
export interface Theatre {
  readonly store: Pick<Store, 'read' | 'list' | 'log'>;
  readonly firewall: FakeFirewall;
  player(name: Name): Promise<Player>;
  /** The server ends and begins anew. */
  restart(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/** A story that every channel must be able to tell, by what it is about. */
export type Scenario = readonly [title: string, play: (theatre: Theatre) => Promise<void>];

/** The same stories for every channel; the runbook is the small one of the runtime's tests. */
export const scenarios: readonly Scenario[] = [
  ...steeringScenarios,
  ...peopleStories,
  [
    'an incident is opened, and the thread says what it waits for, and for whom',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await opened(sam);
      expect(await sam.reads(id)).toMatch(
        /INC-1[\s\S]*acme\.example[\s\S]*Blocked[\s\S]*Waiting for Sam: Which address\?/,
      );
      expect(await sam.reads(id)).toMatch(/Owner:? Sam/);
      expect(await sam.buttons(id)).toContain('They can’t tell');
    },
  ],
  [
    'client and address are understood in either order',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await opened(sam, `${ip} acme.example`);
      expect((await incident(theatre, id)).facts).toMatchObject({
        ip: { value: ip },
        client: { value: 'acme.example' },
      });
    },
  ],
  [
    'a wrong address is refused beside its field, and nothing is opened',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const said = await sam.opens('acme.example 2001:db8::7');
      expect(said).toEqual({ told: { words: expect.stringContaining('That is no address.'), field: true } });
      expect(await theatre.store.list({ limit: 9 })).toEqual([]);
    },
  ],
  [
    'an opening that is sent twice opens one incident',
    async (theatre) => {
      const sam = await theatre.player('sam');
      await opened(sam);
      await sam.opensAgain();
      await theatre.settled();
      expect(await theatre.store.list({ limit: 9 })).toHaveLength(1);
    },
  ],
  [
    'a wrong answer is refused in words, changes nothing, and the right one is taken',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await opened(sam);
      const { seq } = await incident(theatre, id);
      const told = await sam.presses(id, 'Send', 'their router');
      expect(told?.words).toContain('That is no address.');
      expect((await incident(theatre, id)).seq).toBe(seq);
      await sam.presses(id, 'Send', ip);
      await theatre.settled();
      expect(await sam.reads(id)).toMatch(/203\.0\.113\.7\s+— Sam/);
    },
  ],
  [
    'a double click is one answer, and nobody is scolded for it',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await opened(sam);
      expect(await sam.pressesTwice(id, 'Send', ip)).toBeUndefined();
      await theatre.settled();
      const log = (await theatre.store.log(id)).map(openRow);
      expect(log.filter(({ type }) => type === 'answer.given')).toHaveLength(1);
      expect(await sam.told()).toBe('');
    },
  ],
  [
    'who is late hears so alone, with who was faster, and keeps what they typed',
    async (theatre) => {
      const [sam, tom] = [await theatre.player('sam'), await theatre.player('tom')];
      const id = await opened(sam);
      const late = await tom.holds(id, 'Send', '198.51.100.4');
      await sam.presses(id, 'Send', ip);
      await theatre.settled();
      const told = (await late())?.words ?? (await tom.told());
      expect(told).toMatch(/Decided already: 203\.0\.113\.7 \(Sam/);
      expect(told).toContain('198.51.100.4');
      expect(await sam.told()).toBe('');
      expect(await sam.reads(id)).not.toContain('198.51.100.4');
    },
  ],
  [
    'an answer is changed, and the path begins anew from there',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await opened(sam);
      await sam.presses(id, 'Send', ip);
      await theatre.settled();
      await sam.changes(id, 'Which address?', 'They can’t tell');
      await theatre.settled();
      const { ended, visits } = await incident(theatre, id);
      expect(ended?.outcome).toBe('escalated');
      expect(visits.filter(({ struck }) => struck === true).length).toBeGreaterThan(0);
      expect(await sam.reads(id)).toContain('Withdrawn');
    },
  ],
  ...['x', 'null', '[]', '{}'].map((text) => forged(text)),
  forged('{"type":"run.finished","key":"2.blocked.0","outcome":"clear"}'),
  forged('{"type":"confirm.decided","key":"1","authority":{"allowed":true,"roles":[],"reason":"me"}}'),
  forged('{"__proto__":{"type":"note.added"},"text":"x"}'),
  forged('{"type":"answer.given","key":"__proto__","choice":"constructor"}'),
  [
    'an approver approves: one write, and the card says who',
    async (theatre) => {
      const [sam, lea] = [await theatre.player('sam'), await theatre.player('lea')];
      const id = await proposed(theatre, sam);
      expect(await sam.reads(id)).toContain('Waiting for an approver');
      await lea.presses(id, 'Approve');
      await theatre.settled();
      expect(theatre.firewall.writes).toEqual([ip]);
      expect(await sam.reads(id)).toContain('Approved by Lea');
      expect(await lea.buttons(id)).not.toContain('Approve');
    },
  ],
  [
    'whoever may not approve changes nothing and is told alone whom to ask',
    async (theatre) => {
      const [sam, lea, tom] = [
        await theatre.player('sam'),
        await theatre.player('lea'),
        await theatre.player('tom'),
      ];
      const id = await proposed(theatre, sam);
      const { plan } = approvalOf(await incident(theatre, id));
      const event = { type: 'confirm.pressed', key: plan.key, hash: plan.hash, decision: 'approve' };
      const told = (await tom.forges(id, event))?.words ?? '';
      await theatre.settled();
      expect(theatre.firewall.writes).toEqual([]);
      expect(told + (await tom.told())).toContain('You are not an approver. Please ask');
      expect(await sam.told()).toBe('');
      expect(await lea.told()).toBe('');
      expect((await incident(theatre, id)).ended).toBeUndefined();
    },
  ],
  [
    'an approval for another plan is refused',
    async (theatre) => {
      const [sam, lea] = [await theatre.player('sam'), await theatre.player('lea')];
      const id = await proposed(theatre, sam);
      const { plan } = approvalOf(await incident(theatre, id));
      const event = { type: 'confirm.pressed', key: plan.key, hash: 'another', decision: 'approve' };
      const told = (await lea.forges(id, event))?.words ?? '';
      await theatre.settled();
      expect(told + (await lea.told())).toContain('That button is of another plan.');
      expect(theatre.firewall.writes).toEqual([]);
    },
  ],
  [
    'an approval that is pressed twice acts once',
    async (theatre) => {
      const [sam, lea] = [await theatre.player('sam'), await theatre.player('lea')];
      const id = await proposed(theatre, sam);
      await lea.pressesTwice(id, 'Approve');
      await theatre.settled();
      expect(theatre.firewall.writes).toEqual([ip]);
      expect(await lea.told()).toBe('');
    },
  ],
  [
    'a rejection needs a reason, and ends the proposal with it',
    async (theatre) => {
      const [sam, lea] = [await theatre.player('sam'), await theatre.player('lea')];
      const id = await proposed(theatre, sam);
      await lea.presses(id, 'Reject …', 'Ask <them> first & <!channel>');
      await theatre.settled();
      expect(theatre.firewall.writes).toEqual([]);
      expect((await incident(theatre, id)).ended?.outcome).toBe('escalated');
      expect(await sam.reads(id)).toContain('Rejected: Ask <them> first & <!channel>');
    },
  ],
  [
    'an approver holds a proposal: all read why, and it can still be approved',
    async (theatre) => {
      const [sam, lea] = [await theatre.player('sam'), await theatre.player('lea')];
      const id = await proposed(theatre, sam);
      await lea.presses(id, 'Hold …', 'Ask <them> first\n& <!channel>');
      await theatre.settled();
      expect(theatre.firewall.writes).toEqual([]);
      expect(await sam.reads(id)).toContain('Held by Lea: Ask <them> first & <!channel>.');
      await lea.presses(id, 'Approve');
      await theatre.settled();
      expect(theatre.firewall.writes).toEqual([ip]);
      expect(await sam.reads(id)).not.toContain('Held by');
    },
  ],
  [
    'notes are kept as they were typed, and shown so',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await opened(sam);
      const text = 'first line\nsecond <!channel> {ip} *x* [y](http://evil.example) <b>';
      expect(await sam.notes(id, text)).toBeUndefined();
      await theatre.settled();
      const { notes } = await incident(theatre, id);
      expect(notes.map((note) => note.text)).toEqual([text]);
      expect(await sam.reads(id)).toContain('second <!channel> {ip} *x* [y](http://evil.example) <b>');
    },
  ],
  [
    'an incident is taken over, handed over and closed',
    async (theatre) => {
      const [sam, tom] = [await theatre.player('sam'), await theatre.player('tom')];
      const id = await opened(sam);
      await tom.takesOver(id);
      expect((await incident(theatre, id)).owner.name).toBe('Tom');
      await tom.handsOver(id, 'lea', 'my shift ends');
      expect((await incident(theatre, id)).owner.name).toBe('Lea');
      expect((await incident(theatre, id)).notes.map(({ text }) => text)).toEqual(['my shift ends']);
      await sam.cancels(id, 'called twice');
      await theatre.settled();
      expect((await incident(theatre, id)).ended?.outcome).toBe('cancelled');
      expect(await sam.reads(id)).toContain('Closed: Cancelled: called twice');
    },
  ],
  [
    'after the end the old buttons change nothing, and say so',
    async (theatre) => {
      const [sam, tom] = [await theatre.player('sam'), await theatre.player('tom')];
      const id = await opened(sam);
      const late = await tom.holds(id, 'They can’t tell');
      await sam.cancels(id, 'called twice');
      await theatre.settled();
      const { seq } = await incident(theatre, id);
      const told = (await late())?.words ?? (await tom.told());
      expect(told).toMatch(/Nothing was done|no such question|no longer|Decided already/);
      expect((await incident(theatre, id)).seq).toBe(seq);
    },
  ],
  [
    'from the call to “mail comes in”: three clicks and an approval, and a log that verifies',
    async (theatre) => {
      const [sam, lea] = [await theatre.player('sam'), await theatre.player('lea')];
      const id = await proposed(theatre, sam);
      await lea.presses(id, 'Approve');
      await theatre.settled();
      expect(await sam.reads(id)).toContain('It takes some minutes');
      await sam.presses(id, 'Look now');
      await theatre.settled();
      await sam.presses(id, 'Yes');
      await theatre.settled();
      const { ended } = await incident(theatre, id);
      expect(ended?.outcome).toBe('resolved');
      expect(await sam.reads(id)).toContain('Resolved: Mail comes in.');
      expect(await sam.buttons(id)).not.toContain('Yes');
      const rows = await theatre.store.log(id);
      expect(verifyRows(rows, (await theatre.store.read(id))?.head)).toMatchObject({ ok: true });
      const decided = rows.map(openRow).filter(({ type }) => type === 'confirm.decided');
      expect(decided).toMatchObject([{ actor: { name: 'Lea' }, authority: { allowed: true } }]);
    },
  ],
];

function forged(text: string): Scenario {
  return [
    `a forged press changes nothing: ${text}`,
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await opened(sam);
      const { seq } = await incident(theatre, id);
      let event: unknown = text;
      try {
        event = JSON.parse(text);
      } catch {
        // Sent as it is.
      }
      const told = await sam.forges(id, event);
      await theatre.settled();
      expect(`${told?.words ?? ''}${await sam.told()}`).not.toBe('');
      expect((await incident(theatre, id)).seq).toBe(seq);
    },
  ];
}

async function opened(player: Player, line = 'acme.example'): Promise<string> {
  const said = await player.opens(line);
  if (!('incident' in said)) throw new Error(said.told.words);
  return said.incident;
}

/** As far as the proposal: blocked, planned, waiting for an approver. */
async function proposed(theatre: Theatre, player: Player): Promise<string> {
  theatre.firewall.blocked.add(ip);
  const id = await opened(player);
  await player.presses(id, 'Send', ip);
  await theatre.settled();
  return id;
}

async function incident({ store }: Theatre, id: string) {
  const snapshot = await store.read(id);
  if (snapshot === undefined) throw new Error(`There is no ${id}.`);
  return snapshot.incident;
}

function approvalOf({ open }: Awaited<ReturnType<typeof incident>>) {
  const [key, approval] = Object.entries(open).find(([, one]) => one.kind === 'approval') ?? [];
  if (key === undefined || approval?.kind !== 'approval') throw new Error('Nothing waits for an approval.');
  return { plan: { key, hash: approval.plan.hash } };
}
