import { words } from '../engine/card.ts';
import type { Text } from '../engine/card.ts';
import type { Alarm } from '../engine/incident.ts';
import type { PlanDraft, Risk } from '../engine/plan.ts';
import type { DeedRow } from '../store/store.ts';
import { whyOf } from './attempt.ts';
import { ipEvidence, ipFinding } from './blockers/words.ts';
import { moment } from './phrases.ts';
import { cpaCall } from './unblock-call.ts';
import { withSuspicions } from './suspicions.ts';
import { stateWords } from './unblock-sight.ts';
import type { Sight } from './unblock-sight.ts';

/** Deeds that may have un-blocked an address. */
const counts = new Set(['accepted', 'partly', 'unknown']);

/** The newest deed that may have un-blocked the address; deeds come newest first. */
export function lastUnblock(deeds: readonly DeedRow[]): DeedRow | undefined {
  return deeds.find(({ outcome }) => counts.has(outcome));
}

/** Names a deed for good, so that a later one is recognised as another. */
export function deedName(deed: DeedRow | undefined): string {
  return deed === undefined ? 'none' : `${deed.incident} at ${deed.at}`;
}

/** What happened before that speaks for a second look. */
export interface Past {
  /** The newest un-block of the address within a day. */
  readonly last: DeedRow | undefined;
  /** Why it is one un-block too many within the week. */
  readonly repeated: Text | undefined;
  /** Why it may not be the client's. */
  readonly foreign: Text | undefined;
  /** Why it may be the server, not the client. */
  readonly suspected: readonly Alarm[];
}

/**
 * The plan of one un-block: the CPA System is asked, which is the company's way, and what a server was found to hold and
 * mailfix may lift is lifted at once. Its evidence is kept here because the un-block erases it at its source.
 */
export function unblockPlan(
  asked: { readonly ip: string; readonly server?: string | undefined },
  { sight, byCpa }: { readonly sight: Sight; readonly byCpa: boolean },
  past: Past,
  now: number,
): PlanDraft {
  const { last } = past;
  const { ip, server } = asked;
  const { held } = sight;
  const lifters = held.map(({ look }) => look.name);
  return {
    subject: `ip:${ip}`,
    title: words('Un-block {ip}', { ip }),
    input: {
      ip,
      ...(server === undefined ? {} : { server }),
      sawServers: sight.servers,
      sawCpa: sight.cpa,
      lastDeed: deedName(last),
      ...(held.length === 0 ? {} : { holds: held.map(({ holds }) => holds) }),
    },
    calls: [
      ...(byCpa
        ? [{ id: cpaCall, system: 'cpa', text: words('CPA System: un-block {ip}', { ip }) } as const]
        : []),
      ...held.map(({ lift, look }) => ({ id: lift.id, system: 'whm', text: lift.text(look) }) as const),
    ],
    from: stateWords(sight),
    to: [
      ...(byCpa ? ['un-block asked of the CPA System'] : []),
      ...lifters.map((name) => `lifted in ${name}`),
    ].join('; '),
    evidence: evidenceOf(ip, sight, last, now),
    consequence: consequenceOf(sight, lifters, byCpa),
    risk: withSuspicions(riskOf(sight, past, now), past.suspected),
    needs: 1,
  };
}

function consequenceOf({ looks }: Sight, lifters: readonly string[], byCpa: boolean): Text {
  const parts: string[] = [];
  if (lifters.length > 0) parts.push(`{lifters} ${lifters.length === 1 ? 'lets' : 'let'} go at once.`);
  if (byCpa) parts.push(lifters.length > 0 ? 'The CPA System takes 5–10 minutes.' : 'It takes 5–10 minutes.');
  if (looks.some(({ failedLogins }) => failedLogins.length > 0)) {
    parts.push(
      'It erases the failed logins at their source; this log keeps them.',
      'A device that still uses the wrong password brings the block back within minutes.',
    );
  }
  const names = lifters.length === 0 ? {} : { values: { lifters: lifters.join(' and ') } };
  return { template: parts.join(' '), ...names };
}

