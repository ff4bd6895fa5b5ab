import type { Finding, Text } from './card.ts';
import type { Values } from './fact.ts';
import type { PlanDraft, Plan } from './plan.ts';
import type { Related } from './related.ts';
import type { AskTerms, Snooze, Terms } from './terms.ts';

/** Somebody, or mailfix itself. `person` is the same for one human over all channels. */
export interface Actor {
  readonly id: string;
  readonly person: string;
  readonly name: string;
}

/** The actor of everything that mailfix does by itself. */
export const mailfix: Actor = { id: 'mailfix', person: 'mailfix', name: 'mailfix' };

/** What the policy said about a press, at the press: kept in the log for the auditor. */
export interface Authority {
  readonly allowed: boolean;
  /** Roles and groups that this person had then. */
  readonly roles: readonly string[];
  /** The rule that allowed it, or in words why not. */
  readonly reason: string;
  /** How many people must approve by the settings of that moment, where that is more than the plan says. */
  readonly needs?: number;
}

/** What somebody who may decides: an approval stays open while it is held. */
export type Decision = 'approve' | 'reject' | 'hold';

/** What people can make happen with a button, a field or a typed answer. */
export type PressableEvent =
  | { readonly type: 'answer.given'; readonly key: string; readonly choice?: string; readonly text?: string }
  | {
      readonly type: 'answer.corrected';
      readonly visit: number;
      readonly choice?: string;
      readonly text?: string;
      readonly accepts?: Accepts;
    }
  | {
      /** Back to a question that was answered: it is asked again, with the earlier answer beside it. */
      readonly type: 'answer.reopened';
      readonly visit: number;
      readonly accepts?: Accepts;
    }
  | {
      /** A person says otherwise than a check did. */
      readonly type: 'fact.corrected';
      readonly fact: string;
      readonly text: string;
      readonly accepts?: Accepts;
    }
  | { readonly type: 'question.repeated'; readonly key: string }
  | {
      readonly type: 'confirm.pressed';
      readonly key: string;
      readonly hash: string;
      readonly decision: Decision;
      readonly why?: string;
    }
  | { readonly type: 'time.came'; readonly key: string }
  | { readonly type: 'note.added'; readonly text: string }
  | { readonly type: 'note.edited'; readonly note: string; readonly text: string }
  | { readonly type: 'note.deleted'; readonly note: string }
  | { readonly type: 'incident.taken-over' }
  | { readonly type: 'incident.client-language-chosen'; readonly language: string }
  | { readonly type: 'incident.handed-over'; readonly to: Actor; readonly why?: string }
  | {
      readonly type: 'incident.parked';
      readonly why?: string;
      /** When it is taken up again by itself. */
      readonly wake?: Snooze;
    }
  | { readonly type: 'incident.resumed' }
  | { readonly type: 'incident.restarted'; readonly accepts?: Accepts }
  | { readonly type: 'incident.escalated'; readonly why?: string; readonly accepts?: Accepts }
  | { readonly type: 'incident.cancelled'; readonly why: string };

/** Which consequences the person had read before they went on: the `token` of `consequencesOf`. */
export type Accepts = string;

/** What can be redacted by itself: people's own words, facts, findings with their evidence, and plans with their deeds. */
export const fieldClasses = ['texts', 'facts', 'findings', 'plans'] as const;

/** One of the classes that can be redacted. */
export type FieldClass = (typeof fieldClasses)[number];

/** What happened, in the past tense. `key` names the open thing that it settles; a key that is not open is late. */
export type EventBody =
  | PressableEvent
  | {
      readonly type: 'incident.opened';
      readonly dialog: string;
      readonly version: number;
      readonly facts: Readonly<Record<string, string>>;
      readonly simulated?: true;
    }
  | {
      readonly type: 'confirm.decided';
      /** The press that was looked into. */
      readonly key: string;
      readonly authority: Authority;
    }
  | {
      readonly type: 'run.finished';
      readonly key: string;
      readonly outcome: string;
      readonly facts?: Values;
      readonly findings?: readonly Finding[];
      readonly plan?: Plan;
      /** On what terms the plan is to be approved; the runbook's own when absent. */
      readonly terms?: Terms;
    }
  | {
      /** Somewhere else it was seen that the server may be the trouble: each of its open incidents is told, once for each sign. */
      readonly type: 'server.suspected';
      readonly server: string;
      /** The alarm's own name, the same at every telling: `imap down`. */
      readonly sign: string;
      readonly text: Text;
    }
  | { readonly type: 'effect.died'; readonly key: string; readonly what: string; readonly why: string }
  | { readonly type: 'dialog.version-changed'; readonly to: number }
  | { readonly type: 'incident.held'; readonly why: string }
  | { readonly type: 'incident.released'; readonly why: string }
  | { readonly type: 'incident.redacted'; readonly classes: readonly FieldClass[]; readonly why: string };

/** Stamped by dispatch: `(source, id)` is the dedupe key, `at` the only clock the engine knows (epoch ms). */
export interface Stamp {
  readonly id: string;
  readonly source: string;
  readonly incident: string;
  readonly at: number;
  readonly actor: Actor;
  /** How long a question waits that opens with this event; only where one does. */
  readonly asks?: AskTerms;
  /** Incidents about what this one turned out to be about with this event. */
  readonly related?: readonly Related[];
}

/** An event as it is logged and folded. */
export type InboundEvent = Stamp & EventBody;

/** What a handler hands back; the runtime hashes the plan and makes `run.finished` of it. */
export interface RunResult {
  readonly outcome: string;
  readonly facts?: Values;
  readonly findings?: readonly Finding[];
  readonly plan?: PlanDraft;
}
