import { EffectError, effectError } from '../errors.ts';

/** What an error says about its message; `begun`: the server may have the words. */
export interface SmtpContext {
  readonly server: string;
  readonly to: string;
  readonly begun: boolean;
  readonly redact: (text: string) => string;
}

/** Whether the message may be on its way, in words. */
export function wordsOf(begun: boolean): string {
  return begun ? 'the message may have been sent' : 'nothing was sent';
}

const never = { retry: 'never', outcome: 'not-applied' } as const;
const later = { retry: 'later', outcome: 'not-applied' } as const;

/** Makes an EffectError of whatever went wrong; of the error itself only code words and the server's answer get through. */
export function smtpFailure(error: unknown, context: SmtpContext): EffectError {
  if (error instanceof EffectError) return error;
  const { server, begun } = context;
  const status = numberOf(error, 'responseCode');
  if (status !== undefined && status >= 400 && status < 600) return refusal(error, status, context);

  const code = wordOf(error);
  const reason = reasonOf(error, context);
  const open = { retry: 'later', outcome: begun ? 'unknown' : 'not-applied' } as const;
  const sent = wordsOf(begun);
  if (begun) return effectError('smtp.connection-lost', { server, reason, sent }, open);
  if (code === 'EAUTH') return effectError('smtp.refused-login', { server, reason }, never);
  // By Node's words: the library puts codes of its own over those of TLS.
  if (/\bcertificate\b|SSL routines/.test(reason))
    return effectError('smtp.certificate', { server, reason }, never);
  // Refused by the library itself, by what the server had said of itself, as the size that it takes.
  if (code === 'EMESSAGE' || code === 'EENVELOPE')
    return effectError('smtp.refused', { server, stage: 'MAIL FROM', reason }, never);
  if (code === 'EPROTOCOL') return effectError('smtp.broken-answer', { server, reason, sent }, later);
  if (/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/.test(code))
    return effectError('smtp.unreachable', { server, reason }, later);
  return effectError('smtp.connection-lost', { server, reason, sent }, later);
}

/** The server said no, in so many words: it has not taken the message, whatever came before. */
function refusal(error: unknown, status: number, { server, to, redact }: SmtpContext): EffectError {
  const reason = oneLine(redact(textOf(error, 'response')));
  const stage = textOf(error, 'command');
  if (stage === 'STARTTLS') return effectError('smtp.no-tls', { server, reason }, never);
  if (status < 500) return effectError('smtp.not-now', { server, stage, reason }, later);
  if (stage.startsWith('AUTH')) return effectError('smtp.refused-login', { server, reason }, never);
  if (stage === 'RCPT TO') return effectError('smtp.refused-recipient', { server, to, reason }, never);
  return effectError('smtp.refused', { server, stage, reason }, never);
}

function reasonOf(error: unknown, { redact }: SmtpContext): string {
  // Without an answer of the server, the words are those of Node or of the library.
  const message = error instanceof Error ? oneLine(redact(error.message)) : '';
  return message === '' ? wordOf(error) : message;
}

function wordOf(error: unknown): string {
  const code = textOf(error, 'code');
  return /^[\w-]{1,60}$/.test(code) ? code : 'no code';
}

function textOf(error: unknown, key: 'code' | 'command' | 'response'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : '';
}

function numberOf(error: unknown, key: 'responseCode'): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'number' ? value : undefined;
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
