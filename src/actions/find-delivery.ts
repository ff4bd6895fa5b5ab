import type { Delivery } from '../clients/whm-mail-shapes.ts';
import { words } from '../engine/card.ts';
import type { Finding, Text } from '../engine/card.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { ago, counted, moment } from './phrases.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'delivery';
const lately = 24 * 60 * 60_000;
const mostAsked = 50;
const mostShown = 5;
/** How exim and dovecot say that there is no room. */
const noRoom =
  /\b(mailbox|quota|mail ?box)\b.{0,40}\b(full|exceeded|over)\b|over ?quota|quota exceeded|disk quota/i;

/** What became of the mail to the mailbox within the last day; of a whole domain WHM cannot be asked sparingly. */
export function findDelivery(whms: Whms): CheckHandler<ShippedContracts['delivery']> {
  return async ({ server, mailbox }, { signal, now }) => {
    const whm = whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    if (mailbox === undefined) {
      const text = words('Without a mailbox nobody can see what was delivered.');
      return { outcome: 'nothing', findings: [{ check, verdict: 'not-applicable', text }] };
    }
    const at = now();
    const all = await whm.deliveries({ recipient: mailbox }, at - lately, mostAsked, { signal });
    const delivered = all.filter(({ outcome }) => outcome === 'delivered');
    const refused = all.filter(({ outcome }) => outcome === 'deferred' || outcome === 'failed');
    const [newest] = delivered;
    const turned = refused.filter(({ message }) => noRoom.test(message));
    const findings = [
      ...turnedAway(mailbox, turned, newest, at),
      ...others(
        mailbox,
        refused.filter((one) => !turned.includes(one)),
        at,
      ),
      ...arrived(mailbox, delivered, at, turned.length > 0),
    ];
    const first = turned.at(-1);
    // What was delivered after the last refusal shows that there is room again.
    if (first !== undefined && (newest === undefined || newest.at < (turned[0]?.at ?? 0))) {
      return { outcome: 'turnedAway', facts: { turnedAwaySince: moment(first.at, at) }, findings };
    }
    if (newest !== undefined) return { outcome: 'delivered', findings };
    if (findings.length > 0) return { outcome: 'nothing', findings };
    const text = words('No mail for {mailbox} came to {server} within a day.', { mailbox, server });
    return { outcome: 'nothing', findings: [{ check, verdict: 'warning', text }] };
  };
}

function turnedAway(
  mailbox: string,
  turned: readonly Delivery[],
  newest: Delivery | undefined,
  now: number,
): readonly Finding[] {
  const first = turned.at(-1);
  if (first === undefined) return [];
  const over = newest !== undefined && newest.at > (turned[0]?.at ?? 0);
  const values = {
    mailbox,
    count: counted(turned.length, 'message'),
    since: moment(first.at, now),
    last: ago(turned[0]?.at ?? first.at, now),
  };
  const template = `{count} for {mailbox} turned away for want of room since {since}, the last {last}.${over ? ' Since then mail came in again.' : ''}`;
  return [
    {
      check,
      verdict: over ? 'warning' : 'fail',
      text: words(template, values),
      evidence: lines(turned, now),
    },
  ];
}

function others(mailbox: string, refused: readonly Delivery[], now: number): readonly Finding[] {
  if (refused.length === 0) return [];
  const text = words('{count} for {mailbox} not delivered, for other reasons.', {
    mailbox,
    count: counted(refused.length, 'message'),
  });
  return [{ check, verdict: 'warning', text, evidence: lines(refused, now) }];
}

function arrived(
  mailbox: string,
  delivered: readonly Delivery[],
  now: number,
  wasFull: boolean,
): readonly Finding[] {
  const [newest] = delivered;
  if (newest === undefined) return [];
  const lookThere = wasFull ? '.' : ': mail arrives, so look at how it is fetched.';
  const text = words(`{count} reached {mailbox} within a day, the last {last}${lookThere}`, {
    mailbox,
    count:
      delivered.length >= mostAsked ? `At least ${mostAsked} messages` : counted(delivered.length, 'message'),
    last: ago(newest.at, now),
  });
  return [{ check, verdict: 'pass', text }];
}

/** Senders stay out: who writes to a client is nobody's business here. */
function lines(deliveries: readonly Delivery[], now: number): readonly Text[] {
  return deliveries
    .slice(0, mostShown)
    .map(({ at, message }) => words('{at}: {message}', { at: moment(at, now), message }));
}
