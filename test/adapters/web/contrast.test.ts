import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/root.ts';

const folder = join(packageRoot, 'adapters', 'web', 'public');
const css = readFileSync(join(folder, 'base.css'), 'utf8');
const [light = '', dark = ''] = [...css.matchAll(/:root\s*\{([^}]*)\}/g)].map(([, inside]) => inside);

function colours(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[\da-f]{6})\s*;/gi)].map(([, name = '', hex = '']) => [name, hex]),
  );
}

/** WCAG 2.2: relative luminance, and the ratio of two. */
function ratio(one: string, other: string): number {
  const luminance = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['ground', 'surface', 'sunken'];
const text = [
  ...['text', 'muted', 'accent', 'good', 'bad', 'warn', 'wait'].flatMap((ink) =>
    grounds.map((ground) => [ink, ground]),
  ),
  ...['good', 'bad', 'warn', 'wait'].flatMap((tone) => [
    [tone, `${tone}-ground`],
    ['text', `${tone}-ground`],
  ]),
  ['accent', 'bad-ground'],
  ['accent', 'wait-ground'],
  ['accent', 'good-ground'],
  ['text', 'accent-ground'],
  ['muted', 'accent-ground'],
  ['on-accent', 'accent'],
];
const edges = ['line-strong', 'accent', 'bad', 'good', 'warn', 'wait'].flatMap((edge) =>
  grounds.map((ground) => [edge, ground]),
);

describe.each([
  ['light', colours(light)],
  ['dark', new Map([...colours(light), ...colours(dark)])],
])('in the %s scheme', (_, found) => {
  const of = (name: string) => {
    const hex = found.get(name);
    if (hex === undefined) throw new Error(`no colour --${name}`);
    return hex;
  };

  it.each(text)('%s on %s can be read', (ink = '', ground = '') => {
    expect(ratio(of(ink), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(edges)('%s is seen beside %s', (edge = '', ground = '') => {
    expect(ratio(of(edge), of(ground))).toBeGreaterThanOrEqual(3);
  });
});

describe('the style', () => {
  const all = readdirSync(folder).filter((name) => name.endsWith('.css'));

  it('takes every colour from the measured ones', () => {
    expect(all.length).toBeGreaterThan(4);
    for (const name of all) {
      const rules = readFileSync(join(folder, name), 'utf8').replaceAll(/:root\s*\{[^}]*\}/g, '');
      expect(rules, name).not.toMatch(/#[\da-f]{3,8}\b|rgba?\(|hsl\(/i);
    }
  });

  it('of the auditor’s page has the same ones, of the light scheme', () => {
    const page = readFileSync(join(folder, 'audit.css'), 'utf8');
    const own = colours(/:root\s*\{([^}]*)\}/.exec(page)?.[1] ?? '');
    expect(own.size).toBeGreaterThan(4);
    for (const [name, hex] of own) expect(hex, name).toBe(colours(light).get(name));
    for (const [, name = ''] of page.matchAll(/var\(--([\w-]+)\)/g)) expect(own.has(name), name).toBe(true);
  });

  it('measures what it should: black on white is 21', () => {
    expect(ratio('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(colours(light).size).toBeGreaterThan(15);
    expect(colours(dark).size).toBe(colours(light).size);
  });
});
