import { EffectError } from '../errors.ts';
import { httpTransport } from '../clients/transport.ts';
import type { HttpAnswer } from '../clients/transport.ts';
import type { WhmSystem } from '../config-systems.ts';
import { failed, pass, skipped, warn } from './line.ts';
import type { Asking, Look } from './line.ts';

const what = 'CSF by token';
/** Kept for documentation: nobody has this address, so looking it up finds nothing. */
const nobody = '192.0.2.1';

/** Whether the CSF plugin of a WHM can be asked with the token: looks up an address that nobody has. */
export async function lookAtCsf(system: WhmSystem, { signal, callMs }: Asking): Promise<readonly Look[]> {
  const { url, user, token, ca } = system;
  const transport = httpTransport({ system: 'whm', secrets: [token], totalMs: callMs, ca });
  const to = new URL('/cgi/configserver/csf.cgi', url);
  to.search = new URLSearchParams({ action: 'grep', ip: nobody }).toString();
  const headers = { Authorization: `whm ${user}:${token}` };
  const call = { name: 'csf.cgi', method: 'GET', url: to, write: false, headers } as const;
  try {
    const answer = await transport.within((send) => send(call), { name: call.name, signal });
    return csfLooks(answer);
  } catch (error) {
    return [failed(what, error, error instanceof EffectError ? 'warn' : 'fail')];
  }
}

/** What an answer of the plugin means. It says by its text alone what it thinks of the token: the status is 200. */
export function csfLooks({ status, text }: HttpAnswer): readonly Look[] {
  if (/You do not have access to this feature/i.test(text))
    return [
      warn(
        what,
        'the plugin answers, but this user has no access to it',
        'Add the WHM user to /etc/csf/csf.resellers with USE and GREP, or use root’s token.',
      ),
    ];
  if (/UI Disabled via the RESTRICT_UI option/i.test(text))
    return [
      warn(
        what,
        'its pages are switched off on the server',
        'Change RESTRICT_UI in csf.conf there: 2 is off.',
      ),
    ];
  if (isLookup(text)) return [pass(what, 'the token opens it, and it looks addresses up'), versionLook(text)];
  if (status === 404)
    return [skipped(what, 'not there: no CSF on this server, or one so old that it is addon_csf.cgi')];
  if (status === 401 || status === 403 || (status >= 300 && status < 400) || /<form|login/i.test(text))
    return [warn(what, `the token does not open it (status ${status})`, byHand)];
  return [warn(what, `it answered something that is not CSF’s (status ${status})`, byHand)];
}

const byHand =
  'mailfix will say "could not look" for CSF: look there by hand, or let a forced command over SSH ask it.';

function isLookup(text: string): boolean {
  return (
    /<pre[^>]*\bid=["']output["']/i.test(text) || /No matches found for [\d.:a-f]+ in iptables/i.test(text)
  );
}

function versionLook(text: string): Look {
  const version = /\bcsf\b[^<\n]{0,40}?\bv(\d{1,3}\.\d{1,3})\b/i.exec(text)?.[1];
  return version === undefined ? skipped('CSF version', 'its page says none') : pass('CSF version', version);
}
