import { z } from 'zod';
import { expect, test } from 'vitest';
import type { SeenAddress } from '../../src/actions/handler.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { dialog, idOf, ip, lea, opening, press, rig, sam } from './rig.ts';
import type { Life, Rig } from './rig.ts';

const ofClients: Dialog = {
  ...dialog,
  facts: dialog.facts.extend({ server: z.string(), account: z.string() }),
};

let opened = 0;
async function openFor(life: Life, account: string, server = 'host2'): Promise<string> {
  const { facts, ...rest } = opening(`open ${server} ${account} ${(opened += 1)}`);
  return idOf(await life.dispatcher.open({ ...rest, facts: { ...facts, server, account } }));
}

/** Goes as far as a check of this address, and gives what that could ask about the client. */
async function asked(it: Rig, life: Life, id: string, address: string): Promise<readonly SeenAddress[]> {
  let seen: readonly SeenAddress[] = [];
  it.firewall.onLook = async (context) => {
    if (context.incident === id) seen = await context.clientAddresses();
  };
  await it.clock.settle();
  idOf(await press(life, it, id, sam, 'Send', address));
  await it.clock.settle();
  return seen;
}

test('the addresses of a client are those of its earlier incidents on that server, the newest first', async () => {
  const it = rig();
  const life = it.boot({ dialog: ofClients });
  const [first, second, third] = [
    await openFor(life, 'acme'),
    await openFor(life, 'acme'),
    await openFor(life, 'acme'),
  ];
  expect(await asked(it, life, first, '192.0.2.1')).toEqual([]);
  await asked(it, life, await openFor(life, 'other'), '192.0.2.66');
  await asked(it, life, await openFor(life, 'acme', 'host1'), '192.0.2.67');
  it.firewall.blocked.add(ip);
  expect(await asked(it, life, second, ip)).toEqual([{ ip: '192.0.2.1', incident: first }]);
  idOf(await press(life, it, second, lea, 'Approve'));
  await it.clock.settle();
  expect(it.firewall.writes).toEqual([ip]);
  expect(await asked(it, life, third, '192.0.2.3')).toEqual([
    { ip, incident: second },
    { ip: '192.0.2.1', incident: first },
  ]);

  const cancelled = { type: 'incident.cancelled', why: 'the wrong client' };
  idOf(await life.dispatcher.press(cancelled, { id: 'c', source: 'web', incident: first, actor: sam }));
  await it.clock.settle();
  expect(await asked(it, life, await openFor(life, 'acme'), '192.0.2.4')).toEqual([
    { ip: '192.0.2.3', incident: third },
    { ip, incident: second },
  ]);
});

test('of an incident whose account is not known nothing is asked', async () => {
  const it = rig();
  const life = it.boot({ dialog: ofClients });
  await asked(it, life, await openFor(life, 'acme'), '192.0.2.1');
  const { facts, ...rest } = opening('open without an account');
  const id = idOf(await life.dispatcher.open({ ...rest, facts: { ...facts, server: 'host2' } }));
  expect(await asked(it, life, id, '192.0.2.2')).toEqual([]);
  expect(life.errors).toEqual([]);
});
