import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../src/root.ts';
import { metered } from './rig.ts';

const rule = z.strictObject({
  alert: z.string().regex(/^Mailfix[A-Za-z]+$/),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string(), action: z.string() }),
});
const rules = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule).min(1) })).min(1),
});
const panel = z.looseObject({
  id: z.number(),
  title: z.string(),
  gridPos: z.strictObject({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
  targets: z.array(z.looseObject({ expr: z.string(), legendFormat: z.string(), refId: z.string() })).min(1),
});
const dashboard = z.looseObject({ uid: z.literal('mailfix'), panels: z.array(panel).min(1) });

const read = (name: string) => readFileSync(join(packageRoot, 'docs', 'ops', name), 'utf8');
const alerts = () => rules.parse(parse(read('alerts.yml'))).groups.flatMap((group) => group.rules);
const panels = () => dashboard.parse(JSON.parse(read('dashboard.json'))).panels;

const functions = ['histogram_quantile', 'sum', 'max', 'rate', 'increase', 'delta', 'by'];

/** Whatever in an expression could be a series: words that are no function, label, string or time. */
function seriesIn(expr: string): readonly string[] {
  const bare = expr.replaceAll(/\{[^}]*\}|"[^"]*"|\[[^\]]*\]/g, ' ').replaceAll(/\bby\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*/g)]
    .map(([word]) => word)
    .filter((word) => !functions.includes(word));
}

/** Every series that this mailfix can have, and the labels that it can have. */
async function known() {
  const it = await metered();
  const metrics = it.registry.getMetricsAsArray();
  const names = metrics.flatMap(({ name, type }: { name: string; type: unknown }) =>
    String(type) === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => `${name}${end}`) : [name],
  );
  // Prometheus makes this one itself.
  return new Set([...names, 'up']);
}

test('the rules are rules, and name only figures that exist', async () => {
  const names = await known();
  const used = alerts().flatMap(({ expr }) => seriesIn(expr));
  expect(used.length).toBeGreaterThanOrEqual(alerts().length);
  expect(used.filter((name) => !names.has(name))).toEqual([]);
  const called = alerts().map(({ alert }) => alert);
  expect(new Set(called).size).toBe(called.length);
});

test('the dashboard shows only figures that exist, and all of ours', async () => {
  const names = await known();
  const used = panels().flatMap(({ targets }) => targets.flatMap(({ expr }) => seriesIn(expr)));
  expect(used.filter((name) => !names.has(name))).toEqual([]);
  const ours = [...names].filter(
    (name) => name.startsWith('mailfix_') && !/_(?:sum|bucket|readable)$/.test(name),
  );
  expect(ours.length).toBeGreaterThan(5);
  expect(ours.filter((name) => !used.includes(name))).toEqual([]);
  expect(new Set(panels().map(({ id }) => id)).size).toBe(panels().length);
});

test('labels in expressions are labels of that figure', async () => {
  const it = await metered();
  const exprs = [...alerts(), ...panels().flatMap(({ targets }) => targets)].map(({ expr }) => expr);
  let looked = 0;
  for (const { name, labelNames } of labelled(it.registry.getMetricsAsArray())) {
    for (const expr of exprs.filter((one) => one.includes(name))) {
      const matched = [...expr.matchAll(/\{(\w+)[!=~]/g), ...expr.matchAll(/by \(([^)]*)\)/g)];
      const labels = matched.flatMap(([, list = '']) => list.split(',').map((label) => label.trim()));
      looked += labels.length;
      expect(labels.filter((label) => label !== 'le' && !labelNames.includes(label))).toEqual([]);
    }
  }
  expect(looked).toBeGreaterThan(10);
});

test('the documentation has every figure, and no other', async () => {
  const it = await metered();
  const page = readFileSync(join(packageRoot, 'docs', 'operations.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(mailfix_\w+)` \| ([\w, ]*)\|/gm)];
  const said = rows.map(([, name = '', labels = '']): [string, string] => [name, labels.trim()]);
  const ours = labelled(it.registry.getMetricsAsArray()).filter(({ name }) => name.startsWith('mailfix_'));
  expect(ours.length).toBeGreaterThan(5);
  expect(rows).toHaveLength(ours.length);
  expect(Object.fromEntries(said)).toEqual(
    Object.fromEntries(ours.map(({ name, labelNames }) => [name, labelNames.join(', ')])),
  );
});

/** The library's types do not show the labels that a metric was made with. */
function labelled(metrics: readonly object[]): readonly { name: string; labelNames: readonly string[] }[] {
  return z
    .array(z.looseObject({ name: z.string(), labelNames: z.array(z.string()) }))
    .parse(metrics.map((metric) => ({ ...metric })));
}
