import type { Json } from '../slack/json.ts';
import type { Answered } from './connector.ts';

/** An app that may sign in for tokens. */
export interface KnownApp {
  readonly appId: string;
  readonly tenant: string;
  readonly secret: string;
}

const scope = 'https://api.botframework.com/.default';

/** Where tokens for the connector are given: `/<tenant>/oauth2/v2.0/token`. */
export function isSignIn(url: string): boolean {
  return /^\/[^/]+\/oauth2\/v2\.0\/token$/.test(new URL(url, 'http://microsoft').pathname);
}

/** Gives a token to an app that shows its id and secret, as Entra does for `client_credentials`. */
export function signIn(app: KnownApp, url: string, body: string, token: string): Answered {
  const sent = new URLSearchParams(body);
  const refuse = (status: number, error: string, words: string): Answered => {
    const description = `AADSTS7000215: ${words}`;
    const answer: Json = { error, error_description: description, error_codes: [7_000_215] };
    return [status, answer];
  };
  if (new URL(url, 'http://microsoft').pathname.split('/')[1] !== app.tenant)
    return refuse(400, 'invalid_request', 'The tenant is not known.');
  if (sent.get('grant_type') !== 'client_credentials')
    return refuse(400, 'unsupported_grant_type', 'This grant is not supported.');
  if (!(sent.get('scope') ?? '').split(' ').includes(scope))
    return refuse(400, 'invalid_scope', 'The scope is not valid.');
  if (sent.get('client_id') !== app.appId || sent.get('client_secret') !== app.secret)
    return refuse(401, 'invalid_client', 'Invalid client secret provided.');
  return [200, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: token }];
}
