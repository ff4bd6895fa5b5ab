import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readData } from '../../../adapters/teams/press.ts';
import { toAdaptiveCard } from '../../../adapters/teams/to-adaptive-card.ts';
import type { Card, Section } from '../../../src/engine/card.ts';
import { toLine, visible } from '../../../src/render/markup.ts';
import { openSection } from '../../../src/render/to-text.ts';
import { dialog } from '../../dialogs/cannot-receive/shipped.ts';
import { Rehearsal, type Turn } from '../../dialogs/rehearsal.ts';
import { Wanderer } from '../../dialogs/wanderer.ts';
import { sam } from '../../dialogs/world.ts';
import { problemsInCard } from '../../fakes/teams-cards.ts';
import { readable, typedIn } from './read-card.ts';

const dice = fc.record({ kind: fc.nat(99), pick: fc.nat(0xffff), more: fc.nat(0xffff) });
const moves = fc.array(dice, { minLength: 40, maxLength: 120, size: 'max' });
const facts = fc.constantFrom<Record<string, string>[]>({}, { client: 'zztyped.example' });

/** What the cards held; a round that met none of it has shown nothing. */
const met = {
  cards: 0,
  questions: 0,
  fields: 0,
  plans: 0,
  decisions: 0,
  scripts: 0,
  waits: 0,
  changes: 0,
  struck: 0,
  summaries: 0,
  severalChanges: 0,
  offers: 0,
};
/** How large the largest card was. */
let largest = 0;

function count({ buttons, plan, approval, script, progress, settled, struck, summary }: Section): void {
  if (buttons !== undefined) met.questions += 1;
  if (buttons?.some(({ field }) => field !== undefined) === true) met.fields += 1;
  if (plan !== undefined) met.plans += 1;
  if (approval !== undefined) met.decisions += 1;
  if (script !== undefined) met.scripts += 1;
  if (progress !== undefined) met.waits += 1;
  if (settled?.change !== undefined) met.changes += 1;
  if (struck === true) met.struck += 1;
  if (summary !== undefined) met.summaries += 1;
}

function looksRight(message: string, card: Card, now: number): void {
  const about = { incident: 'INC-1', message, now, approvers: ['teams:0', 'web:lea'] };
  const { card: drawn } = toAdaptiveCard(card, about);
  expect(problemsInCard(drawn)).toEqual([]);
  const other = toAdaptiveCard(card, { ...about, refreshFor: ['29:lea'] }).card;
  expect(problemsInCard(other)).toEqual([]);
  expect(problemsInCard(toAdaptiveCard(card, { ...about, viewer: 'other' }).card)).toEqual([]);

  const seen = readable(drawn);
  largest = Math.max(largest, Buffer.byteLength(JSON.stringify(drawn)));
  expect(seen).not.toMatch(/left out here|in the console|no button fits|\(… \d+ more\)/);
  const changed = card.sections.filter(
    ({ settled, struck }) => struck !== true && settled?.change !== undefined,
  );
  if (changed.length > 1) met.severalChanges += 1;
  expect(seen.match(/\[Change …\]/g) ?? []).toHaveLength(changed.length);
  for (const section of card.sections) {
    count(section);
    if (section.script !== undefined && section.struck !== true)
      expect(seen.replaceAll(/[\s|*•]/g, '')).toContain(
        visible(toLine(section.script))
          .replaceAll(/[\s|*•]/g, '')
          .slice(0, 60),
      );
  }
  // Whatever can be pressed in the console can be pressed here.
  for (const { id, settled } of changed) {
    const data = typedIn(drawn).flatMap((one) => readData(one['data']) ?? []);
    const form = data.some(({ verb, s }) => verb === 'change' && s === id);
    for (const one of settled?.change ?? [])
      expect(form || data.some(({ e }) => isDeepStrictEqual(e, one.event)), one.id).toBe(true);
  }
  const pressed = typedIn(drawn).flatMap(({ data }) => readData(data) ?? []);
  const buttons = card.sections.flatMap((section) =>
    section.struck === true ? [] : (section.buttons ?? []),
  );
  for (const { id, event } of buttons) {
    const mine = pressed.filter((one) => one.verb === 'press' && one.b === id);
    expect(mine.length, `${id} can be pressed`).toBeGreaterThan(0);
    for (const { e, i, m } of mine)
      expect([isDeepStrictEqual(e, event), i, m], id).toEqual([true, 'INC-1', message]);
  }
  // An address that is cut would be pressed for another one.
  for (const { id, label } of buttons.filter((one) => /\.offer\d+$/.test(one.id))) {
    const titles = typedIn(drawn).filter(({ data }) => readData(data)?.b === id);
    expect(titles.map(({ title }) => title).join('\n'), id).toContain(label.values?.['value']);
    met.offers += 1;
  }
  // Nobody else is shown the buttons of approvers, and Teams is asked for their view only where there are some.
  const hidden = buttons.filter((one) => one.for === 'approvers');
  const shared = typedIn(other).flatMap(({ data }) => readData(data)?.b ?? []);
  expect(shared.filter((id) => hidden.some((one) => one.id === id))).toEqual([]);
  expect(other.refresh !== undefined).toBe(hidden.length > 0);
  if (hidden.length > 0) expect(readable(other)).toContain('Waiting for an approver');
  const open = openSection(card);
  if (open?.text !== undefined && open.plan === undefined)
    expect(seen.replaceAll(/[\s*•]/g, '')).toContain(
      toLine(open.text)
        .replaceAll(/[\s*•]/g, '')
        .slice(0, 20),
    );
  met.cards += 1;
}

