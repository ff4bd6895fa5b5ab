import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import { attempt, couldNotAsk } from './attempt.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'outgoingMail';

/** Whose outgoing mail it is, and whether it is stopped; null where this build does not say. */
interface Sender {
  readonly name: string;
  readonly suspended: boolean | null;
  readonly held: boolean | null;
}

/** Whether what the client sends may leave: the account as a whole, and the mailbox where one was named. */
export function findOutgoingMail(whms: Whms): CheckHandler<ShippedContracts['outgoingMail']> {
  return async ({ account, server, mailbox }, { signal }) => {
    const whm = whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const [whole, boxes] = await Promise.all([
      attempt(whm.account({ user: account }, { signal })),
      attempt(
        mailbox === undefined ? Promise.resolve([]) : whm.mailboxes(account, { email: mailbox }, { signal }),
      ),
    ]);
    const senders: Sender[] = [
      ...(whole.ok && whole.value !== null
        ? [
            {
              name: `account ${account}`,
              suspended: whole.value.outgoingSuspended,
              held: whole.value.outgoingHold,
            },
          ]
        : []),
      ...(boxes.ok
        ? boxes.value.map((box) => ({
            name: box.address,
            suspended: box.suspendedOutgoing,
            held: box.outgoingHold,
          }))
        : []),
    ];
    const failures = [
      ...(whole.ok ? [] : [couldNotAsk(check, `WHM about account ${account}`, whole.error)]),
      ...(boxes.ok ? [] : [couldNotAsk(check, `WHM about ${mailbox ?? account}`, boxes.error)]),
    ];
    const findings = [...senders.map(findingOf), ...failures];
    const suspended = senders.find((one) => one.suspended === true);
    if (suspended !== undefined)
      return { outcome: 'suspended', facts: { sendStop: suspended.name }, findings };
    const held = senders.find((one) => one.held === true);
    if (held !== undefined) return { outcome: 'held', facts: { sendStop: held.name }, findings };
    // A mailbox that WHM does not list is the business of the mailbox's own check.
    const isTold = senders.every((one) => one.suspended === false && one.held === false);
    if (failures.length === 0 && senders.length > 0 && isTold) return { outcome: 'free', findings };
    if (findings.length > 0) return { outcome: 'unknown', findings };
    const text = words('{server} knows no account {account}, so I could not see whether it may send.', {
      server,
      account,
    });
    return { outcome: 'unknown', findings: [{ check, verdict: 'unknown', text }] };
  };
}

function findingOf({ name, suspended, held }: Sender): Finding {
  const [verdict, template]: readonly [Finding['verdict'], string] =
    suspended === true
      ? ['fail', 'Outgoing mail of {name} is suspended: nothing they send leaves.']
      : held === true
        ? ['fail', 'Outgoing mail of {name} is held: what they send waits in the queue.']
        : suspended === null || held === null
          ? ['unknown', 'WHM does not say whether outgoing mail of {name} is stopped.']
          : ['pass', 'Outgoing mail of {name} is neither suspended nor held.'];
  return { check, verdict, text: words(template, { name }) };
}
