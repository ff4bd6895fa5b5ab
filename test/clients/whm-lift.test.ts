import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
import { readCsfKill } from '../../src/clients/csf-page.ts';
import { whmClient } from '../../src/clients/whm.ts';
import type { WhmClient } from '../../src/clients/whm.ts';

const now = Date.UTC(2026, 10, 23, 10, 1);
const [byCphulk, byCsf, kept] = ['203.0.113.7', '192.0.2.131', '192.0.2.132'];
let sim: Simulators;
let whm: WhmClient;

beforeAll(async () => {
  sim = await startSimulators({ now: () => now });
});
beforeEach(() => {
  sim.reset();
  whm = client(sim.whmWriteToken);
});
afterAll(() => sim.close());

function client(writeToken: string | undefined): WhmClient {
  return whmClient({
    url: sim.whmUrl,
    user: sim.whmUser,
    token: sim.whmToken,
    writeToken,
    totalMs: 2000,
    now: () => now,
  });
}
const writes = () => sim.calls().filter(({ method }) => method === 'POST');

describe('a flush of cPHulk', () => {
  test('is of one address, and says how many records went', async () => {
    expect(await whm.cphulkFlush(byCphulk)).toBe(14);
    expect(writes()).toMatchObject([
      {
        function: 'flush_cphulk_login_history_for_ips',
        params: { 'api.version': '1', ip: byCphulk },
      },
    ]);
    expect(await whm.cphulkBrutes(byCphulk)).toEqual([]);
    expect(sim.world.failedLogins.map(({ ip }) => ip)).toEqual(Array(3).fill('198.51.100.23'));
    expect(sim.world.blackList.size).toBe(2);
  });

  test('of nothing is a success too; a build that does not say how many went, as well', async () => {
    expect(await whm.cphulkFlush('192.0.2.1')).toBe(0);
    const body = '{"data":{},"metadata":{"result":1,"reason":"OK"}}';
    sim.faults.next('flush_cphulk_login_history_for_ips', { kind: 'reply', body });
    expect(await whm.cphulkFlush('192.0.2.1')).toBeNull();
  });

  test.each(['', 'all', '203.0.113.0/24', '203.0.113.7&ip-2=192.0.2.1'])(
    'of "%s" never leaves, nor a kill',
    async (ip) => {
      await expect(whm.cphulkFlush(ip)).rejects.toThrow(RangeError);
      await expect(whm.csf.kill(ip)).rejects.toThrow(RangeError);
      expect(sim.calls()).toEqual([]);
    },
  );
});

describe('a kill of CSF', () => {
  test('takes the address off, and says what csf printed', async () => {
    await whm.csf.look(byCsf);
    expect(await whm.csf.kill(byCsf)).toBe(`Removing rule...\ncsf: ${byCsf} not found in temporary bans`);
    expect(writes()).toMatchObject([{ function: 'csf kill', params: { action: 'kill', ip: byCsf } }]);
    expect(await whm.csf.look(byCsf)).toMatchObject({ blocked: false, entries: [] });
  });

  test('of what is to stay is no failure, so that one has to look again', async () => {
    expect(await whm.csf.kill(kept)).toContain('set as "do not delete" - not removed');
    expect(await whm.csf.look(kept)).toMatchObject({ blocked: true });
  });

  test('by a reseller has another name and another page', async () => {
    sim.world.csf.access = 'reseller';
    await whm.csf.look(byCsf);
    expect(await whm.csf.kill(byCsf)).toContain('Removing rule...');
    expect(writes()).toMatchObject([{ params: { action: 'qkill', ip: byCsf } }]);
  });

  test('is sent to where the plugin was seen', async () => {
    sim.world.csf.installed = 'older';
    await whm.csf.look(byCsf);
    await whm.csf.kill(byCsf);
    expect((await whm.csf.look(byCsf)).blocked).toBe(false);
  });

  test.each<[string, () => void, string, string]>([
    ['a reseller without UNBLOCK', () => (sim.world.csf.mayUnblock = false), 'csf.no-access', 'not-applied'],
    [
      'a page that breaks off',
      () => sim.faults.next('csf kill', { kind: 'spoil', spoil: (body) => body.slice(0, 240) }),
      'csf.broken-answer',
      'unknown',
    ],
    [
      'a page of somebody else',
      () => sim.faults.next('csf kill', { kind: 'reply', body: '<html>Welcome</html>' }),
      'csf.broken-answer',
      'unknown',
    ],
    ['a login page', () => sim.faults.next('csf kill', 'loginPage'), 'csf.no-access', 'not-applied'],
    ['a refused token', () => sim.faults.next('csf kill', 'deniedHtml'), 'csf.no-access', 'not-applied'],
    ['a crash', () => sim.faults.next('csf kill', 'crashAfter'), 'whm.server-error', 'unknown'],
    ['a reset', () => sim.faults.next('csf kill', 'resetAfter'), 'whm.connection-lost', 'unknown'],
  ])('that meets %s', async (_, happen, code, outcome) => {
    sim.world.csf.access = 'reseller';
    await whm.csf.look(byCsf);
    happen();
    await expect(whm.csf.kill(byCsf)).rejects.toMatchObject({ code, outcome });
    expect(writes()).toHaveLength(1);
  });

  test('whose page shows one of its two parts alone is not believed', () => {
    const part = (list: string) =>
      `<div><p>Unblock ${byCsf}, trying ${list} blocks...</p>\n<pre class='comment'>\ndone &lt;it&gt;</pre>\n<p>...<b>Done</b>.</p></div>`;
    expect(readCsfKill(part('permanent'))).toMatchObject({ kind: 'broken', cut: true });
    expect(readCsfKill(part('permanent') + part('temporary'))).toEqual({
      kind: 'output',
      text: 'done <it>\ndone <it>',
    });
  });
});

describe('the right to lift', () => {
  test('needs a token for changes', () => {
    const without = client(undefined);
    expect([without.mayFlush(), without.csf.mayKill()]).toEqual([false, false]);
    expect([whm.mayFlush(), whm.csf.mayKill()]).toEqual([true, true]);
  });

  test('is gone with the first refusal, each for itself; other failures leave it', async () => {
    sim.faults.next('flush_cphulk_login_history_for_ips', 'crashBefore');
    await expect(whm.cphulkFlush(byCphulk)).rejects.toMatchObject({ code: 'whm.server-error' });
    expect(whm.mayFlush()).toBe(true);
    sim.faults.next('flush_cphulk_login_history_for_ips', 'missingPrivilege');
    await expect(whm.cphulkFlush(byCphulk)).rejects.toMatchObject({ code: 'whm.missing-privilege' });
    expect([whm.mayFlush(), whm.csf.mayKill()]).toEqual([false, true]);
  });
});
