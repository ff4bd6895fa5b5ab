import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { auditPage, type AuditPack } from '../../../adapters/web/audit-page.ts';
import { words } from '../../../src/engine/card.ts';
import type { Actor, EventBody } from '../../../src/engine/event.ts';
import { loggedEvent } from '../../../src/store/chain.ts';
import { proofOf } from '../../../src/store/proof.ts';
import { deriveKeys } from '../../../src/store/key.ts';
import { fingerprintOf } from '../../../src/store/export.ts';
import { createPolicy } from '../../../src/runtime/policy.ts';
import { incident } from '../../store/fixtures.ts';
import { ip, open, press, proposed, rig, sam, type Rig } from '../../runtime/rig.ts';
import { everything, hostile } from '../slack/hostile-card.ts';
import { textOf } from './rig.ts';

const { publicKey } = deriveKeys('a key for tests that is long enough');
const minute = 60_000;
const lea: Actor = { id: 'web:lea@desk', person: 'lea', name: 'Lea' };
const max: Actor = { id: 'web:max', person: 'web:max', name: 'Max' };

/** The elements that the page is made of. */
const ours = new Set(
  '!doctype html head meta title style body header section article figure figcaption pre h1 h2 h3 p dl dt dd ul ol li table thead tbody tr th td time code bdi strong em'.split(
    ' ',
  ),
);

const policy = createPolicy({
  approvers: ['web:leads'],
  fourEyes: true,
  rolesOf: async ({ id }) => (id === lea.id ? ['web:leads', 'web:desk'] : ['web:desk']),
});

async function packOf(it: Rig, id: string): Promise<AuditPack> {
  const log = (await it.store.log(id)).map(loggedEvent);
  return {
    incident: await it.read(id),
    client: 'acme.example',
    trouble: 'Blocked',
    log,
    places: await it.store.places(id),
    shown: await it.store.shown(id),
    proof: await proofOf(it.store, publicKey, id, log.length),
    timeZone: 'Asia/Kathmandu',
    madeAt: it.clock.now(),
  };
}

/** Max is refused, Lea approves with the rights of a group, the address opens, mail comes in. */
async function story(): Promise<{ it: Rig; id: string; pack: AuditPack; page: string }> {
  const it = rig();
  const life = it.boot({ policy });
  const id = await proposed(it, life);
  await press(life, it, id, max, 'Approve');
  await it.clock.settle();
  await it.clock.advance(minute);
  await press(life, it, id, lea, 'Approve');
  await it.clock.settle();
  await it.clock.advance(5 * minute);
  await press(life, it, id, sam, 'Yes');
  await it.clock.settle();
  const pack = await packOf(it, id);
  return { it, id, pack, page: await auditPage(pack) };
}

