import type { Problem } from './check.ts';
import type { Dialog, Step } from './dialog.ts';
import { parseDuration } from './duration.ts';
import { placesIn } from './fill.ts';

/**
 * What the narrowest channel takes: Slack's section text 3,000 characters (less room for values), button label 75,
 * a row of at most 25 buttons. Source: Slack's Block Kit reference. Teams' buttons hold 40 characters: 25 around an IPv4 address.
 */
const limits = { text: 2800, label: 75, choices: 10, fieldLabel: 100, aroundOffer: 25 } as const;

/** Texts, labels and choices that a platform would cut or refuse; durations that cannot be read. */
export function problemsOfSize(dialog: Dialog): Problem[] {
  return Object.entries(dialog.steps).flatMap(([step, spec]) =>
    [...sizes(spec), ...times(spec)].map((reason) => ({ step, reason })),
  );
}

function sizes(step: Step): string[] {
  const over = (what: string, text: string | undefined, limit: number): string[] =>
    text === undefined || text.length <= limit
      ? []
      : [`${what} has ${text.length} characters; the narrowest channel takes ${limit}.`];
  const blank = (what: string, text: string | undefined): string[] =>
    text !== undefined && text.trim() === '' ? [`${what} is empty.`] : [];
  const choices = step.kind === 'ask' || step.kind === 'check' ? Object.entries(step.choices ?? {}) : [];
  const main =
    step.kind === 'ask' ? step.ask : step.kind === 'say' || step.kind === 'end' ? step.text : step.title;
  return [
    ...over('The text', main, limits.text),
    ...blank('The text', main),
    ...over('The title', step.kind === 'say' ? step.title : undefined, limits.text),
    ...over('The explanation', step.kind === 'ask' ? step.explain : undefined, limits.text),
    ...(step.kind === 'ask' && step.offerLabel !== undefined ? offerLabel(step.offerLabel) : []),
    ...over('The field’s label', step.kind === 'ask' ? step.field?.label : undefined, limits.fieldLabel),
    ...(choices.length > limits.choices
      ? [`It has ${choices.length} choices; people can take in ${limits.choices}.`]
      : []),
    ...choices.flatMap(([id, choice]) => [
      ...(/^[a-z][A-Za-z0-9]{0,39}$/.test(id) ? [] : [`The choice’s name "${id}" is no plain word.`]),
      ...over(`The label of "${id}"`, choice.label, limits.label),
      ...blank(`The label of "${id}"`, choice.label),
      ...over(`The field’s label of "${id}"`, choice.text?.label, limits.fieldLabel),
    ]),
  ];
}

/** Around an address of 15 characters its words fit every channel's buttons; around a longer one they are left out. */
function offerLabel(label: string): string[] {
  const places = placesIn(label);
  if (places.length !== 1 || places[0] !== 'value')
    return [
      'The label of what is offered needs "{value}", and can read nothing else: write it like "Yes, {value}".',
    ];
  const length = label.replace('{value}', '').length;
  return length <= limits.aroundOffer
    ? []
    : [
        `The label of what is offered has ${length} characters around "{value}"; it takes ${limits.aroundOffer}.`,
      ];
}

function times(step: Step): string[] {
  const named: (readonly [string, string])[] = [];
  if (step.kind === 'check' || step.kind === 'watch' || step.kind === 'action')
    named.push(['deadline', step.deadline]);
  if (step.kind === 'action') named.push(['confirm.within', step.confirm?.within ?? '']);
  const looks = step.kind === 'check' || step.kind === 'watch' ? (step.looks ?? []) : [];
  named.push(...looks.map((look) => ['looks', look] as const));
  const unread = named.flatMap(([what, text]) => {
    const read = parseDuration(text);
    return read.ok ? [] : [`${what}: ${read.why}`];
  });
  const at = looks.map((look) => parseDuration(look)).map((read) => (read.ok ? read.value : 0));
  const sorted = at.every((time, index) => time > (at[index - 1] ?? 0));
  return [
    ...unread,
    ...(sorted ? [] : ['looks: each must be later than the one before.']),
    ...(step.kind === 'watch' && looks.length === 0 ? ['A watch needs at least one look.'] : []),
    ...(step.kind === 'check' && step.looks !== undefined && looks.length === 0
      ? ['looks: give at least one time.']
      : []),
  ];
}
