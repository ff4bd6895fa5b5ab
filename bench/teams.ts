import { startTeams, type FakeTeams } from '../test/fakes/teams/server.ts';
import { home } from '../test/fakes/teams/settle.ts';
import { load, post } from './client.ts';
import { shown, type Part } from './figure.ts';
import { answers, everyAnswer } from './incident.ts';
import { alternate, median, ratio } from './rounds.ts';
import { startSide, withSides } from './side.ts';

const [turn, throughput] = [
  'teams-turn-vs-cloudadapter-jwt',
  'teams-throughput-vs-cloudadapter-jwt',
] as const;

/** A message of Teams with a signed token: a durable turn of mailfix against an adapter that checks the token alone. */
export const teams: Part = {
  names: [turn, throughput],
  measure: (effort) =>
    withSides(async (open, folder) => {
      const fake = await open(startTeams());
      const { openIdUrl, appId, ownTenant } = fake.gate;
      const args = [folder, openIdUrl, appId, ownTenant, fake.botToken];
      const ours = await open(startSide('teams-mailfix', { args }));
      const adapter = await open(startSide('teams-cloud-adapter', { args: [openIdUrl, appId] }));
      const place = { tenant: fake.tenant, serviceUrl: fake.serviceUrl, channel: fake.channel };
      const asked = { oid: home.sam, ref: JSON.stringify(place) };

      const pressed = async (how: How) => {
        const { ids, turns } = await ours.ask<Prepared>({ open: incidentsFor(how), ...asked });
        const loaded = await load(ours.port, messages(fake, ids), how);
        const made = (await ours.ask<Prepared>({ open: 0, ...asked })).turns - turns;
        if (made !== loaded.waited.length)
          throw new Error(`of ${loaded.waited.length} messages ${made} became turns`);
        return loaded;
      };
      const peer = (how: How) => {
        const some = Array.from({ length: incidentsFor(how) }, (_, n) => `INC-${n + 1}`);
        return load(adapter.port, messages(fake, some), how);
      };
      const one = { connections: 1, ms: effort.ms(500) };
      const many = { connections: 32, ms: effort.ms(700) };
      const waits = await alternate(effort.rounds, {
        ours: async () => median((await pressed(one)).waited),
        peer: async () => median((await peer(one)).waited),
      });
      const rates = await alternate(effort.rounds, {
        ours: async () => (await pressed(many)).rate,
        peer: async () => (await peer(many)).rate,
      });
      return [
        {
          name: turn,
          value: ratio(waits, 'ours', 'peer'),
          unit: 'ratio',
          ours: shown(median(waits.ours), ' ms'),
          peer: `${shown(median(waits.peer), ' ms')} CloudAdapter, JWT`,
        },
        {
          name: throughput,
          value: ratio(rates, 'ours', 'peer'),
          unit: 'ratio',
          ours: shown(median(rates.ours), '/s'),
          peer: `${shown(median(rates.peer), '/s')} CloudAdapter, JWT`,
        },
      ];
    }),
};

interface Prepared {
  readonly ids: readonly string[];
  readonly turns: number;
}

interface How {
  readonly connections: number;
  readonly ms: number;
}

/** So many messages are prepared for each second; who answers more is done earlier. */
const mostASecond = 3000;
function incidentsFor({ connections, ms }: How): number {
  return Math.ceil((mostASecond * ms) / 1000 / answers.length) + connections;
}

let sent = 0;

/** Presses as Teams' older clients send them: messages with the data of the button. */
function messages(fake: FakeTeams, incidents: readonly string[]): readonly Buffer[] {
  const authorization = `Bearer ${fake.token(fake.serviceUrl)}`;
  const sam = [...fake.state.accounts.values()].find(({ aadObjectId }) => aadObjectId === home.sam);
  return everyAnswer(incidents).map(({ incident, button, event }) => {
    sent += 1;
    const data = { verb: 'press', i: incident, m: 'turn-0', b: button, e: event };
    const body = JSON.stringify({
      type: 'message',
      id: `17640576${String(sent).padStart(5, '0')}`,
      timestamp: new Date().toISOString(),
      channelId: 'msteams',
      serviceUrl: fake.serviceUrl,
      from: { id: sam?.id, name: 'Sam', aadObjectId: home.sam },
      recipient: { id: `28:${fake.appId}`, name: 'mailfix' },
      conversation: {
        isGroup: true,
        conversationType: 'channel',
        tenantId: fake.tenant,
        id: `${fake.channel};messageid=1764057600000`,
      },
      channelData: { channel: { id: fake.channel }, team: { id: fake.team }, tenant: { id: fake.tenant } },
      entities: [{ type: 'clientInfo', locale: 'en-US', country: 'US', platform: 'Windows' }],
      replyToId: '1764057600000',
      locale: 'en-US',
      value: { mailfix: data },
    });
    return post('/api/messages', { 'content-type': 'application/json; charset=utf-8', authorization }, body);
  });
}
