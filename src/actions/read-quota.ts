import type { Mailbox } from '../clients/whm-shapes.ts';
import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { counted, mb } from './phrases.ts';
import { accountFigures, barOf, levelOf, usageText } from './quota-figures.ts';
import type { AccountFigures } from './quota-figures.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const mostListed = 8;
const verdicts = { full: 'fail', tight: 'warning', room: 'pass' } as const;

/** Whether the account as a whole is over its disk quota. */
export function readAccountQuota(whms: Whms): CheckHandler<ShippedContracts['accountQuota']> {
  const check = 'accountQuota';
  return async ({ account, server }, { signal }) => {
    const whm = whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const figures = await accountFigures(whm, account, signal);
    if (figures === null) {
      const text = words('{server} knows no account {account}, so I could not read its quota.', {
        server,
        account,
      });
      return { outcome: 'unknown', findings: [{ check, verdict: 'unknown', text }] };
    }
    const level = levelOf(figures);
    // Yesterday's room is no proof of room, so it is never a plain pass.
    const verdict = level === 'room' && !figures.fresh ? 'warning' : verdicts[level];
    const full = level === 'full' ? ': it is full, and mail is turned away' : '';
    const old = figures.fresh ? '' : ' (figures from WHM’s cache, up to some hours old)';
    const text = usageText(`Account ${account}`, figures, `${full}${old}`);
    const main: Finding = { check, verdict, text, ...barOf(figures) };
    return {
      outcome: level === 'full' ? 'full' : 'room',
      findings: [main, ...inodeFindings(check, account, figures)],
    };
  };
}

/** Whether the mailbox is full; without one, whether any mailbox of the account is. */
export function readMailboxQuota(whms: Whms): CheckHandler<ShippedContracts['mailboxQuota']> {
  const check = 'mailboxQuota';
  return async ({ account, server, mailbox }, { signal }) => {
    const whm = whms.get(server);
    if (whm === undefined) return { outcome: 'unknown', findings: [noServer(check, whms, server)] };
    const boxes = await whm.mailboxes(account, mailbox === undefined ? {} : { email: mailbox }, { signal });
    if (boxes.length === 0) {
      const text =
        mailbox === undefined
          ? words('{server} lists no mailbox for account {account}.', { server, account })
          : words(
              '{server} lists no mailbox {mailbox} for account {account}: a forwarder, or a typing error?',
              {
                server,
                mailbox,
                account,
              },
            );
      return { outcome: 'unknown', findings: [{ check, verdict: 'unknown', text }] };
    }
    const findings = boxFindings(check, boxes, mailbox !== undefined);
    const full = boxes.filter((box) => levelOf(box) === 'full').map(({ address }) => address);
    const [only] = full;
    if (only === undefined) return { outcome: 'room', findings };
    return full.length === 1
      ? { outcome: 'full', facts: { mailbox: only }, findings }
      : { outcome: 'several', facts: { fullMailboxes: full }, findings };
  };
}

function inodeFindings(check: string, account: string, figures: AccountFigures): Finding[] {
  const { inodesUsed, inodesLimit } = figures;
  if (inodesUsed === null || inodesLimit === null || inodesLimit === 'unlimited') return [];
  const level = levelOf({ usedMb: inodesUsed, limitMb: inodesLimit });
  if (level === 'room') return [];
  const values = { account, used: mb(inodesUsed), limit: mb(inodesLimit) };
  const template =
    level === 'full'
      ? 'Account {account} has {used} of {limit} files (inodes): mail stops, and raising MB does not help. Old mail has to go, or the inode limit has to rise in WHM.'
      : 'Account {account} has {used} of {limit} files (inodes): mail stops when they are used up, however many MB are left.';
  return [{ check, verdict: level === 'full' ? 'fail' : 'warning', text: words(template, values) }];
}

/** The boxes in trouble one by one, the others in one line. */
function boxFindings(check: string, boxes: readonly Mailbox[], named: boolean): Finding[] {
  const suspended = boxes.flatMap((box) => suspensions(check, box));
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
      return { check, verdict: verdicts[level], text, ...barOf(box) };
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

function suspensions(check: string, box: Mailbox): Finding[] {
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
