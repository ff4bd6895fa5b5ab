import { jsonOf, textIn } from '../fakes/slack/json.ts';
import { cardIn } from '../fakes/teams/card-parts.ts';
import type { Delivered } from '../fakes/teams/deliveries.ts';
import type { Person } from '../fakes/teams/person.ts';
import { after, within } from './server.ts';
import type { Times } from './stopwatch.ts';
import type { Office } from './teams-office.ts';
import type { TeamsTalk } from './teams-talk.ts';

/** What one person at the desk works with. */
interface Desk {
  readonly office: Office;
  readonly times: Times;
  readonly who: Person;
  /** Their incident, whose first question is open. */
  readonly talk: TeamsTalk;
}

/** Everything that somebody does in Teams in a long shift: the incident's own questions, and whatever else there is. */
export async function wholeShift(desk: Desk): Promise<void> {
  const { times, who, talk, office } = desk;
  const thread = talk.conversation;
  await times('mention that opens', who.mentions(`${who.name.toLowerCase()}.example`));
  for (const word of ['list', 'help', `status ${talk.id}`])
    await times('mention that asks', who.mentions(word));
  await times('form asked for', who.opensForm('open'));
  await times('form', who.submitsForm({ client: 'office@b.example' }));
  await nextMove(desk);
  await times('menu', who.executes('Add as a note', { menuText: 'The client is patient.' }, { thread }));
  const said = await times('remark', who.mentions('They call from the car.', { thread }));
  await times('message again', office.teams.redeliver(said.request));
  await times('remark edited', who.edits(said.id, 'They call from the train.'));
  await times('remark deleted', who.deletes(said.id));
  await nextMove(desk);
  await nextMove(desk);
  await nextMove(desk);
  await nextMove(desk);
  await times('press of an old client', who.submits('Take over', {}, { thread }));
  const asked = await office.tom.says('c.example gets no mail', {});
  await times('form asked for on a message', who.opensForm('open', { from: asked.id }));
  await times('form', who.submitsForm());
  await times('mention below a message', who.mentions('d.example', { thread: asked.thread }));
  await times('personal card', who.says('mine'));
  await times('personal message', who.says('e.example'));
  await Promise.all((await who.adds('personal')).map((one) => times('installed', Promise.resolve(one))));
  await times('press that is forged', forged(desk));
  await looked(desk);
}

/** What somebody does while the connector itself is in trouble. */
export async function hurry({ times, who, office, talk }: Desk): Promise<void> {
  const thread = talk.conversation;
  const form = times('form asked for', who.opensForm('open'));
  await Promise.all([
    form.then(() => times('form', who.submitsForm({ client: 'f.example' }))),
    times('mention that opens', who.mentions(`${who.name.toLowerCase()}.example`)),
    times('mention that asks', who.mentions('list')),
    times('press', who.executes('None, just no mail', {}, { thread })),
    times('press again', who.executes('None, just no mail', {}, { thread })),
    times('press of an old client', who.submits('Take over', {}, { thread })),
    times('menu', who.executes('Add as a note', { menuText: 'Teams is odd today.' }, { thread })),
    times('personal card', who.says('mine')),
  ]);
  const said = await times('remark', who.mentions('Hello!', { thread }));
  await times('message again', office.teams.redeliver(said.request));
}

/** Everything that was pressed and sent before, once more by people of whom mailfix never heard, one for each. */
export async function pressesOfStrangers({ teams }: Office, times: Times): Promise<void> {
  const kinds = new Map<string, Delivered['request']>();
  for (const request of teams.requests) {
    const what = kindOf(request.activity);
    if (what !== undefined) kinds.set(what, request);
  }
  const strangers = async (what: string, { activity }: Delivered['request']) => {
    for (let n = 0; n < 4; n += 1) {
      const { id, name, aadObjectId } = teams.person({ name: `Stranger ${teams.state.nextId()}` });
      const from = { id, name, aadObjectId };
      await times(what, teams.deliver({ ...activity, id: teams.state.nextId(), from }));
    }
  };
  await Promise.all([...kinds].map(([what, request]) => strangers(what, request)));
}

/** What an invoke is about, in a word. */
function kindOf({ type, name, value }: Delivered['request']['activity']): string | undefined {
  if (type !== 'invoke') return undefined;
  if (name === 'composeExtension/fetchTask') return 'form asked for';
  if (name === 'composeExtension/submitAction') return 'form';
  const verb = textIn(jsonOf(jsonOf(value)['action'])['verb']);
  return verb === 'refresh' ? 'look' : verb;
}

/** Presses Approve, and looks before as Teams does: the answers to both are timed. */
export async function approval({ office, times, talk }: Omit<Desk, 'who'>): Promise<void> {
  await looked({ office, times, talk });
  const move = await talk.move();
  if (move?.kind !== 'approves') throw new Error(`${talk.id} has nothing to approve.`);
  for (const one of await move.make()) await times('approval', Promise.resolve(one));
}

async function looked({ office, times, talk }: Omit<Desk, 'who'>): Promise<void> {
  const posts = talk.thread.filter(({ activity }) => cardIn(activity)?.['refresh'] !== undefined);
  for (const { id } of posts)
    for (const one of await office.lea.looks({ post: id })) await times('look', Promise.resolve(one));
}

/** Answers what the incident asks now. */
async function nextMove({ times, talk }: Desk): Promise<void> {
  const look = async () => {
    for (;;) {
      const move = await talk.move();
      if (move !== undefined) return move;
      await after(40);
    }
  };
  const move = await within(10_000, `the next question of ${talk.id}`, look());
  for (const one of await move.make()) await times(move.kind, Promise.resolve(one));
  talk.took(move);
}

/** An Action.Execute whose data no card of mailfix holds. */
function forged({ office, who, talk }: Desk): Promise<Delivered> {
  const { request } = {
    request: office.teams.requests.findLast(({ activity }) => activity['type'] === 'invoke'),
  };
  const activity = {
    ...request?.activity,
    name: 'adaptiveCard/action',
    id: office.teams.state.nextId(),
    from: { id: who.id, name: who.name, aadObjectId: who.account.aadObjectId },
    value: { action: { type: 'Action.Execute', verb: 'press', data: { i: talk.id } }, trigger: 'manual' },
  };
  return office.teams.deliver(activity);
}
