import { contracts } from '../src/actions/contracts.ts';
import type { DialogSettings } from '../src/dialog-settings.ts';
import { defineDialog, type Dialog } from '../src/engine/dialog.ts';
import { durationMs, type Duration } from '../src/engine/duration.ts';
import { textsOf } from '../src/texts.ts';
import { factsOf } from './cannot-receive/facts.ts';
import { labels } from './cannot-receive/labels.ts';
import { leaseSteps } from './cannot-receive/lease.ts';
import { byMail, mailWords } from './cannot-receive/mail.ts';
import {
  afterQuota,
  boxesToo,
  doneByHand,
  explainIt,
  full,
  isItIn,
  notBlocked,
  roomAlready,
  suspensions,
  toQuota,
} from './cannot-receive/ways.ts';

/** The runbook "cannot receive": blocked address, full account, full mailbox, wrong password. */
export function runbook(settings: DialogSettings): Dialog {
  const text = textsOf('cannot-receive');
  const byf = settings.byfUrl ?? 'the BYF site';
  const confirm = { by: 'approvers', within: settings.approvalWithin } as const;

  return defineDialog(contracts, {
    id: 'cannot-receive',
    version: 5,
    title: 'cannot receive mail',
    words: ['receive', 'receiving', 'recibe', 'recibir'],
    client: 'client',
    clientId: 'domain',
    facts: factsOf(settings.ownAddresses),
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
      diagnose: {
        kind: 'check',
        title: 'Looking at everything that WHM knows about {client}',
        run: [
          'failingLogins',
          'ipBlock',
          'cpaBlock',
          'mailboxQuota',
          'accountQuota',
          'mailRouting',
          'mailServices',
          'delivery',
          'serverTrouble',
        ],
        deadline: '15s',
        next: [
          { when: { mailRouting: 'elsewhere' }, to: 'tellElsewhere' },
          { when: { mailServices: 'down' }, to: 'tellServerDown' },
          ...suspensions,
          { when: { ipBlock: 'blocked' }, to: 'clientIp' },
          { when: { ipBlock: 'stuck' }, to: 'clientIp' },
          { when: { cpaBlock: 'blocked' }, to: 'clientIp' },
          { when: { cpaBlock: 'queued' }, to: 'clientIp' },
          ...full,
          { when: { failingLogins: 'locked' }, to: 'tellLocked' },
          { when: { failingLogins: 'blocked' }, to: 'isItThem' },
          { when: { failingLogins: 'failing' }, to: 'isItThem' },
          { when: { ipBlock: 'failing' }, to: 'clientIp' },
          { when: { delivery: 'turnedAway' }, to: 'wasFull' },
          { when: { failingLogins: 'unknown' }, to: 'error' },
          { when: { ipBlock: 'unknown' }, to: 'error' },
          { when: { cpaBlock: 'unknown' }, to: 'error' },
          { when: { mailboxQuota: 'unknown' }, to: 'error' },
          { when: { accountQuota: 'unknown' }, to: 'error' },
          { when: { mailRouting: 'unknown' }, to: 'error' },
          { when: { mailServices: 'unknown' }, to: 'error' },
          { when: { delivery: 'unknown' }, to: 'error' },
          { when: { serverTrouble: 'unknown' }, to: 'error' },
          'error',
        ],
      },
      isItThem: {
        kind: 'ask',
        ask: 'Is that the client: {suspects}?',
        explain: '{suspectStory} Ask them to open www.whatismyip.com: the number should be the same.',
        save: 'ip',
        skipWhenKnown: true,
        offer: 'suspects',
        offerLabel: 'Yes, {value}',
        field: { label: 'Another address', placeholder: '203.0.113.7' },
        next: 'guard',
        choices: { unknown: { label: 'They can’t tell', next: 'noIp' } },
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
      error: {
        kind: 'ask',
        ask: 'Are they getting an error message in Outlook?',
        choices: {
          pop3: {
            label: 'Cannot connect to the POP3 server',
            set: { error: 'pop3' },
            next: 'changed',
            explain:
              'Their password may be incorrect in the settings because they tried to change it recently. More likely, their IP address is blocked.',
          },
          password: {
            label: 'Asks for the password again and again',
            set: { error: 'password' },
            next: 'changed',
          },
          full: { label: 'Mailbox is full', set: { error: 'full' }, next: toQuota },
          other: {
            label: 'Another …',
            set: { error: 'other' },
            text: { label: 'What does it say?', save: 'errorText' },
            next: 'changed',
          },
          none: { label: 'None, just no mail', set: { error: 'none' }, next: 'changed' },
          unknown: { label: 'They can’t tell', next: 'changed' },
        },
      },
      changed: {
        kind: 'ask',
        ask: 'Did anybody in their office change an e-mail password lately, or try to?',
        choices: {
          yes: { label: 'Yes', set: { changed: 'yes' }, next: 'sites' },
          no: { label: 'No', set: { changed: 'no' }, next: 'sites' },
          unknown: { label: 'They don’t know', next: 'sites' },
        },
      },
      sites: {
        kind: 'ask',
        ask: `Ask them to open their own website, and then ${byf}. Which of the two opens?`,
        explain:
          'If they cannot get to their website or the BYF site, this usually means their IP address is blocked.',
        choices: {
          both: { label: 'Both', set: { sites: 'both' }, next: 'clientIp' },
          own: { label: 'Only their own', set: { sites: 'own' }, next: 'clientIp' },
          byf: { label: 'Only BYF', set: { sites: 'byf' }, next: 'clientIp' },
          neither: { label: 'Neither', set: { sites: 'neither' }, next: 'clientIp' },
          unknown: { label: 'They can’t tell', next: 'clientIp' },
        },
      },
      clientIp: {
        kind: 'ask',
        ask: 'Have them go to www.whatismyip.com. What is the address in large dark blue numbers near the top of the window?',
        save: 'ip',
        skipWhenKnown: true,
        field: { label: 'Their IP address', placeholder: '203.0.113.7' },
        next: 'guard',
        choices: { unknown: { label: 'They can’t tell', next: 'noIp' } },
      },
      guard: {
        kind: 'check',
        title: 'Does {ip} belong to the client?',
        run: ['ipFits'],
        deadline: '8s',
        next: [
          { when: { ipFits: 'near' }, to: 'rightIp' },
          { when: { ipFits: 'ours' }, to: 'ourIp' },
          { when: { ipFits: 'unknown' }, to: 'blocks' },
          'blocks',
        ],
      },
      rightIp: {
        kind: 'ask',
        ask: 'Is {ip} right?',
        explain: '{likelyWhy} Please ask them to read it out once more.',
        save: 'ip',
        offer: 'likelyIps',
        offerLabel: 'It is {value}',
        field: { label: 'Another address', placeholder: '203.0.113.7' },
        next: 'guard',
        choices: {
          keep: { label: 'It is right as it stands', next: 'blocks' },
          unknown: { label: 'They can’t tell', next: 'noIp' },
        },
      },
      ourIp: {
        kind: 'ask',
        ask: '{ip} is {oursName}, and not the client’s. Have them go to www.whatismyip.com: which address does it show?',
        save: 'ip',
        field: { label: 'Their IP address', placeholder: '203.0.113.7' },
        next: 'guard',
        choices: { unknown: { label: 'They can’t tell', next: 'noIp' } },
      },
      noIp: {
        kind: 'say',
        to: 'staff',
        text: 'Without their address nobody can see whether it is blocked. I go on with what can be seen meanwhile; as soon as they know it, press Change above.',
        next: notBlocked,
      },
      blocks: {
        kind: 'check',
        title: 'Is {ip} blocked?',
        run: ['ipBlock', 'cpaBlock', 'rootCause'],
        deadline: '15s',
        next: [
          { when: { ipBlock: 'stuck' }, to: 'stuckBlock' },
          { when: { ipBlock: 'blocked', rootCause: 'stillTrying' }, to: 'stopFirst' },
          { when: { ipBlock: 'blocked', rootCause: 'wrongPassword' }, to: 'whyLocked' },
          { when: { ipBlock: 'blocked' }, to: 'whyBlocked' },
          { when: { cpaBlock: 'blocked' }, to: 'whyBlocked' },
          { when: { cpaBlock: 'queued' }, to: 'waiting' },
          { when: { ipBlock: 'unknown' }, to: 'blockByHand' },
          { when: { cpaBlock: 'unknown' }, to: 'blockByHand' },
          { when: { sites: 'neither' }, to: 'whyBlocked' },
          { when: { sites: 'own' }, to: 'whyBlocked' },
          { when: { sites: 'byf' }, to: 'whyBlocked' },
          ...roomAlready,
          { when: { clientAccount: 'found' }, to: 'quota' },
          // Not blocked is certain; why logins fail is of no use here.
          { when: { rootCause: 'unknown' }, to: 'quotaByHand' },
          'quotaByHand',
        ],
      },
      stuckBlock: {
        kind: 'ask',
        ask: 'An un-block of {ip} alone will not help: {stuckWhy} Somebody with root access has to decide about that. Was it taken off?',
        choices: {
          done: { ...doneByHand, next: 'waiting' },
          unknown: { label: 'Hand it over', next: 'handOver' },
        },
      },
      blockByHand: {
        kind: 'ask',
        ask: 'I could not see whether {ip} is blocked, and I will not guess. Please look by hand in WHM › Security Center › cPHulk Brute Force Protection › History Reports. Is it there?',
        choices: {
          blocked: { label: 'Yes, blocked', next: 'whyBlocked' },
          clear: { label: 'No', next: notBlocked },
          again: { label: 'Look again', next: 'blocks' },
          unknown: { label: 'Can’t see it either', next: 'whyBlocked' },
        },
      },
      whyBlocked: {
        kind: 'say',
        to: 'client',
        title: `Their address is blocked, or most likely is. ${explainIt}`,
        text: text('why-blocked'),
        set: { steps: 'cannot-receive/why-blocked' },
        next: 'unblock',
      },
      whyLocked: {
        kind: 'say',
        to: 'client',
        title: `{failures} for {failedBox} ({failedService}) since {failingSince}, the last {lastFailure}: {devices}. ${explainIt}`,
        text: text('why-locked'),
        set: { steps: 'cannot-receive/why-locked' },
        next: 'unblock',
      },
      stopFirst: {
        kind: 'say',
        to: 'client',
        title: `First stop the old password, or the block will be back within minutes: {failures} for {failedBox} ({failedService}) since {failingSince}, the last {lastFailure}: {devices}. ${explainIt}`,
        text: text('stop-first'),
        set: { steps: 'cannot-receive/stop-first' },
        next: 'unblock',
      },
      unblock: {
        kind: 'action',
        run: 'unblockIp',
        title: 'Un-block {ip}',
        deadline: '45s',
        confirm,
        after: 'watchBlock',
        on: {
          accepted: 'waiting',
          nothingToDo: 'waiting',
          partly: 'waiting',
          unknown: 'waiting',
          failed: 'unblockByHand',
          rejected: 'handOver',
          expired: 'handOver',
        },
      },
      unblockByHand: {
        kind: 'ask',
        ask: 'Please un-block {ip} by hand: in the CPA System go to Global Content in the main navigation menu, click Un-Block IP Address in the drop-down, and enter the IP address in the space provided.',
        choices: {
          done: { ...doneByHand, next: 'waiting' },
          unknown: { label: 'Can’t do it either', next: 'handOver' },
        },
      },
      waiting: {
        kind: 'check',
        title:
          'It takes 5–10 minutes to un-block {ip}. Once it is un-blocked, the mail starts coming in normally.',
        run: ['ipBlock', 'cpaBlock'],
        deadline: '20s',
        looks: settings.unblockChecks,
        until: [{ ipBlock: 'clear' }, { ipBlock: 'failing' }],
        next: [
          { when: { ipBlock: 'blocked' }, to: 'stillBlocked' },
          { when: { ipBlock: 'stuck' }, to: 'stuckBlock' },
          { when: { ipBlock: 'unknown' }, to: 'mailBack' },
          { when: { cpaBlock: 'unknown' }, to: 'mailBack' },
          'mailBack',
        ],
        choices: {
          mailIn: { label: 'Mail comes in already', next: 'unblocked' },
        },
      },
      stillBlocked: {
        kind: 'ask',
        ask: '{ip} is still blocked. What now?',
        choices: {
          wait: { label: 'Wait another 5–10 minutes', next: 'waiting' },
          again: { label: 'Propose the un-block again', next: 'unblock' },
          byHand: { label: 'Do it by hand', next: 'unblockByHand' },
          unknown: { label: 'Hand it over', next: 'handOver' },
        },
      },
      mailBack: {
        kind: 'ask',
        ask: 'Does mail come in now?',
        choices: {
          yes: { label: 'Yes', next: 'unblocked' },
          no: { label: 'Not yet', next: toQuota },
          mail: byMail('mailWhyBlocked'),
          unknown: { label: 'They will see later', next: 'unblocked' },
        },
      },
      watchBlock: {
        kind: 'watch',
        title: 'Watching {ip}, in case the block comes back',
        run: ['ipBlock'],
        deadline: '20s',
        looks: watchLooks(settings),
        fires: [{ ipBlock: 'blocked' }, { ipBlock: 'stuck' }],
        reopen: [{ when: { ipBlock: 'stuck' }, to: 'stuckBlock' }, 'oneDevice'],
      },
      oneDevice: {
        kind: 'say',
        to: 'client',
        title: '{ip} is blocked again: a device there still uses an old password.',
        text: text('one-device'),
        set: { steps: 'cannot-receive/one-device' },
        next: 'unblock',
      },
      quota: {
        kind: 'check',
        title: 'Is there room for mail?',
        run: ['accountQuota', 'mailboxQuota'],
        deadline: '15s',
        next: [
          ...suspensions,
          ...full,
          { when: { accountQuota: 'unknown' }, to: 'quotaByHand' },
          { when: { mailboxQuota: 'unknown' }, to: 'quotaByHand' },
          ...afterQuota,
        ],
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
          nothingToDo: [...boxesToo, 'mailAfterQuota'],
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
          nothingToDo: 'mailAfterQuota',
          partly: 'moreSpace',
          unknown: 'raiseMailboxByHand',
          failed: 'raiseMailboxByHand',
          rejected: 'handOver',
          expired: 'handOver',
        },
      },
      filesFull: {
        kind: 'ask',
        ask: 'The account {account} has used up its number of files (inodes): mail stops, and more MB do not help. Old mail has to go, or somebody raises the limit in WHM › Modify an Account. Done?',
        choices: {
          done: { ...doneByHand, next: 'mailAfterQuota' },
          unknown: { label: 'Hand it over', next: 'handOver' },
        },
      },
      wasFull: {
        kind: 'say',
        to: 'staff',
        text: 'Mail was turned away because there was no room, since {turnedAwaySince}. There is room by now: the senders’ servers try again by themselves, mostly within hours.',
        next: 'outlook',
      },
      tellLocked: {
        kind: 'say',
        to: 'client',
        title:
          'Somebody tries passwords for {lockedBox}, from anywhere. Never take a password on the phone or in the chat.',
        text: text('user-locked'),
        set: { steps: 'cannot-receive/user-locked' },
        next: 'userLocked',
      },
      userLocked: {
        kind: 'ask',
        ask: 'cPHulk has locked the name {lockedBox} for every address, until {lockedUntil}: somebody tries passwords for it. Please lift it by hand in WHM › Security Center › cPHulk Brute Force Protection › History Reports › Blocked Users. Done?',
        choices: {
          done: { ...doneByHand, next: 'passwordRight' },
          wait: { label: 'They wait until then', next: 'passwordRight' },
          mail: byMail('mailUserLocked'),
          unknown: { label: 'Can’t do it', next: 'handOver' },
        },
      },
      quotaByHand: {
        kind: 'ask',
        ask: 'It’s possible that they’re over quota. Please look by hand: log in to WHM, go to Account Information, then List Accounts, find their account and open cPanel. Is there a red bar on the left, which shows that the account is over quota? Then click Email Accounts: is their mailbox over its own quota?',
        choices: {
          account: { label: 'The bar is red', next: 'raiseByHand' },
          mailbox: { label: 'A mailbox is over quota', next: 'raiseMailboxByHand' },
          clear: { label: 'Neither', next: afterQuota },
          again: { label: 'Look again', next: 'findAgain' },
          unknown: { label: 'Can’t get in either', next: 'handOver' },
        },
      },
      findAgain: {
        kind: 'check',
        title: 'Looking for {client} in WHM again',
        run: ['clientAccount'],
        deadline: '15s',
        next: [
          { when: { clientAccount: 'found' }, to: 'quota' },
          { when: { clientAccount: 'suspended' }, to: 'suspended' },
          { when: { clientAccount: 'unknown' }, to: 'quotaByHand' },
          'quotaByHand',
        ],
      },
      raiseByHand: {
        kind: 'ask',
        ask: 'Please raise it by hand: get out of cPanel and find their account again in the List Accounts area of WHM. Scroll to the right to the Quota section, click on it and set a higher number: if it’s at 200, change it to 300.',
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
      moreSpace: {
        kind: 'say',
        to: 'client',
        title: 'Tell the client:',
        text: text('more-space'),
        set: { steps: 'cannot-receive/more-space' },
        next: 'outlook',
      },
      outlook: {
        kind: 'ask',
        ask: 'Which Outlook do they have? Then you get the steps to tell or send them.',
        choices: {
          classic: {
            label: '2016–365 for Windows (classic)',
            set: { steps: 'cannot-receive/outlook-classic' },
            next: 'outlookClassic',
          },
          new: {
            label: 'New Outlook for Windows',
            set: { steps: 'cannot-receive/outlook-new' },
            next: 'outlookNew',
          },
          mac: {
            label: 'Outlook for Mac',
            set: { steps: 'cannot-receive/outlook-mac' },
            next: 'outlookMac',
          },
          older: {
            label: '2010 or 2013',
            set: { steps: 'cannot-receive/outlook-older' },
            next: 'outlookOlder',
          },
          mail: byMail('mailMoreSpace'),
          unknown: { label: 'None, or they can’t tell', next: 'mailAfterQuota' },
        },
      },
      outlookClassic: outlookSteps(text('outlook-classic')),
      outlookNew: outlookSteps(text('outlook-new')),
      outlookMac: outlookSteps(text('outlook-mac')),
      outlookOlder: outlookSteps(text('outlook-older')),
      mailAfterSteps: {
        kind: 'ask',
        ask: 'Is mail coming in now?',
        choices: {
          ...isItIn,
          mail: {
            label: 'Send the steps by e-mail …',
            text: { label: 'To which address? They go out as they stand above.', save: 'mailTo' },
            next: 'mailSteps',
          },
        },
      },
      mailSteps: {
        kind: 'action',
        run: 'sendInstructions',
        title: 'Send the steps to {mailTo}',
        deadline: '70s',
        confirm,
        on: {
          done: 'mailAfterQuota',
          nothingToDo: 'mailAfterQuota',
          partly: 'mailAfterQuota',
          unknown: 'mailAfterQuota',
          failed: 'mailAfterSteps',
          rejected: 'mailAfterQuota',
          expired: 'mailAfterQuota',
        },
      },
      mailWhyBlocked: mailWords(confirm, 'mailBack'),
      mailMoreSpace: mailWords(confirm, 'outlook'),
      mailPassword: mailWords(confirm, 'passwordRight'),
      mailUserLocked: mailWords(confirm, 'userLocked'),
      mailSettingsList: mailWords(confirm, 'settingsRight'),
      mailAfterQuota: { kind: 'ask', ask: 'Is mail coming in now?', choices: isItIn },
      settings: {
        kind: 'check',
        title: 'Mail reaches the mailbox, so the fault lies in Outlook: looking up its settings',
        run: ['mailSettings'],
        deadline: '8s',
        next: [{ when: { mailSettings: 'unknown' }, to: 'nothingFound' }, 'rightSettings'],
      },
      rightSettings: {
        kind: 'say',
        to: 'client',
        title: 'Mail reaches the mailbox. Compare the settings of their Outlook with these:',
        text: text('settings'),
        set: { steps: 'cannot-receive/settings' },
        next: 'settingsRight',
      },
      settingsRight: {
        kind: 'ask',
        ask: 'Does mail come in with these settings?',
        choices: {
          yes: { label: 'Yes', next: 'settingsMended' },
          no: { label: 'No', next: 'handOver' },
          mail: byMail('mailSettingsList'),
          unknown: { label: 'They will see later', next: 'settingsMended' },
        },
      },
      tellElsewhere: {
        kind: 'say',
        to: 'client',
        title: 'Mail for {domain} does not come to {server}; it goes to {mailHosts}.',
        text: text('mail-elsewhere'),
        next: 'mailElsewhere',
      },
      tellServerDown: {
        kind: 'say',
        to: 'client',
        title: 'It is the server, not the client: {downServices} on {server} is not running.',
        text: text('server-down'),
        next: 'serverDown',
      },
      wrongPassword: {
        kind: 'say',
        to: 'client',
        title: 'It looks like a wrong password. Never take a password on the phone or in the chat.',
        text: text('wrong-password'),
        set: { steps: 'cannot-receive/wrong-password' },
        next: 'passwordRight',
      },
      passwordRight: {
        kind: 'ask',
        ask: 'Does mail come in with the right password?',
        choices: {
          yes: { label: 'Yes', next: 'passwordMended' },
          reset: { label: 'Webmail refuses it too', next: 'passwordReset' },
          no: { label: 'No', next: 'handOver' },
          mail: byMail('mailPassword'),
          unknown: { label: 'They will see later', next: 'passwordMended' },
        },
      },
      passwordReset: {
        kind: 'ask',
        ask: 'Please reset it by hand: their cPanel › Email Accounts › Manage; let the client type the new password there or choose it by the reset link. Done?',
        choices: {
          done: { label: 'Done', next: 'passwordRight' },
          unknown: { label: 'Can’t do it', next: 'handOver' },
        },
      },
      // Without a lease no raise comes to `leased`, and nothing leads here.
      ...leaseSteps(settings.quotaLease ?? '14d', confirm),
      unblocked: resolved('{ip} was un-blocked.'),
      roomMade: resolved('There is room for mail again.'),
      settingsMended: resolved('Outlook’s settings were corrected.'),
      passwordMended: resolved('An old password was corrected.'),
      suspended: escalated(
        'The account {account} is suspended ({suspendReason}). Mail comes in only after that is settled; it is not for this runbook to undo.',
      ),
      mailElsewhere: escalated(
        'Mail for {domain} is not on our servers: it goes to {mailHosts}. Whoever runs that has to look.',
      ),
      serverDown: escalated('{downServices} on {server} is not running: an administrator has to start it.'),
      loginSuspended: escalated(
        'Login to {mailbox} is suspended, so the right password is refused too. Find out why before lifting it; it is not for this runbook to undo.',
      ),
      incomingSuspended: escalated(
        'Incoming mail of {mailbox} is suspended, so nothing is delivered. Find out why before lifting it; it is not for this runbook to undo.',
      ),
      noClient: escalated('No client could be named, so nothing could be looked up.'),
      nothingFound: escalated(
        'No block, no full quota and no sign of a wrong password was found. Somebody has to look closer; what was found and answered is above.',
      ),
      handOver: escalated('Somebody has to take this on; what was found, answered and done is above.'),
    },
  });
}

const resolved = (text: string) => ({ kind: 'end', outcome: 'resolved', text }) as const;
const escalated = (text: string) => ({ kind: 'end', outcome: 'escalated', text }) as const;

function outlookSteps(steps: string) {
  return {
    kind: 'say',
    to: 'client',
    title: 'Show them how to find that setting, or send the steps in an e-mail:',
    text: steps,
    next: 'mailAfterSteps',
  } as const;
}

/** Looks of the quiet watch: from ten minutes after the last un-block check, often at first, then every hour. */
function watchLooks(settings: DialogSettings): readonly Duration[] {
  const minute = 60_000;
  const first = durationMs(settings.unblockChecks.at(-1) ?? '10m') + 10 * minute;
  const end = Math.max(first, durationMs(settings.watchFor));
  const looks: Duration[] = [];
  for (let at = first, gap = 10 * minute; at <= end; at += gap, gap = Math.min(60 * minute, gap * 2)) {
    // Whole seconds: the settings may be in milliseconds.
    looks.push(`${Math.ceil(at / 1000)}s`);
  }
  return looks;
}
