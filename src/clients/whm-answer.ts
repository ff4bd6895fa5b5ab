import { z } from 'zod';
import { effectError } from '../errors.ts';
import type { Consequence, EffectError } from '../errors.ts';
import { statusFailure } from './transport.ts';
import type { CallContext, HttpAnswer } from './transport.ts';

type Context = CallContext & { system: 'whm' };

interface Reading {
  context: Context;
  redact: (text: string) => string;
}

const envelope = z.looseObject({
  data: z.unknown().optional(),
  metadata: z.looseObject({ result: z.union([z.number(), z.string()]), reason: z.unknown().optional() }),
});
const uapiEnvelope = z.looseObject({
  uapi: z.looseObject({
    status: z.union([z.number(), z.string()]),
    data: z.unknown().optional(),
    errors: z.unknown().optional(),
  }),
});
// The smallest privilege that each function is known to need; "all" where only trial can tell.
const privileges = new Map([
  ['accountsummary', 'acct-summary'],
  ['listaccts', 'list-accts'],
  ['get_disk_usage', 'list-accts'],
  ['editquota', 'quota'],
  ['getdomainowner', 'basic-whm-functions'],
  ['applist', 'basic-whm-functions'],
  ['myprivs', 'basic-whm-functions'],
  ['version', 'basic-system-info'],
  ['gethostname', 'basic-system-info'],
  ['emailtrack_search', 'track-email'],
]);
const deniedReason =
  /permission|privilege|access denied|not authori[sz]ed|not allowed|do(es)? not have access/i;

/** The `data` of a WHM API 1 answer; every other shape that WHM is known to send is thrown as an EffectError. */
export function whmData(answer: HttpAnswer, reading: Reading): unknown {
  const { context } = reading;
  const byStatus = statusFailure(answer, context);
  if (byStatus !== undefined && byStatus.code !== 'whm.refused-token') throw byStatus;

  const body = jsonOf(answer, reading, byStatus);
  const parsed = envelope.safeParse(body);
  if (!parsed.success) throw byStatus ?? withoutMetadata(body, reading);

  const { metadata, data } = parsed.data;
  const result = String(metadata.result);
  if (result === '1' && byStatus === undefined) return data;
  if (result === '0' || byStatus !== undefined) throw saidNo(textOf(metadata.reason), reading, byStatus);
  throw broken(reading, `its result is ${JSON.stringify(metadata.result)}`);
}

/** The inner `data` of a UAPI call made through WHM; status 0 inside result 1 is a failure. */
export function uapiData(data: unknown, reading: Reading): unknown {
  const parsed = uapiEnvelope.safeParse(data);
  if (!parsed.success) throw broken(reading, 'the answer of the inner UAPI call is missing');
  const { status, errors, data: inner } = parsed.data.uapi;
  if (String(status) === '1') return inner;
  if (String(status) !== '0') throw broken(reading, `the inner status is ${JSON.stringify(status)}`);
  throw saidNo(Array.isArray(errors) ? errors.map(textOf).join(' ') : textOf(errors), reading, undefined);
}

/** Reads `data` by its schema; a mismatch is a broken answer that names the field. */
export function shaped<T>(schema: z.ZodType<T>, data: unknown, reading: Reading): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw broken(reading, `${issue?.path.join('.') || 'data'}: ${issue?.message ?? 'wrong'}`);
}

function jsonOf(answer: HttpAnswer, reading: Reading, byStatus: EffectError | undefined): unknown {
  const { context } = reading;
  // trim() also takes a byte order mark away.
  const text = answer.text.trim();
  if (text === '') throw byStatus ?? broken(reading, 'it is empty');
  if (text.startsWith('<')) {
    const consequence = { retry: 'never', outcome: outcomeOf(context) } as const;
    throw (
      byStatus ?? effectError('whm.not-json', { server: context.server, call: context.name }, consequence)
    );
  }
  // Whole JSON under the label of a page is good enough to look at, but no proof that a change went through.
  if (context.write && byStatus === undefined && answer.header('content-type').startsWith('text/html')) {
    throw broken(reading, 'it is labelled text/html');
  }
  try {
    return JSON.parse(text);
  } catch {
    const cut = text.startsWith('{') || text.startsWith('[');
    throw byStatus ?? broken(reading, cut ? 'it breaks off' : 'something stands before the data');
  }
}

function withoutMetadata(body: unknown, reading: Reading): EffectError {
  const inner = z.looseObject({ cpanelresult: z.looseObject({ error: z.unknown() }) }).safeParse(body);
  if (inner.success) return saidNo(textOf(inner.data.cpanelresult.error), reading, undefined);
  return broken(reading, 'it has no metadata, so it is not an API 1 answer', 'never');
}

function saidNo(reasonText: string, reading: Reading, byStatus: EffectError | undefined): EffectError {
  const { context } = reading;
  const reason = reading.redact(reasonText).slice(0, 300) || 'no reason given';
  const values = { server: context.server, call: context.name, reason };
  const no = { retry: 'never', outcome: 'not-applied' } as const;
  if (/cPHulk is disabled/i.test(reason)) return effectError('whm.cphulk-disabled', values, no);
  if (/^Unknown app\b/i.test(reason)) return effectError('whm.function-missing', values, no);
  if (/^(Access denied|.*\btoken\b.*)$/i.test(reason) && byStatus !== undefined) return byStatus;
  if (deniedReason.test(reason))
    return effectError('whm.missing-privilege', { ...values, privilege: privilegeFor(context.name) }, no);
  if (byStatus !== undefined) return byStatus;
  // "API failure" is a bad argument or a crash in the middle, so only a read is worth another try.
  if (/^API failure/i.test(reason)) {
    const crash: Consequence = { retry: context.write ? 'never' : 'later', outcome: outcomeOf(context) };
    return effectError('whm.failed', values, crash);
  }
  return effectError('whm.failed', values, no);
}

/** The privilege that a token needs for a function, or for `Module::function` of UAPI through WHM. */
export function privilegeFor(call: string): string {
  return privileges.get(call) ?? (call.includes('::') ? 'cpanel-api' : 'all');
}

function broken(reading: Reading, reason: string, retry: 'later' | 'never' = 'later'): EffectError {
  const { context } = reading;
  const values = { server: context.server, call: context.name, reason: reading.redact(reason).slice(0, 200) };
  return effectError('whm.broken-answer', values, { retry, outcome: outcomeOf(context) });
}

function outcomeOf(context: Context): 'unknown' | 'not-applied' {
  return context.write ? 'unknown' : 'not-applied';
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('\u00A0', ' ').trim();
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
