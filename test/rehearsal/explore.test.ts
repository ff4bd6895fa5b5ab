import { expect, test } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { explore } from '../../src/rehearsal/explore.ts';
import { told } from '../../src/rehearsal/tell.ts';
import { dialog } from '../dialogs/cannot-send/shipped.ts';

test('every way out of every step is walked, each conversation to an end', { timeout: 120_000 }, () => {
  const { conversations, coverage, cut } = explore({ dialog, contracts });
  expect(coverage.missing).toEqual([]);
  expect(coverage.line).toMatch(/^dialog cannot-send: steps (\d+) of \1, edges (\d+) of \2$/);
  expect(cut).toBe(false);
  expect(conversations.length).toBeGreaterThan(50);
  const ends = conversations.map(({ scenes }) => scenes.at(-1)?.after.ended?.outcome);
  expect(new Set(ends)).toEqual(new Set(['resolved', 'escalated']));

  const port = conversations
    .map(told)
    .find((text) => text.includes('Outlook sends by another port than 25.'));
  expect(port).toMatch(/^ {2}Sam +opens an incident/);
  expect(port).toMatch(/\n {2}mailfix +Which outgoing port does their Outlook use\?/);
  expect(port).toMatch(/\n {12}> Your mail comes in, but your Internet provider/);
  expect(port).toMatch(/\n {12}ends: resolved$/);
});

test('a way that nothing can lead to is named', { timeout: 120_000 }, () => {
  const { end: _, ...steps } = dialog.steps;
  const edited: Dialog = {
    ...dialog,
    steps: {
      ...steps,
      // Both are settled by then: nobody comes here with them.
      settings: {
        kind: 'check',
        title: 'Looking up',
        run: ['mailSettings'],
        deadline: '8s',
        next: [{ when: { clientAccount: 'suspended' }, to: 'handOver' }, 'tellSettings'],
      },
    },
  };
  const { coverage } = explore({ dialog: edited, contracts });
  expect(coverage.missing).toContain('settings | clientAccount=suspended → handOver');
  expect(coverage.missing).not.toContain('settings | else → tellSettings');
});

test('where there are more states than may be looked at, that is said', () => {
  const { cut, coverage } = explore({ dialog, contracts }, { most: 20 });
  expect(cut).toBe(true);
  expect(coverage.missing.length).toBeGreaterThan(0);
});
