import type { ErrorRow } from './row.ts';

/** What goes wrong with the CPA System. */
export const cpaErrors = {
  'cpa.refused-token': {
    message: 'The CPA System at {server} refused the sign-in ({status} to "{call}").',
    remedy: 'Check CPA_TOKEN, or CPA_USER and CPA_PASSWORD, and whether they have expired.',
  },
  'cpa.redirected': {
    message: 'The CPA System at {server} answered "{call}" with a redirect ({status}); it is not followed.',
    remedy:
      'Check CPA_UNBLOCK_URL, CPA_STATUS_URL and CPA_LOGIN_URL for the final address, and that the sign-in is valid.',
  },
  'cpa.unreachable': {
    message: 'The CPA System at {server} cannot be reached for "{call}" ({reason}).',
    remedy: 'Check the host name in CPA_UNBLOCK_URL, the firewall, and that the system is up.',
  },
  'cpa.certificate': {
    message:
      'The certificate of the CPA System at {server} is not accepted ({reason}); "{call}" was not sent.',
    remedy: 'Use the host name on the certificate; pin a self-signed one with CPA_CA.',
  },
  'cpa.timeout': {
    message: 'The CPA System at {server} gave no complete answer to "{call}" within {limit}.',
    remedy: 'If it was the un-block, it may have been made: look at the block itself before asking again.',
  },
  'cpa.cancelled': {
    message: 'The call "{call}" to the CPA System at {server} was given up before it was answered.',
    remedy: 'Nothing to do: whoever asked no longer waits for the answer.',
  },
  'cpa.connection-lost': {
    message: 'The CPA System at {server} broke off the connection during "{call}" ({reason}).',
    remedy: 'If it was the un-block, it may have been made: look at the block itself before asking again.',
  },
  'cpa.too-large': {
    message: 'The CPA System at {server} answered "{call}" with more than {limit}.',
    remedy: 'Check that CPA_UNBLOCK_URL is the un-block address and not a page.',
  },
  'cpa.limited': {
    message: 'The CPA System at {server} or a proxy before it asks to slow down ({status} to "{call}").',
    remedy: 'mailfix waits by itself; if it stays, allow its address there.',
  },
  'cpa.server-error': {
    message: 'The CPA System at {server} failed inside ({status} to "{call}").',
    remedy:
      'If it was the un-block, it may have been made: look at the block itself, then tell who runs the CPA System.',
  },
  'cpa.wrong-address': {
    message: 'The CPA System at {server} answered {status} to "{call}": nothing is at this address.',
    remedy: 'Check CPA_UNBLOCK_URL, CPA_STATUS_URL and CPA_LOGIN_URL.',
  },
  'cpa.not-json': {
    message: 'The CPA System at {server} answered "{call}" with a web page instead of data.',
    remedy: 'Probably a login page: check the sign-in and CPA_UNBLOCK_URL; un-block by hand meanwhile.',
  },
  'cpa.broken-answer': {
    message: 'The CPA System at {server} answered "{call}" with something that cannot be read: {reason}',
    remedy:
      'If it was the un-block, it may have been made: look at the block itself. The log has the beginning of the answer.',
  },
  'cpa.not-understood': {
    message:
      'The CPA System at {server} answered "{call}" with a page that mailfix does not understand: {reason}',
    remedy:
      'Open the page and compare it with CPA_LOGIN_URL, CPA_UNBLOCK_URL and CPA_IP_FIELD. If an un-block was sent, look at the block itself.',
  },
  'cpa.signed-out': {
    message: 'The CPA System at {server} answered "{call}" with its sign-in page.',
    remedy:
      'If an un-block was sent, look at the block itself. If it stays so, check that CPA_USER may open CPA_UNBLOCK_URL.',
  },
  'cpa.no-result': {
    message:
      'The CPA System at {server} took "{call}", and the page with its result did not come ({reason}).',
    remedy: 'An un-block may have been made: look at the block itself before asking again.',
  },
  'cpa.failed': {
    message: 'The CPA System at {server} could not do "{call}": {reason}',
    remedy: 'Put right what the reason names, or un-block by hand: Global Content › Un-Block IP Address.',
  },
} as const satisfies Record<string, ErrorRow>;
