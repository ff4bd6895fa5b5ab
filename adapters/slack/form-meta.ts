import { z } from 'zod';
import { words, type Button } from '../../src/engine/card.ts';
import { pressValue, readPress, readSection, sectionValue, type Press, type SectionOf } from './press.ts';

/** What a form carries along unseen, to come back when it is sent. */
export interface FormMeta {
  /** Which button's event is to be made. */
  readonly press?: Press;
  /** Which section's answer is to be changed. */
  readonly section?: SectionOf;
  readonly incident?: string;
  readonly dialog?: string;
  /** Where the form was opened, and where it speaks privately. */
  readonly channel?: string;
  readonly thread?: string;
}

/** Slack takes so much. */
const longestMeta = 3000;

const id = z.string().max(200).optional();
const parsedMeta = z.object({
  press: z.record(z.string(), z.unknown()).optional(),
  section: z.record(z.string(), z.unknown()).optional(),
  incident: id,
  dialog: id,
  channel: id,
  thread: id,
});

/** The `private_metadata` of a form. */
export function writeMeta({ press, section, ...rest }: FormMeta): string {
  const value = press === undefined ? undefined : valueOf(press);
  const what = {
    ...(value === undefined ? {} : { press: JSON.parse(value) as unknown }),
    ...(section === undefined ? {} : { section: JSON.parse(sectionValue(section)) as unknown }),
  };
  const whole = JSON.stringify({ ...what, ...rest });
  return whole.length <= longestMeta ? whole : JSON.stringify(what);
}

/** Reads it back; empty for anything else. */
export function readMeta(text: string): FormMeta {
  const read = parsedMeta.safeParse(parsed(text));
  if (!read.success) return {};
  const { press: rawPress, section: rawSection, ...rest } = read.data;
  const press = rawPress === undefined ? undefined : readPress(JSON.stringify(rawPress));
  const section = rawSection === undefined ? undefined : readSection(JSON.stringify(rawSection));
  const known = Object.entries({ press, section, ...rest }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as FormMeta;
}

/** The same form as a button's value, which is known to be read back. */
function valueOf({ incident, message, button, event }: Press): string | undefined {
  return pressValue(incident, message, { id: button, label: words(''), event: event as Button['event'] });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
