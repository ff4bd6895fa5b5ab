import { afterAll, describe, expect, it } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { checkDialog } from '../../src/engine/check.ts';
import { Coverage } from '../../src/rehearsal/coverage.ts';
import './cannot-receive/address.ts';
import './cannot-receive/blocked.ts';
import './cannot-receive/client.ts';
import './cannot-receive/findings.ts';
import './cannot-receive/lease.ts';
import './cannot-receive/mail.ts';
import './cannot-receive/not-blocked.ts';
import './cannot-receive/quota.ts';
import './cannot-receive/storyboard.ts';
import './cannot-receive/wrong-password.ts';
import { reportCoverage } from '../report-coverage.ts';
import { coverage, dialog } from './cannot-receive/shipped.ts';

describe('the runbook "cannot receive"', () => {
  it('is sound', () => {
    expect(checkDialog(dialog, contracts)).toEqual([]);
  });

  // Last: it counts what the conversations above took.
  it('is walked by these conversations through every step and every edge', () => {
    expect(coverage.missing).toEqual([]);
  });

  it('would not count as walked if no conversation were told of', () => {
    const nothing = new Coverage(dialog, contracts);
    expect(nothing.missing.length).toBeGreaterThan(100);
    expect(nothing.line).toMatch(/^dialog cannot-receive: steps 0 of \d+, edges 0 of \d+$/);
  });
});

afterAll(() => {
  reportCoverage(coverage);
});
