import { afterAll, describe, expect, it } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { checkDialog } from '../../src/engine/check.ts';
import './cannot-send/lease.ts';
import './cannot-send/room.ts';
import './cannot-send/server.ts';
import './cannot-send/settings.ts';
import { reportCoverage } from '../report-coverage.ts';
import { coverage, dialog } from './cannot-send/shipped.ts';

describe('the runbook "receives but cannot send"', () => {
  it('is sound', () => {
    expect(checkDialog(dialog, contracts)).toEqual([]);
  });

  // Last: it counts what the conversations above took.
  it('is walked by these conversations through every step and every edge', () => {
    expect(coverage.missing).toEqual([]);
  });
});

afterAll(() => {
  reportCoverage(coverage);
});
