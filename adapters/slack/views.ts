import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewOutput, ViewSubmitAction } from '@slack/bolt';
import type { Confirmation, Reply } from '../../src/engine/reply.ts';
import { say } from '../../src/render/language.ts';
import type { Desk } from './desk.ts';
import { readMeta, type FormMeta } from './form-meta.ts';
import { formNames, tellModal } from './modals.ts';
import { readAnew } from '../../src/input/anew.ts';
import { nameTheClient } from '../../src/input/opening.ts';
import { openIncident } from './open.ts';
import { menuChoices, type MenuChoice } from './press.ts';
import type { Visitor } from './ports.ts';
import { cardOf, isWithinReach } from './reach.ts';
import { confirmModal } from './steering.ts';
import { workspaceOf } from './workspaces.ts';

type Args = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/** What a form is answered with: it closes, says what is wrong beside a field, or says it in its place. */
type Answer =
  | undefined
  | { readonly beside: string; readonly words: string }
  | { readonly instead: string; readonly typed?: string }
  | { readonly confirm: Confirmation; readonly incident: string };

/** Everything that a form may hold, by the names of its blocks. */
interface Filled {
  readonly text: (name: string) => string;
  readonly chosen: (name: string) => string | undefined;
}

interface Submission {
  readonly visitor: Visitor;
  readonly meta: FormMeta;
  readonly filled: Filled;
  /** The dedupe key: a form is one event, however often it is sent. */
  readonly id: string;
}

