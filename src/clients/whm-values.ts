import { z } from 'zod';

// WHM sends the same field as a number, a quoted number or a float, depending on account and build. zod's own
// coercion turns null and "" into 0 and "0" into true, so every reading here is spelled out.

/** A quota in MiB (1,048,576 bytes), or none. */
export type LimitMb = number | 'unlimited';

const plainNumber = /^\s*-?\d+(\.\d+)?\s*$/;

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && plainNumber.test(value) ? Number(value) : undefined;
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return numberOf(value);
  const match = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?)B?\s*$/i.exec(value);
  if (match === null) return undefined;
  const factors: Record<string, number> = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 };
  return Number(match[1]) * (factors[(match[2] || 'M').toUpperCase()] ?? 1);
}

function read<T>(what: string, of: (value: unknown) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const found = of(value);
    if (found !== undefined) return found;
    const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 60);
    context.addIssue({ code: 'custom', message: `${shown} is not ${what}` });
    return z.NEVER;
  });
}

function limitOf(value: unknown, size: (value: unknown) => number | undefined): LimitMb | undefined {
  if (typeof value === 'string' && /^\s*(unlimited|∞)\s*$/i.test(value)) return 'unlimited';
  const found = size(value);
  return found === 0 ? 'unlimited' : found;
}

/** 1, "1", 12.5 or "12.50". */
export const number = read('a number', numberOf);

/** 1, "1" or true against 0, "0", "", null or false. */
export const flag = read('yes or no', (value) => {
  if (value === null || value === '') return false;
  if (typeof value === 'boolean') return value;
  const found = numberOf(value);
  return found === undefined ? undefined : found !== 0;
});

/** A size in MiB: 120, "120", "120M" or "57632.08". */
export const sizeMb = read('a size', sizeOf);

/** A limit in MiB where "unlimited", 0 and "0.00" mean none (accountsummary, get_pop_quota, list_pops_with_disk, get_quota_info). */
export const limitMb = read('a limit', (value) => limitOf(value, sizeOf));

/** A size in MiB that is sent in KiB (get_disk_usage). */
export const sizeMbFromKib = read('a size in KiB', (value) => {
  const kib = numberOf(value);
  return kib === undefined ? undefined : kib / 1024;
});

/** A limit in MiB that is sent in KiB, where null means none (get_disk_usage). */
export const limitMbFromKib = read('a limit in KiB', (value) => {
  if (value === null) return 'unlimited';
  return limitOf(value, (kib) => {
    const found = numberOf(kib);
    return found === undefined ? undefined : found / 1024;
  });
});

/** A count that may be unlimited: inodes. */
export const countLimit = read('a count', (value) =>
  value === null ? 'unlimited' : limitOf(value, numberOf),
);

/** Text, where null, "" and "*unknown*" mean that there is none. */
export const text = read<string | null>('a text', (value) => {
  if (value === null || value === '' || value === '*unknown*') return null;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
});

/** A name that must be there. */
export const name = read('a name', (value) =>
  typeof value === 'string' && value !== '' ? value : undefined,
);

/** An older build may leave the field out: then it is null, which means unknown. */
export function orUnknown<T>(type: z.ZodType<T>) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T | null => {
      if (value === undefined) return null;
      const parsed = type.safeParse(value);
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: parsed.error.issues[0]?.message ?? 'not readable' });
      return z.NEVER;
    });
}

/** A list, where null and a missing field mean that it is empty. */
export function list<T>(type: z.ZodType<T>) {
  return z
    .array(type)
    .nullish()
    .transform((items) => items ?? []);
}

/** An object as a Map, since its keys are from outside; an empty Perl hash may come as null or []. */
export const mapping = read('a mapping', (value): Map<string, string | null> | undefined => {
  if (value === null || (Array.isArray(value) && value.length === 0)) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value).map(([key, item]) => [key, typeof item === 'string' ? item : null]));
});
