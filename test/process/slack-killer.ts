import type { Delivered } from '../fakes/slack/delivery.ts';
import type { Fault } from '../fakes/slack/faults.ts';
import { killInCall } from './chat-killer.ts';
import type { At, Moment } from './chat-killer.ts';
import type { Office } from './slack-office.ts';

const lostReply: Fault = { kind: 'lost-reply' };
const hang: Fault = { kind: 'hang' };
const doneAndHang: Fault = { kind: 'hang', applied: true };
/** Later than the kill. */
const slow: Fault = { kind: 'slow', ms: 5000 };

/** Moments that only Slack has: when a new life has to ask it who somebody is, and in calls to it. */
export function slackMoments(office: Office): Readonly<Record<string, Moment<Delivered>>> {
  const { slack } = office;
  const inCall =
    (method: string, faults: readonly Fault[]): Moment<Delivered>['kills'] =>
    (at: At<Delivered>) => {
      slack.next(method, faults[at.upTo(faults.length - 1)] ?? slow);
      return killInCall(at, method, () => slack.calls(method).length);
    };
  return {
    'right after the answer to an event': {
      about: 'event',
      async kills({ move, kill }) {
        // A new life knows nobody: Slack has to be asked who it is before anything can be stored.
        await kill();
        await office.start();
        slack.next('users.info', { kind: 'slow', ms: 150 });
        const answers = await move.make();
        await kill();
        return answers;
      },
    },
    'a post done, its answer lost': { about: 'call', kills: inCall('chat.postMessage', [lostReply]) },
    'a post done, its answer late': { about: 'call', kills: inCall('chat.postMessage', [slow]) },
    'a post never done': { about: 'call', kills: inCall('chat.postMessage', [hang]) },
    'an edit under way': {
      about: 'call',
      kills: inCall('chat.update', [lostReply, hang, doneAndHang, slow]),
    },
  };
}
