import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { words } from '../../src/engine/card.ts';
import { inEnglish, say, speak, spoken, staffTongue, tongueOf } from '../../src/render/language.ts';
import { toCopy, toLine } from '../../src/render/markup.ts';
import { clock } from '../../src/render/time-words.ts';

const spanish = {
  language: 'es',
  locale: 'es-MX',
  sentences: {
    Yes: 'Sí',
    'Waiting for {owner}': 'En espera de {owner}',
    'Does mail come in now?': '¿Ya entra el correo?',
    'Un-block {ip}': 'Desbloquear {ip}',
    '{failures} for {mailbox}, the last {last}.': 'Para {mailbox}: {failures}, el último {last}.',
    '{count} failed logins': { one: '{count} acceso fallido', other: '{count} accesos fallidos' },
    '{count} minutes ago': 'hace {count} minutos',
    Resolved: 'Resuelto',
    'Open **File**.': 'Abra **Archivo**.',
    'Then close it.': 'Después ciérrelo.',
    '{question} {answer}': '{question} {answer}',
    '{blocker} tells no status.': '{blocker} no da su estado.',
  },
} as const;

afterEach(() => speak([]));

describe('a language', () => {
  const { text, say: tell } = tongueOf(spanish);

  it('says a sentence by its template, in its own order, and leaves the values to their places', () => {
    const said = text(
      words('{failures} for {mailbox}, the last {last}.', {
        failures: '14 failed logins',
        mailbox: 'yes@acme.example',
        last: '2 minutes ago',
      }),
    );
    expect(said.template).toBe('Para {mailbox}: {failures}, el último {last}.');
    expect(said.values).toEqual({
      failures: '14 accesos fallidos',
      mailbox: 'yes@acme.example',
      last: 'hace 2 minutos',
    });
  });

  it('reads what was composed: several sentences, one within another, a colon or a full stop behind', () => {
    expect(tell('Waiting for Sam: Does mail come in now?')).toBe('En espera de Sam: ¿Ya entra el correo?');
    expect(text(words('Waiting for {owner}: Un-block {ip}', { owner: 'Sam', ip: '::1' })).template).toBe(
      'En espera de {owner}: Desbloquear {ip}',
    );
    expect(tell('Resolved:')).toBe('Resuelto:');
    expect(tell('  Yes ')).toBe('  Sí ');
  });

  it('reads lists and paragraphs line by line', () => {
    const steps = '1. Open **File**.\n2. Then close it.\n\nThen close it.';
    expect(tell(steps)).toBe('1. Abra **Archivo**.\n2. Después ciérrelo.\n\nDespués ciérrelo.');
  });

  it('chooses the form by the number', () => {
    expect(tell('1 failed logins')).toBe('1 acceso fallido');
    expect(text(words('{count} failed logins', { count: '1' })).template).toBe('{count} acceso fallido');
    expect(text(words('{count} failed logins', { count: '7' })).template).toBe('{count} accesos fallidos');
  });

  it('leaves names alone, whatever they are called, and what it does not know as it is', () => {
    expect(text(words('Waiting for {owner}', { owner: 'Yes' })).values).toEqual({ owner: 'Yes' });
    expect(text(words('{note}', { note: 'Yes' })).values).toEqual({ note: 'Yes' });
    expect(tell('Something else')).toBe('Something else');
  });

  it('hears what is typed in it, with or without accents, and nothing but whole sentences', () => {
    const { heard } = tongueOf({ ...spanish, typed: { 'no sé': 'i don’t know' } });
    expect(['SI', ' sí. ', '¿ya entra el correo?', 'No se'].map(heard)).toEqual([
      'Yes',
      'Yes',
      'Does mail come in now?',
      'i don’t know',
    ]);
    expect(['sí, pero no', 'Yes', ''].map(heard)).toEqual([undefined, undefined, undefined]);
  });

  it('never makes a place, a link or mark-up of a value', () => {
    const place = fc.constantFrom('{ip}', '{owner}', '**x**', '[x](https://x.example)', 'Yes', '$&', "$'");
    const value = fc.array(fc.oneof(place, fc.string()), { maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(value, (blocker) => {
        const { template, values } = text(words('{blocker} tells no status.', { blocker }));
        expect(template).toBe('{blocker} no da su estado.');
        // What it does not understand, it hands on to the last sign.
        if (!/Yes|Resolved/.test(blocker)) expect(values).toEqual({ blocker });
      }),
    );
  });

  it('takes its time with nothing: a long text that nobody knows is given back at once', () => {
    const long = Array.from({ length: 30 }, (_, n) => `Said {x}: thing ${n}, and (more) of it. `).join('');
    expect(tell(long)).toBe(long);
  });
});

describe('the staff', () => {
  it('reads everything in its language, and clients what is written for them in theirs', () => {
    speak([spanish], 'es');
    expect(say('Yes')).toBe('Sí');
    expect(toLine(words('Does mail come in now?'))).toBe('¿Ya entra el correo?');
    expect(toCopy({ ...words('Does mail come in now?'), language: 'en' })).toBe('Does mail come in now?');
    expect(staffTongue().language).toBe('es');
    expect(clock(Date.UTC(2025, 10, 22, 22, 3), Date.UTC(2025, 10, 24), 'UTC')).toBe('22 nov, 22:03');
    speak([spanish]);
    expect(say('Yes')).toBe('Yes');
    expect(toCopy({ ...words('Does mail come in now?'), language: 'es' })).toBe('¿Ya entra el correo?');
  });

  it('is not asked about exports: those are in English', () => {
    speak([spanish], 'es');
    expect(inEnglish(() => say('Yes'))).toBe('Yes');
    expect(say('Yes')).toBe('Sí');
    expect(() =>
      inEnglish(() => {
        throw new Error('x');
      }),
    ).toThrow('x');
    expect(say('Yes')).toBe('Sí');
  });

  it('has a language that is there; a log may name one that is not any more', () => {
    expect(() => speak([spanish], 'fr')).toThrow('There is no language "fr". There is: en, es.');
    expect(spoken({ ...words('Yes'), language: 'fr' })).toMatchObject({ template: 'Yes' });
  });
});
