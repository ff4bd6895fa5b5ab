import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { createRepeats } from '../../src/chat/repeats.ts';
import type { Card, Section } from '../../src/engine/card.ts';
import type { Refusal } from '../../src/engine/reply.ts';
import { verbs, type Verb } from '../../src/engine/verbs.ts';
import { openAnew } from './anew.ts';
import type { Desk } from './desk.ts';
import { escaped } from './escape.ts';
import {
  changeModal,
  detailsModal,
  fieldModal,
  handOverModal,
  noteModal,
  openForm,
  reasonModal,
} from './modals.ts';
import { openView } from './open.ts';
import { kindOf, readMenu, readPress, readSection, type Press } from './press.ts';
import { tellPrivately, type Listener } from './private-words.ts';
import type { Visitor, Workspace } from './ports.ts';
import { cardOf, isWithinReach } from './reach.ts';
import { tellConfirmation, tellKnown } from './steering.ts';
import { workspaceOf } from './workspaces.ts';

const unreadable = 'That press cannot be read. Please use the buttons of the card as it is now.';

type Args = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;

interface Pressing {
  readonly visitor: Visitor;
  readonly to: Listener;
  readonly trigger: string;
  readonly ack: () => Promise<void>;
}

/** Everything that can be pressed in a message or on the Home tab. */
export function pressListener(desk: Desk) {
  const presses = createPresses(desk);
  return async ({ body, action, ack, context }: Args): Promise<void> => {
    const workspace = workspaceOf(context.teamId, context.enterpriseId);
    const to = listenerOf(body, workspace);
    const kind = kindOf(action.action_id);
    // A button of an older version, or a link: nobody has to be known for that.
    if (kind === 'link') return ack();
    const { user } = body;
    const admitted = await desk.people.admit({
      workspace,
      user: user.id,
      home: user.team_id,
      name: user.username,
    });
    if (!admitted.ok) {
      await ack();
      return tellPrivately(desk, to, escaped(admitted.why));
    }
    const at: Pressing = { visitor: admitted.visitor, to, trigger: body.trigger_id, ack: () => ack() };
    const value = 'value' in action ? action.value : undefined;
    switch (kind) {
      case 'press':
        return presses.make(at, readPress(value));
      case 'type':
        return presses.make(at, readPress(action.block_id), value ?? '');
      case 'send': {
        const press = readPress(value);
        return presses.make(at, press, typedBeside(body, press?.button));
      }
      case 'ask':
        return presses.ask(at, readPress(value));
      case 'change':
      case 'details':
        return presses.about(at, kind, value);
      case 'more':
        return presses.menu(at, action.type === 'overflow' ? action.selected_option.value : value);
      case 'form': {
        const { dialogs } = desk.ports;
        const { channel, thread } = { ...readThread(value), channel: to.channel };
        const meta = thread === undefined ? {} : { thread };
        await ack();
        return openView(
          desk,
          workspace,
          body.trigger_id,
          openForm({ dialogs, prefilled: {}, channel: channel ?? 'ask', meta }),
          to,
        );
      }
      case 'anew': {
        const said = await openAnew(desk, admitted.visitor, {
          value,
          channel: to.channel,
          trigger: body.trigger_id,
        });
        await ack();
        return said === undefined ? undefined : tellPrivately(desk, to, escaped(said));
      }
      case undefined:
        await ack();
        return tellPrivately(
          desk,
          to,
          'That button is of an older version of mailfix. Please use the newest card of the thread.',
        );
    }
  };
}

