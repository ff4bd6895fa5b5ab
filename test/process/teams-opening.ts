import type { Delivered } from '../fakes/teams/deliveries.ts';
import type { Person } from '../fakes/teams/person.ts';
import type { ChatMove } from './chat-moves.ts';
import type { Office } from './teams-office.ts';

/** `reply`: a mention below what a colleague wrote, so that the incident lives there; `form`: that message's menu. */
export type OpeningWay = 'mention' | 'reply' | 'form';

/** What is to be done now to open it; undefined while its first message is awaited. */
type Opening = () => ChatMove<Delivered> | undefined;

/** Makes an opening of an incident about this client. */
export function openingOf(way: OpeningWay, office: Office, who: Person, client: string): Opening {
  return { mention, reply, form }[way](office, who, client);
}

function mention(office: Office, who: Person, client: string): Opening {
  const make = async () => [await who.mentions(client)];
  return once({ kind: 'opens', by: 'event', make, again: (before) => deliveredAgain(office, before) });
}

function reply(office: Office, who: Person, client: string): Opening {
  const make = async () => {
    const { thread } = await office.tom.says(`${client} gets no mail`, {});
    return [await who.mentions(client, { thread })];
  };
  return once({ kind: 'opens', by: 'event', make, again: (before) => deliveredAgain(office, before) });
}

function form(office: Office, who: Person, client: string): Opening {
  let askedIn: number | undefined;
  let sent = false;
  const ask = async () => {
    const { id } = await office.tom.says(`${client} gets no mail`, {});
    return [await who.opensForm('open', { from: id })];
  };
  return () => {
    if (sent) return undefined;
    if (who.form() !== undefined) {
      const make = async () => [await who.submitsForm()];
      // Teams sends a form itself once more when nobody answered.
      const again = (before: readonly Delivered[]) => deliveredAgain(office, before);
      const took = () => {
        sent = true;
      };
      return { kind: 'opens', by: 'press', make, again, took };
    }
    // Whoever sees no form after a restart asks for it once more.
    const took = () => {
      askedIn = office.server.said.length;
    };
    return askedIn === office.server.said.length
      ? undefined
      : { kind: 'asks for a form', by: 'press', make: ask, again: ask, took };
  };
}

function once(move: ChatMove<Delivered>): Opening {
  let done = false;
  const took = () => {
    done = true;
  };
  return () => (done ? undefined : { ...move, took });
}

/** What Teams does with activities that got no answer. */
export function deliveredAgain(
  { teams }: Office,
  before: readonly Delivered[],
): Promise<readonly Delivered[]> {
  return Promise.all(before.map(async (one) => (one.status === 200 ? one : teams.redeliver(one.request))));
}
