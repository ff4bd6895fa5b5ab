import { actionNames, type PolicyYaml } from './config-policy.ts';
import { durationMs, type Duration } from './engine/duration.ts';

type Written = NonNullable<PolicyYaml['raiseAccountQuota']>;
type Limits = NonNullable<Written['limits']>;

/** What holds where `policy` of mailfix.yaml says nothing. */
interface Fallback {
  readonly approvers: readonly string[];
  readonly fourEyes: boolean;
  /** Whoever may approve may do so with any of their accounts. */
  readonly withAccounts: (entries: readonly string[]) => readonly string[];
}

/** By how much a quota is raised, and how far (MB). */
export interface QuotaLadder {
  readonly ladder?: readonly number[];
  readonly ceiling?: number;
}

/** The policy's rules, each complete: its own settings over those of `default`, over APPROVERS and FOUR_EYES. */
export function rulesOf(policy: PolicyYaml, fallback: Fallback) {
  const actions = actionNames.flatMap((name) => {
    const own = policy[name];
    return own === undefined
      ? []
      : [[name, ruleOf(`policy.${name}`, { ...policy.default, ...own }, fallback)] as const];
  });
  const plain = policy.default === undefined ? 'APPROVERS' : 'policy.default';
  return {
    default: ruleOf(plain, policy.default ?? {}, fallback),
    actions: new Map<string, ReadRule>(actions),
  };
}

/** Everybody whom a rule names. */
export function everybodyIn({ default: plain, actions }: ReturnType<typeof rulesOf>): readonly string[] {
  const rules = [plain, ...actions.values()];
  return [
    ...new Set(
      rules.flatMap(({ approvers, escalateTo = [], raisedRisk = {} }) => [
        ...approvers,
        ...escalateTo,
        ...(raisedRisk.approvers ?? []),
      ]),
    ),
  ];
}

/** What takes longer than a proposal waits, where its time is not written in the same rule. */
export function tooLate(policy: PolicyYaml, approvalWithin: Duration): readonly string[] {
  return (['default', ...actionNames] as const).flatMap((name) => {
    const all: Written = { ...policy.default, ...policy[name] };
    if (policy[name] === undefined || all.within !== undefined) return [];
    return (['remindAfter', 'escalateAfter'] as const).flatMap((key) => {
      const time = all[key];
      return time === undefined || durationMs(time) < durationMs(approvalWithin)
        ? []
        : [
            `policy.${name}.${key} is ${time}, and a proposal waits ${approvalWithin} only. Write "within" too.`,
          ];
    });
  });
}

/** How a quota is raised, by `policy`. */
export function ladderOf(policy: PolicyYaml, name: 'raiseAccountQuota' | 'raiseMailboxQuota'): QuotaLadder {
  const { ladder, ceiling } = policy[name] ?? {};
  return { ...(ladder === undefined ? {} : { ladder }), ...(ceiling === undefined ? {} : { ceiling }) };
}

type ReadRule = ReturnType<typeof ruleOf>;

function ruleOf(name: string, written: Written, fallback: Fallback) {
  const { within, remindAfter, escalateTo, escalateAfter, raisedRisk, withoutApproval } = written;
  const { withAccounts } = fallback;
  const { needs, approvers } = raisedRisk ?? {};
  return {
    name,
    approvers: withAccounts(written.approvers ?? fallback.approvers),
    needs: written.needs ?? 1,
    requesterMayApprove: written.requesterMayApprove ?? !fallback.fourEyes,
    limits: limitsOf(written.limits ?? {}),
    ...(within === undefined ? {} : { withinMs: durationMs(within) }),
    ...(remindAfter === undefined ? {} : { remindAfterMs: durationMs(remindAfter) }),
    ...(escalateTo === undefined ? {} : { escalateTo: withAccounts(escalateTo) }),
    ...(escalateAfter === undefined ? {} : { escalateAfterMs: durationMs(escalateAfter) }),
    ...(written.quietHours === undefined ? {} : { quietHours: written.quietHours }),
    ...(withoutApproval === undefined ? {} : { withoutApproval }),
    ...(raisedRisk === undefined
      ? {}
      : {
          raisedRisk: {
            ...(needs === undefined ? {} : { needs }),
            ...(approvers === undefined ? {} : { approvers: withAccounts(approvers) }),
          },
        }),
  };
}

function limitsOf({ perSubject, perClient, perTechnician, inAll }: Limits) {
  const all = [
    ['subject', perSubject],
    ['client', perClient],
    ['technician', perTechnician],
    ['all', inAll],
  ] as const;
  return all.flatMap(([per, limit]) => (limit === undefined ? [] : [{ per, ...limit }]));
}
