interface ErrorRow {
  /** What went wrong; `{holes}` are filled with the values of the case. */
  message: string;
  /** What a person does about it; may have the same holes. */
  remedy: string;
}

const whmTokens = 'WHM › Development › Manage API Tokens';

/** Every known failure: its code, what it says and what to do. docs/errors.md is made from this table. */
export const errorCodes = {
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
  'cpa.refused-token': {
    message: 'The CPA System at {server} refused the sign-in ({status} to "{call}").',
    remedy: 'Check CPA_TOKEN, or CPA_USER and CPA_PASSWORD, and whether they have expired.',
  },
  'cpa.redirected': {
    message: 'The CPA System at {server} answered "{call}" with a redirect ({status}); it is not followed.',
    remedy: 'Check CPA_UNBLOCK_URL and CPA_STATUS_URL for the final address, and that the sign-in is valid.',
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
    remedy: 'An un-block may have been made: look at the block itself before asking again.',
  },
  'cpa.cancelled': {
    message: 'The call "{call}" to the CPA System at {server} was given up before it was answered.',
    remedy: 'Nothing to do: whoever asked no longer waits for the answer.',
  },
  'cpa.connection-lost': {
    message: 'The CPA System at {server} broke off the connection during "{call}" ({reason}).',
    remedy: 'An un-block may have been made: look at the block itself before asking again.',
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
    remedy: 'An un-block may have been made: look at the block itself, then tell who runs the CPA System.',
  },
  'cpa.wrong-address': {
    message: 'The CPA System at {server} answered {status} to "{call}": nothing is at this address.',
    remedy: 'Check CPA_UNBLOCK_URL and CPA_STATUS_URL.',
  },
  'cpa.not-json': {
    message: 'The CPA System at {server} answered "{call}" with a web page instead of data.',
    remedy: 'Probably a login page: check the sign-in and CPA_UNBLOCK_URL; un-block by hand meanwhile.',
  },
  'cpa.broken-answer': {
    message: 'The CPA System at {server} answered "{call}" with something that cannot be read: {reason}',
    remedy:
      'An un-block may have been made: look at the block itself. The log has the beginning of the answer.',
  },
  'cpa.failed': {
    message: 'The CPA System at {server} could not do "{call}": {reason}',
    remedy: 'Put right what the reason names, or un-block by hand: Global Content › Un-Block IP Address.',
  },
  'config.missing': {
    message: '{name} is not set.',
    remedy: 'Set {name}: {example}.',
  },
  'config.bad-value': {
    message: '{name} cannot be "{value}": {why}.',
    remedy: 'Write it like this: {example}.',
  },
  'config.bad-secret': {
    message: '{name} cannot be used: {why}. (Its value is not shown.)',
    remedy: 'Copy {name} again, whole and without line breaks.',
  },
  'config.not-https': {
    message: '{name} is "{value}", which is not https.',
    remedy: 'Use https://; plain http is allowed only to this machine itself (127.0.0.1, ::1, localhost).',
  },
  'config.plain-whm-port': {
    message: '{name} is "{value}": port 2086 is the unencrypted one.',
    remedy: 'Use port 2087.',
  },
  'slack.token': {
    message: 'Slack refused the bot token ({error} to "{call}").',
    remedy:
      'Install the app in the workspace again; with SLACK_BOT_TOKEN, put its new Bot User OAuth Token there.',
  },
  'slack.wrong-workspace': {
    message: 'The bot token is of the Slack workspace {team}, which is not in SLACK_TEAMS.',
    remedy: 'Add {team} to SLACK_TEAMS, or use the token of a workspace that is in it.',
  },
  'slack.not-installed': {
    message: 'The Slack workspace {team} has no installation of mailfix.',
    remedy: 'Somebody who may install apps there opens /slack/install of mailfix.',
  },
  'slack.scope': {
    message: 'The Slack app lacks a permission: "{call}" needs the scope "{scope}".',
    remedy: 'Update the app from manifest.json ("mailfix manifest slack") and install it again.',
  },
  'slack.channel': {
    message: 'The Slack channel {channel} cannot be written in ({error} to "{call}").',
    remedy: 'Type "/invite @mailfix" in the channel; take it out of the archive if it is there.',
  },
  'slack.refused': {
    message: 'Slack refused "{call}": {error}.',
    remedy: "The server's log has the rest. The incident goes on in the console.",
  },
  'slack.limited': {
    message: 'Slack asks to slow down ("{call}", for {seconds} s).',
    remedy: 'mailfix waits by itself.',
  },
  'slack.server-error': {
    message: 'Slack failed inside ({status} to "{call}").',
    remedy: 'mailfix tries again by itself; status.slack.com tells of outages.',
  },
  'slack.unreachable': {
    message: 'Slack gave no answer to "{call}" ({reason}).',
    remedy: 'mailfix tries again by itself. Check SLACK_API_URL, the network and the firewall if it stays.',
  },
  'slack.no-thread': {
    message: '{incident} has no thread in Slack: its first message could not be posted.',
    remedy: 'Go on in the console; the next change posts it again.',
  },
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
  'store.locked': {
    message: 'The database {file} is in use by another mailfix.',
    remedy: 'Stop the other server, or give this one its own file with DATABASE_URL.',
  },
  'store.newer-schema': {
    message: 'The database {file} has schema {found}; this mailfix knows up to {known}.',
    remedy: 'Run the newer mailfix that wrote it, or restore the copy made before the upgrade.',
  },
  'store.wrong-world': {
    message: 'The database {file} belongs to a {found} system, and this start is {wanted}.',
    remedy: 'Use another file with DATABASE_URL: simulated and real incidents are never mixed.',
  },
  'store.older-schema': {
    message: 'The database {file} has schema {found}; this command needs {known}.',
    remedy: 'Start the server once with this version: it brings the database up to date.',
  },
  'store.missing': {
    message: 'There is no database at {file}.',
    remedy: 'Check DATABASE_URL, or start the server once: it makes the file.',
  },
  'store.not-a-database': {
    message: '{file} is not a mailfix database.',
    remedy: 'Point DATABASE_URL at a mailfix database, or at a file that does not exist yet.',
  },
  'store.cannot-open': {
    message: 'The database {file} cannot be opened ({reason}).',
    remedy:
      'Check the path in DATABASE_URL, and that the user of mailfix may write to the file and its folder.',
  },
  'store.read-only': {
    message: 'The database {file} cannot be written to; nothing was saved.',
    remedy: 'Give the user of mailfix write access to the file and to its folder.',
  },
  'store.full': {
    message: 'The disk with the database {file} is full; nothing was saved.',
    remedy: 'Free some space there; mailfix goes on by itself.',
  },
  'store.busy': {
    message: 'Another program holds the database {file}; nothing was saved.',
    remedy: 'Close what has the file open for writing (a database browser, a backup); mailfix tries again.',
  },
  'store.damaged': {
    message: 'The database {file} is damaged ({reason}).',
    remedy: 'Stop mailfix, keep a copy of the file and its -wal, and restore the last backup.',
  },
  'store.failed': {
    message: 'The database {file} could not be read or written ({reason}).',
    remedy: "Look at the disk and at the system's log; mailfix tries again.",
  },
  'store.bad-key': {
    message: 'The key file {file} cannot be used: {why}.',
    remedy: 'Restore it from the backup. With a new one, people sign in again and exports get a new signer.',
  },
  'store.sealed': {
    message: 'The {about} in the database cannot be opened: {why}.',
    remedy:
      'Put the old key back (MAILFIX_KEY, or the key file beside the database), or install mailfix there again.',
  },
} as const satisfies Record<string, ErrorRow>;

/** A code of the table. */
export type ErrorCode = keyof typeof errorCodes;
