import { configError, effectError, ConfigError } from '../errors.ts';

// SQLite's own result codes; the higher bits say more than we need.
const codes = {
  perm: 3,
  busy: 5,
  readonly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

/** What SQLite or the file system said, as an error for the person who starts mailfix. Others pass unchanged. */
export function openFailure(error: unknown, file: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof ConfigError) return error;
  const reason = 'code' in error && typeof error.code === 'string' && error.code.startsWith('E');
  switch (codeOf(error)) {
    case codes.notADatabase:
      return configError('store.not-a-database', { file });
    case codes.corrupt:
      return configError('store.damaged', { file, reason: error.message });
    case codes.full:
      return configError('store.full', { file });
    case codes.readonly:
      return configError('store.read-only', { file });
    case codes.busy:
      return configError('store.locked', { file });
    case codes.perm:
    case codes.io:
    case codes.cannotOpen:
      return configError('store.cannot-open', { file, reason: error.message });
    default:
      // The file system's own errors (EACCES, ENOTDIR) come from making the folder.
      return reason ? configError('store.cannot-open', { file, reason: error.message }) : error;
  }
}

/** What SQLite said while mailfix runs, as an outside failure. Defects, such as a broken constraint, pass unchanged. */
export function writeFailure(error: unknown, file: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  switch (codeOf(error)) {
    case codes.full:
      return effectError('store.full', { file }, { retry: 'later', outcome: 'not-applied', cause: error });
    case codes.readonly:
      return effectError(
        'store.read-only',
        { file },
        { retry: 'later', outcome: 'not-applied', cause: error },
      );
    case codes.busy:
      return effectError('store.busy', { file }, { retry: 'later', outcome: 'not-applied', cause: error });
    case codes.corrupt:
    case codes.notADatabase:
      return effectError(
        'store.damaged',
        { file, reason: error.message },
        { retry: 'never', outcome: 'unknown', cause: error },
      );
    case codes.io:
    case codes.cannotOpen:
      return effectError(
        'store.failed',
        { file, reason: error.message },
        { retry: 'later', outcome: 'unknown', cause: error },
      );
    default:
      return error;
  }
}

function codeOf(error: Error): number | undefined {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
