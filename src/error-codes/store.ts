import type { ErrorRow } from './row.ts';

/** What goes wrong with the database and its key. */
export const storeErrors = {
  'store.locked': {
    message: 'The database {file} is in use by another mailfix.',
    remedy: 'Stop the other server, or give this one its own file with DATABASE_URL.',
  },
  'store.newer-schema': {
    message: 'The database {file} has schema {found}; this mailfix knows up to {known}.',
    remedy: 'Run the newer mailfix that wrote it, or restore the copy made before the upgrade.',
  },
  'store.wrong-world': {
    message: 'The database {file} belongs to a {found} system, and this start is {wanted}.',
    remedy: 'Use another file with DATABASE_URL: simulated and real incidents are never mixed.',
  },
  'store.older-schema': {
    message: 'The database {file} has schema {found}; this command needs {known}.',
    remedy: 'Start the server once with this version: it brings the database up to date.',
  },
  'store.missing': {
    message: 'There is no database at {file}.',
    remedy: 'Check DATABASE_URL, or start the server once: it makes it.',
  },
  'store.not-a-database': {
    message: '{file} is not a mailfix database.',
    remedy: 'Point DATABASE_URL at a mailfix database, or at a file that does not exist yet.',
  },
  'store.cannot-open': {
    message: 'The database {file} cannot be opened ({reason}).',
    remedy:
      'Check the path in DATABASE_URL, and that the user of mailfix may write to the file and its folder.',
  },
  'store.read-only': {
    message: 'The database {file} cannot be written to; nothing was saved.',
    remedy: 'Give the user of mailfix write access to the file and to its folder.',
  },
  'store.full': {
    message: 'The disk with the database {file} is full; nothing was saved.',
    remedy: 'Free some space there; mailfix goes on by itself.',
  },
  'store.busy': {
    message: 'Another program holds the database {file}; nothing was saved.',
    remedy: 'Close what has the file open for writing (a database browser, a backup); mailfix tries again.',
  },
  'store.damaged': {
    message: 'The database {file} is damaged ({reason}).',
    remedy: 'Stop mailfix, keep a copy of the file and its -wal, and restore the last backup.',
  },
  'store.failed': {
    message: 'The database {file} could not be read or written ({reason}).',
    remedy: "Look at the disk and at the system's log; mailfix tries again.",
  },
  'store.unreachable': {
    message: 'The database {file} cannot be reached ({reason}).',
    remedy: 'Check that PostgreSQL runs there and what DATABASE_URL says; mailfix goes on when it is back.',
  },
  'store.refused': {
    message: 'PostgreSQL refused the sign-in to {file} ({reason}).',
    remedy: 'Check user and password in DATABASE_URL, and pg_hba.conf of the server.',
  },
  'store.no-database': {
    message: 'PostgreSQL has no database for {file} ({reason}).',
    remedy: 'Make it ("create database mailfix owner mailfix"), or correct DATABASE_URL.',
  },
  'store.no-right': {
    message: 'The user of {file} may not make or use tables there ({reason}).',
    remedy: 'Make it the owner of the database ("alter database mailfix owner to mailfix").',
  },
  'store.not-ours': {
    message: 'The database {file} has tables that are not of mailfix.',
    remedy: 'Give mailfix a database of its own.',
  },
  'store.not-empty': {
    message: 'The database {file} holds something already; nothing was copied.',
    remedy: 'Copy into a database that is new.',
  },
  'store.copy-differs': {
    message: 'What was copied from {file} is not what is there: {reason}. Nothing was kept of the copy.',
    remedy: 'If a log does not verify, restore the last backup that does; else report it.',
  },
  'store.standby': {
    message: 'The database {file} takes no writes ({reason}); nothing was saved.',
    remedy: 'Point DATABASE_URL at the primary server; mailfix tries again.',
  },
  'store.clash': {
    message: 'The database {file} put a change off again and again ({reason}); nothing was saved.',
    remedy: 'Nothing to do: mailfix tries again. If it stays, look for long transactions of other programs.',
  },
  'store.bad-key': {
    message: 'The key file {file} cannot be used: {why}.',
    remedy: 'Restore it from the backup. With a new one, people sign in again and exports get a new signer.',
  },
  'store.sealed': {
    message: 'The {about} in the database cannot be opened: {why}.',
    remedy:
      'Put the old key back (MAILFIX_KEY, or the key file beside the database), or install mailfix there again.',
  },
} as const satisfies Record<string, ErrorRow>;
