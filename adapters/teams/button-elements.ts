import type { Button, Field, Section, Text } from '../../src/engine/card.ts';
import { say } from '../../src/render/language.ts';
import { shortened, toLine, visible } from '../../src/render/markup.ts';
import {
  actionSets,
  bytesOf,
  choiceInput,
  execute,
  isReadable,
  longestTitle,
  showCard,
  textInput,
  type Action,
  type Data,
  type ShowCard,
  type TextInput,
} from './action-elements.ts';
import { inputOf, inputs, pressData } from './press.ts';
import { drawn, linesOf, named, smallPrint, styles, type Element } from './text-elements.ts';

const mostChoices = 100;

/** Where buttons stand, and who sees them. */
export interface Where {
  readonly incident: string;
  readonly message: string;
  /** Whether buttons for approvers are drawn. */
  readonly decides: boolean;
}

/** A section's buttons, sorted out once for the whole card. */
export interface Offer {
  readonly usable: readonly Button[];
  /** What Teams would not take, or would mix up. */
  readonly unusable: readonly Button[];
  /** Buttons for approvers, in front of somebody who is none. */
  readonly hidden: boolean;
  /** How its answer is changed: the inputs of the form have names that a card can have once, so the others get buttons. */
  readonly change: 'form' | 'buttons' | 'nothing';
}

/** Sorts out the buttons of all sections; those of `first` and then of the last come first where two need one name. */
export function offersOf(
  where: Where,
  sections: readonly Section[],
  first: Section | undefined,
): ReadonlyMap<Section, Offer> {
  const taken = new Set<string>();
  let hasForm = false;
  const changeOf = (section: Section, others: readonly Button[]): Offer['change'] => {
    if (!hasForm) {
      hasForm = isReadable(changeData(where, section.id));
      return hasForm ? 'form' : 'nothing';
    }
    const names = others.flatMap(({ id, field }) => (field === undefined ? [] : [inputOf(id)]));
    const isFree = names.every((name, index) => !taken.has(name) && names.indexOf(name) === index);
    const isWhole = others.every((other) => isReadable(pressData(where.incident, where.message, other)));
    if (!isFree || !isWhole) return 'nothing';
    for (const name of names) taken.add(name);
    return 'buttons';
  };
  const offer = (section: Section): readonly [Section, Offer] => {
    const live = section.struck === true ? [] : (section.buttons ?? []);
    const seen = live.filter((button) => where.decides || button.for !== 'approvers');
    const usable: Button[] = [];
    const unusable: Button[] = [];
    for (const button of seen) {
      const input = button.field === undefined ? undefined : inputOf(button.id);
      // Two fields of one name in a card: some clients then show none of it.
      const clashes = input !== undefined && taken.has(input);
      if (clashes || !isReadable(pressData(where.incident, where.message, button))) unusable.push(button);
      else {
        usable.push(button);
        if (input !== undefined) taken.add(input);
      }
    }
    const others = section.struck === true ? [] : (section.settled?.change ?? []);
    const change = others.length === 0 ? 'nothing' : changeOf(section, others);
    return [section, { usable, unusable, hidden: seen.length < live.length, change }];
  };
  const others = sections.toReversed().filter((section) => section !== first);
  return new Map([...(first === undefined ? [] : [first]), ...others].map(offer));
}

/** A section's fields and buttons, as many as there is room for; `more` are buttons that come after its own. */
export function buttonElements(
  where: Where,
  section: Section,
  offer: Offer,
  room: { readonly text: number; readonly actions: number },
  more: readonly Action[],
): readonly Element[] {
  let left = room.actions;
  const typed: (readonly [TextInput, Action])[] = [];
  // What is offered comes before the field for another answer, as everywhere.
  const offered: Action[] = [];
  const actions: Action[] = [];
  const field = offer.usable.findIndex(isTyped);
  const unusable: Button[] = [];
  const first = offer.usable.find(({ style }) => style === 'primary');
  for (const [index, button] of offer.usable.entries()) {
    const action = pressAction(where, button, button === first, room.text);
    // Never required here: Teams would then let nobody press any other button of the card before it is filled in.
    const input = isTyped(button)
      ? textInput(inputOf(button.id), { ...button.field, required: false })
      : undefined;
    const size = bytesOf(action) + bytesOf(input ?? '');
    if (size > left) {
      unusable.push(button);
      continue;
    }
    left -= size;
    if (input !== undefined) typed.push([input, action]);
    else if (index < field) offered.push(action);
    else actions.push(action);
  }
  const change = changeAction(where, section, offer, room.text);
  const changes = change !== undefined && bytesOf(change) <= left;
  const after = [...actions, ...(changes ? [change] : []), ...more];
  const [only] = typed;
  const without = [...unusable, ...offer.unusable];
  const cannot = (section.settled?.change ?? []).length > 0 && section.struck !== true && !changes;
  return [
    ...actionSets(offered),
    ...(only !== undefined && typed.length === 1
      ? [only[0], ...actionSets([only[1], ...after])]
      : [...typed.flatMap(([input, action]) => [input, ...actionSets([action])]), ...actionSets(after)]),
    ...(without.length === 0 ? [] : smallPrint(insteadOf(without), Math.min(Math.max(room.text, 200), 1000))),
    ...(cannot ? smallPrint('This answer can be changed in the console.', room.text) : []),
  ];
}

