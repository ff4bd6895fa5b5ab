import { toAdaptiveCard } from '../../adapters/teams/to-adaptive-card.ts';
import { jsonOf } from '../fakes/slack/json.ts';
import { cardIn } from '../fakes/teams/card-parts.ts';
import type { ConnectorCall } from '../fakes/teams/connector.ts';
import { home } from '../fakes/teams/settle.ts';
import type { Post } from '../fakes/teams/state.ts';
import type { Faults } from './audit.ts';
import { auditTalks } from './chat-audit.ts';
import type { Counting, Looked } from './chat-audit.ts';
import type { Office } from './teams-office.ts';
import type { TeamsTalk } from './teams-talk.ts';

/** What stands in Teams twice because the connector gave no answer that the server could keep. */
export interface Audited extends Faults {
  readonly excused: readonly string[];
}

/**
 * Looks at finished incidents from outside: the systems' own record, the log, and what stands in Teams. The rule for a
 * post that stands there twice: Teams has no key that a post could be found by, so what the connector did without an
 * answer that mailfix could store (none came, or the server died over it) may be posted once more, and nothing else may.
 */
export async function audit(office: Office, talks: readonly TeamsTalk[]): Promise<Audited> {
  const excused: string[] = [];
  const faults = await auditTalks<TeamsTalk>(office, talks, (counting, looked) =>
    auditThread(office, counting, looked, excused),
  );
  return { ...faults, excused };
}

async function auditThread(
  office: Office,
  { faults, once }: Counting,
  { store, talk }: Looked<TeamsTalk>,
  excused: string[],
): Promise<void> {
  const { teams } = office;
  const { id } = talk;
  const shown = await store.shown(id);
  const known = new Set<string>();
  for (const { message, ref, card } of shown) {
    const posted = JSON.parse(ref) as { id: string; conversation: string };
    known.add(posted.id);
    const posts = talk.thread.filter((one) => one.id === posted.id);
    once(`message ${message}`, posts.length);
    const about = { incident: id, message, now: Date.now(), approvers: [`teams:${home.lea}`] };
    const ownNotes = `note.msg.${talk.conversation.replace(';messageid=', '.')}.`;
    const drawn = toAdaptiveCard(card, { ...about, ownNotes, ended: true });
    const wanted = teams.textOf({ ...drawn.card });
    for (const post of posts) {
      const reads = teams.textOf(post);
      // What the root's menu offers depends on who was there.
      const isRight = message === 'root' ? head(reads) === head(wanted) : reads === wanted;
      if (!isRight) faults.lost.push(`${id}: message ${message} still reads "${reads}", and not "${wanted}"`);
    }
  }
  const posts = [...talk.roots, ...talk.thread.filter((post) => !talk.roots.includes(post))];
  const doubled = [
    ...posts.filter((post) => cardIn(post.activity) !== undefined && !known.has(post.id)),
    ...repeated(posts.filter((post) => cardIn(post.activity) === undefined)),
  ];
  for (const { copies } of doubled.map((post) => ({ copies: copiesOf(posts, post) }))) {
    const words = `${id}: ${copies.length} × "${teams.textOf(copies[0] ?? {}).slice(0, 60)}"`;
    const unheard = copies.filter((copy) => callsOf(office, copy).some((call) => office.isUnheard(call)));
    // The last one was heard of, or something would be missing.
    if (unheard.length >= copies.length - 1) excused.push(words);
    else {
      const lived = copies.flatMap((copy) => callsOf(office, copy)).map((call) => office.livedAfter(call));
      faults.doubled.push(`${words} (killed ${lived.join(' and ')} ms after the answers)`);
    }
  }
  if (shown.length === 0) faults.lost.push(`${id} shows nothing`);
}

function head(text: string): string {
  return text.split('\n').slice(0, 2).join('\n');
}

/** The posts of words that stand there already. */
function repeated(posts: readonly Post[]): readonly Post[] {
  return posts.filter((post, index) => posts.findIndex((one) => isCopy(one, post)) < index);
}

function copiesOf(posts: readonly Post[], post: Post): readonly Post[] {
  return cardIn(post.activity) === undefined ? posts.filter((one) => isCopy(one, post)) : [post, post];
}

function isCopy(one: Post, other: Post): boolean {
  return one.activity['text'] !== undefined && one.activity['text'] === other.activity['text'];
}

/** The calls that made a post. */
function callsOf({ teams }: Office, { activity }: Post): readonly ConnectorCall[] {
  return teams
    .calls()
    .filter(({ body, applied }) => applied && (body === activity || jsonOf(body['activity']) === activity));
}
