import type { Delivered } from '../fakes/teams/deliveries.ts';
import type { Fault, Operation } from '../fakes/teams/faults.ts';
import { killInCall } from './chat-killer.ts';
import type { At, Moment } from './chat-killer.ts';
import { numbers } from './numbers.ts';
import type { Office } from './teams-office.ts';
import type { Move, TeamsTalk } from './teams-talk.ts';

const lostReply: Fault = { kind: 'lost-reply' };
const hang: Fault = { kind: 'hang' };
const doneAndHang: Fault = { kind: 'hang', applied: true };
/** Later than the kill. */
const slow: Fault = { kind: 'slow', ms: 5000 };

/** A first post goes one way, the others another. */
const posting: readonly Operation[] = ['createConversation', 'sendToConversation'];

/** Moments that only Teams has: when a new life has to ask it who somebody is, and in calls to its connector. */
export function teamsMoments(office: Office): Readonly<Record<string, Moment<Delivered>>> {
  const { teams } = office;
  const inCall =
    (operations: readonly Operation[], faults: readonly Fault[]): Moment<Delivered>['kills'] =>
    async (at: At<Delivered>) => {
      const fault = faults[at.upTo(faults.length - 1)] ?? slow;
      const over = operations.map((operation) => teams.every(operation, fault));
      try {
        const count = () => operations.reduce((sum, one) => sum + teams.calls(one).length, 0);
        return await killInCall(at, operations.join(), count);
      } finally {
        for (const end of over) end();
      }
    };
  return {
    'right after the answer to an event': {
      about: 'event',
      async kills({ move, kill }) {
        // A new life knows nobody: Teams has to be asked who it is before anything can be stored.
        await kill();
        await office.start();
        teams.next('getConversationMember', { kind: 'slow', ms: 150 });
        const answers = await move.make();
        await kill();
        return answers;
      },
    },
    'a post done, its answer lost': { about: 'call', kills: inCall(posting, [lostReply]) },
    'a post done, its answer late': { about: 'call', kills: inCall(posting, [slow, doneAndHang]) },
    'a post never done': { about: 'call', kills: inCall(posting, [hang]) },
    'an edit under way': {
      about: 'call',
      kills: inCall(['updateActivity'], [lostReply, hang, doneAndHang, slow]),
    },
  };
}

/** What the connector does to a call now and then, without anybody being killed. */
const troubles: readonly (readonly [Operation, Fault])[] = [
  ['sendToConversation', { kind: 'status', status: 429, code: 'TooManyRequests', retryAfterSeconds: 1 }],
  ['updateActivity', { kind: 'status', status: 502 }],
  ['sendToConversation', { kind: 'drop' }],
  ['updateActivity', lostReply],
  ['sendToConversation', { kind: 'status', status: 502 }],
  ['sendToConversation', lostReply],
  ['updateActivity', { kind: 'status', status: 412 }],
];

/** Has the connector in trouble before every other move or so, once in each way; `met` counts how often. */
export function troubled(
  { teams }: Office,
  seed: number,
  press: (talk: TeamsTalk, move: Move) => Promise<void>,
) {
  const random = numbers(seed * 104_729);
  const made = { met: 0 };
  return {
    made,
    press: (talk: TeamsTalk, move: Move): Promise<void> => {
      const [operation, fault] = troubles[made.met] ?? [];
      if (operation !== undefined && fault !== undefined && move.kind !== 'approves' && random() < 0.5) {
        made.met += 1;
        teams.next(operation, fault);
      }
      return press(talk, move);
    },
  };
}
