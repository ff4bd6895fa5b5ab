import type { ErrorRow } from './row.ts';

/** What goes wrong with Microsoft Teams. */
export const teamsErrors = {
  'teams.credentials': {
    message: 'Microsoft refused the credentials of the Teams app ({reason} to "{call}").',
    remedy:
      'Check MicrosoftAppId, MicrosoftAppPassword, MicrosoftAppType and MicrosoftAppTenantId; a secret may have expired.',
  },
  'teams.not-in-team': {
    message: 'Teams does not let mailfix write there ({error} to "{call}").',
    remedy:
      'Add mailfix to the team (Apps › mailfix › Add to a team), or allow it in the Teams admin centre.',
  },
  'teams.gone': {
    message: 'Teams does not find what "{call}" is about ({error}).',
    remedy: 'Somebody deleted it, or it was never there. A message is posted anew with the next change.',
  },
  'teams.too-large': {
    message: 'Teams takes no message of this size ("{call}").',
    remedy: 'Read it in the console, which shows all of it, and report it: cards should fit.',
  },
  'teams.refused': {
    message: 'Teams refused "{call}": {error}.',
    remedy: "The server's log has the rest. The incident goes on in the console.",
  },
  'teams.limited': {
    message: 'Teams asks to slow down ("{call}", for {seconds} s).',
    remedy: 'mailfix waits by itself.',
  },
  'teams.server-error': {
    message: 'Teams could not do "{call}" now ({status}).',
    remedy: 'mailfix tries again by itself; the Teams admin centre tells of outages.',
  },
  'teams.unreachable': {
    message: 'Teams gave no answer to "{call}" ({reason}).',
    remedy: 'mailfix tries again by itself. Check the network and the firewall if it stays.',
  },
  'teams.no-thread': {
    message: '{incident} has no thread in Teams: its first message could not be posted.',
    remedy: 'Go on in the console; the next change posts it again.',
  },
} as const satisfies Record<string, ErrorRow>;
