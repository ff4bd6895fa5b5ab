import { expect } from 'vitest';
import { openRow } from '../../src/store/chain.ts';
import { ip } from '../runtime/rig.ts';
import type { Player, Scenario, Theatre } from './scenarios.ts';

/** How people lead an incident elsewhere than their answers do; every channel must be able to tell these too. */
export const steeringScenarios: readonly Scenario[] = [
  [
    'back one question: it is asked again, with the earlier answer beside it',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await answered(theatre, sam);
      expect(await sam.reads(id)).toContain('Does mail come in?');
      expect(await sam.steers(id, 'back')).toBeUndefined();
      await theatre.settled();
      expect(await sam.reads(id)).toMatch(new RegExp(`Answered before: ${ip} \\(Sam, `));
      await sam.presses(id, `As before: ${ip}`);
      await theatre.settled();
      await sam.presses(id, 'Yes');
      await theatre.settled();
      expect((await read(theatre, id)).ended?.outcome).toBe('resolved');
    },
  ],
  [
    'back three questions, one by one, and forward again with what was answered',
    async (theatre) => {
      const sam = await theatre.player('sam');
      theatre.firewall.onLook = () => {
        throw new Error('The firewall is out.');
      };
      const id = await answered(theatre, sam);
      for (const choice of ['Look again', 'Yes']) {
        await sam.presses(id, choice);
        await theatre.settled();
      }
      expect(await asked(theatre, id)).toBe('mail');
      const steps: (string | undefined)[] = [];
      for (let count = 0; count < 3; count += 1) {
        const told = await sam.steers(id, 'back');
        if (told?.confirm === true) await sam.confirms(id);
        await theatre.settled();
        steps.push(await asked(theatre, id));
      }
      expect(steps).toEqual(['byHand', 'byHand', 'ip']);
      await sam.presses(id, `As before: ${ip}`);
      await theatre.settled();
      expect(await asked(theatre, id)).toBe('byHand');
      expect((await sam.steers(id, 'back'))?.words).toBeUndefined();
    },
  ],
  [
    'the first answer is changed while an approval waits: what falls is read first, and the old button says why it does nothing',
    async (theatre) => {
      const [sam, lea] = [await theatre.player('sam'), await theatre.player('lea')];
      theatre.firewall.blocked.add(ip);
      const id = await answered(theatre, sam);
      expect(await lea.buttons(id)).toContain('Approve');
      const late = await lea.holds(id, 'Approve');
      const { seq } = await read(theatre, id);
      const told = await sam.changes(id, 'Which address?', 'They can’t tell');
      expect(told).toMatchObject({ confirm: true });
      expect(told?.words).toContain(`Withdrawn, and the approvers are told: Un-block ${ip}`);
      expect((await read(theatre, id)).seq).toBe(seq);
      expect(await sam.confirms(id)).toBeUndefined();
      await theatre.settled();
      expect(await sam.reads(id)).toContain('Withdrawn: Sam changed an earlier answer.');
      const words = (await late())?.words ?? (await lea.told());
      await theatre.settled();
      expect(`${words}${await lea.told()}`).toContain('This was withdrawn: an earlier answer was changed.');
      expect(theatre.firewall.writes).toEqual([]);
    },
  ],
  [
    'all that is known is shown with who said so, and changed from there',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await answered(theatre, sam);
      const known = await sam.knows(id);
      expect(known).toMatch(/Which address\?[\s\S]*203\.0\.113\.7[\s\S]*Sam/);
      expect(known).toMatch(/client[\s\S]*acme\.example[\s\S]*Sam/);
      expect(await sam.changesKnown(id, 'Which address?', 'They can’t tell')).toBeUndefined();
      await theatre.settled();
      expect((await read(theatre, id)).ended?.outcome).toBe('escalated');
      // After the end it can be read still.
      expect(await sam.knows(id)).toContain('They can’t tell');
    },
  ],
  [
    'the open question is shown once more at the bottom, and counts once',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await opened(sam);
      const late = await sam.holds(id, 'Send', ip);
      expect(await sam.steers(id, 'repeat')).toBeUndefined();
      await theatre.settled();
      expect(await sam.reads(id)).toMatch(/Which address\?[\s\S]*Asked again below\.[\s\S]*Which address\?/);
      const told = (await late())?.words ?? (await sam.told());
      expect(told).toContain('Decided already: Asked again below.');
      await sam.presses(id, 'Send', ip);
      await theatre.settled();
      expect(await asked(theatre, id)).toBe('mail');
    },
  ],
  [
    'start over and escalate are asked about before they are done',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await answered(theatre, sam);
      expect(await sam.steers(id, 'restart')).toMatchObject({ confirm: true });
      expect(await asked(theatre, id)).toBe('mail');
      expect(await sam.confirms(id)).toBeUndefined();
      await theatre.settled();
      expect(await asked(theatre, id)).toBe('ip');
      expect(await sam.reads(id)).toContain('Sam started over.');
      expect(await sam.steers(id, 'escalate')).toMatchObject({ confirm: true });
      expect((await read(theatre, id)).ended).toBeUndefined();
      expect(await sam.confirms(id)).toBeUndefined();
      await theatre.settled();
      expect((await read(theatre, id)).ended?.outcome).toBe('escalated');
    },
  ],
  [
    'where there is nothing to go back to, that is said to them alone',
    async (theatre) => {
      const [sam, tom] = [await theatre.player('sam'), await theatre.player('tom')];
      const id = await opened(sam);
      const { seq } = await read(theatre, id);
      expect((await sam.steers(id, 'back'))?.words).toContain('No question was answered yet');
      expect(await tom.told()).toBe('');
      expect((await read(theatre, id)).seq).toBe(seq);
    },
  ],
  [
    'an incident is parked, and taken up after a restart where it was',
    async (theatre) => {
      const [sam, tom] = [await theatre.player('sam'), await theatre.player('tom')];
      const id = await answered(theatre, sam);
      const { open } = await read(theatre, id);
      await sam.parks(id, 'they call back');
      await theatre.settled();
      expect(await sam.reads(id)).toMatch(/Parked since[\s\S]*they call back/);
      await theatre.restart();
      await tom.resumes(id);
      await theatre.settled();
      const { parked, open: after } = await read(theatre, id);
      expect({ parked, after }).toEqual({ parked: undefined, after: open });
      await tom.presses(id, 'Yes');
      await theatre.settled();
      expect((await read(theatre, id)).ended?.outcome).toBe('resolved');
    },
  ],
];

