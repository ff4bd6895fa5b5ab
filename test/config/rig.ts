import { readConfig } from '../../src/config.ts';
import type { Config } from '../../src/config.ts';
import { SettingsError } from '../../src/settings-error.ts';

/** Files by path; reading any other fails as the file system would. */
export type Files = Readonly<Record<string, string>>;

/** Reads settings as a start does; with `files` for what they name. */
export function config(env: Readonly<Record<string, string>>, files: Files = {}): Config {
  return readConfig(env, {
    readFile(path) {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}

/** What is wrong with settings, one sentence or two for each; empty when nothing is. */
export function problems(env: Readonly<Record<string, string>>, files: Files = {}): readonly string[] {
  try {
    config(env, files);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

/** A real WHM and CPA System, complete. */
export const real = {
  WHM_URL: 'https://host2.example.com:2087',
  WHM_USER: 'support',
  WHM_TOKEN: 'CANARYWHMTOKEN0123456789',
  CPA_UNBLOCK_URL: 'https://cpa.example.com/unblock',
  CPA_TOKEN: 'CANARYCPATOKEN0123456789',
  APPROVERS: 'web:lea',
} as const;

export const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