describe('the auditor’s page', () => {
  test('says who asked, who approved as what, why, what was done and what came of it', async () => {
    const { pack, page } = await story();
    const read = wordsOf(page);
    const [deed] = pack.incident.deeds;
    for (const part of [
      'INC-1 · acme.example · Blocked',
      'SIMULATORS: nothing here touches a real server',
      'State Resolved: Mail comes in.',
      'Asked for by Sam web:sam sam, 2025-06-02 15:45:00 GMT+05:45',
      'Runbook blocked, version 1',
      'Times Asia/Kathmandu, each with its offset',
      'Change blocked → clear (ip:203.0.113.7)',
      `Rests on ip ${ip}, said by Sam sam`,
      `Plan’s hash ${deed?.hash}`,
      'Outcome done, 2025-06-02 15:46:00 GMT+05:45, entry',
      'Max web:max Approve',
      'Refused: You are not an approver. Please ask web:leads. Groups and roles then: web:desk.',
      'Lea web:lea@desk lea Approve',
      'Allowed: named in APPROVERS as web:leads. Groups and roles then: web:leads, web:desk.',
      `Problem: ${ip} is blocked.`,
      `Sam web:sam sam answered “${ip}” to “Which address?”`,
      'web (home)',
      'Yes — Sam, 2025-06-02 15:51:00 GMT+05:45',
      `Unbroken over ${pack.log.length} entries when this page was made.`,
      `Last hash ${pack.log.at(-1)?.hash}`,
      `Key ${fingerprintOf(publicKey)} signs the exports of this server.`,
      'Redacted Nothing: every word of the log is here.',
    ])
      expect(read).toContain(part);
    for (const { hash } of pack.log) expect(read).toContain(hash);
    // A time without its date and zone means nothing later and elsewhere.
    expect(read.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\+05:45/g, '')).not.toMatch(
      /\b\d\d:\d\d\b(?! UTC)/,
    );
  });

  test('loads nothing and runs nothing', async () => {
    const { page } = await story();
    expect(page).toMatch(/^<!doctype html>/);
    // To the byte, or a browser leaves the style out.
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    expect(style.length).toBeGreaterThan(1000);
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; `);
    expect(page).not.toMatch(
      /<(?:script|link|img|iframe|object|embed|svg|a)\b|\bsrc=|\bhref=|@import|url\(|\son\w+=/i,
    );
    expect(page).toContain('@media print');
  });

  test('shows smaller plans that were approved, presses that are not decided yet, and proposals that ran out', async () => {
    const { it, id, pack } = await story();
    expect(it.firewall.writes).toEqual([ip]);
    const other = 'f'.repeat(64);
    const log = pack.log.slice(0, -1).map((row) => {
      const { event } = row;
      if (event.type === 'run.finished' && event.plan !== undefined) {
        const smaller = { ...event.plan, hash: other, to: 'open for a day' };
        return { ...row, event: { ...event, plan: { ...event.plan, alternatives: [smaller] } } };
      }
      return event.type === 'confirm.pressed' ? { ...row, event: { ...event, hash: other } } : row;
    });
    const smaller = wordsOf(await auditPage({ ...pack, log }));
    expect(smaller).toContain('Change blocked → open for a day');
    expect(smaller).toContain(`Plan’s hash ${other}`);

    const pressed = log.findIndex(({ event }) => event.type === 'confirm.pressed');
    const early = wordsOf(await auditPage({ ...pack, log: log.slice(0, pressed + 1) }));
    expect(early).toContain('Not decided yet.');
    expect(early).toContain('Outcome It was not carried out.');

    const waiting = rig();
    const life = waiting.boot({ policy });
    const second = await proposed(waiting, life);
    await waiting.clock.advance(30 * minute);
    const late = wordsOf(await auditPage(await packOf(waiting, second)));
    expect(late).toContain('It was not carried out: nobody had decided by 2025-06-02 16:15:00 GMT+05:45.');
    expect(late).toContain('Nobody pressed Approve or Reject.');
    expect(id).toBe(second);
  });

  test('says which rule approved what no person was asked about, also when the world changed meanwhile', async () => {
    const rule = { name: 'policy.unblock', approvers: ['web:leads'], needs: 1, requesterMayApprove: true };
    const rules = {
      default: rule,
      actions: new Map([['unblock', { ...rule, withoutApproval: true }]]),
    };
    const waiving = createPolicy({
      approvers: [],
      fourEyes: true,
      rules,
      rolesOf: async () => ['web:leads'],
    });
    const it = rig();
    const life = it.boot({ policy: waiving });
    const id = await proposed(it, life);
    await it.clock.settle();
    expect(it.firewall.writes).toEqual([ip]);
    const pack = await packOf(it, id);
    const read = wordsOf(await auditPage(pack));
    expect(read).toContain(
      'Approved by a rule, policy:policy.unblock: its risk is low, so no person was asked',
    );

    const changed = pack.log.map((row) =>
      row.event.type === 'run.finished' && row.event.key.includes('.act.')
        ? { ...row, event: { ...row.event, outcome: 'changed' } }
        : row,
    );
    const people = { approvedBy: [lea] };
    const visits = pack.incident.visits.map((visit) => ({ ...visit, ...people }));
    const later = { ...pack, log: changed, incident: { ...pack.incident, visits } };
    expect(wordsOf(await auditPage(later))).toContain('Approved by a rule, policy:policy.unblock');
    const covered = { ...pack, incident: { ...pack.incident, visits } };
    expect(wordsOf(await auditPage(covered))).toContain('Covered by an earlier approval, of Lea web:lea');
  });

  test('names what was redacted, and a chain that is broken', async () => {
    const { pack } = await story();
    const log = pack.log.map((row) => {
      if (row.event.type === 'answer.given')
        return { ...row, redacted: ['text'], event: { ...row.event, text: '[redacted]' } };
      if (row.event.type !== 'run.finished' || row.event.plan === undefined) return row;
      const { plan: _, ...event } = row.event;
      return { ...row, redacted: ['plan', 'findings'], event };
    });
    const proof = { ...pack.proof, fault: 'entry 3 was changed: its hash does not fit' };
    const read = wordsOf(await auditPage({ ...pack, log, proof }));
    const entry = log.find((row) => row.redacted.includes('plan'))?.seq;
    expect(read).toContain(`Entry ${entry}: plan, findings`);
    expect(read).toContain('A change (redacted)');
    expect(read).toContain('Redacted: text.');
    expect(read).toContain('Broken: entry 3 was changed: its hash does not fit');
    expect(read).not.toContain('Unbroken');
  });

  test('an incident in which nothing happened yet can be read too', async () => {
    const it = rig();
    const life = it.boot({ asleep: true });
    const read = wordsOf(await auditPage(await packOf(it, await open(life))));
    expect(read).toContain('None: nothing outside was to be changed.');
    expect(read).toContain('Nothing was found, or it was redacted.');
    expect(read).toContain('None was shown yet.');
  });

  test.each(hostile)('nothing that anybody said becomes mark-up: %#', async (v) => {
    const actor = { id: v, person: `${v}2`, name: v };
    const card = everything(v);
    const section = card.sections.find(({ plan }) => plan !== undefined);
    const plan = section?.plan;
    if (plan === undefined) throw new Error('the hostile card has no plan');
    const text = words('{v} **{v}** [{v}](https://docs.example/{v})', { v });
    const findings = [
      { check: v, verdict: 'fail', text, evidence: [text], bar: { usedMb: 2, limitMb: 1 } },
    ] as const;
    const fact = { value: v, by: v, person: v, source: 'person', at: 5 } as const;
    const bodies: readonly EventBody[] = [
      { type: 'incident.opened', dialog: v, version: 1, facts: { [v]: v } },
      { type: 'answer.given', key: '1.answer', text: v },
      { type: 'run.finished', key: '1.plan.0', outcome: 'planned', plan, findings },
      { type: 'confirm.pressed', key: '1.approval.0', hash: v, decision: 'reject', why: v },
      { type: 'confirm.decided', key: '1.press.4', authority: { allowed: true, roles: [v, v], reason: v } },
      { type: 'run.finished', key: '1.act.0', outcome: v, findings, facts: { [v]: v } },
      { type: 'note.added', text: v },
      { type: 'incident.held', why: v },
      { type: 'incident.handed-over', to: actor, why: v },
      { type: 'effect.died', key: '1.act.0', what: v, why: v },
    ];
    const log = bodies.map((body, n) => ({
      seq: n + 1,
      hash: v,
      redacted: [v],
      event: { ...body, id: v, source: v, incident: v, at: n, actor },
    }));
    const it = incident(v, 9, {
      dialog: v,
      openedBy: actor,
      owner: actor,
      facts: { v: fact, [v]: fact },
      ended: { outcome: 'resolved', text, at: 1 },
      hold: { at: 1, by: v, why: v },
    });
    const page = await auditPage({
      incident: it,
      client: v,
      trouble: v,
      log,
      places: [{ id: v, incident: v, channel: v, role: 'home', ref: v }],
      shown: [{ incident: v, place: v, message: v, ref: v, card, at: 5 }],
      proof: { count: 9, head: v, fault: v, keyFingerprint: v },
      timeZone: 'UTC',
      madeAt: 5,
    });
    const tags = new Set(
      [...page.matchAll(/<(\/?[a-z!][^\s>]*)/gi)].map(([, tag = '']) => tag.toLowerCase()),
    );
    expect([...tags].filter((tag) => !ours.has(tag.replace('/', '')))).toEqual([]);
    // Attributes are ours alone.
    for (const [, attributes = ''] of page.matchAll(/<[a-z][a-z0-9]*\b([^>]*)>/gi))
      expect(attributes).toMatch(
        /^(?:\s+(?:lang|charset|http-equiv|content|name|class|id|scope|datetime|aria-labelledby)="[^"]*")*\s*\/?$/,
      );
    expect(page).not.toMatch(/[\u0000\u001B\u202E\u2066]|\p{Surrogate}/u);
  });
});

/** As it is read: no space before a full stop. */
function wordsOf(page: string): string {
  return textOf(page).replaceAll(/ (?=[.,)])/g, '');
}
