import { describe, it } from 'vitest';
import { scenarios } from '../../channels/scenarios.ts';
import { teamsTheatre } from './player.ts';

describe('what every channel must do, in Teams', () => {
  it.each(scenarios)('%s', async (_, play) => play(await teamsTheatre()));
});
