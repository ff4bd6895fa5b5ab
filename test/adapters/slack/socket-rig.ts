import { expect } from 'vitest';
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
  await expect.poll(isDown, { timeout: 10_000, interval: 5 }).toBe(false);
}
