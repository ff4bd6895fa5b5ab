import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { endOf, turn } from './fixtures.ts';

/** What every store must do about incidents of the same client, address or server. */
export function about(store: () => Store): void {
  const names = async (name: string, open = false, limit = 9) =>
    (await store().about(name, { open, limit })).map(({ id }) => id);

  test('incidents are found by what they are about, newest first, and the open ones alone', async () => {
    const first = turn('INC-1', undefined, { about: ['client:acme.example', 'ip:203.0.113.7'] });
    await store().commit(first);
    await store().commit(turn('INC-2', undefined, { about: ['client:acme.example'] }));
    await store().commit(turn('INC-3', undefined, {}));
    expect(await names('client:acme.example')).toEqual(['INC-2', 'INC-1']);
    expect(await names('client:acme.example', false, 1)).toEqual(['INC-2']);
    expect(await names('ip:203.0.113.7')).toEqual(['INC-1']);
    expect(await names('ip:203.0.113.70')).toEqual([]);
    expect(await names("'; drop table about; --")).toEqual([]);
    const ended = { outcome: 'resolved', text: { template: 'Done.' }, at: 9 } as const;
    const second = turn('INC-1', endOf(first), { about: ['client:acme.example', 'server:host2'] });
    await store().commit({ ...second, incident: { ...second.incident, ended } });
    expect(await names('client:acme.example', true)).toEqual(['INC-2']);
    expect(await names('client:acme.example')).toEqual(['INC-2', 'INC-1']);
    expect(await names('server:host2', true)).toEqual([]);
    expect(await names('server:host2')).toEqual(['INC-1']);
  });

  test('what a turn that was not taken is about is not found', async () => {
    await store().commit(turn('INC-1', undefined, {}));
    expect(await store().commit(turn('INC-1', undefined, { about: ['ip:192.0.2.1'] }))).not.toEqual({
      state: 'committed',
    });
    expect(await names('ip:192.0.2.1')).toEqual([]);
  });
}
