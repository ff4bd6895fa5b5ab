import { backlogOf } from './rows.ts';
import type { Row } from './rows.ts';
import type { sql } from './sql.ts';
import type { Figures } from './store.ts';

type Counting = 'countOpen' | 'countApprovals' | 'countDead' | 'backlog';

/** Asks for the figures by statements that both stores have. */
export async function figuresOf(
  rows: (name: Counting & keyof typeof sql, ...params: number[]) => Promise<readonly Row[]>,
  now: number,
): Promise<Figures> {
  const count = async (name: Counting) => Number((await rows(name))[0]?.['n'] ?? 0);
  return {
    open: await count('countOpen'),
    approvals: await count('countApprovals'),
    dead: await count('countDead'),
    outbox: (await rows('backlog', now, now)).map(backlogOf),
  };
}
