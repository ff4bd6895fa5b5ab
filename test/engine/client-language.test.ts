import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runbook } from '../../dialogs/cannot-receive.ts';
import { instructionsOf } from '../../src/mailing.ts';
import { readLanguages } from '../../src/languages.ts';
import { speak } from '../../src/render/language.ts';
import { toCopy } from '../../src/render/markup.ts';
import { plain } from '../../src/engine/card.ts';
import { view } from '../../src/engine/view.ts';
import { contracts } from '../../src/actions/contracts.ts';
import { sam, talk } from '../conversation.ts';
import { healthy } from '../dialogs/cannot-receive/shipped.ts';

const dialog = {
  ...runbook({
    unblockChecks: ['5m'],
    approvalWithin: '30m',
    watchFor: '24h',
    quotaLease: '14d',
    byfUrl: undefined,
    ownAddresses: [],
  }),
  languages: ['en', 'es'],
};

/** An address is blocked: the words for the client stand above an approval that waits. */
function blocked() {
  const world = { ...healthy, ipBlock: ['blocked'], ipFits: ['fits'], rootCause: ['unclear'] } as const;
  return talk({ dialog, facts: { client: 'acme.example', ip: '203.0.113.7' }, world });
}

function scriptIn(it: ReturnType<typeof blocked>) {
  const cards = [...view({ dialog, contracts, it: it.it }).values()];
  const section = cards.flatMap(({ sections }) => sections).find(({ script }) => script !== undefined);
  if (section?.script === undefined) throw new Error('There are no words for the client.');
  return { script: section.script, others: section.otherLanguages ?? [] };
}

describe('the client’s language', () => {
  beforeAll(() => speak(readLanguages()));
  afterAll(() => speak([]));

  it('is the usual one, and from a press on another, in everything that is shown', () => {
    const it = blocked();
    const usual = scriptIn(it);
    expect(toCopy(usual.script)).toMatch(/^Your office's internet address/);
    const [other] = usual.others;
    expect(usual.others.map(({ label }) => plain(label))).toEqual(['In Spanish']);
    const before = it.effects.length;
    expect(it.send(other?.event ?? { type: 'incident.resumed' }, sam)).toMatchObject({ ok: true });
    expect(it.effects.slice(before).map(({ type }) => type)).toEqual(['show']);
    const now = scriptIn(it);
    expect(toCopy(now.script)).toMatch(/dirección de internet de su oficina/);
    expect(toCopy(now.script)).not.toMatch(/\b(?:the|your|office|please)\b/i);
    expect(now.others.map(({ label }) => plain(label))).toEqual(['In English']);
  });

  it('is a matter of the log and not of the settings: a language that is gone by then shows the usual one', () => {
    const it = blocked();
    expect(it.send({ type: 'incident.client-language-chosen', language: 'fr' }, sam)).toMatchObject({
      ok: true,
    });
    expect(scriptIn(it).script.language).toBe('en');
  });

  it('is chosen while the incident is open', () => {
    const it = blocked();
    it.send({ type: 'incident.cancelled', why: 'they called back' }, sam);
    expect(scriptIn(it).others).toEqual([]);
    const late = it.refuses({ type: 'incident.client-language-chosen', language: 'es' }, sam);
    expect(late).toContain('has ended');
  });

  it('the mail of steps is in the language that was chosen, subject and all, and says so in its HTML', () => {
    const mail = instructionsOf('cannot-receive/outlook-classic', { clientLanguage: 'es' });
    expect(mail?.subject).toBe(
      'Cómo evitar que Outlook llene su buzón (Outlook 2016, 2019, 2021 y 365 para Windows)',
    );
    expect(mail?.html).toContain('<html lang="es">');
    expect(mail?.text).toContain('1. Abra Outlook y elija Archivo');
    expect(mail?.text).not.toMatch(/\b(?:the|your|choose)\b/i);
    expect(mail?.values).toEqual({ clientLanguage: 'es' });
    const usual = instructionsOf('cannot-receive/outlook-classic', {});
    expect(usual?.subject).toMatch(/^How to stop Outlook/);
    expect(usual?.values).toEqual({});
  });
});
