import type { Mailbox } from '../clients/whm-shapes.ts';
import type { WhmClient } from '../clients/whm.ts';
import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import { nearMatches } from '../input/client-ref.ts';
import { attempt, couldNotAsk } from './attempt.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler, ResultOf } from './handler.ts';
import { counted, mb } from './phrases.ts';
import { barOf, levelOf, levelVerdicts, usageText } from './quota-figures.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'mailboxQuota';
const mostListed = 8;

/** Whether the mailbox is full; without one, whether any mailbox of the account is. */
export function readMailboxQuota(whms: Whms): CheckHandler<ShippedContracts['mailboxQuota']> {
  return async ({ account, server, mailbox }, { signal }) => {
    const whm = whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const named = mailbox !== undefined;
    const [boxes, main] = await Promise.all([
      whm.mailboxes(account, named ? { email: mailbox } : {}, { signal }),
      // The account's own mailbox has its name, and is in no list.
      named && !mailbox.startsWith(`${account}@`) ? [] : mainBox(whm, account, named, signal),
    ]);
    if (boxes.length === 0) {
      return named && main.some(({ verdict }) => verdict === 'pass')
        ? { outcome: 'room', findings: main }
        : noBox(whm, { account, server, mailbox }, signal);
    }
    const findings = [...boxFindings(boxes, named), ...main];
    const full = boxes.filter((box) => levelOf(box) === 'full').map(({ address }) => address);
    const [cut] = boxes.filter(({ suspendedLogin }) => named && suspendedLogin === true);
    if (cut !== undefined) return { outcome: 'loginSuspended', facts: { mailbox: cut.address }, findings };
    const [shut] = boxes.filter(({ suspendedIncoming }) => named && suspendedIncoming === true);
    if (shut !== undefined)
      return { outcome: 'incomingSuspended', facts: { mailbox: shut.address }, findings };
    const [only] = full;
    if (only === undefined) return { outcome: 'room', findings };
    return full.length === 1
      ? { outcome: 'full', facts: { mailbox: only }, findings }
      : { outcome: 'several', facts: { fullMailboxes: full }, findings };
  };
}

/** The account's own mailbox: whatever is sent to addresses that nobody has, often for years. */
async function mainBox(
  whm: WhmClient,
  account: string,
  named: boolean,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const main = await attempt(whm.mainMailbox(account, { signal }));
  if (!main.ok) return [couldNotAsk(check, `WHM about the own mailbox of ${account}`, main.error)];
  // Mostly it is empty, and then only worth a word when it was asked for.
  if (!named && main.value.usedMb < 1) return [];
  const template = 'The account’s own mailbox ({account}) holds {used} MB; its limit is that of the account.';
  const text = words(template, { account, used: mb(main.value.usedMb) });
  return [{ check, verdict: 'pass', text }];
}

/** The boxes in trouble one by one, the others in one line. */
function boxFindings(boxes: readonly Mailbox[], named: boolean): Finding[] {
  const suspended = boxes.flatMap((box) => suspensions(box));
  const lines = boxes
    .filter((box) => named || levelOf(box) !== 'room')
    .toSorted((a, b) => Number(levelOf(b) === 'full') - Number(levelOf(a) === 'full'))
    .map((box): Finding => {
      const level = levelOf(box);
      const text = usageText(
        box.address,
        box,
        level === 'full' ? ': it is full, and mail is turned away' : '',
      );
      return { check, verdict: levelVerdicts[level], text, ...barOf(box) };
    });
  const findings = [...lines.slice(0, mostListed), ...suspended.slice(0, mostListed)];
  const left = Math.max(0, lines.length - mostListed) + Math.max(0, suspended.length - mostListed);
  if (left > 0) {
    const text = words('{count} of this kind', { count: counted(left, 'more finding') });
    findings.push({ check, verdict: 'warning', text });
  }
  const roomy = boxes.length - lines.length;
  if (roomy > 0) {
    const [one, many] =
      roomy === boxes.length ? ['mailbox', 'mailboxes'] : ['other mailbox', 'other mailboxes'];
    findings.push({
      check,
      verdict: 'pass',
      text: words('{count} with room', { count: counted(roomy, one, many) }),
    });
  }
  return findings;
}

/** A mailbox that WHM does not list may be a forwarder or a typing error: say so, with what is like it. */
async function noBox(
  whm: WhmClient,
  { account, server, mailbox }: { account: string; server: string; mailbox: string | undefined },
  signal: AbortSignal,
): Promise<ResultOf<ShippedContracts['mailboxQuota'], 'unknown'>> {
  if (mailbox === undefined) {
    const text = words('{server} lists no mailbox for account {account}.', { server, account });
    return { outcome: 'unknown', findings: [{ check, verdict: 'unknown', text }] };
  }
  const domain = mailbox.slice(mailbox.lastIndexOf('@') + 1);
  const others = await attempt(whm.mailboxes(account, { domain }, { signal }));
  const addresses = others.ok ? others.value.map(({ address }) => address) : [];
  const near = nearMatches(mailbox, addresses).join(', ');
  const like = near === '' ? '' : ' Similar: {near}';
  const template = `Account {account} on {server} has no mailbox {mailbox}: a forwarder, or a typing error?${like}`;
  const text = words(template, { account, server, mailbox, near });
  return { outcome: 'unknown', findings: [{ check, verdict: 'unknown', text }] };
}

function suspensions(box: Mailbox): Finding[] {
  const findings: Finding[] = [];
  const add = (template: string) =>
    findings.push({ check, verdict: 'fail', text: words(template, { mailbox: box.address }) });
  if (box.suspendedLogin === true) {
    add(
      'Login to {mailbox} is suspended: the right password is refused too. Find out why before lifting it.',
    );
  }
  if (box.suspendedIncoming === true) {
    add('Incoming mail of {mailbox} is suspended: nothing is delivered. Find out why before lifting it.');
  }
  return findings;
}
