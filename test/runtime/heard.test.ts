import { expect, it } from 'vitest';
import type { PressableEvent } from '../../src/engine/event.ts';
import { readLanguages } from '../../src/languages.ts';
import { tongueOf } from '../../src/render/language.ts';
import { createSaying } from '../../src/runtime/saying.ts';
import { sam, talk } from '../conversation.ts';
import { contracts, dialog } from './rig.ts';

const spanish = readLanguages().find(({ language }) => language === 'es');

/** What becomes of words that are typed while the small runbook asks for an address. */
async function typed(text: string): Promise<PressableEvent | undefined> {
  const { it } = talk({ dialog, contracts, facts: { client: 'acme.example' } });
  let taken: PressableEvent | undefined;
  const saying = createSaying({
    store: {
      seen: () => Promise.resolve(undefined),
      read: () => Promise.resolve({ incident: it, head: '' }),
    },
    dialogs: new Map([[dialog.id, dialog]]),
    contracts,
    heard: spanish === undefined ? undefined : tongueOf(spanish).heard,
    now: () => 0,
    inTurn: (_, work) => work(),
    turn(event) {
      taken = event;
      return Promise.resolve({ ok: true, incident: it.id });
    },
  });
  await saying.say(text, { id: 'x', source: 'test', incident: it.id, actor: sam }, true);
  return taken;
}

it('an answer may be typed in the language of the staff; every other word of it is kept as it was typed', async () => {
  expect(await typed('no sabe decirlo')).toMatchObject({ type: 'answer.given', choice: 'unknown' });
  expect(await typed('No sé.')).toMatchObject({ type: 'answer.given', choice: 'unknown' });
  expect(await typed('203.0.113.7')).toMatchObject({ type: 'answer.given', text: '203.0.113.7' });
  expect(await typed('sí')).toEqual({ type: 'note.added', text: 'sí' });
  expect(await typed('ya llamé al cliente')).toEqual({ type: 'note.added', text: 'ya llamé al cliente' });
});
