import { isJson, textIn } from './json.ts';
import type { Json } from './json.ts';
import { Refusal } from './refusal.ts';
import type { SlackState } from './state.ts';

/** How long a rotating access token lives. */
const rotationSeconds = 43_200;

/** The app as Slack knows it. */
export interface AppIdentity {
  readonly appId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Who says yes on the consent page, and to what. */
export interface Consent {
  /** The workspace to install into. */
  readonly team?: string;
  /** The organisation, for an install into all of it. */
  readonly enterprise?: string;
  readonly user?: string;
  readonly rotation?: boolean;
  /** The person presses Cancel. */
  readonly denies?: boolean;
}

interface Issued {
  readonly consent: Consent;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  used: boolean;
}

/** Slack's side of an installation: the consent page, codes, and tokens for them. */
export function createOauth(state: SlackState, app: AppIdentity, home: string) {
  const codes = new Map<string, Issued>();
  const refreshTokens = new Map<string, Pick<Issued, 'consent' | 'scopes'>>();

  function grant({ consent, scopes }: Pick<Issued, 'consent' | 'scopes'>): Json {
    const orgWide = consent.enterprise !== undefined && consent.team === undefined;
    const team = orgWide ? undefined : state.teams.get(consent.team ?? home);
    const enterprise = state.enterprises.get(consent.enterprise ?? team?.enterprise ?? '');
    if (team === undefined && enterprise === undefined) throw new Refusal('team_not_found');
    const rotation = consent.rotation === true;
    const token = `${rotation ? 'xoxe.xoxb' : 'xoxb'}-${state.nextId()}`;
    const refreshToken = `xoxe-1-${state.nextId()}`;
    if (rotation) refreshTokens.set(refreshToken, { consent, scopes });
    state.grants.set(token, {
      token,
      kind: 'bot',
      ...(team === undefined ? {} : { team: team.id }),
      ...(enterprise === undefined ? {} : { enterprise: enterprise.id }),
      scopes: new Set(scopes),
      ...(rotation ? { expiresAt: state.now() + rotationSeconds * 1000 } : {}),
    });
    const anyTeam = team ?? [...state.teams.values()].find((one) => one.enterprise === enterprise?.id);
    return {
      access_token: token,
      token_type: 'bot',
      scope: scopes.join(','),
      bot_user_id: anyTeam?.botUser,
      app_id: app.appId,
      ...(rotation ? { expires_in: rotationSeconds, refresh_token: refreshToken } : {}),
      team: team === undefined ? null : { id: team.id, name: team.name },
      enterprise: enterprise === undefined ? null : { id: enterprise.id, name: enterprise.name },
      is_enterprise_install: orgWide,
      authed_user: { id: consent.user ?? firstPerson(state) },
    };
  }

  return {
    /** Plays the consent page for an authorize URL, and returns where Slack sends the browser then. */
    authorize(url: string, consent: Consent = {}): string {
      const asked = new URL(url).searchParams;
      const redirect = new URL(asked.get('redirect_uri') ?? 'http://127.0.0.1/slack/oauth_redirect');
      if (asked.get('client_id') !== app.clientId)
        throw new Error(`Slack knows no app with client_id ${asked.get('client_id')}.`);
      const code = `code-${state.nextId()}`;
      if (consent.denies === true) redirect.searchParams.set('error', 'access_denied');
      else redirect.searchParams.set('code', code);
      redirect.searchParams.set('state', asked.get('state') ?? '');
      const scopes = (asked.get('scope') ?? '').split(/[ ,]+/).filter(Boolean);
      codes.set(code, { consent, scopes, redirectUri: asked.get('redirect_uri') ?? '', used: false });
      return redirect.href;
    },
    /** `oauth.v2.access`: a code, or a refresh token, for a token. */
    access(params: Json, authorization: string): Json {
      const [id, secret] = credentials(params, authorization);
      if (id !== app.clientId) throw new Refusal('invalid_client_id');
      if (secret !== app.clientSecret) throw new Refusal('bad_client_secret');
      if (params['grant_type'] === 'refresh_token') {
        const old = textIn(params['refresh_token']);
        const known = refreshTokens.get(old);
        if (known === undefined) throw new Refusal('invalid_refresh_token');
        refreshTokens.delete(old);
        return grant(known);
      }
      const issued = codes.get(textIn(params['code']));
      if (issued === undefined) throw new Refusal('invalid_code');
      if (issued.used) throw new Refusal('code_already_used');
      if (issued.redirectUri !== textIn(params['redirect_uri'])) throw new Refusal('bad_redirect_uri');
      issued.used = true;
      return grant(issued);
    },
  };
}

/** Slack's side of installations. */
export type Oauth = ReturnType<typeof createOauth>;

function credentials(params: Json, authorization: string): readonly [string, string] {
  const basic = /^Basic (.+)$/.exec(authorization)?.[1];
  if (basic === undefined) return [textIn(params['client_id']), textIn(params['client_secret'])];
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return [id, secret];
}

function firstPerson(state: SlackState): string {
  const person = [...state.users.values()].find(({ isBot }) => !isBot);
  return isJson(person) ? textIn(person['id']) : 'U0NOBODY';
}
