/** A mailbox of a simulated account. */
export interface SimMailbox {
  local: string;
  /** Where an addon domain is not the account's own. */
  domain: string;
  usedMb: number;
  limitMb: number | 'unlimited';
  suspendedLogin: boolean;
  suspendedIncoming: boolean;
  suspendedOutgoing: boolean;
  outgoingHold: boolean;
}

/** A simulated cPanel account. */
export interface SimAccount {
  user: string;
  domain: string;
  addonDomains: string[];
  plan: string;
  usedMb: number;
  limitMb: number | 'unlimited';
  inodes: number;
  inodeLimit: number | 'unlimited';
  maxMailboxMb: number | 'unlimited';
  suspendReason: string | null;
  outgoingSuspended: boolean;
  outgoingHold: boolean;
  /** The default mailbox, which no list of mailboxes has. */
  mainMailboxMb: number;
  /** The other server that the mail of the account lives on. */
  mailNode: string | null;
  mailboxes: SimMailbox[];
}

type Box = readonly [local: string, usedMb: number, limitMb?: number | 'unlimited'];

function firm(
  domain: string,
  user: string,
  usedMb: number,
  boxes: readonly Box[],
  more: Partial<SimAccount> = {},
): SimAccount {
  const mailboxes = boxes.map(([local, used, limitMb = 100]): SimMailbox => {
    const free = {
      suspendedLogin: false,
      suspendedIncoming: false,
      suspendedOutgoing: false,
      outgoingHold: false,
    };
    return { local, domain, usedMb: used, limitMb, ...free };
  });
  return {
    user,
    domain,
    addonDomains: [],
    plan: 'CPA Site Standard',
    usedMb,
    limitMb: 200,
    inodes: 2100 + Math.round(usedMb * 37),
    inodeLimit: 'unlimited',
    maxMailboxMb: 'unlimited',
    suspendReason: null,
    outgoingSuspended: false,
    outgoingHold: false,
    mainMailboxMb: 0.003,
    mailNode: null,
    mailboxes,
    ...more,
  };
}

/** Some accounting firms: a few in each kind of trouble that the runbook knows, the rest healthy. */
export function firms(): SimAccount[] {
  return [
    // 203.0.113.7 is blocked: 14 wrong passwords for info@.
    firm(
      'acme-cpa.example',
      'acmecpa',
      120.4,
      [
        ['info', 41.2],
        ['dana', 33.5],
        ['payroll', 12],
      ],
      {
        addonDomains: ['acme-payroll.example'],
      },
    ),
    // The account is full, none of its mailboxes is.
    firm('harbor-tax.example', 'harbortax', 200.2, [
      ['office', 71.9],
      ['june', 64.1],
      ['returns', 58.3],
    ]),
    // One mailbox is full, the account has room.
    firm('lindqvist-cpa.example', 'lindqvist', 148.7, [
      ['erik', 100],
      ['reception', 20.2],
    ]),
    // A wrong password is being tried from 198.51.100.23, not blocked.
    firm('baxter-ledger.example', 'baxterled', 61.8, [
      ['tom', 22.4],
      ['office', 18.8],
    ]),
    firm(
      'northgate-accounting.example',
      'northgate',
      90.1,
      [
        ['hello', 30],
        ['mara', 44.6],
      ],
      {
        suspendReason: 'Invoice 2291 unpaid since 1 October; ask billing before unsuspending',
      },
    ),
    // Several mailboxes are full.
    firm(
      'whitfield-rowe.example',
      'whitrowe',
      331.5,
      [
        ['alice', 100],
        ['rowe', 100.1],
        ['desk', 50, 50],
        ['archive', 81.4, 'unlimited'],
      ],
      { limitMb: 500, plan: 'CPA Site Plus' },
    ),
    firm('summit-books.example', 'summitbk', 35.9, [
      ['team', 12.7],
      ['kim', 9.9],
    ]),
    firm(
      'delgado-tax.example',
      'delgado',
      87.2,
      [
        ['lucia', 40.3],
        ['info', 21.6],
      ],
      { maxMailboxMb: 250 },
    ),
    firm(
      'oakline-advisors.example',
      'oakline',
      512.6,
      [
        ['support', 210.5, 'unlimited'],
        ['ben', 90, 500],
      ],
      {
        limitMb: 'unlimited',
        plan: 'CPA Site Plus',
      },
    ),
    firm('pacific-audit.example', 'pacaudit', 143, [
      ['audit', 66.2],
      ['grace', 38.4],
    ]),
    firm('mercer-payroll.example', 'mercerpay', 18.3, [['payroll', 8.1]], { inodeLimit: 50_000 }),
    // münchner-steuer.example
    firm('xn--mnchner-steuer-gsb.example', 'muenchner', 74.4, [
      ['kanzlei', 50.5],
      ['anna', 12.2],
    ]),
    // Its mail is at another provider.
    firm('ridgeway-tax.example', 'ridgeway', 44.1, [['paul', 3.2]]),
  ];
}

/** So many more firms, all healthy. */
export function moreFirms(count: number): SimAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    return firm(`client-${number}.example`, `cl${number}`, 20 + (index % 150), [
      ['info', 4 + (index % 50)],
      ['office', 2.5],
    ]);
  });
}
