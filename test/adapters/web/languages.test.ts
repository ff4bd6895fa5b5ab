import { afterAll, beforeAll, describe, it } from 'vitest';
import { speak } from '../../../src/render/language.ts';
import { expectMarked, inMarks, markedCatalogue, type Unmarked } from '../../channels/marked.ts';
import { scenarios } from '../../channels/scenarios.ts';
import { webTheatre } from './player.ts';

describe('every story is told in another language, with no word of English left, in the console', () => {
  const unmarked: Unmarked = { words: new Set(), seen: 0 };
  beforeAll(() => speak([markedCatalogue()], 'xx'));
  afterAll(() => speak([]));
  it.each(scenarios.map((one) => inMarks(one, unmarked)))('%s', async (_, play) => play(webTheatre()));
  it('says nothing that no language has', () => expectMarked(unmarked));
});