function evidenceOf(ip: string, sight: Sight, last: DeedRow | undefined, now: number): readonly Text[] {
  const texts = sight.looks.flatMap((look) => [
    ipFinding('unblockIp', ip, look, now).text,
    ...ipEvidence(look, now),
  ]);
  if (sight.looks.length === 0)
    texts.push(words('Our servers were not asked: no such WHM server in the settings.'));
  if (sight.cpa === 'blocked') texts.push(words('The CPA System says that {ip} is blocked.', { ip }));
  if (sight.cpa === 'clear') texts.push(words('The CPA System says that {ip} is not blocked.', { ip }));
  if (sight.cpa === 'unknown')
    texts.push(words('The CPA System did not say whether {ip} is blocked.', { ip }));
  texts.push(...sight.errors.filter(({ code }) => code.startsWith('cpa.')).map(whyOf));
  if (last !== undefined) {
    const values = { incident: last.incident, at: moment(last.at, now) };
    const template =
      last.outcome === 'accepted'
        ? '{incident} had it un-blocked before, at {at}.'
        : '{incident} asked for it at {at}; it is not known whether that arrived.';
    texts.push(words(template, values));
  }
  return texts;
}

function riskOf(sight: Sight, { last, repeated, foreign }: Past, now: number): Risk {
  const raised: Text[] = [repeated, foreign].filter((reason) => reason !== undefined);
  const domains = domainsOf(sight);
  if (domains.length > 1) {
    const shown =
      domains.slice(0, 4).join(', ') + (domains.length > 4 ? ` and ${domains.length - 4} more` : '');
    raised.push(words('Logins failed for mailboxes of several clients: {domains}.', { domains: shown }));
  }
  for (const { name, blocks } of sight.looks) {
    const isLifted = sight.held.some(({ look }) => look.name === name);
    const ours = blocks.filter(({ byHand }) => byHand);
    if (ours.length > 0) {
      const template =
        isLifted && ours.every(({ liftable }) => liftable)
          ? 'Somebody blocked it in {name} by hand, and this takes it off.'
          : 'Somebody blocked it in {name} by hand; an un-block may not take it off.';
      raised.push(words(template, { name }));
    }
    // What is a range or to stay has a reason of its own.
    const isForGood = blocks.some(
      ({ until, byHand, stuck }) => until === 'never' && !byHand && stuck === undefined,
    );
    if (isForGood)
      raised.push(words('{name} denies it with no end date: it would not open by itself, ever.', { name }));
  }
  for (const { stuck } of sight.looks.flatMap(({ blocks }) => blocks)) {
    if (stuck !== undefined) raised.push(words('The un-block will not lift all of it: {stuck}', { stuck }));
  }
  for (const { name, state } of sight.looks) {
    if (state === 'unknown') raised.push(words('Its state in {name} is not known.', { name }));
  }
  if (sight.looks.length === 0 && sight.seen !== 'blocked') {
    raised.push(words('Its state on our servers is not known.'));
  }
  if (sight.cpa === 'unknown') raised.push(words('Its state in the CPA System is not known.'));
  if (sight.seen === 'clear') {
    raised.push(words('It is not blocked as far as can be seen.'));
  }
  if (last !== undefined && last.outcome !== 'accepted') {
    const template = 'An un-block asked for at {at} may still be on its way.';
    raised.push(words(template, { at: moment(last.at, now) }));
  }
  if (raised.length > 0) return { level: 'raised', reasons: raised };
  const [only] = domains;
  const low =
    only === undefined
      ? words('It only lifts a block.')
      : words('Its failed logins are all for {domain}.', { domain: only });
  return { level: 'low', reasons: [low] };
}

/** Domains of the mailboxes that logins failed for; other user names say nothing about whose they are. */
function domainsOf(sight: Sight): readonly string[] {
  const users = sight.looks.flatMap(({ failedLogins }) => failedLogins.map(({ user }) => user.toLowerCase()));
  const domains = users.flatMap((user) =>
    user.includes('@') ? [user.slice(user.lastIndexOf('@') + 1)] : [],
  );
  return [...new Set(domains)].toSorted();
}
