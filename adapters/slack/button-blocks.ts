import type { types } from '@slack/bolt';
import type { Button, Section } from '../../src/engine/card.ts';
import { say } from '../../src/render/language.ts';
import { shortened, toLine, toPlain } from '../../src/render/markup.ts';
import { pressValue, readPress, readSection, sectionValue } from './press.ts';
import { context, plainText } from './rich-text.ts';

/** Slack's figures for buttons and fields. */
const limits = {
  label: 75,
  spoken: 75,
  actions: 25,
  blockId: 255,
  fieldLabel: 2000,
  placeholder: 150,
} as const;
/** More fields at once than anybody fills in. */
const mostFields = 3;

/** Which message of which incident the buttons stand in, and the most characters for each text. */
export interface Where {
  readonly incident: string;
  readonly message: string;
  readonly room: number;
}

/** A section's open fields and its buttons; `details` adds the one that shows the rest of the section. */
export function buttonBlocks(where: Where, section: Section, details: boolean): readonly types.KnownBlock[] {
  const live = section.struck === true ? [] : (section.buttons ?? []);
  const subject = subjectOf(section);
  const [usable, unusable] = sorted(where, live);
  const typed = usable.filter(isInline).slice(0, mostFields);
  // What is offered comes before the field for another answer, as everywhere.
  const offered = usable.slice(0, Math.max(0, usable.findIndex(isInline)));
  const others = usable.slice(offered.length).filter((one) => !isInline(one));
  const elements: types.Button[] = [...offered, ...typed, ...others]
    .slice(0, limits.actions - 2)
    .map((button) => element(where, button, subject));
  const { settled } = section;
  const about = aboutSection(where, section.id);
  if (about !== undefined && section.struck !== true && (settled?.change ?? []).length > 0)
    elements.push({
      ...about('change', 'Change …'),
      accessibility_label: spoken('Change this answer', subject),
    });
  if (about !== undefined && details)
    elements.push({ ...about('details', 'Details'), accessibility_label: spoken('Details', subject) });
  const drawn = distinct(onePrimary(elements));
  return [
    ...actions(drawn.slice(0, offered.length)),
    ...typed.map((button) => input(where, button)),
    ...actions(drawn.slice(offered.length)),
    ...(unusable.length === 0 ? [] : [context(insteadOf(unusable), Math.min(where.room, 1000))]),
  ];
}

/** The client's words in another language, right below them. */
export function languageBlocks(where: Where, section: Section): readonly types.KnownBlock[] {
  const [usable] = sorted(where, section.struck === true ? [] : (section.otherLanguages ?? []));
  return actions(usable.map((button) => element(where, button, say('Words for the client'))));
}

