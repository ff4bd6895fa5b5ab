import type { PressableEvent } from './event.ts';
import type { Plan } from './plan.ts';

/**
 * A sentence as template and values. Only renderers join the two, and they escape the values for their channel,
 * so that nothing typed by a client or answered by a server can become mark-up. `{name}` is a place for a value;
 * the template is ours, in the small Markdown that docs allow: paragraphs, `1.` lists, `**bold**`, `[text](https://…)`.
 */
export interface Text {
  readonly template: string;
  readonly values?: Readonly<Record<string, string>>;
  /** The language that it is read out or sent in, where that is not the staff's own: words for the client. */
  readonly language?: string;
}

/** What a check says about one thing. `unknown` is never taken for `pass`. */
export type Verdict = 'fail' | 'warning' | 'pass' | 'unknown' | 'not-applicable';

/** Used and limit of a quota, in MiB; drawn as a bar, red when `verdict` of its finding is `fail`. */
export interface Bar {
  readonly usedMb: number;
  readonly limitMb: number;
}

/** One verdict with its evidence, readable by a person. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly text: Text;
  readonly evidence?: readonly Text[];
  readonly bar?: Bar;
}

/** A text field that travels with a button: what is typed becomes `text` (or `why`) of the button's event. */
export interface Field {
  readonly name: 'text' | 'why';
  readonly label: string;
  readonly placeholder?: string;
  readonly required: boolean;
  readonly multiline?: boolean;
}

/** A button is the event that it makes. The server decides again at the press; `for` only says whom to show it to. */
export interface Button {
  readonly id: string;
  readonly label: Text;
  readonly event: PressableEvent;
  readonly style?: 'primary' | 'danger';
  readonly field?: Field;
  /** Shown as an always-open text field with this button as its submit; else the field opens on the press. */
  readonly inline?: boolean;
  readonly for?: 'approvers';
  /** Ask once more before sending (only above low risk). */
  readonly confirm?: Text;
}

/** Waiting for a time: epoch milliseconds. Renderers count down to `nextAt`. */
export interface Progress {
  readonly text: Text;
  readonly since: number;
  readonly nextAt: number;
  readonly until: number;
}

/** What was chosen, by whom, when (epoch ms); `change` are the buttons of the same question as corrections. */
export interface Settled {
  readonly text: Text;
  readonly by: string;
  readonly at: number;
  readonly change?: readonly Button[];
}

/** One part of a card: a question, findings, a proposal, words for the client or a notice. */
export interface Section {
  readonly id: string;
  readonly text?: Text;
  readonly explain?: Text;
  readonly findings?: readonly Finding[];
  /** Checks that still run. */
  readonly pending?: readonly string[];
  readonly plan?: Plan;
  /** Who may approve, until when (epoch ms), and who did so far. */
  readonly approval?: {
    readonly until: number;
    readonly approvedBy: readonly string[];
    /** How many must approve, where that is more than the plan says. */
    readonly needs?: number;
    /** Entries of the settings: who is asked. Absent: all who may approve anything. */
    readonly by?: readonly string[];
    /** Who asked to wait, and why. */
    readonly held?: { readonly by: string; readonly why: string };
  };
  /** Its approval was withdrawn: entries of the settings that had been asked. */
  readonly asked?: readonly string[];
  /** Words for the client, to be copied as they are. */
  readonly script?: Text;
  /** Buttons that say the script in another language, wherever it is shown or sent. */
  readonly otherLanguages?: readonly Button[];
  /** The case in short lines, for whoever takes over. */
  readonly summary?: readonly Text[];
  readonly progress?: Progress;
  readonly buttons?: readonly Button[];
  readonly settled?: Settled;
  /** What happened meanwhile, e.g. a late result or a reminder. */
  readonly notices?: readonly Text[];
  /** Withdrawn by a correction: shown struck through, without buttons. */
  readonly struck?: boolean;
}

/** A channel-agnostic message: what one place in the thread shows now. */
export interface Card {
  /** The root message has one: which incident, which client, what trouble. */
  readonly heading?: Text;
  /** When this message began (epoch ms); it is redrawn later without becoming newer. */
  readonly at: number;
  readonly tone: 'working' | 'waiting' | 'good' | 'bad' | 'neutral';
  readonly sections: readonly Section[];
  /** Set when the systems behind the incident are the built-in simulators; every renderer says so. */
  readonly simulated?: true;
  /** The event after which it was drawn, `INC-142.17`: small print, to be quoted when something is asked about it. */
  readonly trace?: string;
}

/** A text never changes, and those of findings are read with every event. */
const said = new WeakMap<Text, string>();

/** The sentence as plain text, for logs, exports and screen readers. Values are inserted once, never re-read as templates. */
export function plain(text: Text): string {
  const known = said.get(text);
  if (known !== undefined) return known;
  const { template, values } = text;
  const made = values === undefined ? template : inserted(template, values);
  said.set(text, made);
  return made;
}

function inserted(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([A-Za-z][\w-]*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

/** A sentence without values. */
export function words(template: string, values?: Readonly<Record<string, string>>): Text {
  return values === undefined ? { template } : { template, values };
}
