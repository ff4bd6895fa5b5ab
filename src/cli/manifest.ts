import { parseArgs } from 'node:util';
import { slackManifest } from '../../adapters/slack/manifest.ts';
import { originUrl } from '../config-values.ts';
import { oneOf, result, UsageError } from './usage.ts';

/** `mailfix manifest slack [--url URL] [--oauth]`: the app manifest, for Socket Mode or with URL for HTTP. */
export async function manifest(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { url: { type: 'string' }, oauth: { type: 'boolean', default: false } },
  });
  const product = oneOf(positionals, 'PRODUCT');
  if (product !== 'slack')
    throw new UsageError(`there is no manifest for "${shortened(product)}". There is one for: slack.`);
  const { url, oauth } = values;
  if (oauth && url === undefined) {
    throw new UsageError(
      '--oauth needs --url: whoever installs mailfix comes back to it from Slack in their browser.',
    );
  }
  const made = slackManifest(url === undefined ? {} : { url: originOf(url), oauth });
  result(JSON.stringify(made, null, 2));
  return 0;
}

/** Scheme and host, by the rules of PUBLIC_URL: mailfix answers at the root of a host. */
function originOf(text: string): string {
  const read = originUrl.safeParse(text);
  const [issue] = read.error?.issues ?? [];
  // No host name has more than 253 characters, and Slack takes no address that is much longer.
  const why = text.length > 300 ? 'it is too long for an address' : issue?.message;
  if (read.success && why === undefined) return read.data;
  const whole = issue?.code === 'custom' && issue.params?.['whole'] === true;
  // A user name and password in it are not printed again.
  const shown = text.includes('@') ? 'that' : `"${shortened(text)}"`;
  const reason = whole ? 'it is not https. Only this machine itself may go by plain http' : why;
  throw new UsageError(`--url cannot be ${shown}: ${reason}. Write it like https://mailfix.example.`);
}

function shortened(text: string): string {
  return text.slice(0, 80);
}
