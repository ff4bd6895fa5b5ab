import { describe, expect, it } from 'vitest';
import type { Card, Section, Verdict } from '../../../src/engine/card.ts';
import { words } from '../../../src/engine/card.ts';
import type { Plan } from '../../../src/engine/plan.ts';
import { barHtml } from '../../../adapters/web/finding-html.ts';
import { cardHtml } from '../../../adapters/web/section-html.ts';
import type { View } from '../../../adapters/web/view.ts';
import { textOf } from './rig.ts';

const at = Date.UTC(2026, 10, 23, 10, 3);
const lea = { id: 'web:lea', person: 'web:lea', name: 'Lea' };

const view: View = {
  world: 'simulated',
  viewer: lea,
  csrf: 'word',
  nonce: () => 'nonce',
  now: at,
  timeZone: 'UTC',
  approvers: ['web:lea', 'web:tom', 'slack:U1'],
  people: [],
  notices: [],
  position: '',
  path: '/',
};

const draw = async (section: Partial<Section>, who: Partial<View> = {}, card: Partial<Card> = {}) => {
  const whole: Card = { at, tone: 'waiting', sections: [{ id: '4', ...section }], ...card };
  return String(
    await cardHtml({ ...view, ...who }, { incident: 'INC-1', message: 'turn-2', card: whole, at }, true),
  );
};

/** A card with every field filled, each with the same value. */
function everything(v: string): Card {
  const text = words('{v}', { v });
  const plan: Plan = {
    hash: v,
    subject: v,
    title: text,
    input: { v },
    calls: [{ id: v, system: 'cpa', text }],
    from: v,
    to: v,
    evidence: [text],
    consequence: text,
    risk: { level: 'high', reasons: [text] },
    needs: 2,
  };
  const field = { name: 'text', label: v, placeholder: v, required: true } as const;
  const event = { type: 'answer.given', key: v, text: v } as const;
  const buttons = [
    { id: v, label: text, event },
    { id: `${v}1`, label: text, event, field, inline: true },
    { id: `${v}2`, label: text, event, field: { ...field, multiline: true }, confirm: text, style: 'danger' },
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
        summary: [text],
        progress: { text, since: at, nextAt: at + 1, until: at + 2 },
        notices: [text],
        buttons,
        settled: { text, by: v, at, change: buttons },
      },
      { id: `${v}p`, plan, approval: { until: at, approvedBy: [v] }, buttons },
    ],
  };
}

