import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fieldClasses } from '../engine/event.ts';
import type { FieldClass } from '../engine/event.ts';
import { ordersPath, signOrder } from '../runtime/orders.ts';
import type { Order } from '../runtime/orders.ts';
import { incidentId } from './export.ts';
import { neededKeys } from './open-store.ts';
import { CommandError, listenAddress, oneOf, result, settings, UsageError } from './usage.ts';

const answered = z.object({ done: z.boolean(), message: z.string() });

/** `mailfix hold INC --why WORDS`: nothing of the incident is redacted until it is released. */
export async function hold(args: readonly string[]): Promise<number> {
  const { id, why } = read(args);
  return order(id, { type: 'incident.held', why });
}

/** `mailfix release INC --why WORDS`: ends a legal hold. */
export async function release(args: readonly string[]): Promise<number> {
  const { id, why } = read(args);
  return order(id, { type: 'incident.released', why });
}

/** `mailfix redact INC --class CLASS[,CLASS] --why WORDS`: deletes what is of these classes, for good. */
export async function redact(args: readonly string[]): Promise<number> {
  const { id, why, classes } = read(args, true);
  return order(id, { type: 'incident.redacted', why, classes });
}

function read(
  args: readonly string[],
  withClasses = false,
): { id: string; why: string; classes: FieldClass[] } {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      why: { type: 'string' },
      ...(withClasses ? { class: { type: 'string', multiple: true } } : {}),
    },
  });
  const id = incidentId(oneOf(positionals, 'INC'));
  const why = typeof values['why'] === 'string' ? values['why'].trim() : '';
  if (why === '') throw new UsageError('--why is missing: the log says why.');
  if (why.length > 500) throw new UsageError(`--why has ${why.length} signs, and at most 500 are noted.`);
  const named =
    'class' in values && Array.isArray(values.class)
      ? values.class.flatMap((one) => String(one).split(','))
      : [];
  if (withClasses && named.length === 0) throw new UsageError(`--class is missing: ${classWords()}.`);
  const classes = named.map((name) => {
    const known = fieldClasses.find((one) => one === name.trim());
    if (known === undefined)
      throw new UsageError(`--class cannot be "${name.slice(0, 40)}": it is ${classWords()}.`);
    return known;
  });
  return { id, why, classes: [...new Set(classes)] };
}

function classWords(): string {
  return `${fieldClasses.slice(0, -1).join(', ')} or ${fieldClasses.at(-1)}`;
}

/** The running server does it, so that it is one event like any other and the messages follow. */
async function order(incident: string, event: Order['event']): Promise<number> {
  const config = settings();
  const url = `${listenAddress(config)}${ordersPath}`;
  const id = randomBytes(18).toString('base64url');
  const body = JSON.stringify({
    id,
    at: Date.now(),
    incident,
    by: userInfo().username,
    event,
  } satisfies Order);
  const signature = signOrder(neededKeys(config).mac('orders'), body);
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'x-mailfix-signature': signature },
    redirect: 'error',
    signal: AbortSignal.timeout(30_000),
  }).catch(() => undefined);
  if (response === undefined)
    throw new CommandError(
      `there is no mailfix at ${url}. Start it: what changes an incident is done by the server.`,
    );
  const answer = response.ok ? answered.safeParse(await response.json()) : undefined;
  if (answer?.success !== true)
    throw new CommandError(
      `the server at ${url} does not take this order (${response.status}). Run it with the server’s own settings and key.`,
    );
  if (!answer.data.done) throw new CommandError(answer.data.message);
  result(`${incident}: ${answer.data.message}`);
  return 0;
}
