import { expect } from 'vitest';
import { ip } from '../runtime/rig.ts';
import type { Player, Scenario, Theatre } from './scenarios.ts';

/** What several people do about one incident, and about one client, in every channel. */
export const peopleStories: readonly Scenario[] = [
  [
    'a second start for a client tells who has the first, and begins another when that is asked for',
    async (theatre) => {
      const [sam, tom] = [await theatre.player('sam'), await theatre.player('tom')];
      const first = await begun(sam, 'acme.example');
      const said = await tom.opens('acme.example');
      expect('told' in said ? said.told.words : '').toContain(`${first} is open for acme.example (Sam, `);
      expect(await theatre.store.list({ limit: 9 })).toHaveLength(1);
      const second = await begun(tom, 'anew acme.example');
      await theatre.settled();
      expect(await tom.reads(second)).toMatch(/Lately[\s\S]*INC-1, .*the same client/);
      expect(await sam.reads(first)).not.toContain('Lately');
    },
  ],
  [
    'who takes over or is handed an incident reads what is known, and the open question once more',
    async (theatre) => {
      const [sam, tom] = [await theatre.player('sam'), await theatre.player('tom')];
      const id = await begun(sam, 'acme.example');
      await tom.takesOver(id);
      await theatre.settled();
      expect(await tom.reads(id)).toMatch(/Tom takes this over from Sam\.[\s\S]*Which address\?/);
      expect(await sam.told()).toContain('Tom has taken INC-1 over from you.');
      await tom.handsOver(id, 'lea', 'my shift ends');
      await theatre.settled();
      const read = await tom.reads(id);
      expect(read).toMatch(/Tom hands this over to Lea\.[\s\S]*Which address\?/);
      expect(read).toContain('my shift ends');
      // The newest message has the question's own buttons.
      await tom.presses(id, 'Send', ip);
      await theatre.settled();
      expect(await owner(theatre, id)).toMatchObject({ owner: { name: 'Lea' }, answered: true });
    },
  ],
  [
    'a parked incident says so, and goes on where it was with a summary and its question',
    async (theatre) => {
      const [sam, tom] = [await theatre.player('sam'), await theatre.player('tom')];
      const id = await begun(sam, 'acme.example');
      await sam.forges(id, { type: 'incident.parked', wake: '2h', why: 'they call back' });
      await theatre.settled();
      expect(await sam.reads(id)).toMatch(/Parked from .* until .*: they call back/);
      await tom.forges(id, { type: 'incident.resumed' });
      await theatre.settled();
      expect(await sam.reads(id)).toMatch(/Tom takes this up again\.[\s\S]*Which address\?/);
      await sam.presses(id, 'Send', ip);
      await theatre.settled();
      expect(await owner(theatre, id)).toMatchObject({ answered: true });
    },
  ],
];

async function begun(player: Player, line: string): Promise<string> {
  const said = await player.opens(line);
  if (!('incident' in said)) throw new Error(said.told.words);
  return said.incident;
}

async function owner({ store }: Theatre, id: string) {
  const incident = (await store.read(id))?.incident;
  const answered = incident?.visits.some(({ step, settled }) => step === 'ip' && settled !== undefined);
  return { owner: incident?.owner, answered };
}
