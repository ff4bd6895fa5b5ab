import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { mb } from './phrases.ts';
import { accountFigures, barOf, levelOf, levelVerdicts, usageText } from './quota-figures.ts';
import type { AccountFigures } from './quota-figures.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'accountQuota';

/** Whether the account as a whole is over its disk quota. */
export function readAccountQuota(whms: Whms): CheckHandler<ShippedContracts['accountQuota']> {
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
    const verdict = level === 'room' && !figures.fresh ? 'warning' : levelVerdicts[level];
    const full = level === 'full' ? ': it is full, and mail is turned away' : '';
    const old = figures.fresh ? '' : ' (figures from WHM’s cache, up to some hours old)';
    const text = usageText(`Account ${account}`, figures, `${full}${old}`);
    const main: Finding = { check, verdict, text, ...barOf(figures) };
    const findings = [main, ...inodeFindings(account, figures)];
    if (level === 'full') return { outcome: 'full', findings };
    return { outcome: filesLevel(figures) === 'full' ? 'filesFull' : 'room', findings };
  };
}

/** How much of the number of files is used; `room` where there is no limit, or none is told. */
function filesLevel({ inodesUsed, inodesLimit }: AccountFigures): ReturnType<typeof levelOf> {
  if (inodesUsed === null || inodesLimit === null || inodesLimit === 'unlimited') return 'room';
  return levelOf({ usedMb: inodesUsed, limitMb: inodesLimit });
}

function inodeFindings(account: string, figures: AccountFigures): Finding[] {
  const level = filesLevel(figures);
  if (level === 'room') return [];
  const values = { account, used: mb(figures.inodesUsed ?? 0), limit: String(figures.inodesLimit) };
  const template =
    level === 'full'
      ? 'Account {account} has {used} of {limit} files (inodes): mail stops, and raising MB does not help. Old mail has to go, or the inode limit has to rise in WHM.'
      : 'Account {account} has {used} of {limit} files (inodes): mail stops when they are used up, however many MB are left.';
  return [{ check, verdict: level === 'full' ? 'fail' : 'warning', text: words(template, values) }];
}
