import { z } from 'zod';
import { duration, people, setting } from './config-values.ts';
import { durationMs, parseDuration } from './engine/duration.ts';

/** Names that `policy` of mailfix.yaml may have rules for, besides `default`. */
export const actionNames = [
  'unblockIp',
  'raiseAccountQuota',
  'raiseMailboxQuota',
  'returnQuota',
  'extendLease',
  'keepQuota',
  'sendInstructions',
] as const;

/** A list of people as mailfix.yaml may write it: a sequence, or a text with commas. */
export const personList = z
  .union([z.array(z.string()).transform((entries) => entries.join(',')), z.string()])
  .pipe(people);

/** `22:00-07:00` as minutes of the day. */
const quietHours = setting((text) => {
  const match = /^\s*([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)\s*$/.exec(text);
  const minute = (at: number) => Number(match?.[at]) * 60 + Number(match?.[at + 1]);
  const [from, to] = [minute(1), minute(3)];
  if (match === null)
    return { why: `"${text.slice(0, 40)}" is no time of the day: write it like 22:00-07:00` };
  return from === to ? { why: 'it is no time at all: begin and end are the same' } : { value: { from, to } };
});

/** `3 in 7d`. */
const limit = setting((text) => {
  const [, most = '', time = ''] = /^\s*(\d{1,6})\s+in\s+(\S+)\s*$/i.exec(text) ?? [];
  const parsed = parseDuration(time);
  if (most === '') return { why: `"${text.slice(0, 40)}" is no limit: write it like 3 in 7d` };
  return parsed.ok ? { value: { most: Number(most), withinMs: parsed.value } } : { why: parsed.why };
});

const count = z.int('write a whole number').min(1, 'write 1 or more').max(9, 'write 9 at most');
const megabytes = z.int('write whole megabytes').min(1, 'write whole megabytes').max(10_000_000);
const limits = z.strictObject({
  perSubject: limit.optional(),
  perClient: limit.optional(),
  perTechnician: limit.optional(),
  inAll: limit.optional(),
});
const raisedRisk = z.strictObject({ needs: count.optional(), approvers: personList.optional() });
const rule = z.strictObject({
  approvers: personList.optional(),
  needs: count.optional(),
  requesterMayApprove: z.boolean('write true or false').optional(),
  within: duration.optional(),
  remindAfter: duration.optional(),
  escalateTo: personList.optional(),
  escalateAfter: duration.optional(),
  quietHours: quietHours.optional(),
  limits: limits.optional(),
  raisedRisk: raisedRisk.optional(),
});
const action = rule.extend({ withoutApproval: z.boolean('write true or false').optional() });
const raise = action.extend({ ladder: z.array(megabytes).min(1).optional(), ceiling: megabytes.optional() });

type Written = z.output<typeof raise>;

/** `policy` of mailfix.yaml. Where a rule says nothing, `default` does. */
export const policySchema = z
  .strictObject({
    default: rule.optional(),
    unblockIp: action.optional(),
    raiseAccountQuota: raise.optional(),
    raiseMailboxQuota: raise.optional(),
    returnQuota: action.optional(),
    extendLease: action.optional(),
    keepQuota: action.optional(),
    sendInstructions: action.optional(),
  })
  .check(({ value, issues }) => {
    for (const [name, own] of Object.entries(value)) {
      if (own === undefined) continue;
      const all: Written = name === 'default' ? own : { ...value.default, ...own };
      for (const [key, message] of problemsOf(all)) {
        // Where it is written: in the rule itself, or in the default that it takes over.
        const at = Object.hasOwn(own, key) ? [name, key] : [name];
        issues.push({ code: 'custom', input: own, path: at, message });
      }
    }
  });

/** What `policy` says, as it is written. */
export type PolicyYaml = z.output<typeof policySchema>;

/** What does not go together in one rule, by the key that is to be changed. */
function* problemsOf(all: Written): Generator<readonly [keyof Written, string]> {
  const { within, remindAfter, escalateTo, escalateAfter, needs = 1, withoutApproval, ladder = [] } = all;
  const longer = (one: typeof within) =>
    one !== undefined && within !== undefined && durationMs(one) >= durationMs(within);
  if (longer(remindAfter)) yield ['remindAfter', 'it must be less than "within", or nobody is reminded'];
  if (longer(escalateAfter)) yield ['escalateAfter', 'it must be less than "within", or nobody is asked'];
  if (escalateAfter !== undefined && escalateTo === undefined)
    yield ['escalateAfter', 'it needs "escalateTo": who is to be asked then'];
  if (escalateTo !== undefined && escalateAfter === undefined && all.quietHours === undefined)
    yield ['escalateTo', 'it needs "escalateAfter" or "quietHours": when they are to be asked'];
  if (withoutApproval === true && needs > 1)
    yield [
      'withoutApproval',
      `it contradicts "needs: ${needs}"; for risky ones write "raisedRisk: { needs: ${needs} }"`,
    ];
  for (const [key, list, most] of [
    ['needs', all.approvers, needs],
    ['raisedRisk', all.raisedRisk?.approvers ?? all.approvers, all.raisedRisk?.needs ?? 1],
  ] as const) {
    const may = new Set([...(list ?? []), ...(escalateTo ?? [])]);
    const hasGroup = [...may].some((entry) => /^slack:(?:[^/]+\/)?S/.test(entry));
    if (list !== undefined && !hasGroup && may.size < most)
      yield [key, `it takes ${most} people, and only ${may.size} may approve`];
  }
  if (ladder.some((rung, index) => rung <= (ladder[index - 1] ?? 0)))
    yield ['ladder', 'its steps must grow, like [200, 300, 500]'];
  if (all.ceiling !== undefined && all.ceiling < (ladder.at(-1) ?? 0))
    yield ['ceiling', `it is below the ladder's last step, ${ladder.at(-1)}`];
}

/** What is known at a place of `policy`, for whoever wrote something else there. */
export function knownInPolicy(path: readonly string[]): string {
  const [name, part] = path;
  if (name === undefined) return `Known are default, ${actionNames.join(', ')}`;
  const shapes = { limits, raisedRisk } as const;
  if (part === 'limits' || part === 'raisedRisk')
    return `Known in ${part} are ${Object.keys(shapes[part].shape).join(', ')}`;
  const shape = name === 'default' ? rule : name.startsWith('raise') ? raise : action;
  return `Known in ${name} are ${Object.keys(shape.shape).join(', ')}`;
}
