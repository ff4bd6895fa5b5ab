import { describe, expect, test } from 'vitest';
import { historyMs, repeatedUnblock } from '../../src/actions/unblock-history.ts';
import { plain } from '../../src/engine/card.ts';
import type { DeedRow } from '../../src/store/store.ts';

const now = Date.UTC(2026, 10, 23, 10, 3);
const deed = (incident: string, change: Partial<DeedRow> = {}): DeedRow => ({
  subject: 'ip:203.0.113.7',
  incident,
  hash: incident,
  action: 'unblockIp',
  outcome: 'accepted',
  at: now - 3_600_000,
  ...change,
});
const reason = (...deeds: readonly DeedRow[]) => {
  const text = repeatedUnblock('unblockIp', deeds, now);
  return text === undefined ? undefined : plain(text);
};

describe('un-blocks of the same address within a week', () => {
  test('the first and the second are no reason', () => {
    expect(reason()).toBeUndefined();
    expect(reason(deed('INC-1'))).toBeUndefined();
  });

  test('the third is, and names those before it', () => {
    expect(reason(deed('INC-7'), deed('INC-3'))).toBe(
      'It was un-blocked 2 times within 7 days already (INC-7, INC-3): what locks it is still there.',
    );
  });

  test('one that may have arrived counts; what changed nothing, is older, or was something else does not', () => {
    expect(reason(deed('INC-7'), deed('INC-3', { outcome: 'unknown' }))).toContain('2 times');
    expect(reason(deed('INC-7'), deed('INC-3', { outcome: 'nothingToDo' }))).toBeUndefined();
    expect(reason(deed('INC-7'), deed('INC-3', { at: now - historyMs }))).toBeUndefined();
    expect(reason(deed('INC-7'), deed('INC-3', { action: 'raiseAccountQuota' }))).toBeUndefined();
  });

  test('many are named in part, one incident once', () => {
    const many = Array.from({ length: 9 }, (_, n) => deed(`INC-${n}`));
    expect(reason(...many)).toContain('9 times');
    expect(reason(...many)).toContain('(INC-0, INC-1, INC-2, INC-3, INC-4 and 4 more)');
    expect(reason(deed('INC-1'), deed('INC-1'))).toContain('2 times within 7 days already (INC-1)');
  });
});
