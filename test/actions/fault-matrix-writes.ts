import type { Write } from './fault-matrix.ts';
import type { Rig } from './rig.ts';

/**
 * What is known of a write afterwards. `with status`, `silent`: the CPA System tells what it has, or not. `quota`, `lift`:
 * WHM shows things as they are. `cpa besides`, `lift besides`: the one of two calls of a plan that something goes wrong with.
 */
export type Kind = 'with status' | 'silent' | 'quota' | 'lift' | 'cpa besides' | 'lift besides';

/** Whose way of saying no it has. */
export type Speech = 'api' | 'site' | 'whm' | 'csf';

/** A write with what is known of it. */
export type Known = Write & { readonly kind: Kind; readonly speech: Speech };

const byCphulk = '203.0.113.7';
const byCsf = '192.0.2.131';
const flushName = 'flush_cphulk_login_history_for_ips';

function watchPending(one: Rig, made: () => void): void {
  const { pendingUnblocks } = one.sims.world;
  const set = pendingUnblocks.set.bind(pendingUnblocks);
  pendingUnblocks.set = (...pair) => {
    made();
    return set(...pair);
  };
}

/** Tells of every new value of a field, but only where `isMade` says that it is the change. */
function watchField<T>(target: object | undefined, field: string, isMade: (was: T, is: T) => boolean) {
  return (made: () => void): void => {
    if (target === undefined || !(field in target)) throw new Error('nothing to watch');
    let held = Reflect.get(target, field) as T;
    Object.defineProperty(target, field, {
      get: () => held,
      set: (value: T) => {
        if (isMade(held, value)) made();
        held = value;
      },
    });
  };
}
const watchLimit = (target: object | undefined, made: () => void) =>
  watchField<number>(target, 'limitMb', () => true)(made);
/** It was there, and is no more. */
const isTaken =
  <T>(isIt: (row: T) => boolean) =>
  (was: readonly T[], is: readonly T[]) =>
    was.some(isIt) && !is.some(isIt);
const watchCphulk = (one: Rig, made: () => void) =>
  watchField(
    one.sims.world,
    'brutes',
    isTaken<{ ip: string }>(({ ip }) => ip === byCphulk),
  )(made);
const watchCsf = (one: Rig, made: () => void) =>
  watchField(
    one.sims.world.csf,
    'deny',
    isTaken<{ entry: string }>(({ entry }) => entry === byCsf),
  )(made);
const accountIn = (one: Rig, user: string) => one.sims.world.accounts.find((each) => each.user === user);

const unblocks = (ip: string): Pick<Write, 'contract' | 'plan'> => ({
  contract: 'unblockIp',
  plan: ({ unblockIp }, one) => unblockIp.plan({ ip, server: 'host2' }, one.context()),
});

function unblock(by: 'json' | 'form' | 'site', cpa: 'with status' | 'without status'): Known {
  return {
    ...unblocks(byCphulk),
    kind: cpa === 'with status' ? 'with status' : 'silent',
    speech: by === 'site' ? 'site' : 'api',
    options: { by, cpa },
    call: by === 'site' ? 'site un-block' : 'unblock',
    answer: by === 'site' ? 'un-block page' : 'unblock',
    look: by === 'site' ? 'sign-in page' : cpa === 'with status' ? 'status' : 'get_cphulk_brutes',
    watch: watchPending,
  };
}

const flush: Known = {
  ...unblocks(byCphulk),
  kind: 'lift',
  speech: 'whm',
  options: { cpa: 'none', lifts: true },
  call: flushName,
  answer: flushName,
  look: 'get_cphulk_brutes',
  watch: watchCphulk,
};
const kill: Known = {
  ...flush,
  ...unblocks(byCsf),
  speech: 'csf',
  call: 'csf kill',
  answer: 'csf kill',
  look: 'csf.cgi',
  watch: watchCsf,
};

/** Every write that mailfix makes but mail, which has another outside. */
export const writes: Readonly<Record<string, Known>> = {
  'un-block, JSON, with status': unblock('json', 'with status'),
  'un-block, JSON, silent': unblock('json', 'without status'),
  'un-block, form, with status': unblock('form', 'with status'),
  'un-block, form, silent': unblock('form', 'without status'),
  'un-block, old site, with status': unblock('site', 'with status'),
  'un-block, old site, silent': unblock('site', 'without status'),
  'cPHulk flush': flush,
  'CSF kill': kill,
  'un-block before a flush': {
    ...unblock('json', 'with status'),
    kind: 'cpa besides',
    options: { lifts: true },
    watchOther: watchCphulk,
  },
  'flush after an un-block': {
    ...flush,
    kind: 'lift besides',
    options: { lifts: true },
    mark: 2,
    watchOther: watchPending,
  },
  'kill after an un-block': {
    ...kill,
    kind: 'lift besides',
    options: { lifts: true },
    mark: 2,
    watchOther: watchPending,
  },
  editquota: {
    kind: 'quota',
    speech: 'whm',
    contract: 'raiseAccountQuota',
    options: {},
    call: 'editquota',
    answer: 'editquota',
    look: 'get_disk_usage',
    plan: ({ raiseAccountQuota }, one) =>
      raiseAccountQuota.plan({ account: 'harbortax', server: 'host2' }, one.context()),
    watch: (one, made) => watchLimit(accountIn(one, 'harbortax'), made),
  },
  edit_pop_quota: {
    kind: 'quota',
    speech: 'whm',
    contract: 'raiseMailboxQuota',
    options: {},
    call: 'Email::edit_pop_quota',
    answer: 'Email::edit_pop_quota',
    look: 'Email::list_pops_with_disk',
    plan: ({ raiseMailboxQuota }, one) =>
      raiseMailboxQuota.plan(
        { account: 'lindqvist', server: 'host2', mailbox: 'erik@lindqvist-cpa.example' },
        one.context(),
      ),
    watch: (one, made) => watchLimit(accountIn(one, 'lindqvist')?.mailboxes[0], made),
  },
};
