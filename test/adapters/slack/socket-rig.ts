import { expect, onTestFinished } from 'vitest';
import type { Clock } from '../../../src/runtime/clock.ts';
import { patient } from './socket-line.ts';
import { slackRig, type SlackRig, type SlackRigOptions } from './rig.ts';

/** A rig that Slack reaches by Socket Mode. */
export async function socketRig(options: SlackRigOptions = {}): Promise<SlackRig> {
  return slackRig({
    ...options,
    slack: { transport: 'socket', ...options.slack },
    settings: { appToken: 'xapp-fake', signingSecret: undefined, ...options.settings },
  });
}

/** Resolves when the adapter says that it is connected. */
export async function connected(rig: SlackRig): Promise<void> {
  const isDown = () => rig.now.slack.notReady().join(' ').includes('Socket Mode');
  await expect.poll(isDown, patient).toBe(false);
}

/** A rig that is connected and has an incident; the thread of it. */
export async function openedBySocket(
  clock?: Clock,
): Promise<{ readonly rig: SlackRig; readonly thread: string }> {
  const rig = await socketRig(clock === undefined ? {} : { ports: { clock } });
  await connected(rig);
  await rig.fake.person({ id: 'U0SAM' }).command('/mailfix acme.example');
  await rig.settled();
  return { rig, thread: rig.fake.roots('C0SUPPORT')[0]?.ts ?? '' };
}

/** The next commit waits until it is released. */
export function holdCommit({ store }: SlackRig): {
  readonly reached: Promise<void>;
  readonly release: () => void;
} {
  const commit = store.commit.bind(store);
  let [release, arrive] = [(): void => {}, (): void => {}];
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  store.commit = async (turn) => {
    arrive();
    await released;
    return commit(turn);
  };
  onTestFinished(() => {
    store.commit = commit;
  });
  return { reached, release };
}