function actions(elements: types.Button[]): readonly types.KnownBlock[] {
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

/** Slack wants every block_id once in a message; Enter is lost for a field whose id another has already. */
export function distinctBlocks(blocks: readonly types.KnownBlock[]): types.KnownBlock[] {
  const seen = new Set<string>();
  return blocks.map((block, index) => {
    if (block.block_id === undefined) return block;
    if (!seen.has(block.block_id)) {
      seen.add(block.block_id);
      return block;
    }
    const other = { ...block, block_id: `field.${index}` };
    return other.type === 'input' ? { ...other, dispatch_action: false } : other;
  });
}

/** What a section is about, in a line: for whoever hears its buttons one by one. */
export function subjectOf({ plan, text, settled }: Section): string {
  const about = plan?.title ?? text ?? settled?.text;
  return about === undefined ? '' : toLine(about);
}

function isInline({ field, inline }: Button): boolean {
  return field !== undefined && inline === true;
}

/** A button whose value Slack would not take, or we would not read back, cannot be one; nor can the 26th. */
function sorted(
  where: Where,
  buttons: readonly Button[],
): readonly [usable: readonly Button[], unusable: readonly Button[]] {
  const usable: Button[] = [];
  const unusable: Button[] = [];
  let fields = 0;
  for (const button of buttons) {
    const fits = readPress(valueOf(where, button)) !== undefined && usable.length < limits.actions - 2;
    if (fits && isInline(button)) fields += 1;
    if (fits && (!isInline(button) || fields <= mostFields)) usable.push(button);
    else unusable.push(button);
  }
  return [usable, unusable];
}

function valueOf({ incident, message }: Where, button: Button): string | undefined {
  return pressValue(incident, message, button);
}

function insteadOf(buttons: readonly Button[]): string {
  const labels = buttons
    .slice(0, 20)
    .map(({ label, field }) => `“${shortened(field === undefined ? toLine(label) : say(field.label), 75)}”`);
  const more = buttons.length > 20 ? say(` and ${buttons.length - 20} more`) : '';
  return `No button fits here for ${labels.join(', ')}${more}: type the answer into the thread, or use the console.`;
}

function element(where: Where, button: Button, subject: string): types.Button {
  const { id, label, field, style, confirm } = button;
  const kind = isInline(button) ? 'send' : field === undefined ? 'press' : 'ask';
  const value = valueOf(where, button);
  const about = kind === 'send' && field !== undefined ? field.label : subject;
  return {
    type: 'button',
    action_id: `${kind}:${id}`,
    text: plainText(toLine(label), limits.label),
    accessibility_label: spoken(toLine(label), about),
    ...(value === undefined ? {} : { value }),
    ...(style === undefined ? {} : { style }),
    // With a field of its own the modal asks.
    ...(confirm === undefined || kind === 'ask' ? {} : { confirm: confirmation(button, where.room) }),
  };
}

function confirmation({ label, confirm }: Button, room: number): types.ConfirmationDialog {
  return {
    title: plainText(toLine(label), 100),
    text: plainText(confirm === undefined ? '' : toPlain(confirm), Math.min(room, 300)),
    confirm: plainText(toLine(label).replace(/\s*…$/, ''), 30),
    deny: plainText('Go back', 30),
  };
}

function input(where: Where, button: Button): types.InputBlock {
  const { id, field, confirm } = button;
  const value = valueOf(where, button) ?? '';
  // Enter cannot ask once more, and makes a new line in a large field.
  const sends = value.length <= limits.blockId && confirm === undefined && field?.multiline !== true;
  return {
    type: 'input',
    block_id:
      value.length <= limits.blockId ? value : `field.${where.message}.${id}`.slice(0, limits.blockId),
    label: plainText(field?.label ?? '', Math.min(where.room, limits.fieldLabel)),
    optional: field?.required !== true,
    dispatch_action: sends,
    element: {
      type: 'plain_text_input',
      action_id: `type:${id}`,
      multiline: field?.multiline === true,
      ...(field?.placeholder === undefined
        ? {}
        : { placeholder: plainText(field.placeholder, limits.placeholder) }),
      ...(sends ? { dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } } : {}),
    },
  };
}

type About = (kind: 'change' | 'details', label: string) => types.Button;

function aboutSection({ incident, message }: Where, section: string): About | undefined {
  const value = sectionValue({ incident, message, section });
  if (readSection(value) === undefined) return undefined;
  return (kind, label) => ({
    type: 'button',
    action_id: `${kind}:${section}`,
    text: plainText(label, limits.label),
    value,
  });
}

function spoken(label: string, subject: string): string {
  const bare = label.replace(/\s*…$/, '');
  return shortened(
    plainText(subject === '' ? bare : `${say(bare)}: ${subject}`, limits.spoken).text,
    limits.spoken,
  );
}

/** One way is the way on; when several are offered, the first. */
function onePrimary(buttons: readonly types.Button[]): types.Button[] {
  const first = buttons.findIndex(({ style }) => style === 'primary');
  return buttons.map((button, index) => {
    if (button.style !== 'primary' || index === first) return button;
    const { style: _, ...plain } = button;
    return plain;
  });
}

function distinct(buttons: readonly types.Button[]): types.Button[] {
  const seen = new Set<string>();
  return buttons.map((button, index) => {
    const id = button.action_id ?? '';
    if (!seen.has(id)) {
      seen.add(id);
      return button;
    }
    return { ...button, action_id: `${id}~${index}` };
  });
}
