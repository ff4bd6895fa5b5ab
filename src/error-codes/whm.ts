import type { ErrorRow } from './row.ts';

const whmTokens = 'WHM › Development › Manage API Tokens';

/** What goes wrong with a WHM server. */
export const whmErrors = {
  'whm.refused-token': {
    message: 'WHM at {server} refused the token ({status} to "{call}").',
    remedy: `Check WHM_USER and WHM_TOKEN, the token's expiry and its allowed addresses in ${whmTokens}.`,
  },
  'whm.missing-privilege': {
    message: 'WHM at {server} does not let the token call "{call}": {reason}',
    remedy: `Give the token the privilege "{privilege}" in ${whmTokens}.`,
  },
  'whm.redirected': {
    message: 'WHM at {server} answered "{call}" with a redirect ({status}); redirects are not followed.',
    remedy: 'Check that WHM_URL is the API address itself (https://HOST:2087) and that the token is valid.',
  },
  'whm.unreachable': {
    message: 'WHM at {server} cannot be reached for "{call}" ({reason}).',
    remedy: 'Check the host name and port in WHM_URL, the firewall, and that the server is up.',
  },
  'whm.certificate': {
    message: 'The certificate of WHM at {server} is not accepted ({reason}), so "{call}" was not sent.',
    remedy: "Connect by the server's own host name; pin a self-signed certificate with WHM_CA.",
  },
  'whm.timeout': {
    message: 'WHM at {server} gave no complete answer to "{call}" within {limit}.',
    remedy: 'Try again; if it stays, look at the load of the server, and go by hand meanwhile.',
  },
  'whm.cancelled': {
    message: 'The call "{call}" to WHM at {server} was given up before it was answered.',
    remedy: 'Nothing to do: whoever asked no longer waits for the answer.',
  },
  'whm.connection-lost': {
    message: 'WHM at {server} broke off the connection during "{call}" ({reason}).',
    remedy: 'Try again; for a change, read the value back first: it may have been made.',
  },
  'whm.too-large': {
    message: 'WHM at {server} answered "{call}" with more than {limit}.',
    remedy: 'Nothing was taken from the answer. Report it: the call should have been filtered.',
  },
  'whm.limited': {
    message: 'WHM at {server} or a proxy before it asks to slow down ({status} to "{call}").',
    remedy: 'mailfix waits by itself; if it stays, allow its address in the proxy or firewall.',
  },
  'whm.server-error': {
    message: 'WHM at {server} failed inside ({status} to "{call}").',
    remedy: 'For a change, read the value back first. Then look at /usr/local/cpanel/logs/error_log there.',
  },
  'whm.wrong-address': {
    message: 'WHM at {server} answered {status} to "{call}": there is no WHM API at this address.',
    remedy: 'Check WHM_URL: it is https://HOST:2087, the host name of the server itself.',
  },
  'whm.not-json': {
    message: 'WHM at {server} answered "{call}" with a web page instead of data.',
    remedy: 'Sign in to WHM in a browser: a login, licence or proxy page stands in the way.',
  },
  'whm.broken-answer': {
    message: 'WHM at {server} answered "{call}" with something that cannot be read: {reason}',
    remedy: 'For a change, read the value back first. The log has the beginning of the answer.',
  },
  'whm.function-missing': {
    message: 'WHM at {server} has no function "{call}": {reason}',
    remedy: 'The build is too old or the server role is off; `applist` shows what it has. Go by hand.',
  },
  'whm.cphulk-disabled': {
    message: 'cPHulk is disabled on {server}, so it cannot be what blocks.',
    remedy: 'Nothing to do; to use cPHulk, switch it on in WHM › Security Center › cPHulk.',
  },
  'whm.failed': {
    message: 'WHM at {server} could not do "{call}": {reason}',
    remedy: 'Put right what the reason names, or do it by hand in WHM.',
  },
} as const satisfies Record<string, ErrorRow>;
