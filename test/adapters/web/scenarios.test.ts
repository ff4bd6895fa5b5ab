import { describe, it } from 'vitest';
import { scenarios } from '../../channels/scenarios.ts';
import { webTheatre } from './player.ts';

describe('what every channel must do, in the console', () => {
  it.each(scenarios)('%s', async (_, play) => play(webTheatre()));
});
