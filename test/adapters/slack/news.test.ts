import { describe, expect, it, test } from 'vitest';
import { escaped, mentionOf, typedText } from '../../../adapters/slack/escape.ts';
import { newsPost } from '../../../adapters/slack/news.ts';
import { words, type Card, type Section } from '../../../src/engine/card.ts';

const at = Date.UTC(2026, 10, 25, 10, 32);
const hostile = '<!channel> <@U1> & <https://evil.example|x>\u202e';
const safe = '&lt;!channel&gt; &lt;@U1&gt; &amp; &lt;https://evil.example|x&gt;\uFFFD';

function card(...sections: readonly Partial<Section>[]): Card {
  const heading = words('INC-1 · {client}', { client: hostile });
  return { heading, at, tone: 'waiting', sections: sections.map((one, n) => ({ id: `${n}`, ...one })) };
}

describe('news of an edit', () => {
  const plan = {
    hash: 'h',
    subject: 's',
    title: words('Un-block {ip}', { ip: hostile }),
    input: {},
    calls: [],
    from: 'a',
    to: 'b',
    evidence: [],
    risk: { level: 'low' as const, reasons: [] },
    needs: 2,
  };

  it('asks approvers to decide on what, until when, and says who did so far', () => {
    const approval = { until: at, approvedBy: [hostile] };
    const news = newsPost(card({ plan, approval }), 'approvers', ['<@U1>', '<!subteam^S1>']);
    expect(news).toEqual({
      text: `<@U1> <!subteam^S1> Please decide until <!date^${at / 1000}^{time}|10:32 UTC>: *Un-block ${safe}*. Approved by ${safe} so far.`,
      broadcast: false,
    });
  });

  it('says to approvers first what was warned of since', () => {
    const proposed = { plan, approval: { until: at, approvedBy: [] } };
    const notices = [words('Still waiting.'), words('It may be {x}.', { x: hostile })];
    const { text } = newsPost(card({ ...proposed, notices }), 'approvers', ['<@U1>']);
    expect(text).toMatch(/^<@U1> It may be &lt;.*\. Please decide until /u);
    expect(text).toContain(`It may be ${safe}. Please`);
  });

  it('tells owners the last that happened, and the channel how it ended', () => {
    const told = card(
      { text: words('state of {x}', { x: hostile }) },
      { notices: [words('late: {x}', { x: hostile })] },
    );
    expect(newsPost(told, 'owner', ['<@U1>'])).toEqual({
      text: `<@U1> *INC-1 · ${safe}*\nlate: ${safe}`,
      broadcast: false,
    });
    expect(newsPost(card({ text: words('Resolved: {x}', { x: hostile }) }), 'channel', [])).toEqual({
      text: `*INC-1 · ${safe}*\nResolved: ${safe}`,
      broadcast: true,
    });
    expect(newsPost({ at, tone: 'good', sections: [] }, 'owner', []).text).toBe('There is news here.');
  });
});

test.each([
  ['slack:U0LEA', '<@U0LEA>'],
  ['slack:T1/W0LEA', '<@W0LEA>'],
  ['slack:S0LEADS', '<!subteam^S0LEADS>'],
  ['slack:T1/S0LEADS', '<!subteam^S0LEADS>'],
  ['web:lea', undefined],
])('%s is mentioned as %s', (id, mention) => {
  expect(mentionOf(id)).toBe(mention);
});

test.each([
  ['plain words', 'plain words'],
  ['<mailto:info@acme.com|info@acme.com>', 'info@acme.com'],
  ['<http://acme.com|acme.com> &amp; &lt;b&gt;', 'acme.com & <b>'],
  ['<https://acme.com/x>', 'https://acme.com/x'],
  ['<@U1> and <@U1|lea>', '@U1 and @lea'],
  ['<#C1|support> <#C1>', '#support #C1'],
  ['<!channel> <!subteam^S1|@leads> <!here|here>', '@channel @leads @here'],
  ['&amp;lt;', '&lt;'],
  ['a < b > c | d', 'a < b > c | d'],
])('what Slack sends as %s was typed as %s', (sent, typed) => {
  expect(typedText(sent)).toBe(typed);
});

test('what is escaped is what was meant, and nothing of it is mark-up', () => {
  expect(escaped(hostile)).toBe(safe);
  expect(escaped('a\u0007b')).toBe('a\u2407b');
});
