import { contracts } from '../src/actions/contracts.ts';
import type { DialogSettings } from '../src/dialog-settings.ts';
import { defineDialog, type Dialog } from '../src/engine/dialog.ts';
import { textsOf } from '../src/texts.ts';
import { labels } from './cannot-receive/labels.ts';
import { leaseSteps } from './cannot-receive/lease.ts';
import { boxesToo, doneByHand, full, toQuota } from './cannot-receive/ways.ts';
import { facts } from './cannot-send/facts.ts';

/** The runbook "receives but cannot send": sending stopped, a full mailbox, port 25 blocked, no authentication. */
export function runbook(settings: DialogSettings): Dialog {
  const text = textsOf('cannot-send');
  const confirm = { by: 'approvers', within: settings.approvalWithin } as const;

  return defineDialog(contracts, {
    id: 'cannot-send',
    version: 1,
    title: 'receives but cannot send mail',
    words: ['send', 'sending', 'smtp', 'outgoing', 'envía', 'envia', 'enviar'],
    client: 'client',
    clientId: 'domain',
    facts,
    start: 'client',
    escalate: 'handOver',
    labels,
    steps: {
      client: {
        kind: 'ask',
        ask: 'Which client is it?',
        save: 'client',
        skipWhenKnown: true,
        field: { label: 'Domain, mailbox or account', placeholder: 'info@acme-cpa.example' },
        next: 'find',
        choices: { unknown: { label: 'Can’t be found out', next: 'noClient' } },
      },
      find: {
        kind: 'check',
        title: 'Looking for {client} in WHM',
        run: ['clientAccount'],
        deadline: '15s',
        next: [
          { when: { clientAccount: 'suspended' }, to: 'suspended' },
          { when: { clientAccount: 'notFound' }, to: 'whichClient' },
          { when: { clientAccount: 'unknown' }, to: 'cannotAsk' },
          'diagnose',
        ],
      },
      whichClient: {
        kind: 'ask',
        ask: 'WHM knows no {client}. Which client is it?',
        save: 'client',
        offer: 'nearMatches',
        field: { label: 'Domain, mailbox or account', placeholder: 'info@acme-cpa.example' },
        next: 'find',
        choices: { unknown: { label: 'Can’t be found out', next: 'noClient' } },
      },
      cannotAsk: {
        kind: 'say',
        to: 'staff',
        text: 'I could not ask WHM about {client}, and I will not guess. The questions go on; what WHM would have told is looked up by hand when it is needed.',
        next: 'error',
      },
      diagnose: {
        kind: 'check',
        title: 'Looking at everything that keeps {client} from sending',
        run: ['outgoingMail', 'mailServices', 'accountQuota', 'mailboxQuota', 'serverTrouble'],
        deadline: '15s',
        next: [
          { when: { mailServices: 'down' }, to: 'tellServerDown' },
          { when: { outgoingMail: 'suspended' }, to: 'sendSuspended' },
          { when: { outgoingMail: 'held' }, to: 'sendHeld' },
          { when: { mailboxQuota: 'loginSuspended' }, to: 'loginSuspended' },
          ...full,
          { when: { outgoingMail: 'unknown' }, to: 'error' },
          { when: { mailServices: 'unknown' }, to: 'error' },
          { when: { accountQuota: 'unknown' }, to: 'error' },
          { when: { mailboxQuota: 'unknown' }, to: 'error' },
          { when: { serverTrouble: 'unknown' }, to: 'error' },
          'error',
        ],
      },
      error: {
        kind: 'ask',
        ask: 'What does Outlook say when they send?',
        choices: {
          smtp: { label: 'Cannot connect to the outgoing server', set: { error: 'smtp' }, next: 'port' },
          relay: {
            label: 'Relaying denied, or not authenticated',
            set: { error: 'relay' },
            next: 'authentication',
            explain: 'Outlook sends without a user name: its outgoing authentication is off.',
          },
          full: { label: 'Mailbox is full', set: { error: 'full' }, next: toQuota },
          other: {
            label: 'Another …',
            set: { error: 'other' },
            text: { label: 'What does it say?', save: 'errorText' },
            next: 'port',
          },
          none: { label: 'Nothing, it stays in the Outbox', set: { error: 'none' }, next: 'port' },
          unknown: { label: 'They can’t tell', next: 'port' },
        },
      },
      port: {
        kind: 'ask',
        ask: 'Which outgoing port does their Outlook use? It is under File › Account Settings › Account Settings › Change › More Settings › Advanced, beside “Outgoing server (SMTP)”.',
        explain: 'Many Internet providers block port 25: mail comes in, and nothing goes out.',
        choices: {
          blocked: { label: '25', set: { port: '25' }, next: 'tellPort' },
          open: { label: '26, 465 or 587', set: { port: 'other' }, next: 'authentication' },
          unknown: { label: 'They can’t tell', next: 'tellPort' },
        },
      },
      tellPort: {
        kind: 'say',
        to: 'client',
        title:
          'Their provider most likely blocks port 25. Show them how to change it to 587, else 465 or 26:',
        text: text('port'),
        next: 'portRight',
      },
      portRight: {
        kind: 'ask',
        ask: 'Does a test message leave with the new port?',
        choices: {
          yes: { label: 'Yes', next: 'portMended' },
          no: { label: 'No', next: 'authentication' },
          unknown: { label: 'They will see later', next: 'portMended' },
        },
      },
      authentication: {
        kind: 'ask',
        ask: 'Is “My outgoing server (SMTP) requires authentication” ticked? It is on the tab Outgoing Server, beside Advanced.',
        choices: {
          on: { label: 'Yes', set: { authentication: 'on' }, next: 'settings' },
          off: { label: 'No', set: { authentication: 'off' }, next: 'tellAuthentication' },
          unknown: { label: 'They can’t tell', next: 'tellAuthentication' },
        },
      },
      tellAuthentication: {
        kind: 'say',
        to: 'client',
        title: 'Show them how to switch it on. Never take a password on the phone or in the chat.',
        text: text('authentication'),
        next: 'authenticationRight',
      },
      authenticationRight: {
        kind: 'ask',
        ask: 'Does a test message leave with authentication?',
        choices: {
          yes: { label: 'Yes', next: 'authenticationMended' },
          no: { label: 'No', next: 'settings' },
          unknown: { label: 'They will see later', next: 'authenticationMended' },
        },
      },
      settings: {
        kind: 'check',
        title: 'Looking up all settings that their Outlook needs',
        run: ['mailSettings'],
        deadline: '8s',
        next: [{ when: { mailSettings: 'unknown' }, to: 'room' }, 'tellSettings'],
      },
      tellSettings: {
        kind: 'say',
        to: 'client',
        title: 'Compare the settings of their Outlook with these:',
        text: text('settings'),
        next: 'settingsRight',
      },
      settingsRight: {
        kind: 'ask',
        ask: 'Does a test message leave with these settings?',
        choices: {
          yes: { label: 'Yes', next: 'settingsMended' },
          no: { label: 'No', next: 'room' },
          unknown: { label: 'They will see later', next: 'settingsMended' },
        },
      },
      room: {
        kind: 'say',
        to: 'staff',
        text: 'Port, authentication and settings are done with; what is left is room: a full mailbox can keep Outlook from sending.',
        next: [{ when: { accountQuota: 'room', mailboxQuota: 'room' }, to: 'nothingFound' }, ...toQuota],
      },
      quota: {
        kind: 'check',
        title: 'Is there room for mail?',
        run: ['accountQuota', 'mailboxQuota'],
        deadline: '15s',
        next: [
          { when: { mailboxQuota: 'loginSuspended' }, to: 'loginSuspended' },
          ...full,
          { when: { accountQuota: 'unknown' }, to: 'quotaByHand' },
          { when: { mailboxQuota: 'unknown' }, to: 'quotaByHand' },
          'nothingFound',
        ],
      },
      quotaByHand: {
        kind: 'ask',
        ask: 'Please look by hand whether they are over quota: WHM › Account Information › List Accounts, find their account and open cPanel. Is the bar on the left red? Then click Email Accounts: is their mailbox over its own quota?',
        choices: {
          account: { label: 'The bar is red', next: 'raiseByHand' },
          mailbox: { label: 'A mailbox is over quota', next: 'raiseMailboxByHand' },
          clear: { label: 'Neither', next: 'nothingFound' },
          unknown: { label: 'Can’t get in either', next: 'handOver' },
        },
      },
      whichMailbox: {
        kind: 'ask',
        ask: 'Several mailboxes are full. Which one is it about?',
        save: 'mailbox',
        offer: 'fullMailboxes',
        next: 'raiseMailbox',
        choices: { unknown: { label: 'They can’t tell', next: 'handOver' } },
      },
      raiseAccount: {
        kind: 'action',
        run: 'raiseAccountQuota',
        title: 'Raise the quota of the account {account}',
        deadline: '20s',
        confirm,
        after: { leased: 'watchLease' },
        on: {
          leased: [...boxesToo, 'moreSpace'],
          done: [...boxesToo, 'moreSpace'],
          nothingToDo: [...boxesToo, 'sendsAgain'],
          partly: [...boxesToo, 'moreSpace'],
          unknown: 'raiseByHand',
          failed: 'raiseByHand',
          rejected: 'handOver',
          expired: 'handOver',
        },
      },
      raiseMailbox: {
        kind: 'action',
        run: 'raiseMailboxQuota',
        title: 'Raise the quota of the mailbox {mailbox}',
        deadline: '20s',
        confirm,
        after: { leased: 'watchLease' },
        on: {
          leased: 'moreSpace',
          done: 'moreSpace',
          nothingToDo: 'sendsAgain',
          partly: 'moreSpace',
          unknown: 'raiseMailboxByHand',
          failed: 'raiseMailboxByHand',
          rejected: 'handOver',
          expired: 'handOver',
        },
      },
      raiseByHand: {
        kind: 'ask',
        ask: 'Please raise it by hand: in WHM › Account Information › List Accounts, scroll to the right to the Quota section of their account, click on it and set a higher number: if it’s at 200, change it to 300.',
        choices: {
          done: { ...doneByHand, next: 'moreSpace' },
          unknown: { label: 'Can’t do it either', next: 'handOver' },
        },
      },
      raiseMailboxByHand: {
        kind: 'ask',
        ask: 'Please raise it by hand: in their cPanel click Email Accounts, then Manage beside the mailbox, and set a higher Allocated Storage Space: if it’s at 200, change it to 300.',
        choices: {
          done: { ...doneByHand, next: 'moreSpace' },
          unknown: { label: 'Can’t do it either', next: 'handOver' },
        },
      },
      filesFull: {
        kind: 'ask',
        ask: 'The account {account} has used up its number of files (inodes), and more MB do not help. Old mail has to go, or somebody raises the limit in WHM › Modify an Account. Done?',
        choices: {
          done: { ...doneByHand, next: 'sendsAgain' },
          unknown: { label: 'Hand it over', next: 'handOver' },
        },
      },
      moreSpace: {
        kind: 'say',
        to: 'client',
        title: 'Tell the client:',
        text: text('more-space'),
        next: 'sendsAgain',
      },
      sendsAgain: {
        kind: 'ask',
        ask: 'Does a test message leave now?',
        choices: {
          yes: { label: 'Yes', next: 'roomMade' },
          no: { label: 'No', next: 'port' },
          unknown: { label: 'They will see later', next: 'roomMade' },
        },
      },
      tellServerDown: {
        kind: 'say',
        to: 'client',
        title: 'It is the server, not the client: {downServices} on {server} is not running.',
        text: text('server-down'),
        next: 'serverDown',
      },
      // Without a lease no raise comes to `leased`, and nothing leads here.
      ...leaseSteps(settings.quotaLease ?? '14d', confirm),
      portMended: resolved('Outlook sends by another port than 25.'),
      authenticationMended: resolved('Outgoing authentication was switched on in Outlook.'),
      settingsMended: resolved('Outlook’s settings were corrected.'),
      roomMade: resolved('There is room for mail again.'),
      suspended: escalated(
        'The account {account} is suspended ({suspendReason}). Mail leaves only after that is settled; it is not for this runbook to undo.',
      ),
      sendSuspended: escalated(
        'Outgoing mail of {sendStop} is suspended, mostly because spam was sent with it. Find out why before lifting it; it is not for this runbook to undo.',
      ),
      sendHeld: escalated(
        'Outgoing mail of {sendStop} is held, so what they send waits in the queue. Find out why before it is released; it is not for this runbook to undo.',
      ),
      loginSuspended: escalated(
        'Login to {mailbox} is suspended, so the right password is refused too. Find out why before lifting it; it is not for this runbook to undo.',
      ),
      serverDown: escalated('{downServices} on {server} is not running: an administrator has to start it.'),
      noClient: escalated('No client could be named, so nothing could be looked up.'),
      nothingFound: escalated(
        'Nothing on the server keeps them from sending, and their settings are right. Somebody has to look closer; what was found and answered is above.',
      ),
      handOver: escalated('Somebody has to take this on; what was found, answered and done is above.'),
    },
  });
}

const resolved = (text: string) => ({ kind: 'end', outcome: 'resolved', text }) as const;
const escalated = (text: string) => ({ kind: 'end', outcome: 'escalated', text }) as const;
