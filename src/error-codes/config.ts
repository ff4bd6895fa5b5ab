import type { ErrorRow } from './row.ts';

/** Settings that cannot be used. */
export const configErrors = {
  'config.missing': {
    message: '{name} is not set.',
    remedy: 'Set {name}: {example}.',
  },
  'config.bad-value': {
    message: '{name} cannot be "{value}": {why}.',
    remedy: 'Write it like this: {example}.',
  },
  'config.bad-secret': {
    message: '{name} cannot be used: {why}. (Its value is not shown.)',
    remedy: 'Copy {name} again, whole and without line breaks.',
  },
  'config.not-https': {
    message: '{name} is "{value}", which is not https.',
    remedy: 'Use https://; plain http is allowed only to this machine itself (127.0.0.1, ::1, localhost).',
  },
  'config.plain-whm-port': {
    message: '{name} is "{value}": port 2086 is the unencrypted one.',
    remedy: 'Use port 2087.',
  },
} as const satisfies Record<string, ErrorRow>;