/** The client's words in another language, right below them. */
export function languageElements(where: Where, { otherLanguages = [] }: Section): readonly Element[] {
  const usable = otherLanguages.flatMap((button) => {
    const data = pressData(where.incident, where.message, button);
    return isReadable(data) ? [execute(toLine(button.label), data, { collects: false })] : [];
  });
  return actionSets(usable);
}

function isTyped(button: Button): button is Button & { readonly field: Field } {
  return button.field !== undefined && button.inline === true;
}

/** What a section is about, in a line. */
export function subjectOf({ plan, text, settled }: Section): string {
  const about = plan?.title ?? text ?? settled?.text;
  return about === undefined ? '' : toLine(about);
}

function pressAction(where: Where, button: Button, first: boolean, room: number): Action {
  const { label, field, inline, confirm } = button;
  const title = toLine(label);
  const style = button.style === 'danger' ? 'destructive' : first ? 'positive' : undefined;
  const data = pressData(where.incident, where.message, button);
  const asks = field !== undefined && inline !== true;
  if (!asks && confirm === undefined) return execute(title, data, { style, collects: field !== undefined });
  const short = named(bare(title), longestTitle - 2);
  const body = [
    ...(confirm === undefined ? [] : confirmation(confirm, room)),
    ...(asks ? [textInput(inputOf(button.id), field)] : []),
  ];
  const yes = execute(asks ? short : `${say('Yes')}: ${short}`, data, {
    style,
    collects: field !== undefined,
  });
  return showCard(`${short} …`, style, body, [yes]);
}

function confirmation(confirm: Text, room: number): readonly Element[] {
  return drawn(linesOf(confirm, styles.bold), Math.min(room, 600));
}

function changeData({ incident, message }: Where, section: string): Data {
  return { mailfix: { verb: 'change', i: incident, m: message, s: section } };
}

function changeAction(where: Where, section: Section, offer: Offer, room: number): ShowCard | undefined {
  if (offer.change === 'nothing') return undefined;
  const change = (section.settled?.change ?? []).slice(0, mostChoices);
  return showCard(
    'Change …',
    undefined,
    ...(offer.change === 'form'
      ? changeForm(where, section, change, room)
      : ([changeButtons(where, change), []] as const)),
  );
}

function changeButtons(where: Where, change: readonly Button[]): readonly Element[] {
  const send = ({ field, ...button }: Button, title: string) =>
    execute(title, pressData(where.incident, where.message, button), { collects: field !== undefined });
  return [
    ...actionSets(
      change.filter(({ field }) => field === undefined).map((one) => send(one, toLine(one.label))),
    ),
    ...change.flatMap((one) =>
      one.field === undefined
        ? []
        : [
            textInput(inputOf(one.id), { ...one.field, required: false }),
            ...actionSets([send(one, bare(toLine(one.label)))]),
          ],
    ),
  ];
}

function changeForm(
  where: Where,
  section: Section,
  change: readonly Button[],
  room: number,
): readonly [body: readonly Element[], actions: readonly Action[]] {
  const typing = change.filter(({ field }) => field !== undefined);
  const choices = change.map((button, index) => ({
    title: shortened(choiceText(button), Math.min(room, 100)),
    value: `${index}`,
  }));
  const labels = [...new Set(typing.map(({ field }) => say(field?.label ?? '')))].join(' / ');
  const only = typing.map((button) => `“${choiceText(button)}”`).join(', ');
  const [first] = typing;
  return [
    [
      choiceInput(inputs.changeChoice, 'The answer is', choices, true),
      ...(first === undefined
        ? []
        : [
            textInput(inputs.changeText, {
              label: labels === only.slice(1, -1) ? labels : `${labels} (${say(`only with ${only}`)})`,
              placeholder: first.field?.placeholder,
              multiline: typing.some(({ field }) => field?.multiline === true),
              required: false,
            }),
          ]),
    ],
    [execute('Change', changeData(where, section.id), { collects: true })],
  ];
}

function bare(title: string): string {
  return title.endsWith('…') ? title.slice(0, -1).trimEnd() : title;
}

function choiceText({ label, field, inline }: Button): string {
  return field !== undefined && inline === true ? visible(say(field.label)) : toLine(label);
}

function insteadOf(buttons: readonly Button[]): string {
  const labels = buttons.slice(0, 20).map((button) => `“${shortened(choiceText(button), 75)}”`);
  const more = buttons.length > 20 ? say(` and ${buttons.length - 20} more`) : '';
  return `Please mention the bot in this thread with your answer, or use the console: no button fits here for ${labels.join(', ')}${more}.`;
}
