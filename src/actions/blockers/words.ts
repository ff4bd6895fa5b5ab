import { words } from '../../engine/card.ts';
import type { Finding, Text } from '../../engine/card.ts';
import { clock } from '../../engine/fill.ts';
import { whyOf } from '../attempt.ts';
import { failureLines } from '../failed-logins.ts';
import { counted, moment, startWords } from '../phrases.ts';
import type { Block, BlockerLook } from './blocker.ts';

/** What one blocker says about an address, with everything that proves it; `check` names who asked. */
export function ipFinding(check: string, ip: string, look: BlockerLook, now: number): Finding {
  const { name: blocker } = look;
  const at = clock(now);
  const count = counted(look.failedLogins.length, 'login');
  const finding = (verdict: Finding['verdict'], template: string): Finding => {
    const evidence = ipEvidence(look, now);
    const text = words(template, { ip, blocker, at, count });
    return { check, verdict, text, ...(evidence.length === 0 ? {} : { evidence }) };
  };
  switch (look.state) {
    case 'blocked':
      return { check, verdict: 'fail', text: blockedText(ip, look, now), evidence: ipEvidence(look, now) };
    case 'queued':
      return finding(
        'warning',
        '{blocker} has the un-block of {ip} in its queue ({at}). It takes 5–10 minutes.',
      );
    case 'unknown':
      return look.failedLogins.length > 0
        ? finding(
            'unknown',
            'I could not see whether {ip} is blocked by {blocker}, but logins from it fail: a device is still using a wrong password.',
          )
        : finding('unknown', 'I could not see whether {ip} is blocked by {blocker}. Unknown is not “no”.');
    case 'off':
      return finding('not-applicable', '{blocker} is switched off or not there, so it blocks nobody.');
    case 'silent':
      return finding('not-applicable', '{blocker} tells no status.');
    case 'clear':
      return look.failedLogins.length > 0
        ? finding(
            'warning',
            '{ip} is not blocked by {blocker} at {at}, but {count} from it failed: a device is still using a wrong password.',
          )
        : finding('pass', '{ip} is not blocked by {blocker} at {at}.');
  }
}

/** Everything behind a look: the un-block erases it, so a plan keeps it. */
export function ipEvidence(look: BlockerLook, now: number): readonly Text[] {
  return [
    ...look.blocks.map(({ text }) => text),
    ...look.remarks,
    ...failureLines(look.failedLogins, now),
    ...look.errors.map(whyOf),
  ];
}

/** `blocked by cPHulk on host2 until 15:23 UTC`, of a look that is blocked. */
export function blockedWords({ name, blocks }: BlockerLook, now: number): string {
  return `blocked by ${name} ${untilWords(blocks, now)}`;
}

function blockedText(ip: string, look: BlockerLook, now: number): Text {
  const [first] = look.blocks.filter(({ since }) => since !== null);
  const logins = look.failedLogins.length;
  const values = {
    ip,
    blocker: look.name,
    since: startWords(first?.since ?? null, first?.at ?? null, now),
    until: untilWords(look.blocks, now),
    logins: logins === 0 ? '' : `: ${counted(logins, 'failed login')}`,
  };
  if (look.blocks.length === 0) return words('{ip} is blocked, says {blocker}.', values);
  const template =
    first === undefined
      ? '{ip} is blocked by {blocker} {until}{logins}.'
      : '{ip} is blocked by {blocker} since {since}, {until}{logins}.';
  return words(template, values);
}

/** The end of the last of the blocks. */
function untilWords(blocks: readonly Block[], now: number): string {
  if (blocks.some(({ until }) => until === 'never')) return 'with no end date';
  const ends = blocks.flatMap(({ until }) => (typeof until === 'number' ? [until] : []));
  return ends.length === 0 ? 'until an unknown time' : `until ${moment(Math.max(...ends), now)}`;
}
