import { cardIn } from '../fakes/teams/card-parts.ts';
import type { Firm } from './outside.ts';
import { after, within } from './server.ts';
import type { TwoOffice } from './two-office.ts';

/** What a chat product got for an answer; status 0 when nothing came. */
export interface Answered {
  readonly status: number;
  readonly ms: number;
  readonly error?: string;
}

/** A product. */
export type Product = 'slack' | 'teams';

/** An incident in a product, and what people do with it there. */
export interface Seat {
  readonly product: Product;
  readonly incident: string;
  takesOver(who: number): Promise<Answered>;
  says(who: number, words: string): Promise<Answered>;
  /** Each time that its first message was put up anew: when (epoch ms), and the owner that it named. */
  shown(): readonly { readonly at: number; readonly owner: string }[];
}

interface Root {
  readonly id: string;
  readonly incident: string;
  readonly at: number;
}

/** Opens an incident; what its thread is comes later. */
export function opensIn(
  office: TwoOffice,
  product: Product,
  { firm, room, who }: { readonly firm: Firm; readonly room: number; readonly who: number },
) {
  const place = office.rooms[room % office.rooms.length];
  const person = office.people[who % office.people.length];
  if (place === undefined || person === undefined) throw new Error('Nobody is at the desk.');
  const client = `office@${firm.domain}`;
  const channel = place[product];
  const at = Date.now();
  const answer: Promise<Answered> =
    product === 'slack'
      ? person.slack.command(`/mailfix ${client}`, { channel })
      : person.teams.mentions(client, { channel });
  const root = () =>
    product === 'slack' ? slackRoot(office, channel, client) : teamsRoot(office, channel, client);
  return {
    product,
    at,
    answer,
    root,
    seat: async () => seatOf(office, product, channel, await rootOf(root, client)),
  };
}

/** An opening, and what came of it. */
export type Opened = ReturnType<typeof opensIn>;

async function rootOf(root: () => Root | undefined, client: string): Promise<Root> {
  const look = async (): Promise<Root> => {
    for (;;) {
      const found = root();
      if (found !== undefined) return found;
      await after(50);
    }
  };
  return within(60_000, `the thread about ${client}`, look());
}

function slackRoot({ slack }: TwoOffice, channel: string, client: string): Root | undefined {
  for (const one of slack.state.messagesIn(channel)) {
    const incident = one.botId === undefined ? undefined : incidentIn(slack.textOf(one), client);
    if (incident !== undefined) return { id: one.ts, incident, at: Number(one.ts) * 1000 };
  }
  return undefined;
}

function teamsRoot({ teams }: TwoOffice, channel: string, client: string): Root | undefined {
  for (const { id, posts } of teams.threads(channel)) {
    const [first, second] = posts;
    for (const post of [first, second]) {
      const incident = post && cardIn(post.activity) && incidentIn(teams.textOf(post), client);
      if (incident !== undefined) return { id, incident, at: Number(post?.id) };
    }
  }
  return undefined;
}

function incidentIn(text: string, client: string): string | undefined {
  const [, incident, about] = /^(INC-\d+) · (\S+)/.exec(text) ?? [];
  return about === client ? incident : undefined;
}

function seatOf(office: TwoOffice, product: Product, channel: string, root: Root): Seat {
  const { slack, teams, people } = office;
  const person = (who: number) => {
    const found = people[who % people.length];
    if (found === undefined) throw new Error('Nobody is at the desk.');
    return found;
  };
  const ownerIn = (text: string) => /Owner: (\w+)/.exec(text)?.[1] ?? '';
  const common = { product, incident: root.incident };
  if (product === 'slack') {
    const thread = root.id;
    return {
      ...common,
      takesOver: (who) => person(who).slack.chooses('Take over', { channel, message: thread }),
      says: (who, words) => person(who).slack.says(words, { channel, thread }),
      shown: () =>
        slack
          .calls('chat.update')
          .filter(({ params, applied }) => applied && params['ts'] === thread)
          .map(({ at, params }) => ({
            at,
            owner: ownerIn(slack.textOf({ blocks: JSON.parse(String(params['blocks'])) as never })),
          })),
    };
  }
  const thread = root.id;
  return {
    ...common,
    takesOver: (who) => person(who).teams.executes('Take over', {}, { thread }),
    says: (who, words) => person(who).teams.mentions(words, { thread }),
    shown: () =>
      teams
        .calls()
        .filter((call) => call.applied && call.operation === 'updateActivity' && call.conversation === thread)
        .map(({ at, body }) => ({ at, owner: ownerIn(teams.textOf({ activity: body })) }))
        // Its other messages name none.
        .filter(({ owner }) => owner !== ''),
  };
}
