import { join } from 'node:path';
import { startSlack } from '../test/fakes/slack/server.ts';
import { load, type Loaded } from './client.ts';
import { shown, type Bar, type Effort, type Figure, type Part } from './figure.ts';
import { answers } from './incident.ts';
import { at, presses } from './presses.ts';
import { alternate, median, ratio } from './rounds.ts';
import { startPeer, startSide, withSides, type Side } from './side.ts';

const [turn, fsync, bare, throughput, chat] = [
  'slack-turn-vs-bolt-ack',
  'slack-turn-vs-bolt-ack-fsync',
  'turn-vs-bare-fsync',
  'slack-throughput-vs-bolt-ack',
  'slack-throughput-vs-chat-sdk',
] as const;
/** So many presses are prepared for each second; who answers more is done earlier. */
const mostASecond = { alone: 3000, together: 4000 } as const;

/** A signed press of a button in Slack, over HTTP: a durable turn of mailfix against those who store little or nothing. */
export const slack: Part = {
  names: [turn, fsync, bare, throughput, chat],
  measure: (effort, wanted) =>
    withSides(async (open, folder) => {
      const fake = await open(startSlack());
      fake.person({ id: at.user });
      const secret = fake.signingSecret;
      const ours = await open(startSide('slack-mailfix', { args: [folder, fake.apiUrl, secret] }));
      const bolt = await open(startSide('slack-bolt', { args: [secret] }));
      const found: Figure[] = [];

      if ([turn, fsync, bare].some((name) => wanted.has(name))) {
        const appending = await open(startSide('slack-bolt', { args: [secret, join(folder, 'bolt')] }));
        const http = await open(startSide('http-fsync', { args: [secret, join(folder, 'http')] }));
        found.push(...(await oneByOne(effort, secret, { ours, bolt, appending, http })));
      }
      if (wanted.has(throughput) || wanted.has(chat)) {
        const sdk = wanted.has(chat)
          ? await open(startPeer('chat', { args: [secret, fake.apiUrl] }))
          : undefined;
        found.push(...(await together(effort, secret, { ours, bolt, sdk })));
      }
      return found;
    }),
};

async function oneByOne(
  effort: Effort,
  secret: string,
  sides: Readonly<Record<'ours' | 'bolt' | 'appending' | 'http', Side>>,
): Promise<readonly Figure[]> {
  const how = { connections: 1, ms: effort.ms(500), most: mostASecond.alone };
  const peer = (side: Side) => async () => median((await sent(side, secret, how)).waited);
  const rounds = await alternate(effort.rounds, {
    ours: async () => median((await pressed(sides.ours, secret, how)).waited),
    bolt: peer(sides.bolt),
    appending: peer(sides.appending),
    http: peer(sides.http),
  });
  const ms = (side: keyof typeof sides) => shown(median(rounds[side]), ' ms');
  const figure = (name: string, of: 'bolt' | 'appending' | 'http', words: string, bar?: Bar): Figure => ({
    name,
    value: ratio(rounds, 'ours', of),
    unit: 'ratio',
    ours: ms('ours'),
    peer: `${ms(of)} ${words}`,
    ...(bar === undefined ? {} : { bar }),
  });
  return [
    figure(turn, 'bolt', 'Bolt ack()', { is: 'at most', value: 2 }),
    figure(fsync, 'appending', 'Bolt, one append, ack()', { is: 'at most', value: 1.5 }),
    figure(bare, 'http', 'node:http, HMAC, JSON, one append'),
  ];
}

async function together(
  effort: Effort,
  secret: string,
  { ours, bolt, sdk }: { ours: Side; bolt: Side; sdk: Side | undefined },
): Promise<readonly Figure[]> {
  const how = { connections: 32, ms: effort.ms(700), most: mostASecond.together };
  const peer = (side: Side) => async () => (await sent(side, secret, how)).rate;
  const rounds = await alternate(effort.rounds, {
    ours: async () => (await pressed(ours, secret, how)).rate,
    bolt: peer(bolt),
    ...(sdk === undefined ? {} : { sdk: peer(sdk) }),
  } as Record<'ours' | 'bolt' | 'sdk', () => Promise<number>>);
  const handled = (await sdk?.ask<{ handled: number }>({}))?.handled;
  if (handled === 0) throw new Error('the chat SDK handled no press');
  const figure = (name: string, of: 'bolt' | 'sdk', words: string, value: number): Figure => ({
    name,
    value: ratio(rounds, 'ours', of),
    unit: 'ratio',
    ours: shown(median(rounds.ours), '/s'),
    peer: `${shown(median(rounds[of]), '/s')} ${words}`,
    bar: { is: 'at least', value },
  });
  return [
    figure(throughput, 'bolt', 'Bolt ack()', 0.8),
    ...(sdk === undefined ? [] : [figure(chat, 'sdk', 'chat SDK, state in memory', 1)]),
  ];
}

interface How {
  readonly connections: number;
  readonly ms: number;
  /** Presses that are prepared for each second. */
  readonly most: number;
}

/** Presses of new incidents; every one must have become a turn, for also what is refused is answered with 200. */
async function pressed(ours: Side, secret: string, how: How): Promise<Loaded> {
  const open = Math.ceil((how.most * how.ms) / 1000 / answers.length) + how.connections;
  const prepared = await ours.ask<{ ids: readonly string[]; turns: number }>({ open, ...at });
  const loaded = await load(ours.port, presses(prepared.ids, secret), how);
  const { turns } = await ours.ask<{ turns: number }>({ open: 0, ...at });
  if (turns - prepared.turns !== loaded.waited.length)
    throw new Error(`of ${loaded.waited.length} presses ${turns - prepared.turns} became turns`);
  return loaded;
}

/** The same presses, for those who do not look into them. */
function sent(side: Side, secret: string, how: How): Promise<Loaded> {
  const count = Math.ceil((how.most * how.ms) / 1000 / answers.length) + how.connections;
  const some = Array.from({ length: count }, (_, n) => `INC-${n + 1}`);
  return load(side.port, presses(some, secret), how);
}
