import { contracts } from '../../src/actions/contracts.ts';
import type { Channel } from '../../src/runtime/channel.ts';
import { realClock } from '../../src/runtime/clock.ts';
import { createPolicy } from '../../src/runtime/policy.ts';
import { createWorker } from '../../src/runtime/worker.ts';
import type { openDesk } from './desk.ts';

/** The name of the channel that shows everything at once, nowhere. */
export const nowhere = 'nowhere';

/** A worker over a desk, as `main` makes it, for whom everything outside is done at once; told of every check that begins. */
export function workAt(
  { store, dispatcher }: Awaited<ReturnType<typeof openDesk>>,
  begins: (incident: string) => void = () => {},
) {
  const channel: Channel = {
    name: nowhere,
    show: async ({ message }) => message,
    whisper: async () => {},
    nameOf: async (id) => id,
    rolesOf: async () => [],
  };
  const check = async (_: never, { incident }: { incident: string }) => {
    begins(incident);
    return { outcome: 'unknown' };
  };
  const worker = createWorker({
    store,
    dispatcher,
    channels: new Map([[nowhere, channel]]),
    contracts,
    handlers: Object.fromEntries(Object.keys(contracts).map((name) => [name, check])),
    policy: createPolicy({ approvers: [], fourEyes: false, rolesOf: async () => [] }),
    clock: realClock,
    random: Math.random,
    owner: `bench ${process.pid}`,
    log: {
      debug() {},
      warn() {},
      error: (fields, message) => process.stderr.write(`${message}: ${JSON.stringify(fields)}\n`),
    },
  });
  worker.start();
  return worker;
}
