import { describe, it } from 'vitest';
import { scenarios } from '../../channels/scenarios.ts';
import { slackTheatre } from './player.ts';

describe('what every channel must do, in Slack', () => {
  it.each(scenarios)('%s', async (_, play) => play(await slackTheatre()));
});
