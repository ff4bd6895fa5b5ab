import type { Confirm } from '../../src/engine/dialog.ts';

/** The words for the client that may go out by e-mail, beside the steps for Outlook. */
export const mailable = [
  'cannot-receive/why-blocked',
  'cannot-receive/why-locked',
  'cannot-receive/stop-first',
  'cannot-receive/one-device',
  'cannot-receive/more-space',
  'cannot-receive/wrong-password',
  'cannot-receive/user-locked',
  'cannot-receive/settings',
] as const;

/** The choice to have the words above sent as well: nobody has to read them out twice. */
export function byMail<const Id extends string>(next: Id) {
  return {
    label: 'Send the words by e-mail …',
    text: { label: 'To which address? They go out as they stand above.', save: 'mailTo' },
    next,
  } as const;
}

/** Sends the words that were said last, and goes on where the choice was, whatever came of it. */
export function mailWords<const Id extends string>(confirm: Confirm, back: Id) {
  return {
    kind: 'action',
    run: 'sendInstructions',
    title: 'Send the words to {mailTo}',
    deadline: '70s',
    confirm,
    on: {
      done: back,
      nothingToDo: back,
      partly: back,
      unknown: back,
      failed: back,
      rejected: back,
      expired: back,
    },
  } as const;
}
