import { words, type Card } from '../../../src/engine/card.ts';
import type { Plan } from '../../../src/engine/plan.ts';

/** 10:03 on a Monday. */
export const at = Date.UTC(2026, 10, 23, 10, 3);

/** What clients, servers and colleagues may write anywhere. */
export const hostile = [
  '<!channel>',
  '<at>x</at>',
  '[x](http://evil.example)',
  '<b>',
  '{ip}',
  '*bold*',
  ':fire:',
  '&amp;',
  '<@U12345678> <http://evil.example|click>',
  'a\u0000b\u001B[31mc\u202Egpj.exe\u2066x\uD800',
  '__proto__',
  `${'<!here> 10 kB & more '.repeat(500)}end`,
];

/** A card with every field filled, each with the same value. */
export function everything(v: string): Card {
  const text = words('{v} **{v}** [{v}](https://docs.example/{v})', { v });
  const plan: Plan = {
    hash: v,
    subject: v,
    title: text,
    input: { v },
    calls: [
      { id: v, system: 'cpa', text },
      { id: v, system: 'whm', text },
    ],
    from: v,
    to: v,
    evidence: [text],
    consequence: text,
    risk: { level: 'high', reasons: [text, text] },
    needs: 2,
  };
  const field = { name: 'text', label: v, placeholder: v, required: true } as const;
  const event = { type: 'answer.given', key: '4.answer', text: v } as const;
  const buttons = [
    { id: 'yes', label: text, event, style: 'primary' },
    { id: 'offer', label: text, event, style: 'primary' },
    { id: 'typed', label: text, event, field, inline: true },
    { id: 'large', label: text, event, field: { ...field, multiline: true }, inline: true },
    { id: 'other', label: text, event, field: { ...field, multiline: true }, confirm: text, style: 'danger' },
    { id: 'sure', label: text, event, confirm: text },
    { id: v, label: text, event, for: 'approvers' },
  ] as const;
  return {
    heading: text,
    at,
    tone: 'bad',
    simulated: true,
    sections: [
      {
        id: v,
        text,
        explain: text,
        findings: [
          { check: v, verdict: 'fail', text, evidence: [text], bar: { usedMb: 200.2, limitMb: 200 } },
        ],
        pending: [v],
        script: text,
        summary: [text, text],
        notices: [text],
        settled: { text, by: v, at, change: buttons },
      },
      { id: 's', text, struck: true, settled: { text, by: v, at }, notices: [text] },
      { id: 'p', plan, approval: { until: at + 60_000, approvedBy: [v] }, buttons },
      { id: 'note.1', text, settled: { text: words('Note'), by: v, at } },
      { id: 'q', text, progress: { text, since: at, nextAt: at + 1, until: at + 2 }, buttons },
    ],
  };
}
