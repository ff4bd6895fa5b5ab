import { isSecret, settingNames } from './config-names.ts';
import type { SettingName } from './config-names.ts';

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a text file; throws what the file system says. */
export type ReadFile = (path: string) => string;

/** The settings that have a value. An empty one counts as not set, because container files write them so. */
export function givenSettings(
  env: Environment,
  readFile: ReadFile,
): { values: Map<string, string>; problems: Map<string, string> } {
  const values = new Map<string, string>();
  const problems = new Map<string, string>();
  for (const name of Object.keys(settingNames) as SettingName[]) {
    const read = isSecret(name) ? secretFrom(env, readFile, name) : { value: env[name]?.trim() ?? '' };
    if ('problem' in read) problems.set(name, read.problem);
    else if (read.value !== '') values.set(name, read.value);
  }
  return { values, problems };
}

/** A secret from NAME, or from the file that NAME_FILE names; the value is empty when neither is set. */
export function secretFrom(
  env: Environment,
  readFile: ReadFile,
  name: string,
): { value: string } | { problem: string } {
  const [value, file] = [ownValue(env, name), ownValue(env, `${name}_FILE`)];
  if (file === '') return { value };
  if (value !== '') return { problem: `${name} and ${name}_FILE are both set. Keep one of them.` };
  const text = fileText(readFile, file);
  if (!('value' in text)) {
    return {
      problem: `${name}_FILE is "${file}", which cannot be read (${text.why}). Check the path and who may read it.`,
    };
  }
  const content = text.value.replace(/(?:\r?\n)+$/, '');
  return content === ''
    ? { problem: `${name}_FILE is "${file}", which is empty. Write the secret into it.` }
    : { value: content };
}

/** A file's text, or the system's short word for why not. */
export function fileText(readFile: ReadFile, path: string): { value: string } | { why: string } {
  try {
    return { value: readFile(path) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return { why: code };
  }
}

function ownValue(env: Environment, name: string): string {
  return Object.hasOwn(env, name) ? (env[name] ?? '') : '';
}
