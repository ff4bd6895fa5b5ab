import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { orderHandler, signOrder } from '../../src/runtime/orders.ts';
import { open, rig, start } from './rig.ts';

const key = Buffer.alloc(32, 7);

async function served() {
  const it = rig();
  const life = it.boot();
  const id = await open(life);
  const defects: unknown[] = [];
  const handler = orderHandler({
    dispatcher: life.dispatcher,
    key,
    now: () => it.clock.now(),
    defect: (error) => defects.push(error),
  });
  const server = createServer(handler);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
  const send = async (order: unknown, { signedBy = key, method = 'POST', signature = '' } = {}) => {
    const body = typeof order === 'string' ? order : JSON.stringify(order);
    const headers = { 'x-mailfix-signature': signature === '' ? signOrder(signedBy, body) : signature };
    const response = await fetch(url, { method, headers, ...(method === 'GET' ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, text, answer: text === '' ? undefined : (JSON.parse(text) as object) };
  };
  return { it, id, defects, send };
}

const hold = {
  id: 'a-number-used-once',
  at: start,
  incident: 'INC-1',
  by: 'root',
  event: { type: 'incident.held', why: 'court order 7' },
};

test('an order with the server’s own signature is done once, and noted under who gave it', async () => {
  const { it, id, send } = await served();
  expect(await send(hold)).toMatchObject({ status: 200, answer: { done: true } });
  expect(await send(hold)).toMatchObject({ status: 200, answer: { done: true } });
  expect((await it.read(id)).hold).toMatchObject({ by: 'root', why: 'court order 7' });
  expect((await it.store.log(id)).filter(({ source }) => source === 'cli')).toHaveLength(1);
  // Another order, which the engine refuses in its own words.
  const second = await send({ ...hold, id: 'another-number-used' });
  expect(second.answer).toEqual({
    done: false,
    message: 'INC-1 is under legal hold already, by root: court order 7',
  });
});

test.each<[string, unknown, object]>([
  ['with another key’s signature', hold, { signedBy: Buffer.alloc(32, 8) }],
  ['with none', hold, { signature: 'x' }],
  ['with one that is as long', hold, { signature: '0'.repeat(64) }],
  ['by GET', hold, { method: 'GET' }],
  ['of more than 10 kB', { ...hold, by: 'x'.repeat(10_001) }, {}],
])('an order %s finds nothing there', async (_, order, how) => {
  const { it, id, send, defects } = await served();
  expect(await send(order, how)).toEqual({ status: 404, text: '', answer: undefined });
  expect((await it.read(id)).hold).toBeUndefined();
  expect(defects).toEqual([]);
});

test.each<[string, object, string]>([
  ['six minutes old', { at: start - 360_000 }, 'too old'],
  ['of six minutes later', { at: start + 360_000 }, 'too old'],
  ['of another kind', { event: { type: 'incident.cancelled', why: 'x' } }, 'cannot be read'],
  ['without a reason', { event: { type: 'incident.held', why: ' ' } }, 'cannot be read'],
  ['with more in it', { more: 1 }, 'cannot be read'],
  ['of no class', { event: { type: 'incident.redacted', why: 'x', classes: [] } }, 'cannot be read'],
  [
    'of an unknown class',
    { event: { type: 'incident.redacted', why: 'x', classes: ['all'] } },
    'cannot be read',
  ],
  ['for nobody', { incident: 'INC-99' }, 'no incident "INC-99"'],
])('an order %s is refused in words', async (_, change, words) => {
  const { it, id, send } = await served();
  const { answer } = await send({ ...hold, ...change });
  expect(answer).toMatchObject({ done: false, message: expect.stringContaining(words) });
  expect((await it.read(id)).hold).toBeUndefined();
});

test('a signed order that is no JSON is refused, not a crash', async () => {
  const { send, defects } = await served();
  expect((await send('{')).status).toBe(200);
  expect(defects).toEqual([]);
});