describe('a card', () => {
  it.each([
    '<!channel>',
    '<img src=x onerror=alert(1)>',
    '"><script>x</script>',
    "' onclick='x",
    '[x](https://evil.example)',
    '{v}',
    '__proto__',
  ])('shows %j as text in every field', async (v) => {
    const shape = (html: string) => [...html.matchAll(/<\/?[a-z]+/gi)].map(([tag]) => tag);
    const html = String(await cardHtml(view, { incident: v, message: v, card: everything(v), at }, true));
    const plain = String(
      await cardHtml(view, { incident: 'x', message: 'x', card: everything('x'), at }, true),
    );
    expect(shape(html)).toEqual(shape(plain));
    expect(html).not.toContain('<script');
    for (const [tag] of html.replaceAll(/"[^"]*"/g, '').matchAll(/<[^>]*>/g))
      expect(tag).not.toMatch(/\son\w+=/);
  });

  it('says verdicts in words, not by colour alone', async () => {
    const verdicts = ['fail', 'warning', 'pass', 'unknown', 'not-applicable'] as const;
    const findings = verdicts.map((verdict) => ({ check: verdict, verdict, text: words('it') }));
    const said = textOf(await draw({ findings, pending: ['the CPA System'] }));
    for (const word of [
      'Problem it',
      'Warning it',
      'OK it',
      'Not known it',
      'Not needed it',
      'Looking the CPA System',
    ])
      expect(said).toContain(word);
  });

  it('says in one row what is quiet, in a long list only, and evidence can be opened all the same', async () => {
    const finding = (check: string, verdict: Verdict) => ({
      check,
      verdict,
      text: words(`said by ${check}`),
      evidence: [words(`seen by ${check}`)],
      bar: { usedMb: 41, limitMb: 100 },
    });
    const all = [
      finding('a', 'fail'),
      finding('b', 'unknown'),
      finding('c', 'pass'),
      finding('d', 'pass'),
      finding('e', 'not-applicable'),
    ];
    const long = await draw({ findings: all });
    expect(textOf(long)).toMatch(
      /Problem said by a .* Not known said by b .* OK said by c .* said by d .* Not needed said by e/,
    );
    expect(long.match(/class="finding /g)).toHaveLength(4);
    expect(long.match(/class="bar-drawn"/g)).toHaveLength(2);
    for (const [index, { check }] of all.entries()) {
      expect(long).toContain(`id="turn-2--4-evidence-${index}"`);
      expect(textOf(long)).toContain(`seen by ${check}`);
    }
    expect(textOf(await draw({ findings: all.slice(0, 4) })).match(/OK said by/g)).toHaveLength(2);
    // While it fills it has the form that it will have.
    const filling = await draw({ findings: all.slice(2, 4), pending: ['one', 'two', 'three'] });
    expect(filling.match(/class="finding /g)).toHaveLength(2);
    expect(textOf(filling)).toMatch(/OK said by c .* said by d .* Looking one two three/);
  });

  it('makes one button the likely one: what is offered, or else what is typed', async () => {
    const event = { type: 'answer.given', key: '4.answer' } as const;
    const field = { name: 'text', label: 'Which?', required: true } as const;
    const typed = { id: 'typed', label: words('Send'), event, field, inline: true };
    const offer = { id: 'offer', label: words('Yes, it is'), event, style: 'primary' } as const;
    const primary = (html: string) =>
      [...html.matchAll(/class="primary">([^<]*)/g)].map(([, label]) => label);
    expect(primary(await draw({ buttons: [typed] }))).toEqual(['Send']);
    expect(primary(await draw({ buttons: [offer, typed] }))).toEqual(['Yes, it is']);
  });

  it.each([
    [200.2, 200, '200.2 of 200 MB used', '101 %', '100%'],
    [199.9, 200, '199.9 of 200 MB used', '99 %', '100%'],
    [41, 100, '41 of 100 MB used', '41 %', '41%'],
    [5, 0, '5 of 0 MB used', '0 %', '0%'],
    [-1, 100, '-1 of 100 MB used', '-1 %', '0%'],
  ])('draws a quota of %d in %d', async (usedMb, limitMb, amount, percent, width) => {
    const html = String(await barHtml({ usedMb, limitMb }, 'fail'));
    expect(html).toContain(`aria-label="${amount}, ${percent}"`);
    expect(textOf(html)).toBe(`${amount} · ${percent}`);
    expect(html).toContain(`class="fill" width="${width}"`);
    expect(html).toContain('class="quota fail"');
  });

  it('asks for what a button needs: at once, after a press, or once more', async () => {
    const event = { type: 'answer.given', key: '4.answer' } as const;
    const field = { name: 'text', label: 'Which?', required: true, placeholder: '203.0.113.7' } as const;
    const html = await draw({
      buttons: [
        { id: 'yes', label: words('Yes'), event },
        { id: 'typed', label: words('Send'), event, field, inline: true },
        { id: 'other', label: words('Another …'), event, field },
        {
          id: 'sure',
          label: words('Do it'),
          event,
          confirm: words('Really raise it to {to}?', { to: '300' }),
        },
      ],
    });
    expect(html).toMatch(/<form[^>]*class="press"[^>]*id="turn-2--yes"/);
    expect(html).toMatch(/<label for="turn-2--typed-text">Which\?<\/label>/);
    expect(html).toMatch(/<summary class="button plain">Another …<\/summary>/);
    expect(textOf(html)).toContain('Really raise it to 300? Yes: Do it');
    expect(html).toContain('placeholder="203.0.113.7"');
  });

  it('shows a proposal whole: calls, from and to, risk, evidence, who decides until when', async () => {
    const plan: Plan = {
      hash: 'h',
      subject: 's',
      title: words('Raise the account'),
      input: {},
      calls: [
        { id: '1', system: 'whm', text: words('editquota harbor') },
        { id: '2', system: 'cpa', text: words('CPA System: un-block') },
      ],
      from: '200 MB',
      to: '300 MB',
      evidence: [words('three messages deferred')],
      risk: { level: 'raised', reasons: [words('It is shared')] },
      needs: 2,
    };
    const buttons = [
      { id: 'a', label: words('Approve'), event: { type: 'note.added', text: '' }, for: 'approvers' },
    ] as const;
    const approval = { until: at + 60_000, approvedBy: ['Tom'] };
    const approver = textOf(await draw({ plan, approval, buttons }));
    for (const said of [
      'Raise the account',
      'Raised risk',
      '200 MB to 300 MB',
      'WHM editquota harbor',
      'It is shared',
      'three messages deferred',
      'Approved by Tom. It needs two people. Waiting for your decision until 10:04',
      'Approve',
    ])
      expect(approver).toContain(said);
    expect(approver).not.toContain('CPA System CPA System');
    const without = await draw({ plan: { ...plan, calls: [] }, approval, buttons });
    expect(without).not.toContain('class="calls"');
    expect(textOf(without)).toContain('200 MB to 300 MB');
    const other = textOf(await draw({ plan, approval, buttons }, { viewer: { ...lea, id: 'web:sam' } }));
    expect(other).toContain('Waiting for an approver (Lea, Tom, 1 elsewhere) until 10:04');
    expect(other).not.toMatch(/Approve$/);
  });

  it('counts down to the next look, and says so once it is there', async () => {
    const progress = {
      text: words('next look'),
      since: at - 60_000,
      nextAt: at + 252_000,
      until: at + 540_000,
    };
    const html = await draw({ progress });
    expect(textOf(html)).toContain('next look 10:07, in 4:12 until 10:12');
    expect(html).toContain('role="timer"');
    expect(html).toMatch(/<progress max="1" value="0\.100"/);
    expect(textOf(await draw({ progress }, { now: at + 252_000 }))).toContain('looking now …');
  });

  it('gives the client’s words with a button to copy them as plain text', async () => {
    const html = await draw({ script: words('Close **Outlook**, {name}.', { name: 'Ann "A" <x>' }) });
    expect(html).toContain('data-copy="Close Outlook, Ann &quot;A&quot; &lt;x&gt;."');
    expect(html).toMatch(/<button[^>]*type="button"[^>]*hidden/);
    expect(html).toContain('<strong>Outlook</strong>');
  });

  it('strikes what was withdrawn, without its buttons', async () => {
    const buttons = [{ id: 'yes', label: words('Yes'), event: { type: 'note.added', text: '' } }] as const;
    const html = await draw({ struck: true, text: words('Does mail come in?'), buttons });
    expect(html).toContain('class="part struck"');
    expect(textOf(html)).toContain('Withdrawn, because an earlier answer was changed Does mail come in?');
    expect(html).not.toContain('<form');
  });

  it('says that it is simulated only when it is', async () => {
    expect(textOf(await draw({}, {}, { simulated: true }))).toContain(
      'SIMULATORS : nothing here touches a real server',
    );
    expect(textOf(await draw({}))).not.toContain('SIMULATORS');
  });
});
