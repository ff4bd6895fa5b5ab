import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { lookAtCertificate } from '../../src/doctor/certificate.ts';
import { lookAtWhm } from '../../src/doctor/whm.ts';
import { localhostPem } from '../fakes/faulty-server.ts';
import { asking, noon, smallWhm, told } from './rig.ts';

const day = 86_400_000;
/** The end of test/fakes/localhost.pem. */
const end = Date.UTC(2126, 9, 30, 1, 24, 47);

/** Looks at the certificate of a WHM that shows the one of the tests. */
async function looked({ ca, now = noon, host = 'localhost' }: { ca?: string; now?: number; host?: string }) {
  const whm = await smallWhm({}, { tls: true });
  const url = whm.url.replace('localhost', host);
  const look = await lookAtCertificate(url, { ca, setting: 'WHM_CA' }, asking({ now: () => now }));
  await whm.close();
  // Not one request, for the certificate was not judged yet.
  expect(whm.calls).toEqual([]);
  return told([look], 'certificate');
}

test('one that is pinned is fine, with its end', async () => {
  expect(await looked({ ca: localhostPem, now: end - 100.5 * day })).toBe(
    'pass: for localhost, self-signed, until 2126-10-30 (100 days); pinned with WHM_CA',
  );
});

test('one that ends soon is warned of', async () => {
  expect(await looked({ ca: localhostPem, now: end - 14.5 * day })).toMatch(
    /^warn: .*\(14 days\).* → Renew it/,
  );
  expect(await looked({ ca: localhostPem, now: end + day })).toMatch(/^warn: .*ended 2126-10-30/);
});

test('one that nobody vouches for is not accepted', async () => {
  expect(await looked({})).toMatch(
    /^fail: not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT\): for localhost, self-signed.* → .*WHM_CA; never switch/,
  );
});

test('one of another name is not accepted', async () => {
  expect(await looked({ ca: localhostPem, host: '127.0.0.1' })).toMatch(
    /^fail: not accepted \(ERR_TLS_CERT_ALTNAME_INVALID\).* → Connect by the name/,
  );
});

test('a server that is not there, speaks no TLS, or says nothing', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  const address = silent.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  const plain = await smallWhm();
  const lookAt = async (url: string) =>
    told(
      [await lookAtCertificate(url, { ca: undefined, setting: 'CPA_CA' }, asking({ callMs: 100 }))],
      'certificate',
    );
  expect(await lookAt('https://127.0.0.1:1')).toMatch(/^fail: no TLS with 127\.0\.0\.1:1 \(ECONNREFUSED\)/);
  expect(await lookAt(`https://127.0.0.1:${plain.port}`)).toMatch(/^fail: no TLS with .* \(\w+\)/);
  expect(await lookAt(`https://127.0.0.1:${address.port}`)).toMatch(/^fail: .*no answer within 0\.1 s/);
  expect(await lookAt(plain.url)).toMatch(/^skipped: none, for 127\.0\.0\.1:\d+ is plain http/);
  await plain.close();
  silent.close();
});

test('a WHM with a pinned certificate is looked at whole; without the pin no token leaves', async () => {
  const whm = await smallWhm({}, { tls: true });
  const pinned = await lookAtWhm({ ...whm.system, ca: localhostPem }, asking());
  expect(told(pinned, 'certificate')).toMatch(/^pass/);
  expect(told(pinned, 'editquota')).toMatch(/^pass/);
  const before = whm.calls.length;
  const bare = await lookAtWhm(whm.system, asking());
  expect(told(bare, 'version')).toMatch(/^fail: The certificate of WHM .* is not accepted/);
  expect(whm.calls).toHaveLength(before);
  await whm.close();
});
