import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SettingsError } from '../settings-error.ts';
import { fingerprintOf } from '../store/export.ts';
import { verifyExport } from '../store/verify-export.ts';
import { existingKeys } from './open-store.ts';
import { CommandError, oneOf, remark, result, settings } from './usage.ts';

/** `mailfix verify FILE [--key KEY]`: needs neither database nor settings; KEY is the public key to be trusted, or its fingerprint. */
export async function verify(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { key: { type: 'string' } },
  });
  const file = oneOf(positionals, 'FILE');
  const trusted = values.key ?? ownPublicKey();
  const verified = verifyExport(read(file), trusted);
  if (!verified.ok) {
    result(`${file}: changed or damaged. ${verified.reason}`);
    return 1;
  }
  const { incident, count, keyFingerprint } = verified;
  if (trusted !== undefined && !verified.trusted) {
    result(
      `${file}: unbroken, and signed by another key: ${keyFingerprint}, not ${nameOf(trusted)}. ` +
        'Somebody else may have made it; name the key to trust with --key.',
    );
    return 1;
  }
  result(`${file}: unbroken. ${incident}, ${count} events, signed by ${keyFingerprint}.`);
  if (trusted === undefined)
    remark('There is no key here to compare with: ask the server’s people for its fingerprint.');
  return 0;
}

function nameOf(key: string): string {
  return key.startsWith('SHA256:') ? key : fingerprintOf(key);
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new CommandError(`${file} cannot be read (${code}). Check the path.`);
  }
}

/** An auditor's machine has neither; broken settings do not matter for looking at a file. */
function ownPublicKey(): string | undefined {
  try {
    return existingKeys(settings())?.publicKey;
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}