function createPresses(desk: Desk) {
  const { ports } = desk;
  const { store, dispatch, clock } = ports;
  const isRepeated = createRepeats(clock);

  async function make(
    { visitor, to, trigger, ack }: Pressing,
    press: Press | undefined,
    typed?: string,
  ): Promise<void> {
    const problem = press === undefined ? unreadable : await outOfReach(visitor.workspace, press.incident);
    if (press === undefined || problem !== undefined) {
      await ack();
      return tellPrivately(desk, to, escaped(problem ?? unreadable));
    }
    const event = typed === undefined ? press.event : { ...objectOf(press.event), text: typed };
    const id = `act.${trigger}`;
    const sender = { id, source: 'slack', incident: press.incident, actor: visitor.actor };
    const reply = await dispatch.press(event, sender);
    await ack();
    const again = isRepeated(`${visitor.actor.id} ${JSON.stringify(event)}`);
    if (reply.ok) {
      if (reply.said !== undefined) tellPrivately(desk, to, escaped(reply.said));
      return;
    }
    if (reply.refusal.code === 'late' && again) return;
    tellRefusal(to, press.incident, reply.refusal, typed);
  }

  async function steer({ visitor, to, trigger, ack }: Pressing, incident: string, verb: Verb): Promise<void> {
    const sender = { id: `act.${trigger}`, source: 'slack', incident, actor: visitor.actor };
    const reply = await dispatch.steer(verb, sender);
    await ack();
    if (!reply.ok) tellRefusal(to, incident, reply.refusal, undefined);
  }

  function tellRefusal(to: Listener, incident: string, refusal: Refusal, typed: string | undefined): void {
    const { confirm } = refusal;
    if (confirm !== undefined) return tellConfirmation(desk, to, incident, { ...refusal, confirm });
    tellPrivately(desk, to, escaped(inWords(refusal, typed)));
  }

  async function ask(at: Pressing, press: Press | undefined): Promise<void> {
    const card = press && (await cardOf(ports, at.visitor.workspace, press.incident, press.message));
    const button = buttonsOf(card).find((one) => one.id === press?.button);
    // Without its field nothing can be asked; whether the button is late, the incident says.
    if (press === undefined || button?.field === undefined) return make(at, press, '');
    const problem = await outOfReach(at.visitor.workspace, press.incident);
    await at.ack();
    if (problem !== undefined) return tellPrivately(desk, at.to, escaped(problem));
    openView(desk, at.visitor.workspace, at.trigger, fieldModal(button, press, metaOf(at.to)), at.to);
  }

  async function about(at: Pressing, kind: 'change' | 'details', value: string | undefined): Promise<void> {
    const which = readSection(value);
    const problem = which === undefined ? unreadable : await outOfReach(at.visitor.workspace, which.incident);
    const card = which && (await cardOf(ports, at.visitor.workspace, which.incident, which.message));
    const section = card?.sections.find((one) => one.id === which?.section);
    await at.ack();
    if (which === undefined || section === undefined || problem !== undefined)
      return tellPrivately(
        desk,
        at.to,
        escaped(problem ?? 'That part of the card is no more. Please look at it as it is now.'),
      );
    const view = kind === 'details' ? detailsModal(section) : changeModal(section, which, metaOf(at.to));
    openView(desk, at.visitor.workspace, at.trigger, view, at.to);
  }

  async function menu(at: Pressing, value: string | undefined): Promise<void> {
    const read = readMenu(value);
    const problem = read === undefined ? unreadable : await outOfReach(at.visitor.workspace, read.incident);
    if (read === undefined || problem !== undefined) {
      await at.ack();
      return tellPrivately(desk, at.to, escaped(problem ?? unreadable));
    }
    const { incident, choice } = read;
    const press = (type: string): Press => ({ incident, message: 'root', button: choice, event: { type } });
    if (choice === 'take') return make(at, press('incident.taken-over'));
    if (choice === 'resume') return make(at, press('incident.resumed'));
    const verb = verbs.find((one) => one === choice);
    if (verb !== undefined) return steer(at, incident, verb);
    await at.ack();
    if (choice === 'known') return tellKnown(desk, at.to, incident);
    const meta = metaOf(at.to);
    const view =
      choice === 'note'
        ? noteModal(incident, meta)
        : choice === 'hand'
          ? handOverModal(incident, meta)
          : reasonModal(choice === 'park' ? 'park' : 'cancel', incident, meta);
    openView(desk, at.visitor.workspace, at.trigger, view, at.to);
  }

  async function outOfReach(workspace: Workspace, incident: string): Promise<string | undefined> {
    const within = await isWithinReach(store, workspace, incident);
    return within ? undefined : `There is no incident “${incident.slice(0, 60)}” here.`;
  }

  return { make, ask, about, menu };
}

/** The refusal, and what was typed, so that it is not lost. */
export function inWords({ message }: Refusal, typed: string | undefined): string {
  return typed === undefined || typed.trim() === ''
    ? message
    : `${message} You typed: ${typed.slice(0, 500)}`;
}

/** Where a form goes back to with private words: the thread that it was opened from. */
export function metaOf({ channel, thread }: Listener): { channel?: string; thread?: string } {
  return { ...(channel === undefined ? {} : { channel }), ...(thread === undefined ? {} : { thread }) };
}

function buttonsOf(card: Card | undefined) {
  const sections: readonly Section[] = card?.sections ?? [];
  return sections.flatMap(({ buttons = [], settled }) => [...buttons, ...(settled?.change ?? [])]);
}

function listenerOf(body: BlockAction, workspace: Workspace): Listener {
  const { container, channel, user, response_url: responseUrl } = body;
  const ids: Readonly<Record<string, unknown>> = { ...container };
  const thread = ids['thread_ts'] ?? ids['message_ts'];
  return {
    workspace,
    user: user.id,
    channel: channel?.id,
    ...(typeof thread === 'string' ? { thread } : {}),
    ...(responseUrl === '' ? {} : { responseUrl }),
  };
}

/** What stands in the message's text field that belongs to this button. */
function typedBeside(body: BlockAction, button: string | undefined): string {
  for (const block of Object.values(body.state?.values ?? {})) {
    const field = block[`type:${button}`];
    if (field !== undefined) return field.value ?? '';
  }
  return '';
}

function readThread(value: string | undefined): { thread?: string } {
  return value !== undefined && /^\d+\.\d+$/.test(value) ? { thread: value } : {};
}

function objectOf(event: unknown): object {
  return typeof event === 'object' && event !== null ? event : {};
}
