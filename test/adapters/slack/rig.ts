import type { SlackPorts, SlackSettings } from '../../../adapters/slack/ports.ts';
import { createSlack, type Slack } from '../../../adapters/slack/slack.ts';
import type { Dialog } from '../../../src/engine/dialog.ts';
import { realClock } from '../../../src/runtime/clock.ts';
import { seal, unseal } from '../../../src/store/seal.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Delivered, SentRequest } from '../../fakes/slack/delivery.ts';
import { startSlack, type FakeSlack, type SlackOptions } from '../../fakes/slack/server.ts';
import { createCurrentCard } from '../../../src/runtime/current-card.ts';
import { chatRig, type Life as ChatLife, type Parts } from '../../channels/rig.ts';
import type { FakeFirewall } from '../../runtime/fakes.ts';
import { contracts } from '../../runtime/rig.ts';

/** What a rig may be told to be different. */
export interface SlackRigOptions {
  readonly slack?: SlackOptions;
  readonly settings?: Partial<SlackSettings>;
  readonly ports?: Partial<SlackPorts>;
  readonly approvers?: readonly string[];
  readonly fourEyes?: boolean;
  readonly dialog?: Dialog;
}

/** The real adapter over the real Bolt, a real store, dispatcher and worker; a fake Slack, and a fake firewall. */
export interface SlackRig {
  readonly fake: FakeSlack;
  readonly store: Store;
  /** Where the store's database lies. */
  readonly file: string;
  readonly firewall: FakeFirewall;
  readonly logged: { readonly level: string; readonly fields: object; readonly message: string }[];
  /** The life that runs now. */
  readonly now: Life;
  /** Ends this life as a crash would, as far as that goes within a process, and begins another over the same store. */
  restart(): Promise<void>;
  /** Delivers what a request said once more, signed anew as of `seconds` ago: to the transport it is another request. */
  again(request: SentRequest, seconds?: number): Promise<Delivered>;
  /** Resolves when nothing is under way: no outbox row that is due, no private word, no event in the air. */
  settled(): Promise<void>;
}

type Life = Omit<ChatLife<Slack>, 'adapter'> & { readonly slack: Slack };

/** Every scope of manifest.json. */
const scopes = [
  'commands',
  'chat:write',
  'chat:write.public',
  'app_mentions:read',
  'users:read',
  'usergroups:read',
  'channels:history',
  'groups:history',
  'channels:read',
  'groups:read',
];

const key = Buffer.alloc(32, 7);

/** Opens a rig; everything of it is closed after the test. */
export async function slackRig(options: SlackRigOptions = {}): Promise<SlackRig> {
  const approvers = options.approvers ?? usualApprovers;
  const fake = await openSlack(options);
  const rig = await chatRig(fake, { ...options, approvers }, slackOver(fake, options));
  const { life, ...rest } = rig;
  return {
    ...rest,
    fake,
    get now() {
      const { adapter, ...others } = life();
      return { ...others, slack: adapter };
    },
    again: ({ kind, payload }, seconds = 1) =>
      fake.deliver(kind, payload, { timestamp: Math.floor(Date.now() / 1000) - seconds }),
  };
}

const usualApprovers = ['slack:U0LEA'];

/** A fake Slack that the app is installed in, with every scope that it asks for. */
export function openSlack(options: Pick<SlackRigOptions, 'slack'> = {}): Promise<FakeSlack> {
  return startSlack({ scopes, ...options.slack });
}

/** How the adapter is made over a fake Slack. */
export function slackOver(fake: FakeSlack, options: SlackRigOptions = {}) {
  const approvers = options.approvers ?? usualApprovers;
  return ({ store, dispatcher, dialog, log }: Parts): Slack => {
    const settings: SlackSettings = {
      botToken: 'xoxb-fake',
      signingSecret: fake.signingSecret,
      appToken: undefined,
      apiUrl: fake.apiUrl,
      clientId: undefined,
      clientSecret: undefined,
      stateSecret: undefined,
      teams: [],
      ...options.settings,
    };
    return createSlack({
      settings,
      store,
      dispatch: {
        open: (opening) => dispatcher.open({ ...opening, source: 'slack', simulated: true }),
        press: (event, sender) => dispatcher.press(event, sender),
        say: (text, sender, addressed) => dispatcher.say(text, sender, addressed),
        steer: (verb, sender) => dispatcher.steer(verb, sender),
      },
      card: createCurrentCard({ store, dialogs: new Map([[dialog.id, dialog]]), contracts }),
      dialogs: [
        { id: dialog.id, title: dialog.title, client: { name: 'client', label: 'Domain or mailbox' } },
      ],
      approvers,
      technicians: [],
      connections: async () => [{ name: 'WHM host2', state: 'up', at: Date.now() }],
      onTurn: (listener) => dispatcher.onTurn(listener),
      clock: realClock,
      seal: {
        seal: (about, text) => seal(key, about, text),
        open: (about, text) => unseal(key, about, text),
      },
      publicUrl: undefined,
      timeZone: 'UTC',
      log,
      ...options.ports,
    });
  };
}
