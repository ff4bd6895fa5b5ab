import type { SlackSettings } from '../../../adapters/slack/ports.ts';
import type { Consent } from '../../fakes/slack/oauth.ts';
import { slackRig, type SlackRig, type SlackRigOptions } from './rig.ts';

/** Where people reach mailfix: a proxy hands on what comes there. */
export const publicUrl = 'https://mailfix.example';

/** What the app is known by at Slack; secrets that nothing else looks like. */
export const secrets = { client: 'CanaryClient-a1b2c3d4', state: 'CanaryState-z9y8x7w6v5' };

/** A rig for several workspaces: nobody has installed anything yet. `settings` may be changed before a restart. */
export async function installRig(
  teams: readonly string[],
  { slack, settings, ports, ...more }: SlackRigOptions = {},
): Promise<SlackRig & { readonly settings: { teams: readonly string[] } }> {
  const changing: Partial<SlackSettings> & { teams: readonly string[] } = {
    botToken: undefined,
    clientId: '1000.2000',
    clientSecret: secrets.client,
    stateSecret: secrets.state,
    ...settings,
    teams,
  };
  const rig = await slackRig({
    ...more,
    slack: { installed: false, clientSecret: secrets.client, ...slack },
    settings: changing,
    ports: { publicUrl, ...ports },
  });
  return Object.assign(rig, { settings: changing });
}

/** What a browser shows. */
export interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** Where it is sent on to. */
  readonly location: string;
}

/** A browser: it keeps cookies, and follows nothing by itself. */
export function browser(rig: SlackRig) {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async visit(url: string, method = 'GET'): Promise<Page> {
      const { pathname, search } = new URL(url, publicUrl);
      const kept = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(`${rig.now.server.url}${pathname}${search}`, {
        method,
        redirect: 'manual',
        headers: kept === '' ? {} : { cookie: kept },
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const { status, headers } = response;
      return { status, headers, text: await response.text(), location: headers.get('location') ?? '' };
    },
  };
}

/** Somebody installs mailfix, as far as the page that Slack sends them back to. */
export async function install(rig: SlackRig, consent: Consent = {}): Promise<Page> {
  const person = browser(rig);
  const asked = await person.visit('/slack/install');
  return person.visit(rig.fake.authorize(asked.location, consent));
}

/** What is stored for a workspace or an organisation; undefined when nothing is. */
export function stored(rig: SlackRig, key: string): Promise<string | undefined> {
  return rig.store.get('slack-installation', key, Date.now());
}

/** Two workspaces that have nothing to do with each other, each with mailfix installed, a channel and a person. */
export async function twoWorkspaces(options: SlackRigOptions = {}) {
  const rig = await installRig(['T0SUPPORT', 'T0OTHER'], {
    approvers: ['slack:T0SUPPORT/U0LEA'],
    ...options,
  });
  rig.fake.addTeam({ id: 'T0OTHER', token: null });
  rig.fake.addChannel({ id: 'C0OTHER', team: 'T0OTHER' });
  const olga = rig.fake.person({
    id: 'U0OLGA',
    team: 'T0OTHER',
    name: 'olga',
    realName: 'Olga',
    channels: ['C0OTHER'],
  });
  const sam = rig.fake.person({ id: 'U0SAM' });
  for (const team of ['T0SUPPORT', 'T0OTHER']) {
    const { status, text } = await install(rig, { team });
    if (status !== 200) throw new Error(text);
  }
  return { rig, sam, olga };
}

/** The tokens that Slack gave out for a workspace or organisation, the newest last. */
export function tokensOf({ fake }: SlackRig, id: string): readonly string[] {
  return [...fake.state.grants.values()]
    .filter(({ kind, team, enterprise }) => kind === 'bot' && (team ?? enterprise) === id)
    .map(({ token }) => token);
}
