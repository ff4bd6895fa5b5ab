import { existsSync, readFileSync } from 'node:fs';
import { openDatabase } from '../../src/store/driver.ts';
import { unescaped } from './browser.ts';

/** A secret that was found where none may be, and how it was spelled there. */
export interface Leak {
  readonly secret: string;
  readonly spelling: string;
  readonly where: string;
}

/** Whatever holds twice as much of a secret in one piece holds one of the pieces that are looked for. */
const pieceLength = 7;

/** Every spelling of the secrets that is found in a text or file. */
export function leaksIn(
  where: string,
  content: string | Uint8Array,
  secrets: Readonly<Record<string, string>>,
): readonly Leak[] {
  // One byte, one character: what is found in a text is found in a file as well.
  const raw = Buffer.from(content).toString('latin1');
  // Pages, Markdown and JSON escape; so it is read as it stands, and as a reader of it would.
  const readings = [raw, unescaped(raw).replaceAll('\\', '')];
  return Object.entries(secrets).flatMap(([secret, value]) =>
    [...spellingsOf(value)]
      .filter(([, texts]) => texts.some((text) => readings.some((reading) => reading.includes(text))))
      .map(([spelling]) => ({ secret, spelling, where })),
  );
}

/** A SQLite file with its side files as they lie on the disk, and row by row: a long value is in pieces there. */
export function leaksInDatabase(file: string, secrets: Readonly<Record<string, string>>): readonly Leak[] {
  const raw = ['', '-wal', '-shm', '.lock', '.lock-journal']
    .filter((ending) => existsSync(`${file}${ending}`))
    .flatMap((ending) => leaksIn(`database${ending}`, readFileSync(`${file}${ending}`), secrets));
  return [...raw, ...leaksIn('database rows', rowsOf(file), secrets)];
}

/** All rows of all tables as one text. */
function rowsOf(file: string): string {
  const db = openDatabase(file, { readOnly: true, timeout: 5000 });
  try {
    const tables = db.prepare(`select name from sqlite_master where type = 'table'`).all() as {
      name: string;
    }[];
    return tables
      .flatMap(({ name }) => db.prepare(`select * from "${name}"`).all())
      .flatMap((row) => Object.values(row as object).map(String))
      .join('\n');
  } finally {
    db.close();
  }
}

/** How a secret may be written: as it is or in part, encoded for an address or a header, or as bytes. */
export function spellingsOf(secret: string): ReadonlyMap<string, readonly string[]> {
  const pieces = Array.from({ length: Math.floor(secret.length / pieceLength) }, (_, n) =>
    secret.slice(n * pieceLength, (n + 1) * pieceLength),
  );
  const url = encodeURIComponent(secret);
  const form = new URLSearchParams({ a: secret }).toString().slice(2);
  const hex = Buffer.from(secret).toString('hex');
  const spellings = new Map<string, readonly string[]>([
    ['plain', pieces],
    ['URL', [url, form].flatMap((text) => [text, text.replaceAll(/%../g, (code) => code.toLowerCase())])],
    ['hex', [hex, hex.toUpperCase()]],
  ]);
  for (const before of [0, 1, 2]) {
    const text = Buffer.from('x'.repeat(before) + secret)
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last signs also carry bits of what stands around it.
    const inner = text.slice(before === 0 ? 0 : before + 1, -1);
    spellings.set(`base64 +${before}`, [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  return spellings;
}
