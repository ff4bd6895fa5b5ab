/** Clients of the simulators, one in each kind of trouble that the runbook knows. */
export const examples = [
  {
    label: 'Blocked address',
    client: 'info@acme-cpa.example',
    note: 'An old password was tried 14 times: their whole office is locked out.',
  },
  {
    label: 'Account full',
    client: 'harbor-tax.example',
    note: 'The account has no room left; none of its mailboxes is full by itself.',
  },
  {
    label: 'Mailbox full',
    client: 'erik@lindqvist-cpa.example',
    note: 'One mailbox is full, the account has room.',
  },
  {
    label: 'Wrong password',
    client: 'tom@baxter-ledger.example',
    note: 'Not blocked yet: a device keeps trying an old password.',
  },
  {
    label: 'Suspended',
    client: 'northgate-accounting.example',
    note: 'The account is suspended; the reason is for billing.',
  },
  { label: 'Healthy', client: 'kim@summit-books.example', note: 'Nothing is wrong on the server.' },
] as const;