describe('every card of the runbook "cannot receive"', () => {
  it('is taken by Teams whole, with every button, for everybody who looks', { timeout: 120_000 }, () => {
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
    console.log('cards of the runbook:', JSON.stringify({ ...met, largest }));
    for (const times of Object.values(met)) expect(times).toBeGreaterThan(10);
    expect(largest).toBeGreaterThan(5000);
  });
});

describe('the check of cards', () => {
  const run = { type: 'TextRun', text: 'x' };
  const line = { type: 'RichTextBlock', inlines: [run] };
  const data = { mailfix: { verb: 'refresh' } };
  const submit = { type: 'Action.Submit', title: 'Go', data };
  const card = (body: readonly unknown[], more: object = {}) => ({
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    msteams: { width: 'Full' },
    body,
    ...more,
  });
  const input = { type: 'Input.Text', id: 'a', label: 'A' };
  const set = (...actions: readonly unknown[]) => ({ type: 'ActionSet', actions });
  const show = (...body: readonly unknown[]) => ({
    type: 'Action.ShowCard',
    title: 'Open',
    card: { type: 'AdaptiveCard', body },
  });

  it('finds nothing against what is right', () => {
    const badge = { type: 'Badge', text: 'new', fallback: line };
    const more = { lang: 'en', actions: [{ ...show(line, input) }] };
    expect(problemsInCard(card([line, badge, { ...input, id: 'b' }, set(submit)], more))).toEqual([]);
  });

  it.each([
    ['another version', card([line], { version: '1.6' })],
    ['no schema', card([line], { $schema: undefined })],
    ['an empty body', card([])],
    ['an element without a fallback', card([{ type: 'Badge', text: 'new' }])],
    ['a fallback that is as new', card([{ type: 'Badge', fallback: { type: 'Icon' } }])],
    ['a property that is not known', card([{ ...line, glow: true }])],
    ['an input without a label', card([{ type: 'Input.Text', id: 'a' }])],
    ['a required input that does not say so', card([{ ...input, isRequired: true }])],
    ['a button without a title', card([set({ ...submit, title: '' })])],
    ['a title that is too long', card([set({ ...submit, title: 'x'.repeat(41) })])],
    ['seven buttons in a row', card([set(submit, submit, submit, submit, submit, submit, submit)])],
    ['an Execute without a fallback', card([set({ ...submit, type: 'Action.Execute', verb: 'refresh' })])],
    ['one id twice', card([input, set(show(input))])],
    [
      'a toggle of nothing',
      card([set({ type: 'Action.ToggleVisibility', title: 'x', targetElements: ['x'] })]),
    ],
    ['a card in a card in a card', card([set(show(set(show(line))))])],
    ['too many bytes', card([{ ...line, inlines: [{ ...run, text: '漢'.repeat(9000) }] }])],
    ['a computed date', card([{ ...line, inlines: [{ ...run, text: 'a {{DATE(x)}}' }] }])],
    ['a sign that disguises', card([{ ...line, inlines: [{ ...run, text: '\u202Egpj.exe' }] }])],
    ['Markdown', card([{ type: 'TextBlock', text: '[x](http://evil.example)', wrap: true }])],
    [
      'Markdown in choices',
      card([
        { ...input, type: 'Input.ChoiceSet', style: 'expanded', choices: [{ title: '**x**', value: '0' }] },
      ]),
    ],
    [
      'a required input beside other buttons',
      card([{ ...input, isRequired: true, errorMessage: 'A' }, set({ ...submit, associatedInputs: 'none' })]),
    ],
    ['views that are no Execute', card([line], { refresh: { action: submit, userIds: ['29:x'] } })],
    ['views for nobody that Teams knows', card([line], { refresh: { action: submit, userIds: ['lea'] } })],
  ])('finds %s', (_, wrong) => {
    expect(problemsInCard(wrong).length).toBeGreaterThan(0);
  });
});
