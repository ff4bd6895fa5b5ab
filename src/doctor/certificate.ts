import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { DetailedPeerCertificate } from 'node:tls';
import { fail, pass, skipped, warn } from './line.ts';
import type { Asking, Look } from './line.ts';
import { Late, within } from './within.ts';

const dayMs = 86_400_000;
/** Certificates of 90 days are renewed a month before their end; whoever is late by half of that should be told. */
const soonDays = 15;
const what = 'certificate';

/** The certificate that a server is known by. */
export interface Known {
  /** PEM; undefined means the authorities that Node trusts. */
  readonly ca: string | undefined;
  /** The setting that pins one, such as WHM_CA. */
  readonly setting: string;
}

/** Looks at the certificate of an https address: whom it is of, by whom, how long. Nothing is sent but the handshake. */
export async function lookAtCertificate(url: string, { ca, setting }: Known, asking: Asking): Promise<Look> {
  const { protocol, hostname, port, host } = new URL(url);
  if (protocol !== 'https:') return skipped(what, `none, for ${host} is plain http to this machine`);
  const name = hostname.replace(/^\[|\]$/g, '');
  const to = { host: name, port: Number(port || 443), ca };
  const shaken = await within(asking, (signal) => handshake(to, signal)).catch((error: unknown) => ({
    failure: error instanceof Late ? error.message : 'it broke off',
  }));
  if ('failure' in shaken)
    return fail(
      what,
      `no TLS with ${host} (${shaken.failure})`,
      'Check the host name and port, and that the server is up.',
    );
  const { certificate, refusal } = shaken;
  const days = Math.floor((Date.parse(certificate.valid_to) - asking.now()) / dayMs);
  const about = wordsOf(certificate, ca, setting, days);
  if (refusal !== undefined)
    return fail(what, `not accepted (${refusal}): ${about}`, remedyOf(refusal, setting));
  if (days < soonDays) return warn(what, about, 'Renew it.');
  return pass(what, about);
}

type Shaken = { certificate: DetailedPeerCertificate; refusal: string | undefined } | { failure: string };

function handshake(
  { host, port, ca }: { host: string; port: number; ca: string | undefined },
  signal: AbortSignal,
): Promise<Shaken> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      // Only to be able to say what is wrong with it: no request and no token goes over this connection.
      rejectUnauthorized: false,
    });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ failure: error.code ?? 'it broke off' }),
    );
    socket.once('secureConnect', () => {
      const problem: unknown = socket.authorizationError;
      const refusal = socket.authorized ? undefined : (codeOf(problem) ?? 'not trusted');
      const certificate = socket.getPeerCertificate(true);
      socket.destroy();
      resolve({ certificate, refusal });
    });
  });
}

/** Node's types say Error; it hands out the code as a text. */
function codeOf(problem: unknown): string | undefined {
  if (typeof problem === 'string') return problem;
  return typeof problem === 'object' && problem !== null && 'code' in problem
    ? String(problem.code)
    : undefined;
}

function wordsOf(
  certificate: DetailedPeerCertificate,
  ca: string | undefined,
  setting: string,
  days: number,
): string {
  const { subject, issuer, subjectaltname: names = '' } = certificate;
  const of = names === '' ? `for ${String(subject.CN)}` : `for ${names.replaceAll('DNS:', '')}`;
  const selfSigned = certificate.fingerprint256 === certificate.issuerCertificate?.fingerprint256;
  const by = selfSigned ? 'self-signed' : `by ${String(issuer.O ?? issuer.CN)}`;
  const until = new Date(certificate.valid_to).toISOString().slice(0, 10);
  const left = days < 0 ? `ended ${until}` : `until ${until} (${days} days)`;
  const pinned = ca === undefined ? '' : `; ${pinWords(certificate, ca, setting)}`;
  return `${of}, ${by}, ${left}${pinned}`;
}

function pinWords(certificate: DetailedPeerCertificate, ca: string, setting: string): string {
  const isIt = fingerprintsIn(ca).includes(certificate.fingerprint256);
  return isIt ? `pinned with ${setting}` : `${setting} has its authority or another certificate`;
}

function fingerprintsIn(pem: string): readonly string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block).fingerprint256];
    } catch {
      return [];
    }
  });
}

function remedyOf(refusal: string, setting: string): string {
  if (refusal === 'CERT_HAS_EXPIRED') return 'Renew it.';
  if (refusal === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Connect by the name that the certificate is for: the host name of the server itself.';
  return `If it is the right one, save it as a file and name that with ${setting}; never switch verification off.`;
}
