import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { words } from '../../../src/engine/card.ts';
import { lineHtml, toHtml } from '../../../adapters/web/to-html.ts';
import { textOf } from './rig.ts';

const hostile = [
  '<!channel>',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '[x](https://evil.example)',
  '**bold**',
  '{ip}',
  '{v}',
  '1. one\n2. two',
  '&amp;&lt;',
  'a\n\nb',
];

describe('templates', () => {
  it('have paragraphs, lists, bold and https links', async () => {
    const template =
      'Do **this**\nnow:\n\n1. one\n   more\n\n2. **two**\n3) three\n\n- a\n- b\n\nSee [the page](https://docs.example/x?a=1&b=2).';
    expect(String(await toHtml(words(template))).replaceAll(/\s*\n\s*/g, '')).toBe(
      '<p>Do <strong>this</strong> now:</p><ol start="1"><li>one more</li><li><strong>two</strong></li><li>three</li></ol>' +
        '<ul><li>a</li><li>b</li></ul><p>See <a href="https://docs.example/x?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">the page</a>.</p>',
    );
  });

  it.each(['[x](http://a.example)', '[x](javascript:alert(1))', '[x](/admin)', '[x](data:text/html,x)'])(
    'link nowhere but to https: %s',
    async (template) => {
      expect(String(await toHtml(words(template)))).not.toContain('<a');
    },
  );

  it('leave what they do not know as it stands', async () => {
    expect(textOf(String(await lineHtml(words('{a} {__proto__} {constructor} **', { a: '1' }))))).toBe(
      '1 {__proto__} {constructor} **',
    );
  });
});

describe('values', () => {
  it.each(hostile)('are text, in every place: %s', async (v) => {
    const html = String(
      await toHtml(words('a {v}\n\n1. **{v}**\n\n[to {v}](https://docs.example/{v})', { v, ip: 'SECRET' })),
    );
    const empty = String(
      await toHtml(
        words('a {v}\n\n1. **{v}**\n\n[to {v}](https://docs.example/{v})', { v: '', ip: 'SECRET' }),
      ),
    );
    expect(tagsOf(html)).toEqual(tagsOf(empty));
    expect(html).not.toContain('SECRET');
    expect(html).toContain(`https://docs.example/${encodeURIComponent(v).replaceAll("'", '&#39;')}`);
  });

  it('never become mark-up, whatever they are', async () => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.constantFrom(...hostile), fc.string({ unit: 'grapheme' })),
        async (v) => {
          tried += 1;
          const template = '{v} **{v}** [{v}](https://docs.example/)\n- {v}';
          const shape = tagsOf(String(await toHtml(words(template, { v: '' }))));
          expect(tagsOf(String(await toHtml(words(template, { v }))))).toEqual(shape);
        },
      ),
      { numRuns: 300 },
    );
    expect(tried).toBeGreaterThanOrEqual(300);
  });

  it('of 10 kB are shown whole, in a box that scrolls and can be reached by keyboard', async () => {
    const v = '<b>long</b> '.repeat(900);
    const html = String(await toHtml(words('{v}', { v })));
    expect(html).toContain('class="value long" tabindex="0"');
    expect(html.match(/&lt;b&gt;long/g)).toHaveLength(900);
  });
});

function tagsOf(html: string): string[] {
  return [...html.matchAll(/<\/?([a-z]+)/gi)].map(([tag]) => tag);
}
