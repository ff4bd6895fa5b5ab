import { describe, expect, it } from 'vitest';
import { toMessage } from '../../adapters/slack/to-blocks.ts';
import { toAdaptiveCard } from '../../adapters/teams/to-adaptive-card.ts';
import { planHtml } from '../../adapters/web/plan-html.ts';
import type { View } from '../../adapters/web/view.ts';
import { calledBy } from '../../src/chat/news.ts';
import { words, type Card, type Section } from '../../src/engine/card.ts';
import { planOf } from '../outside.ts';

const now = Date.UTC(2026, 10, 25, 10, 0);
const plan = planOf('unblockIp', { ip: '203.0.113.7' });
const approval = { until: now + 60_000, approvedBy: [], by: ['web:tom', 'slack:U0TOM'] };
const section: Section = { id: '2', plan, approval };
const card: Card = { at: now, tone: 'waiting', sections: [section] };
/** All who may approve anything. */
const approvers = ['web:lea', 'slack:U0LEA'];
const about = { incident: 'INC-1', message: 'turn-1', now, approvers };

describe('a proposal that is for some of the approvers names them and no others', () => {
  it('in Slack, in the card and in what is heard', () => {
    const { text, blocks } = toMessage(card, about);
    expect(JSON.stringify(blocks)).toContain('U0TOM');
    expect(JSON.stringify(blocks)).not.toContain('U0LEA');
    expect(text).toContain('(1 in Slack, Tom (console))');
  });

  it('in Teams', () => {
    const { card: drawn, summary } = toAdaptiveCard(card, about);
    expect(JSON.stringify(drawn)).toContain('(Tom (console), 1 in Slack)');
    expect(summary).toContain('(Tom (console), 1 in Slack)');
    expect(JSON.stringify(drawn) + summary).not.toContain('Lea');
  });

  it('in the console', () => {
    const person = (id: string) => ({ id, person: id, name: id });
    const drawn = (viewer: string) => {
      const view = { now, approvers, viewer: person(viewer) } as unknown as View;
      return JSON.stringify(planHtml(view, 'x', plan, approval, false));
    };
    expect(drawn('web:lea')).toContain('Waiting for an approver (Tom, 1 elsewhere) until');
    expect(drawn('web:tom')).toContain('Waiting for your decision until');
  });

  it('and calls them', () => {
    expect(calledBy(card, approvers)).toEqual(approval.by);
    expect(calledBy({ ...card, sections: [{ ...section, struck: true }] }, approvers)).toEqual(approvers);
    expect(calledBy({ ...card, sections: [{ id: '1', text: words('x') }] }, approvers)).toEqual(approvers);
  });
});
