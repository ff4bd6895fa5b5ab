import { describe, expect, it } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { problemsOfRunbook, readRunbook, sentencesOf } from '../../src/runbook-map.ts';
import { dialog } from './cannot-receive/shipped.ts';

const runbook = readRunbook('cannot-receive');
if (runbook === undefined) throw new Error('The runbook does not lie beside its dialog.');
const { text, map } = runbook;
const reasons = (others: Parameters<typeof problemsOfRunbook>[3], of = text): readonly string[] =>
  problemsOfRunbook(dialog, contracts, of, others).map(({ reason }) => reason);

describe('the company’s runbook', () => {
  it('is found in the dialog, every sentence of it', () => {
    expect(sentencesOf(text)).toHaveLength(29);
    expect(reasons(map)).toEqual([]);
  });

  it('is cut into sentences, whatever is in front of them', () => {
    const cut = ['Are they?', 'Go to www.whatismyip.com.', 'It’s 5-10 (200, etc).', 'Scroll.', 'To fix it:'];
    expect(
      sentencesOf(
        '  • Are they? Go to www.whatismyip.com.\n\n  2. It’s 5-10 (200, etc). Scroll.\nTo fix it:\n',
      ),
    ).toEqual(cut);
  });

  it('misses a sentence that nobody mapped, and one that was edited', () => {
    expect(reasons(map, `${text}\nOffer them coffee.`)).toEqual([
      'No step has the runbook’s sentence “Offer them coffee.”.',
    ]);
    const edited = text.replace('It takes 5-10 minutes', 'It takes 3 minutes');
    expect(reasons(map, edited)).toEqual([
      'No step has the runbook’s sentence “It takes 3 minutes for it to un-block the IP.”.',
      'The runbook has no sentence “It takes 5-10 minutes for it to un-block the IP.” (any more).',
    ]);
  });

  it.each([
    [{ steps: ['error', 'nowhere'] }, '“IP Block” names the step "nowhere", and there is none.'],
    [{ steps: ['__proto__', 'error'] }, '“IP Block” names the step "__proto__", and there is none.'],
    [{ words: ['Outlook', 'coffee'] }, '“coffee” of “IP Block” is in none of the texts of error.'],
    [{ steps: ['error', 'noClient'] }, 'The step "noClient" says none of the words of “IP Block”.'],
  ])('misses a step or phrase that is not there: %j', (wrong, reason) => {
    const entry = { sentence: 'IP Block', steps: ['error'], words: ['Outlook'], ...wrong };
    expect(reasons([...map.filter(({ sentence }) => sentence !== 'IP Block'), entry])).toEqual([reason]);
  });
});
