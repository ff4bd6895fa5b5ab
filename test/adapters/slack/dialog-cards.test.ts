import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeModal, detailsModal, fieldModal } from '../../../adapters/slack/modals.ts';
import { readPress } from '../../../adapters/slack/press.ts';
import { toMessage } from '../../../adapters/slack/to-blocks.ts';
import type { Card, Section } from '../../../src/engine/card.ts';
import { openSection } from '../../../src/render/to-text.ts';
import { toLine } from '../../../src/render/markup.ts';
import { dialog } from '../../dialogs/cannot-receive/shipped.ts';
import { Rehearsal, type Turn } from '../../dialogs/rehearsal.ts';
import { Wanderer } from '../../dialogs/wanderer.ts';
import { sam } from '../../dialogs/world.ts';
import { problemsInMessage, problemsInView } from '../../fakes/slack/block-kit.ts';
import { typedIn } from './read-blocks.ts';

const dice = fc.record({ kind: fc.nat(99), pick: fc.nat(0xffff), more: fc.nat(0xffff) });
const moves = fc.array(dice, { minLength: 40, maxLength: 120, size: 'max' });
const facts = fc.constantFrom<Record<string, string>[]>({}, { client: 'zztyped.example' });

/** What the cards held; a round that met none of it has shown nothing. */
const met = {
  cards: 0,
  questions: 0,
  fields: 0,
  plans: 0,
  scripts: 0,
  waits: 0,
  changes: 0,
  struck: 0,
  summaries: 0,
  offers: 0,
};

function count({ buttons, plan, script, progress, settled, struck, summary }: Section): void {
  if (buttons !== undefined) met.questions += 1;
  if (buttons?.some(({ field }) => field !== undefined) === true) met.fields += 1;
  if (plan !== undefined) met.plans += 1;
  if (script !== undefined) met.scripts += 1;
  if (progress !== undefined) met.waits += 1;
  if (settled?.change !== undefined) met.changes += 1;
  if (struck === true) met.struck += 1;
  if (summary !== undefined) met.summaries += 1;
}

function looksRight(message: string, card: Card, now: number): void {
  const about = { incident: 'INC-1', message, now, approvers: ['slack:U12345678', 'web:lea'] };
  const drawn = toMessage(card, about);
  expect(problemsInMessage(drawn, { update: true })).toEqual([]);
  const ids = typedIn(drawn.blocks).map((part) => String(part['action_id']));
  for (const section of card.sections) {
    count(section);
    expect(problemsInView(detailsModal(section))).toEqual([]);
    const of = { incident: 'INC-1', message, section: section.id };
    expect(problemsInView(changeModal(section, of, {}))).toEqual([]);
    for (const button of section.buttons ?? []) {
      const press = { incident: 'INC-1', message, button: button.id, event: button.event };
      expect(problemsInView(fieldModal(button, press, {}))).toEqual([]);
    }
  }
  // Whatever can be pressed in the console can be pressed here.
  const open = openSection(card);
  for (const { id, label, inline } of open?.buttons ?? []) {
    expect(ids).toContainEqual(expect.stringMatching(/^(?:press|ask|send):/));
    expect(
      ids.some((action) => action.endsWith(`:${id}`)),
      `${id} can be pressed`,
    ).toBe(true);
    if (inline !== true) expect(drawn.text).toContain(toLine(label).replaceAll(/[<>&][\s\S]*$/g, ''));
  }
  // An address that is cut would be pressed for another one.
  for (const { id, label } of card.sections.flatMap(({ buttons = [] }) => buttons)) {
    if (!/\.offer\d+$/.test(id)) continue;
    const part = typedIn(drawn.blocks).find((one) => one['action_id'] === `press:${id}`);
    expect(JSON.stringify(part?.['text']), id).toContain(label.values?.['value']);
    met.offers += 1;
  }
  for (const part of typedIn(drawn.blocks).filter((one) => String(one['action_id']).startsWith('press:'))) {
    const press = readPress(part['value']);
    const button = card.sections
      .flatMap(({ buttons = [] }) => buttons)
      .find((one) => one.id === press?.button);
    expect(isDeepStrictEqual(press?.event, button?.event)).toBe(true);
  }
  met.cards += 1;
}

describe('every card of the runbook "cannot receive"', () => {
  it('is taken by Slack, with every button and every form', { timeout: 120_000 }, () => {
    const shown = new Set<string>();
    const watch = ({ cards, event }: Turn): void => {
      for (const [message, card] of cards.after) {
        if (shown.has(card)) continue;
        shown.add(card);
        looksRight(message, JSON.parse(card) as Card, event.at);
      }
    };
    fc.assert(
      fc.property(moves, facts, (all, known) => {
        const incident = new Rehearsal(dialog, watch);
        const opened = {
          type: 'incident.opened',
          dialog: dialog.id,
          version: dialog.version,
          facts: known,
        } as const;
        incident.handle(opened, sam);
        const wanderer = new Wanderer(incident);
        for (const move of all) if (!incident.over) wanderer.move(move);
        incident.close();
      }),
      { numRuns: 40, seed: 20_261_123, endOnFailure: true },
    );
  });

  it('was met often enough for that to mean something', () => {
    console.log('cards of the runbook:', JSON.stringify(met));
    for (const times of Object.values(met)) expect(times).toBeGreaterThan(10);
  });
});
