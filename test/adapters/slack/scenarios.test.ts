import { describe, it } from 'vitest';
import { typedScenarios } from '../../channels/steering.ts';
import { scenarios } from '../../channels/scenarios.ts';
import { slackTheatre } from './player.ts';

describe('what every channel must do, in Slack', () => {
  it.each([...scenarios, ...typedScenarios])('%s', async (_, play) => play(await slackTheatre()));
});