/** The forms, as they come back. */
export function createViews(desk: Desk) {
  const { ports, people } = desk;
  const { store, dispatch } = ports;

  async function submitted({ view, body, ack, context }: Args): Promise<void> {
    const workspace = workspaceOf(context.teamId, context.enterpriseId);
    const { user } = body;
    const home = 'team_id' in user && typeof user.team_id === 'string' ? user.team_id : undefined;
    const admitted = await people.admit({ workspace, user: user.id, home });
    const meta = readMeta(view.private_metadata);
    const filled = filledIn(view);
    let answer: Answer;
    if (!admitted.ok) answer = { instead: admitted.why, typed: filled.text('text') };
    else
      answer = await take(view.callback_id, {
        visitor: admitted.visitor,
        meta,
        filled,
        id: `view.${view.id}`,
      });
    if (answer === undefined) return ack();
    if ('beside' in answer)
      return ack({ response_action: 'errors', errors: { [answer.beside]: say(answer.words) } });
    if ('confirm' in answer)
      return ack({ response_action: 'update', view: confirmModal(answer.incident, answer.confirm, meta) });
    return ack({ response_action: 'update', view: tellModal('Not done', answer.instead, answer.typed) });
  }

  async function take(name: string, form: Submission): Promise<Answer> {
    const choice = menuChoices.find((one) => one === name);
    if (choice !== undefined) return fromMenu(choice, form);
    switch (name) {
      case formNames.open:
        return open(form);
      case formNames.answer:
        return answerWith(form);
      case formNames.change:
        return change(form);
      case formNames.confirm:
        return confirmed(form);
      default:
        return { instead: 'That form is of an older version of mailfix. Please open it again.' };
    }
  }

  async function open({ visitor, meta, filled, id }: Submission): Promise<Answer> {
    const dialog = ports.dialogs.find((one) => one.id === (filled.chosen('dialog') ?? meta.dialog));
    const channel = meta.channel ?? filled.chosen('channel');
    if (dialog === undefined || channel === undefined)
      return { beside: 'client', words: 'That form is of an older version. Please open it again.' };
    const { anew, line: client } = readAnew(filled.text('client'));
    const ip = filled.text('ip').trim();
    if (client === '') return { beside: 'client', words: nameTheClient };
    const { thread } = meta;
    const spot = { ...visitor.workspace, channel, ...(thread === undefined ? {} : { thread }) };
    const facts = { [dialog.client.name]: client, ...(ip === '' ? {} : { ip }) };
    const opened = await openIncident(desk, visitor, { spot, dialog: dialog.id, facts, eventId: id, anew });
    if (opened.ok) return undefined;
    if ('closed' in opened)
      return { beside: meta.channel === undefined ? 'channel' : 'client', words: opened.closed };
    const { field, message } = opened.refusal;
    return { beside: field === 'ip' ? 'ip' : 'client', words: message };
  }

  async function answerWith({ visitor, meta, filled, id }: Submission): Promise<Answer> {
    const { press } = meta;
    if (press === undefined) return { instead: 'That form cannot be read. Please press the button again.' };
    const typed = filled.text('field');
    const event = withText(press.event, typed);
    return dispatched(visitor, press.incident, event, { id, block: 'field', typed });
  }

  async function confirmed({ visitor, meta: { press }, id }: Submission): Promise<Answer> {
    if (press === undefined) return { instead: 'That form cannot be read. Please open it again.' };
    return dispatched(visitor, press.incident, press.event, { id, block: 'choice', typed: '' });
  }

  async function change({ visitor, meta, filled, id }: Submission): Promise<Answer> {
    const { section: of } = meta;
    const card = of && (await cardOf(ports, visitor.workspace, of.incident, of.message));
    const section = card?.sections.find((one) => one.id === of?.section);
    const others = section?.settled?.change ?? [];
    const button = others[Number(filled.chosen('choice') ?? (others.length === 1 ? 0 : -1))];
    const typed = filled.text('text');
    if (of === undefined || button === undefined)
      return {
        instead: 'That answer can no longer be changed. Please look at the card as it is now.',
        typed,
      };
    if (button.field !== undefined && typed.trim() === '')
      return { beside: 'text', words: `${button.field.label}: please type it.` };
    const event = button.field === undefined ? button.event : withText(button.event, typed);
    const block = button.field === undefined ? 'choice' : 'text';
    return dispatched(visitor, of.incident, event, { id, block, typed });
  }

  async function fromMenu(choice: MenuChoice, { visitor, meta, filled, id }: Submission): Promise<Answer> {
    const { incident } = meta;
    if (incident === undefined) return { instead: 'That form cannot be read. Please open it again.' };
    const why = filled.text('why');
    const reason = why.trim() === '' ? {} : { why };
    const send = (event: object, block: string, typed: string) =>
      dispatched(visitor, incident, event, { id, block, typed });
    switch (choice) {
      case 'note':
        return send({ type: 'note.added', text: filled.text('text') }, 'text', filled.text('text'));
      case 'park':
        return send({ type: 'incident.parked', ...reason }, 'why', why);
      case 'cancel':
        return send({ type: 'incident.cancelled', why }, 'why', why);
      case 'hand': {
        const to = filled.chosen('to');
        if (to === undefined) return { beside: 'to', words: 'Choose a colleague.' };
        const { workspace } = visitor;
        const admitted = await people.admit({ workspace, user: to });
        if (!admitted.ok)
          return { beside: 'to', words: 'They cannot take it: they may not work on mail incidents.' };
        return send({ type: 'incident.handed-over', to: admitted.visitor.actor, ...reason }, 'to', why);
      }
      default:
        return { instead: 'That needs no form. Please use the menu again.' };
    }
  }

  async function dispatched(
    { actor, workspace }: Visitor,
    incident: string,
    event: unknown,
    { id, block, typed }: { readonly id: string; readonly block: string; readonly typed: string },
  ): Promise<Answer> {
    if (!(await isWithinReach(store, workspace, incident)))
      return { instead: `There is no incident “${incident.slice(0, 60)}” here.`, typed };
    const reply: Reply = await dispatch.press(event, { id, source: 'slack', incident, actor });
    if (reply.ok) return undefined;
    const { refusal } = reply;
    if (refusal.confirm !== undefined) return { confirm: refusal.confirm, incident };
    // Beside the field only what can be mended there; what came too late is said in place of the form.
    return refusal.field === undefined
      ? { instead: refusal.message, typed }
      : { beside: block, words: refusal.message };
  }

  return { submitted };
}

/** What is typed becomes the reason of a decision, and the text of anything else. */
function withText(event: unknown, typed: string): object {
  const known = typeof event === 'object' && event !== null ? event : {};
  const isDecision = 'type' in known && known.type === 'confirm.pressed';
  return { ...known, [isDecision ? 'why' : 'text']: typed };
}

function filledIn({ state }: ViewOutput): Filled {
  const valueOf = (name: string) => Object.values(state.values[name] ?? {})[0];
  return {
    text: (name) => valueOf(name)?.value ?? '',
    chosen(name) {
      const value = valueOf(name);
      return (
        value?.selected_option?.value ?? value?.selected_user ?? value?.selected_conversation ?? undefined
      );
    },
  };
}
