import { plain, words, type Button, type Text } from './card.ts';
import type { AskStep, CheckStep, Choice } from './dialog.ts';
import type { Facts } from './fact.ts';
import { offered } from './answer.ts';
import type { Answer, Open } from './incident.ts';
import type { Plan } from './plan.ts';
import type { Snooze } from './terms.ts';

/** Teams cuts a button's title after so many characters, and what is offered has to be read to its end. */
const longestTitle = 40;

/** What an answer's button sends: an answer to an open question, or a correction of an earlier one. */
export type Sends = (answer: Answer) => Button['event'];

/** The buttons and fields of a question: offered values first, then the field, then the choices. */
export function answerButtons(
  prefix: string,
  step: AskStep | CheckStep,
  facts: Facts,
  sends: Sends,
  { except, earlier }: { readonly except?: Answer; readonly earlier?: Answer } = {},
): readonly Button[] {
  const buttons: Button[] = [];
  const again = earlier === undefined ? undefined : againLabel(step, facts, earlier);
  if (earlier !== undefined && again !== undefined)
    buttons.push({ id: `${prefix}.again`, label: again, event: sends(earlier), style: 'primary' });
  if (step.kind === 'ask') {
    for (const [index, value] of offered(step, facts).entries()) {
      if (value === except?.text) continue;
      buttons.push({
        id: `${prefix}.offer${index}`,
        label: offerWords(step.offerLabel, value),
        event: sends({ text: value }),
        style: 'primary',
      });
    }
    if (step.field !== undefined) {
      const { label, placeholder, multiline } = step.field;
      buttons.push({
        id: `${prefix}.text`,
        label: words('Send'),
        event: sends({}),
        inline: true,
        field: {
          name: 'text',
          label,
          required: true,
          ...(placeholder === undefined ? {} : { placeholder }),
          ...(multiline === undefined ? {} : { multiline }),
        },
      });
    }
  }
  for (const [id, choice] of Object.entries(step.choices ?? {})) {
    if (id === except?.choice && choice.text === undefined) continue;
    const button = choiceButton(`${prefix}.${id}`, choice, sends({ choice: id }));
    const before = earlier?.choice === id && choice.text === undefined;
    buttons.push(before ? { ...button, style: 'primary' } : button);
  }
  return buttons;
}

/** Approve (each smaller change with a button of its own), hold and reject; only approvers need to see them. */
export function approvalButtons(key: string, open: Open & { kind: 'approval' }): readonly Button[] {
  const approve = (plan: Plan, index: number): Button => ({
    id: `${key}.approve${index}`,
    label: index === 0 ? words('Approve') : words('Approve {to} instead', { to: plan.to }),
    event: { type: 'confirm.pressed', key, hash: plan.hash, decision: 'approve' },
    for: 'approvers',
    ...(index === 0 ? { style: 'primary' as const } : {}),
    ...(plan.risk.level === 'low' ? {} : { confirm: plan.title }),
  });
  return [
    ...[open.plan, ...(open.plan.alternatives ?? [])].map(approve),
    {
      id: `${key}.hold`,
      label: words('Hold …'),
      event: { type: 'confirm.pressed', key, hash: open.plan.hash, decision: 'hold' },
      for: 'approvers',
      field: { name: 'why', label: 'What should be waited for?', required: true, multiline: true },
    },
    {
      id: `${key}.reject`,
      label: words('Reject …'),
      event: { type: 'confirm.pressed', key, hash: open.plan.hash, decision: 'reject' },
      style: 'danger',
      for: 'approvers',
      field: { name: 'why', label: 'Why not?', required: true, multiline: true },
    },
  ];
}

/** The button for an earlier answer that has none of its own: what was typed. */
function againLabel(step: AskStep | CheckStep, facts: Facts, { choice, text }: Answer): Text | undefined {
  if (text === undefined) return undefined;
  if (choice === undefined && step.kind === 'ask' && offered(step, facts).includes(text)) return undefined;
  const label = words('As before: {value}', { value: text });
  return plain(label).length > longestTitle ? words('As before') : label;
}

/** For whoever was reminded and cannot answer yet. */
export function snoozeButtons(key: string): readonly Button[] {
  const parks = (wake: Snooze, label: Text): Button => ({
    id: `${key}.wake.${wake}`,
    label,
    event: { type: 'incident.parked', wake },
  });
  return [
    parks('30m', words('Remind me in 30 min')),
    parks('2h', words('Remind me in 2 h')),
    parks('morning', words('Remind me tomorrow morning')),
  ];
}

/** Words around an address that would cost it its last digits are left out. */
function offerWords(around: string | undefined, value: string): Text {
  const label = words(around ?? '{value}', { value });
  return plain(label).length > longestTitle ? words('{value}', { value }) : label;
}

function choiceButton(id: string, choice: Choice, event: Button['event']): Button {
  return {
    id,
    label: words(choice.label),
    event,
    ...(choice.text === undefined
      ? {}
      : {
          field: {
            name: 'text',
            label: choice.text.label,
            required: true,
            ...(choice.text.placeholder === undefined ? {} : { placeholder: choice.text.placeholder }),
            ...(choice.text.multiline === undefined ? {} : { multiline: choice.text.multiline }),
          },
        }),
  };
}
