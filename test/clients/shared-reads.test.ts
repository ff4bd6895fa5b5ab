import { expect, test } from 'vitest';
import { sharedReads } from '../../src/clients/shared-reads.ts';
import { whmClient } from '../../src/clients/whm.ts';
import { faultyServer } from '../fakes/faulty-server.ts';

/** A WHM that answers when the test says so; `closed` counts the connections that its callers gave up. */
async function slowWhm() {
  const waiting: { url: string; answer: (body: string) => void }[] = [];
  let closed = 0;
  const server = await faultyServer((request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) closed += 1;
    });
    waiting.push({ url: request.url ?? '', answer: (body) => void response.end(body) });
  });
  const whm = whmClient({ url: server.url, user: 'root', token: 'secret', now: Date.now });
  const arrived = (count: number) => expect.poll(() => waiting.length).toBe(count);
  return { server, whm, waiting, arrived, closed: () => closed };
}
const owner = (user: string) => `{"metadata":{"result":1},"data":{"user":"${user}"}}`;

test('identical reads at the same time are one call, other parameters are another, later ones too', async () => {
  const { server, whm, waiting, arrived } = await slowWhm();
  const same = [1, 2, 3].map(() => whm.domainOwner('a.example'));
  const other = whm.domainOwner('b.example');
  await arrived(2);
  waiting[0]?.answer(owner('a'));
  waiting[1]?.answer(owner('b'));
  expect(await Promise.all([...same, other])).toEqual(['a', 'a', 'a', 'b']);
  const later = whm.domainOwner('a.example');
  await arrived(3);
  waiting[2]?.answer(owner('c'));
  expect(await later).toBe('c');
  await server.close();
});

test('whoever gives up leaves the others alone; the call is given up with the last of them', async () => {
  const { server, whm, waiting, arrived, closed } = await slowWhm();
  const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
  const one = whm.domainOwner('a.example', { signal: first.signal });
  const two = whm.domainOwner('a.example', { signal: second.signal });
  await arrived(1);
  first.abort();
  await expect(one).rejects.toMatchObject({ code: 'whm.cancelled', outcome: 'not-applied' });
  expect(closed()).toBe(0);
  waiting[0]?.answer(owner('a'));
  expect(await two).toBe('a');

  const last = [second, third].map(({ signal }) => whm.domainOwner('a.example', { signal }));
  await arrived(2);
  second.abort();
  third.abort();
  for (const read of last) await expect(read).rejects.toMatchObject({ code: 'whm.cancelled' });
  await expect.poll(closed).toBe(1);
  // The abandoned call is nobody's any more: the next one asks anew.
  const next = whm.domainOwner('a.example');
  await arrived(3);
  waiting[2]?.answer(owner('n'));
  expect(await next).toBe('n');
  await server.close();
});

test('all who share a call are told of its failure', async () => {
  const { server, whm, waiting, arrived } = await slowWhm();
  const both = Promise.allSettled([whm.domainOwner('a.example'), whm.domainOwner('a.example')]);
  await arrived(1);
  waiting[0]?.answer('{"metadata":{"result":0,"reason":"It did not work."}}');
  expect(await both).toMatchObject([
    { status: 'rejected', reason: { code: 'whm.failed' } },
    { status: 'rejected', reason: { code: 'whm.failed' } },
  ]);
  await server.close();
});

test('a read after a change never gets an answer from before it', async () => {
  const { server, whm, waiting, arrived } = await slowWhm();
  const before = whm.diskUsage('a');
  const write = whm.setAccountQuota('a', 300);
  await arrived(2);
  const during = whm.diskUsage('a');
  await arrived(3);
  waiting[1]?.answer('{"metadata":{"result":1}}');
  await write;
  const after = whm.diskUsage('a');
  await arrived(4);
  const disk = (mb: number) =>
    `{"metadata":{"result":1},"data":{"accounts":[{"user":"a","blocks_used":1024,"blocks_limit":${mb * 1024}}]}}`;
  for (const [index, mb] of [
    [0, 200],
    [2, 250],
    [3, 300],
  ] as const)
    waiting[index]?.answer(disk(mb));
  expect(await Promise.all([before, during, after])).toMatchObject([
    { limitMb: 200 },
    { limitMb: 250 },
    { limitMb: 300 },
  ]);
  await server.close();
});

test('a call that nobody waits for is never joined, even if it does not end', async () => {
  const reads = sharedReads<number>();
  const caller = new AbortController();
  const hung = reads.join('a', () => new Promise(() => {}), caller.signal);
  caller.abort();
  await expect(hung).rejects.toThrow('aborted');
  expect(await reads.join('a', async () => 7, undefined)).toBe(7);
});

test('a caller who has given up already asks nothing', async () => {
  const reads = sharedReads<number>();
  let asked = 0;
  const ask = async () => (asked += 1);
  await expect(reads.join('a', ask, AbortSignal.abort())).rejects.toThrow('aborted');
  expect(asked).toBe(0);
  expect(await reads.join('a', ask, new AbortController().signal)).toBe(1);
});
