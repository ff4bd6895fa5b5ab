import type { Delivered } from '../fakes/slack/delivery.ts';
import type { Person } from '../fakes/slack/person.ts';
import { channel } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import type { SlackTalk } from './slack-talk.ts';
import { until } from './stopwatch.ts';
import type { Times } from './stopwatch.ts';

/** A channel in which nobody opened an incident before. */
export const otherChannel = 'C0OTHER';

/** What one person at the desk works with. */
interface Desk {
  readonly office: Office;
  readonly times: Times;
  readonly who: Person;
  /** Their incident, whose first question is open. */
  readonly talk: SlackTalk;
}

/** Everything that somebody does in Slack in a long shift: the incident's own questions, and whatever else there is. */
export async function wholeShift(desk: Desk): Promise<void> {
  const { times, who, talk, office } = desk;
  const thread = talk.threadTs;
  await times('Home', who.opensHome());
  await times('command that opens', who.command(`/mailfix ${who.user.name}.example`, { channel }));
  await times('shortcut', who.globalShortcut('open', { channel }));
  await sendForm(desk, 'form of the shortcut', { 'Domain, mailbox or account': 'office@b.example' });
  await times('press that asks', who.clicks('Another …', { channel, thread }));
  await sendForm(desk, 'form of a button', { 'What does it say?': 'Error 0x800CCC0E' });
  await times('press', who.clicks('No', await shown(desk, 'No')));
  const said = await times('remark', who.says('They call from the car.', { channel, thread }));
  await times('event again', office.slack.redeliver(said.request));
  await times('remark edited', who.edits({ channel, ts: said.ts }, 'They call from the train.'));
  await times('remark deleted', who.deletes({ channel, ts: said.ts }));
  // While it waits for a person: what WHM does not answer in time ends it, on a busy machine before the last of these.
  await times('menu', who.chooses('Add a note …', { channel, thread }));
  await sendForm(desk, 'form of the menu', { Note: 'The client is patient.' });
  await times('menu', who.chooses('Take over', { channel, thread }));
  await times('press', who.clicks('Neither', await shown(desk, 'Neither')));
  const field = await shown(desk, 'Send');
  await Promise.all([
    times('Enter', who.types(/address/i, talk.firm.ip, { ...field, send: 'enter' })),
    times('press beside it', who.clicks('They can’t tell', field)),
  ]);
  await times('press on Change', who.clicks('Change …', await shown(desk, 'Change …', /which of the two/i)));
  await sendForm(desk, 'form of Change', { 'The answer is': 'Both' });
  const asked = await times('message in the channel', who.says('c.example gets no mail', { channel }));
  await times('shortcut on a message', who.messageShortcut('open_from_message', { channel, ts: asked.ts }));
  await sendForm(desk, 'form of the shortcut', {});
  await mention(desk, 'd.example');
  for (const word of ['list', 'help', `status ${talk.id}`])
    await times('command that asks', who.command(`/mailfix ${word}`, { channel }));
  await times('button of an older version', old(desk));
}

/** What somebody does while Slack itself is in trouble; a form that they have open already is sent first. */
export async function hurry(desk: Desk): Promise<void> {
  const { times, who, office, talk } = desk;
  const thread = talk.threadTs;
  if (office.slack.openView(who.id) !== undefined)
    await sendForm(desk, 'form of the menu', { Note: 'Slack is odd today.' });
  await Promise.all([
    times('Home', who.opensHome()),
    times('command that opens', who.command(`/mailfix ${who.user.name}.example`, { channel })),
    times('command that asks', who.command('/mailfix list', { channel })),
    times('command in another channel', who.command('/mailfix f.example', { channel: otherChannel })),
    times('shortcut', who.globalShortcut('open', { channel })),
    times('press', who.clicks('None, just no mail', { channel, thread })),
    times('press that asks', who.clicks('Another …', { channel, thread })),
    times('menu', who.chooses('Take over', { channel, thread })),
    mention(desk, 'e.example'),
  ]);
  const said = await times('remark', who.says('Hello!', { channel, thread }));
  await times('event again', office.slack.redeliver(said.request, { num: 2, reason: 'http_error' }));
}

/** Opens a form, to have it when Slack opens none any more. */
export async function openForm({ office, who, talk }: Omit<Desk, 'times'>): Promise<void> {
  if (office.slack.openView(who.id) !== undefined) await who.closes();
  await who.chooses('Add a note …', { channel, thread: talk.threadTs });
  await until('the form', () => office.slack.openView(who.id) !== undefined);
}

async function mention({ times, who }: Desk, client: string): Promise<void> {
  const { mention, message } = await who.mentions(client, { channel });
  await times('mention', Promise.resolve(mention));
  await times('message in the channel', Promise.resolve(message));
}

function old({ who, talk }: Desk): Promise<Delivered> {
  const text = { type: 'plain_text', text: 'Old' };
  const action = { type: 'button', action_id: 'gone', block_id: 'b', value: 'x', text };
  return who.sendsAction(action, { channel, message: talk.root?.ts ?? '' });
}

/** Fills the form that opens now, and sends it. */
async function sendForm(
  { office, times, who }: Desk,
  what: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  await until(`the ${what}`, () => office.slack.openView(who.id) !== undefined);
  await who.fills(values);
  const { view } = await times(what, who.submits());
  if (view !== undefined) await who.closes();
}

/** The message of the person's incident that has these words, and a button of this label now. */
async function shown({ office, talk }: Desk, label: string, words = /./) {
  const { slack } = office;
  const has = () =>
    talk.thread.find((one) => slack.buttonsOf(one).includes(label) && words.test(slack.textOf(one)));
  await until(`the button "${label}"`, () => has() !== undefined);
  return { channel, message: has()?.ts ?? '' };
}
