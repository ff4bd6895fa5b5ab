import type { Delivered } from '../fakes/slack/delivery.ts';
import { textIn } from '../fakes/slack/json.ts';
import type { Person } from '../fakes/slack/person.ts';
import { after, within } from './server.ts';
import { channel } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import type { Move } from './slack-talk.ts';

/** `form`: the shortcut on a message that a colleague wrote. */
export type OpeningWay = 'command' | 'mention' | 'form';

/** What is to be done now to open it; undefined while its first message is awaited. */
type Opening = () => Move | undefined;

/** Makes an opening of an incident about this client. */
export function openingOf(way: OpeningWay, office: Office, who: Person, client: string): Opening {
  return { command, mention, form }[way](office, who, client);
}

function command(office: Office, who: Person, client: string): Opening {
  const make = async () => [await who.command(`/mailfix ${client}`, { channel })];
  const again = async () => ((await isListed(who, client)) ? [] : make());
  return once({ kind: 'opens', by: 'press', make, again });
}

function mention(office: Office, who: Person, client: string): Opening {
  return once({
    kind: 'opens',
    by: 'event',
    make: async () => {
      const told = await who.mentions(client, { channel });
      return [told.mention, told.message];
    },
    again: (before) => deliveredAgain(office, before),
  });
}

function form({ slack, server, tom }: Office, who: Person, client: string): Opening {
  let askedIn: number | undefined;
  let sent = false;
  const isOpen = () => slack.openView(who.id) !== undefined;
  const ask = async () => {
    const { ts } = await tom.says(`${client} gets no mail`, { channel });
    return [await who.messageShortcut('open_from_message', { channel, ts })];
  };
  const send = async (): Promise<readonly Delivered[]> => (isOpen() ? [await who.submits()] : []);
  return () => {
    if (sent) return undefined;
    if (isOpen()) {
      const took = () => {
        sent = true;
      };
      return { kind: 'opens', by: 'press', make: send, again: send, took };
    }
    // Whoever sees no form after a restart asks for it once more.
    const took = () => {
      askedIn = server.said.length;
    };
    return askedIn === server.said.length
      ? undefined
      : { kind: 'asks for a form', by: 'press', make: ask, again: ask, took };
  };
}

function once(move: Move): Opening {
  let done = false;
  const took = () => {
    done = true;
  };
  return () => (done ? undefined : { ...move, took });
}

/** Nothing was heard of a command: whoever asks what is open sees whether it is there. */
async function isListed(who: Person, client: string): Promise<boolean> {
  const look = async (): Promise<boolean> => {
    const { json } = await who.command('/mailfix list', { channel });
    const words = textIn(json['text']);
    if (!words.includes('is being opened')) return words.includes(client);
    await after(20);
    return look();
  };
  return within(10_000, 'a list of what is open', look());
}

/** What Slack does with events that got no answer in time, or none at all. */
export function deliveredAgain(
  { slack }: Office,
  before: readonly Delivered[],
): Promise<readonly Delivered[]> {
  const retry = { num: 1, reason: 'http_timeout' } as const;
  return Promise.all(
    before.map(async (one) => (one.status === 200 ? one : slack.redeliver(one.request, retry))),
  );
}
