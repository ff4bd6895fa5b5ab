import { EffectError } from '../errors.ts';
import type { WhmSystem } from '../config-systems.ts';
import { lookAtCertificate } from './certificate.ts';
import { lookAtCsf } from './csf.ts';
import { fail, failed, pass, skipped, warn } from './line.ts';
import type { Asking, Look } from './line.ts';
import { fieldOf, rowsIn, textIn } from './outside.ts';
import { askerOf } from './whm-asker.ts';
import type { Ask, Reply } from './whm-asker.ts';
import { notesOf } from './whm-notes.ts';
import { askReads } from './whm-reads.ts';
import type { Answered } from './whm-reads.ts';
import { rightsOf, writeLooks } from './whm-rights.ts';

/** What the tokens are called where there are two, which may do different things. */
const [reads, changes] = [' (token for reads)', ' (token for changes)'];
/** Sign-ins and signatures of chat products hold for five minutes. */
const [skewWarnMs, skewFailMs] = [30_000, 300_000];

/** Looks at one WHM server with both its tokens. Calls nothing that changes something. */
export async function lookAtWhm(system: WhmSystem, asking: Asking): Promise<readonly Look[]> {
  const certificate = lookAtCertificate(system.url, { ca: system.ca, setting: 'WHM_CA' }, asking);
  const looks = await lookWithTokens(system, asking).catch((error: unknown) => [failed('settings', error)]);
  return [await certificate, ...looks];
}

async function lookWithTokens(system: WhmSystem, asking: Asking): Promise<readonly Look[]> {
  const ask = askerOf(system, system.token, asking);
  const version = await ask('version');
  if (isHopeless(version.error)) {
    const isRefused = version.error instanceof EffectError && version.error.code === 'whm.refused-token';
    const why = isRefused ? 'sign-ins that fail again can lock this address out' : 'it would fail as well';
    const rest = skipped('everything else', `not asked: ${why}`);
    const second = isRefused && system.writeToken !== undefined ? lookAtWriteToken(system, asking) : [];
    return [failed('version', version.error), rest, ...(await second)];
  }
  const asked = await askReads(ask);
  const { rights, looks: told } = await rightsOf(ask, system.writeToken === undefined ? '' : reads);
  // Only now, so that never more than four calls are under way.
  const [csf, write] = await Promise.all([
    lookAtCsf(system, asking),
    system.writeToken === undefined ? undefined : lookAtWriteToken(system, asking),
  ]);
  const own = [oneTokenLook(system), ...writeLooks(rights, '', false)];
  return [
    ...versionLooks(version),
    skewLook(version),
    ...told,
    ...asked.answered.map(functionLook),
    ...serviceLooks(asked.answered.find(({ name }) => name === 'servicestatus')?.reply),
    ...csf,
    ...(write ?? own),
    ...notesOf(asked),
  ];
}

/** Whatever comes next would fail like this. */
function isHopeless(error: unknown): boolean {
  if (error === undefined) return false;
  if (!(error instanceof EffectError)) return true;
  return !['whm.missing-privilege', 'whm.function-missing', 'whm.failed', 'whm.broken-answer'].includes(
    error.code,
  );
}

function versionLooks({ data, error }: Reply): readonly Look[] {
  if (error !== undefined) return [failed('version', error, 'warn')];
  const version = textIn(data, 'version');
  if (version === undefined) return [warn('version', 'it answered without one')];
  return [
    pass('version', version),
    skipped(
      'CVE-2026-41940',
      'not judged: mailfix has no list of the patched builds',
      `Compare ${version} with the builds that cPanel’s announcement of CVE-2026-41940 names.`,
    ),
  ];
}

/** HTTP tells whole seconds, and the answer was made somewhere between question and answer. */
function skewLook({ date, begun, ended }: Reply): Look {
  const what = 'clock';
  if (date === undefined) return skipped(what, 'its answers have no Date');
  const skew = date + 500 - (begun + ended) / 2;
  const seconds = Math.round(Math.abs(skew) / 1000);
  const words = seconds <= 1 ? 'the same as ours' : `${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} ours`;
  const remedy = 'Let both machines take their time from NTP.';
  if (Math.abs(skew) > skewFailMs) return fail(what, words, remedy);
  return Math.abs(skew) > skewWarnMs ? warn(what, words, remedy) : pass(what, words);
}

function functionLook({ name, needed, reply }: Answered): Look {
  if (reply === undefined)
    return skipped(name, 'not asked: there was no account, or no mailbox, to ask about');
  const { error } = reply;
  if (error === undefined) return pass(name, 'answered');
  if (error instanceof EffectError && error.code === 'whm.cphulk-disabled')
    return skipped(name, 'cPHulk is switched off there, so it blocks nobody');
  return failed(name, error, needed ? 'fail' : 'warn');
}

/** The services that mail needs, by the names that cPanel's page gives them. */
const mailServices = ['imap', 'pop', 'exim'];

function serviceLooks(reply: Reply | undefined): readonly Look[] {
  if (reply === undefined || reply.error !== undefined) return [];
  const what = 'services';
  const rows = rowsIn(fieldOf(reply.data, 'service'));
  const names = rows.flatMap((row) => textIn(row, 'name') ?? []);
  if (names.length === 0) return [warn(what, 'servicestatus names none')];
  const looks = [pass(what, `servicestatus names ${names.toSorted().join(', ')}`)];
  const missing = mailServices.filter((name) => !names.includes(name));
  if (missing.length > 0) looks.push(warn(what, `servicestatus does not name ${missing.join(', ')}`));
  // Without `running` nobody watches the service, which does not mean that it is down.
  const isNo = (row: unknown, name: string) => [0, '0', false].some((no) => fieldOf(row, name) === no);
  const down = rows.filter((row) => isNo(row, 'running') && !isNo(row, 'enabled'));
  const downNames = down
    .flatMap((row) => textIn(row, 'name') ?? [])
    .filter((name) => mailServices.includes(name));
  if (downNames.length > 0)
    looks.push(
      warn(what, `not running now: ${downNames.join(', ')}`, 'Restart them in WHM › Restart Services.'),
    );
  return looks;
}

function oneTokenLook({ url }: WhmSystem): Look {
  return warn(
    'WHM_WRITE_TOKEN',
    'not set, so one token serves looks and changes',
    `Make a second token for changes on ${new URL(url).host} and set it (writeTokenFrom in mailfix.yaml), so that the first may be read-only and mailfix lifts blocks there itself.`,
  );
}

async function lookAtWriteToken(system: WhmSystem, asking: Asking): Promise<readonly Look[]> {
  const { writeToken = '', token } = system;
  const what = 'WHM_WRITE_TOKEN';
  const ask: Ask = askerOf(system, writeToken, asking);
  const version = await ask('version');
  if (isHopeless(version.error)) return [failed(what, version.error)];
  const same = warn(what, 'is the same as the token for reads', 'Make a token of its own for changes.');
  const { rights, looks } = await rightsOf(ask, changes);
  const taken = writeToken === token ? same : pass(what, 'WHM takes it');
  return [taken, ...looks, ...writeLooks(rights, changes, true)];
}
