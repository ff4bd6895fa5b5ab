import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { makeSignInToken } from '../../adapters/web/session.ts';
import type { Config } from '../config.ts';
import { neededKeys } from './open-store.ts';
import { listenAddress, oneOf, remark, result, settings, UsageError } from './usage.ts';

/** `mailfix sign-in NAME`: a link that works once, for 15 minutes. Signed, so that nothing needs to be written. */
export async function signIn(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const name = oneOf(positionals, 'NAME');
  if (!/^[a-z0-9][a-z0-9._-]{0,39}$/i.test(name)) {
    throw new UsageError(
      `"${name.slice(0, 60)}" is no name to sign in with: up to 40 letters, digits, dots and dashes.`,
    );
  }
  const config = settings();
  const token = makeSignInToken(name, neededKeys(config), Date.now(), randomBytes);
  result(`${addressOf(config)}/sign-in/${token}`);
  remark('The link works once, for 15 minutes. Give it to nobody but the person it is for.');
  const may = config.approvers.some((approver) => approver.toLowerCase() === `web:${name.toLowerCase()}`);
  if (!may) remark(`web:${name} is not in APPROVERS: they may work on incidents, and not approve.`);
  if (config.world === 'simulated') remark('On simulators nobody needs to sign in: just open the page.');
  return 0;
}

function addressOf({ publicUrl, host, port }: Config): string {
  if (publicUrl !== undefined) return publicUrl;
  return listenAddress({ host, port });
}
