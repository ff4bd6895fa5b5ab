import type { Contracts } from '../engine/contract.ts';
import type { Dialog } from '../engine/dialog.ts';
import type { PressableEvent } from '../engine/event.ts';
import type { Reply } from '../engine/reply.ts';
import { verbEvent } from '../engine/verbs.ts';
import type { Store } from '../store/store.ts';
import type { Dispatcher, Sender } from './dispatch.ts';
import { readPressable } from './inbound.ts';
import { refuse, unknownDialog, unknownIncident } from './refusals.ts';
import { crossed, isToUs } from './said.ts';
import { mistypedAnswer, typedAnswer } from './typed-answer.ts';
import { isAnswer, meantBy } from './typed-words.ts';

/** The English of what was typed in the language of the staff, if it is any. */
export type Heard = (typed: string) => string | undefined;

interface Saying {
  readonly store: Pick<Store, 'seen' | 'read'>;
  readonly dialogs: ReadonlyMap<string, Dialog>;
  readonly contracts: Contracts;
  readonly heard?: Heard | undefined;
  readonly inTurn: <T>(incident: string, work: () => Promise<T>) => Promise<T>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly turn: (event: PressableEvent, sender: Sender) => Promise<Reply>;
}

/** The parts of the dispatcher that first have to find out what somebody means as the incident stands. */
export function createSaying(use: Saying): Pick<Dispatcher, 'say' | 'steer'> {
  const { store, dialogs, contracts, heard, inTurn, turn } = use;

  return {
    async say(text, sender, addressed) {
      const note = readPressable({ type: 'note.added', text });
      if (!note.ok) return note;
      return inTurn(sender.incident, async () => {
        const seen = await store.seen(sender.source, sender.id);
        if (seen !== undefined) return seen;
        const { incident: it } = (await store.read(sender.incident)) ?? {};
        const dialog = it === undefined ? undefined : dialogs.get(it.dialog);
        if (it === undefined || dialog === undefined) return turn(note.value, sender);
        const { actor } = sender;
        const toUs = isToUs(it, actor, addressed);
        const plainly = (typed: string) =>
          typedAnswer(dialog, it, typed) ?? meantBy({ dialog, contracts, it }, typed);
        // Taken as it was typed; only where that means nothing, as it would read in English.
        const inEnglish = heard?.(text);
        const meant = toUs
          ? (plainly(text) ??
            (inEnglish === undefined ? undefined : plainly(inEnglish)) ??
            mistypedAnswer(dialog, it, text))
          : undefined;
        if (meant === undefined) {
          const kept = await turn(note.value, sender);
          const late = toUs ? crossed(dialog, it, { text, actor, at: use.now() }) : undefined;
          return kept.ok && late !== undefined ? refuse(late) : kept;
        }
        if ('shows' in meant) return { ok: true, incident: sender.incident, ...meant };
        const reply = 'code' in meant ? refuse(meant) : await turn(meant, sender);
        if (reply.ok || reply.refusal.code === 'confirm' || !isAnswer(meant)) return reply;
        // What was typed stays on record, and whoever typed it is told what is wrong with it.
        const kept = await turn(note.value, sender);
        return kept.ok ? reply : kept;
      });
    },

    async steer(verb, sender) {
      return inTurn(sender.incident, async () => {
        const seen = await store.seen(sender.source, sender.id);
        if (seen !== undefined) return seen;
        const { incident: it } = (await store.read(sender.incident)) ?? {};
        if (it === undefined) return unknownIncident(sender.incident);
        const dialog = dialogs.get(it.dialog);
        if (dialog === undefined) return unknownDialog(it.dialog, dialogs);
        const event = verbEvent({ dialog, contracts, it }, verb);
        return 'code' in event ? refuse(event) : turn(event, sender);
      });
    },
  };
}