/** What can be typed where people talk in a thread. */
export const typedScenarios: readonly Scenario[] = [
  [
    'typed: a mistyped label is understood, and the thread says from what',
    async (theatre) => {
      const sam = await theatre.player('sam');
      const id = await opened(sam);
      if (sam.says === undefined) throw new Error('Nobody can type here.');
      await sam.says(id, ip);
      await theatre.settled();
      expect(await sam.reads(id)).toContain('Does mail come in?');
      await sam.says(id, 'Nto yet');
      await theatre.settled();
      expect(await sam.reads(id)).toContain('Understood from “Nto yet”.');
      expect((await read(theatre, id)).ended?.outcome).toBe('escalated');
    },
  ],
  [
    'typed: a verb is taken, a correction shows what it takes back, and neither is a note',
    async (theatre) => {
      const sam = await theatre.player('sam');
      if (sam.says === undefined) throw new Error('Nobody can type here.');
      theatre.firewall.blocked.add(ip);
      const id = await answered(theatre, sam);
      expect((await sam.says(id, 'what do we know'))?.words).toMatch(/Which address\?[\s\S]*203\.0\.113\.7/);
      const told = await sam.says(id, 'actually the ip is 203.0.113.24');
      expect(told).toMatchObject({ confirm: true });
      expect(told?.words).toContain('Withdrawn, and the approvers are told');
      expect(await asked(theatre, id)).toBe('unblock');
      expect(await sam.confirms(id)).toBeUndefined();
      await theatre.settled();
      expect(await sam.reads(id)).toMatch(/203\.0\.113\.24\s+— Sam/);
      await sam.says(id, 'go back');
      await theatre.settled();
      expect(await asked(theatre, id)).toBe('ip');
      expect((await read(theatre, id)).notes).toEqual([]);
      const types = (await theatre.store.log(id)).map(openRow).map(({ type }) => type);
      expect(types).toContain('answer.reopened');
    },
  ],
];

async function opened(player: Player): Promise<string> {
  const said = await player.opens('acme.example');
  if (!('incident' in said)) throw new Error(said.told.words);
  return said.incident;
}

/** As far as an address is given and what follows has come to rest. */
async function answered(theatre: Theatre, player: Player): Promise<string> {
  const id = await opened(player);
  await player.presses(id, 'Send', ip);
  await theatre.settled();
  return id;
}

async function read({ store }: Theatre, id: string) {
  const snapshot = await store.read(id);
  if (snapshot === undefined) throw new Error(`There is no ${id}.`);
  return snapshot.incident;
}

/** The step that the incident stands at. */
async function asked(theatre: Theatre, id: string): Promise<string | undefined> {
  const { visits } = await read(theatre, id);
  return visits.findLast(({ struck, detached }) => struck !== true && detached === undefined)?.step;
}
