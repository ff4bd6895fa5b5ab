import { durationInWords, durationMs } from '../../src/engine/duration.ts';
import type { Duration } from '../../src/engine/duration.ts';
import type { Confirm } from '../../src/engine/dialog.ts';

const dayMs = 86_400_000;

/** The steps of a raise for a time: said before its end, taken back by itself where that is enough, else decided by people. */
export function leaseSteps(lasts: Duration, confirm: Confirm) {
  const ms = durationMs(lasts);
  const noticeMs = Math.min(2 * dayMs, ms / 2);
  const notice = durationInWords(noticeMs);
  const extend = { label: `Extend ${durationInWords(ms)}`, next: 'extendLease' } as const;
  const keep = { label: 'Keep', next: 'keepQuota' } as const;
  return {
    watchLease: {
      kind: 'watch',
      title: 'The {leaseName} has {newLimitMb} MB until {leaseUntil}',
      run: ['leaseEnd'],
      deadline: '20s',
      looks: [inSeconds(ms - noticeMs)],
      fires: [
        { leaseEnd: 'fits' },
        { leaseEnd: 'needed' },
        { leaseEnd: 'changed' },
        // Who cannot be asked now may be asked in time.
        { leaseEnd: 'unknown' },
      ],
      fired: 'The {newLimitMb} MB of the {leaseName} end soon.',
      reopen: [{ when: { leaseEnd: 'changed' }, to: 'leaseGone' }, 'leaseEnding'],
    },
    leaseEnding: {
      kind: 'check',
      title: `In ${notice} the {newLimitMb} MB of the {leaseName} end. It then goes back to {oldLimitMb} MB by itself, if what is used fits; nobody has to do anything for that.`,
      run: ['leaseEnd'],
      deadline: '20s',
      looks: [inSeconds(noticeMs)],
      next: [
        { when: { leaseEnd: 'fits' }, to: 'returnQuota' },
        { when: { leaseEnd: 'changed' }, to: 'leaseGone' },
        { when: { leaseEnd: 'unknown' }, to: 'leaseOver' },
        'leaseOver',
      ],
      choices: { extend, keep },
    },
    returnQuota: {
      kind: 'action',
      run: 'returnQuota',
      title: 'Take the {leaseName} back to {oldLimitMb} MB',
      deadline: '20s',
      confirm,
      on: {
        done: 'quotaReturned',
        needed: 'leaseOver',
        nothingToDo: 'leaseGone',
        partly: 'leaseOver',
        unknown: 'leaseOver',
        failed: 'leaseOver',
        rejected: 'leaseOver',
        expired: 'leaseOver',
      },
    },
    leaseOver: {
      kind: 'ask',
      ask: 'What is to become of the {newLimitMb} MB of the {leaseName}? They stay until somebody decides; why they did not go back to {oldLimitMb} MB is above.',
      explain:
        'To take it back by hand: WHM › Account Information › List Accounts, the Quota section; for a mailbox, their cPanel › Email Accounts › Manage. Never below what is used.',
      choices: {
        extend,
        keep,
        again: { label: 'Look again', next: 'leaseAgain' },
        byHand: {
          label: 'Taken back by hand …',
          text: { label: 'To how many MB, and by whom?' },
          next: 'leaseByHand',
        },
        unknown: { label: 'Hand it over', next: 'handOver' },
      },
    },
    leaseAgain: {
      kind: 'check',
      title: 'Does what is used fit into {oldLimitMb} MB?',
      run: ['leaseEnd'],
      deadline: '15s',
      next: [
        { when: { leaseEnd: 'fits' }, to: 'returnQuota' },
        { when: { leaseEnd: 'changed' }, to: 'leaseGone' },
        { when: { leaseEnd: 'unknown' }, to: 'leaseOver' },
        'leaseOver',
      ],
    },
    extendLease: {
      kind: 'action',
      run: 'extendLease',
      title: 'Leave the {leaseName} at {newLimitMb} MB for another while',
      deadline: '20s',
      confirm,
      after: { leased: 'watchLease' },
      on: {
        leased: 'leaseExtended',
        nothingToDo: 'leaseGone',
        partly: 'leaseOver',
        unknown: 'leaseOver',
        failed: 'leaseOver',
        rejected: 'leaseEnding',
        expired: 'leaseEnding',
      },
    },
    keepQuota: {
      kind: 'action',
      run: 'keepQuota',
      title: 'Keep the {newLimitMb} MB of the {leaseName}',
      deadline: '20s',
      confirm,
      on: {
        done: 'quotaKept',
        nothingToDo: 'leaseGone',
        partly: 'leaseOver',
        unknown: 'leaseOver',
        failed: 'leaseOver',
        rejected: 'leaseEnding',
        expired: 'leaseEnding',
      },
    },
    quotaReturned: resolved('The {leaseName} is back at {oldLimitMb} MB, as before the raise.'),
    quotaKept: resolved('The {leaseName} keeps its {newLimitMb} MB for good.'),
    leaseExtended: resolved('The {leaseName} has {newLimitMb} MB until {leaseUntil}.'),
    leaseByHand: resolved('The limit of the {leaseName} was taken back by hand.'),
    leaseGone: resolved(
      'The {leaseName} no longer has the {newLimitMb} MB of the raise. Its limit was left as it is.',
    ),
  } as const;
}

const resolved = (text: string) => ({ kind: 'end', outcome: 'resolved', text }) as const;

/** Whole seconds: the settings may be in milliseconds. */
function inSeconds(ms: number): Duration {
  return `${Math.ceil(ms / 1000)}s`;
}
