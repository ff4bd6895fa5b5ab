import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { ChatDialog } from '../../src/chat/ports.ts';
import { incidentNamed } from '../../src/chat/incidents.ts';
import { readAnew } from '../../src/input/anew.ts';
import { readOpening, waysToOpen } from '../../src/input/opening.ts';
import { say } from '../../src/render/language.ts';
import { toText } from '../../src/render/to-text.ts';
import { anewBlocks } from './anew.ts';
import type { Desk } from './desk.ts';
import { escaped, typedText } from './escape.ts';
import { openForm } from './modals.ts';
import { openIncident, openView } from './open.ts';
import type { Visitor, Workspace } from './ports.ts';
import { cardOf, incidentLine, linkOf, openIncidents } from './reach.ts';
import { workspaceOf } from './workspaces.ts';

const mostListed = 30;

/** The words for whoever asks for help, in Slack's mark-up. */
export function helpOf(dialogs: readonly ChatDialog[]): string {
  return [
    '*mailfix* takes you through the runbook when a client gets no mail, looks up what it can, and has fixes approved.',
    '• `/mailfix acme-cpa.com` or `/mailfix info@acme-cpa.com 203.0.113.7` begins an incident in this channel; client and address in any order.',
    ...waysToOpen(dialogs).map(({ typed, title }) => `• \`/mailfix ${typed}\`: ${escaped(title)}.`),
    '• `/mailfix` alone opens a form.',
    '• `/mailfix list` shows what is open; `/mailfix status INC-142` shows one; `/mailfix resume INC-142` takes up one that is parked.',
    '• In a thread, where commands do not work: mention me, or use “Open a mail incident” in a message’s menu.',
    '• Answer with the buttons, or type the answer into the thread. Other remarks are kept as notes.',
    '• At any step: `back`, `I don’t know`, `skip`, `repeat`, `start over`, `escalate`, `cancel: why`, `known`; or a correction like `actually the IP is 203.0.113.24`.',
  ].join('\n');
}

/** `/mailfix …`: help, list, status, or a new incident. */
export function commandListener(desk: Desk) {
  return async ({ command, ack, context }: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    const workspace = workspaceOf(context.teamId, context.enterpriseId);
    const { user_id: user, user_name: name, channel_id: channel, trigger_id: trigger } = command;
    const only = (text: string) => ack({ response_type: 'ephemeral', text: say(text) });
    const admitted = await desk.people.admit({ workspace, user, name });
    if (!admitted.ok) return only(escaped(admitted.why));
    const { visitor } = admitted;
    const typed = typedText(command.text).trim();
    const answer = await answerTo(desk, visitor, typed);
    if (answer !== undefined) return only(answer);

    const { anew, line } = readAnew(typed);
    const { client, ip, dialog } = readOpening(line, desk.ports.dialogs);
    const to = { workspace, user, channel, responseUrl: command.response_url };
    const prefilled = {
      ...(client === '' ? {} : { client }),
      ...(ip === undefined ? {} : { ip }),
      ...(dialog === undefined ? {} : { dialog: dialog.id }),
    };
    const form = (problem?: string) => {
      const about = problem === undefined ? {} : { problem };
      const view = openForm({ dialogs: desk.ports.dialogs, prefilled, channel, meta: {}, ...about });
      openView(desk, workspace, trigger, view, to);
    };
    if (client === '' || dialog === undefined) {
      const { closed } = await desk.rooms(workspace, channel);
      if (closed !== undefined) return only(escaped(closed));
      await ack();
      return form();
    }
    const facts = { [dialog.client.name]: client, ...(ip === undefined ? {} : { ip }) };
    const spot = { ...workspace, channel };
    const opened = await openIncident(desk, visitor, {
      spot,
      dialog: dialog.id,
      facts,
      eventId: `command.${trigger}`,
      anew,
    });
    if (opened.ok) return opened.said === undefined ? ack() : only(escaped(opened.said));
    if ('closed' in opened) return only(escaped(opened.closed));
    if (opened.refusal.code === 'open-already') {
      const { message } = opened.refusal;
      const blocks = await anewBlocks(desk, visitor, opened.refusal, { dialog: dialog.id, facts });
      return ack({ response_type: 'ephemeral', text: escaped(message), blocks });
    }
    await ack();
    form(opened.refusal.message);
  };
}

/** Help, list and status, which change nothing; undefined for everything else. In Slack's mark-up. */
export async function answerTo(desk: Desk, visitor: Visitor, typed: string): Promise<string | undefined> {
  const [word = '', ...rest] = typed.split(/\s+/);
  const about = rest.join(' ');
  switch (word.toLowerCase()) {
    case 'help':
      return helpOf(desk.ports.dialogs);
    case 'resume':
      return resume(desk, visitor, about);
    case 'list':
      return rest.length === 0 ? list(desk, visitor.workspace) : undefined;
    case 'status':
      return status(desk, visitor.workspace, about);
    default:
      return undefined;
  }
}

async function resume(desk: Desk, { actor, workspace }: Visitor, typed: string): Promise<string | undefined> {
  const incident = incidentNamed(typed);
  if (incident === undefined) return undefined;
  const { store, dispatch, clock } = desk.ports;
  const line = await incidentLine(store, workspace, incident);
  if (line === undefined) return `There is no ${incident}. \`/mailfix list\` shows what is open.`;
  const sender = { id: `resume.${actor.id}.${clock.now()}`, source: 'slack', incident, actor };
  const reply = await dispatch.press({ type: 'incident.resumed' }, sender);
  if (!reply.ok) return escaped(reply.refusal.message);
  const link = linkOf(line, await desk.workspaces.url(workspace));
  return `${incident} goes on where it was.${link === undefined ? '' : ` <${link}|Open its thread>`}`;
}

async function list(desk: Desk, workspace: Workspace): Promise<string> {
  const [url, all] = await Promise.all([
    desk.workspaces.url(workspace),
    openIncidents(desk.ports.store, workspace),
  ]);
  if (all.length === 0) return 'No incident is open. `/mailfix acme-cpa.com` begins one.';
  const lines = all.slice(0, mostListed).map((line) => {
    const heading = escaped(line.heading);
    const link = linkOf(line, url);
    return `• ${link === undefined ? heading : `<${link}|${heading}>`}: ${escaped(line.state)}`;
  });
  if (all.length > mostListed) lines.push(`… and ${all.length - mostListed} more; the console lists all.`);
  return lines.join('\n');
}

async function status(desk: Desk, workspace: Workspace, typed: string): Promise<string> {
  const { store, clock } = desk.ports;
  const id = incidentNamed(typed);
  if (id === undefined) {
    const what =
      typed === '' ? 'Which incident?' : `“${escaped(typed.slice(0, 60))}” is no incident’s number.`;
    return `${what} Write it like this: \`/mailfix status INC-142\`. \`/mailfix list\` shows what is open.`;
  }
  const line = await incidentLine(store, workspace, id);
  if (line === undefined) return `There is no ${id}. \`/mailfix list\` shows what is open.`;
  const root = await cardOf(desk.ports, workspace, id, 'root');
  if (root === undefined) return `${id} is being opened; ask again in a moment.`;
  const link = linkOf(line, await desk.workspaces.url(workspace));
  const text = escaped(toText(root, { now: clock.now() }));
  return link === undefined ? text : `${text}\n<${link}|Open its thread>`;
}
