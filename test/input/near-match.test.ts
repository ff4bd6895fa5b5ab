import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearMatches, nearMatchPattern } from '../../src/input/client-ref.ts';

describe('near matches', () => {
  const clients = [
    'acme-cpa.com',
    'acme.example',
    'harbor-realty.example',
    'harbor-reality.example',
    'zeta.example',
  ];
  test.each([
    ['amce.example', ['acme.example']],
    ['harbor-relty.example', ['harbor-realty.example', 'harbor-reality.example']],
    ['Acme.com', ['acme.example', 'acme-cpa.com']],
    ['acme', ['acme.example', 'acme-cpa.com']],
    ['nothing-like-it.example', []],
    ['', []],
  ])('%j', (wanted, near) => {
    expect(nearMatches(wanted, clients)).toEqual(near);
  });
  test('not more than asked for, each once, nearest first', () => {
    const many = ['acmee.example', 'acme1.example', 'acme1.example', 'acmd.example', 'acme.example'];
    expect(nearMatches('acme.example', many, 2)).toEqual(['acme.example', 'acmd.example']);
    expect(nearMatches('acme.example', many)).toHaveLength(3);
    expect(nearMatches('acme.example', many, 9)).toHaveLength(4);
  });
  test('of mailboxes too', () => {
    expect(nearMatches('inof@acme.example', ['info@acme.example', 'office@acme.example'])).toEqual([
      'info@acme.example',
    ]);
  });
});

describe('the pattern for a search', () => {
  test('is escaped, anchored and does not find everybody', () => {
    const pattern = new RegExp(nearMatchPattern('acme-plumbing.example'));
    expect(pattern.test('acme-plumbing.com')).toBe(true);
    expect(pattern.test('acorn-books.example')).toBe(false);
    expect(pattern.test('zeta.example')).toBe(false);
    expect(new RegExp(nearMatchPattern('amce.example')).test('grand-place.example')).toBe(false);
    expect(nearMatchPattern('acme.co.uk')).toContain('acme\\.co');
    expect(new RegExp(nearMatchPattern('')).test('a.example')).toBe(false);
    expect(new RegExp(nearMatchPattern('a+(b.*$|@{1}/#')).test('zeta.example')).toBe(false);
  });

  test('property: finds, and ranks, the name behind every single typo', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{2,18}[a-z0-9]$/);
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(
        name,
        fc.nat(),
        fc.constantFrom('swap', 'drop', 'add', 'change'),
        fc.constantFrom('q', '7'),
        (real, where, kind, letter) => {
          const at = where % (real.length - 1);
          const front = real.slice(0, at);
          const typo = {
            swap: `${front}${real.charAt(at + 1)}${real.charAt(at)}${real.slice(at + 2)}`,
            drop: front + real.slice(at + 1),
            add: front + letter + real.slice(at),
            change: front + letter + real.slice(at + 1),
          }[kind];
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          expect(`${real}.example`).toMatch(new RegExp(nearMatchPattern(`${typo}.example`)));
          expect(`${real}.com`).toMatch(new RegExp(nearMatchPattern(`${typo}.example`)));
          if (typo.length > 3)
            expect(nearMatches(`${typo}.example`, ['zzzzzzzz.test', `${real}.example`])).toContain(
              `${real}.example`,
            );
        },
      ),
      { numRuns: 500 },
    );
    expect([...kinds.values()].every((count) => count > 50) && kinds.size).toBe(4);
  });
});
