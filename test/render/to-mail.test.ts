import { expect, test } from 'vitest';
import { words } from '../../src/engine/card.ts';
import { toMail } from '../../src/render/to-mail.ts';
import { hostile } from '../adapters/slack/hostile-card.ts';

test('a text becomes two bodies that say the same', () => {
  const text = 'Dear {name},\n\n2. Open **{app}**\n3. Read [this](https://docs.example/{app})\n\n- a\n- b';
  const { text: plain, html } = toMail(words(text, { name: 'Kim\nLee', app: 'Outlook & co' }));
  expect(plain).toBe(
    'Dear Kim\nLee,\n\n2. Open Outlook & co\n3. Read this (https://docs.example/Outlook%20%26%20co)\n\n- a\n- b\n',
  );
  expect(html).toContain(
    '<p>Dear Kim<br>Lee,</p>\n<ol start="2">\n<li>Open <strong>Outlook &amp; co</strong></li>\n' +
      '<li>Read <a href="https://docs.example/Outlook%20%26%20co">this</a></li>\n</ol>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>',
  );
});

test.each(hostile)('what somebody said is never mark-up: %#', (v) => {
  const { html } = toMail(words('1. {v} **{v}** [{v}](https://docs.example/{v})\n\n- {v}\n\n{v}', { v }));
  const tags = [...html.matchAll(/<([^>]*)>/g)].map(([, tag = '']) => tag.replace(/^a href="[^"<>]*"$/, 'a'));
  const ours = 'p ol ul li strong a br html head body'.split(' ');
  for (const tag of tags)
    expect([...ours, 'meta charset="utf-8"', 'html lang="en"', '!doctype html']).toContain(
      tag.replace('/', ''),
    );
  expect(html).not.toMatch(/[\u0000\u001B]|\p{Surrogate}/u);
  expect(
    [...html.matchAll(/href="([^"]*)"/g)].every(([, url = '']) => url.startsWith('https://docs.example/')),
  ).toBe(true);
});
