/** With the account known, WHM can be asked for its quotas; else somebody looks by hand. */
export const toQuota = [{ when: { clientAccount: 'found' }, to: 'quota' }, 'quotaByHand'] as const;
/** Not blocked and not full: a wrong password leaves traces, and mail that arrives is not fetched. Else a person takes over. */
export const afterQuota = [
  { when: { ipBlock: 'failing' }, to: 'wrongPassword' },
  { when: { error: 'password' }, to: 'wrongPassword' },
  { when: { changed: 'yes' }, to: 'wrongPassword' },
  { when: { delivery: 'delivered' }, to: 'settings' },
  'nothingFound',
] as const;
/** What was found to have room at the start is not asked of WHM again. */
const room = { accountQuota: 'room', mailboxQuota: 'room' } as const;
export const roomAlready = [
  { when: { ...room, ipBlock: 'failing' }, to: 'wrongPassword' },
  { when: { ...room, error: 'password' }, to: 'wrongPassword' },
  { when: { ...room, changed: 'yes' }, to: 'wrongPassword' },
  { when: { ...room, delivery: 'delivered' }, to: 'settings' },
  { when: room, to: 'nothingFound' },
] as const;
export const notBlocked = [...roomAlready, ...toQuota] as const;
export const suspensions = [
  { when: { mailboxQuota: 'loginSuspended' }, to: 'loginSuspended' },
  { when: { mailboxQuota: 'incomingSuspended' }, to: 'incomingSuspended' },
] as const;
export const full = [
  { when: { accountQuota: 'full' }, to: 'raiseAccount' },
  { when: { accountQuota: 'filesFull' }, to: 'filesFull' },
  { when: { mailboxQuota: 'full' }, to: 'raiseMailbox' },
  { when: { mailboxQuota: 'several' }, to: 'whichMailbox' },
] as const;
export const explainIt =
  'Explain to the client why this happens. They will all deny that they did anything wrong, but at least you have told them.';
export const doneByHand = {
  label: 'Done by hand …',
  text: { label: 'What was done, and by whom?' },
} as const;

/** An account with more room does not help a mailbox that is full itself. */
export const boxesToo = [
  { when: { mailboxQuota: 'full' }, to: 'raiseMailbox' },
  { when: { mailboxQuota: 'several' }, to: 'whichMailbox' },
] as const;
export const isItIn = {
  yes: { label: 'Yes', next: 'roomMade' },
  no: {
    label: 'No',
    next: [
      { when: { failingLogins: 'blocked' }, to: 'isItThem' },
      { when: { failingLogins: 'failing' }, to: 'isItThem' },
      'handOver',
    ],
  },
  unknown: { label: 'They will see later', next: 'roomMade' },
} as const;
