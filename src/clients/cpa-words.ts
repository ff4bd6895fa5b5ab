/** The body of an answer: JSON, plain text (also none), a web page, or JSON that breaks off. */
export type CpaBody =
  | { kind: 'json'; fields: ReadonlyMap<string, unknown> }
  | { kind: 'text'; text: string }
  | { kind: 'page' }
  | { kind: 'cut' };

const noWord =
  /\b(error|fail(ed|ure)?|denied|invalid|forbidden|unauthori[sz]ed|refused|reject(ed)?|exception|(could|can) ?not|unable)\b/i;
const queuedWord = /\b(queued?|pending|scheduled|processing|in[ _-]progress|waiting|submitted)\b/i;
const notDoneWord = /\b(not|will be|shortly|minutes?|soon)\b/i;
const doneWord = /\b(done|completed?|finished|un-?blocked|removed|cleared)\b/i;
const clearWord =
  /^(clear(ed)?|un-?blocked|not[ _-]?blocked|not[ _-]?found|open|allowed|done|completed?|none|free)$/i;
const blockedWord = /^(blocked|banned|denied|block)$/i;
const longestWords = 300;

/** Sorts out what kind of body came back. */
export function readCpaBody(raw: string): CpaBody {
  // trim() also takes a byte order mark away.
  const text = raw.trim();
  if (text.startsWith('<')) return { kind: 'page' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return /^[[{"]/.test(text) ? { kind: 'cut' } : { kind: 'text', text };
  }
  if (typeof value === 'boolean') return { kind: 'json', fields: new Map([['ok', value]]) };
  if (typeof value === 'string' || typeof value === 'number') return { kind: 'text', text: String(value) };
  if (typeof value !== 'object' || value === null) return { kind: 'text', text: '' };
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key.toLowerCase(), item]);
  const fields = new Map(entries);
  // {"data": {...}} and {"result": {...}}: what is inside counts as well.
  for (const wrapper of ['data', 'result']) {
    const inner = fields.get(wrapper);
    if (typeof inner !== 'object' || inner === null) continue;
    for (const [key, item] of Object.entries(inner))
      if (!fields.has(key.toLowerCase())) fields.set(key.toLowerCase(), item);
  }
  return { kind: 'json', fields };
}

/** Whether an answer with a status of success says in its body that it failed. */
export function saysNo(body: CpaBody): boolean {
  if (body.kind === 'text') return noWord.test(body.text);
  if (body.kind !== 'json') return false;
  const { fields } = body;
  if (['ok', 'success', 'successful'].some((key) => fields.has(key) && isRefusal(fields.get(key))))
    return true;
  if (Number(fields.get('status')) >= 400) return true;
  if (['error', 'errors'].some((key) => isSomething(fields.get(key)))) return true;
  return ['status', 'state', 'result'].some((key) =>
    /^(error|failed|failure|denied|rejected|invalid)$/i.test(textIn(fields, key)),
  );
}

/** How far an un-block is, if the answer says so; a promise ("will be done in 5 minutes") is not done. */
export function stateWord(body: CpaBody): 'queued' | 'done' | undefined {
  if (body.kind === 'text') return stateIn(body.text);
  if (body.kind !== 'json') return undefined;
  const { fields } = body;
  if (isYes(fields.get('queued')) || isYes(fields.get('pending'))) return 'queued';
  for (const key of ['status', 'state', 'result']) {
    const found = stateIn(textIn(fields, key));
    if (found !== undefined) return found;
  }
  if (isYes(fields.get('done')) || isYes(fields.get('unblocked'))) return 'done';
  return stateIn(wordsIn(body).message ?? '');
}

/** What an answer of the status URL means; anything unclear is unknown, never clear. */
export function saysBlocked(body: CpaBody): 'blocked' | 'queued' | 'clear' | 'unknown' {
  if (body.kind === 'text') return statusIn(body.text);
  if (body.kind !== 'json') return 'unknown';
  const { fields } = body;
  const byWord = statusIn(textIn(fields, 'status'));
  const word = byWord === 'unknown' ? statusIn(textIn(fields, 'state')) : byWord;
  if (!fields.has('blocked')) return word;
  const blocked = fields.get('blocked');
  if (isYes(blocked)) return word === 'queued' ? 'queued' : 'blocked';
  // "Not blocked" beside a status "blocked" is no clear answer.
  if (!isNo(blocked) || word === 'blocked') return 'unknown';
  return word === 'queued' ? 'queued' : 'clear';
}

/** The message and the reference of an answer, if it has them. */
export function wordsIn(body: CpaBody): { message?: string; reference?: string } {
  if (body.kind === 'text') return body.text === '' ? {} : { message: body.text.slice(0, longestWords) };
  if (body.kind !== 'json') return {};
  const first = (keys: readonly string[]) =>
    keys.map((key) => textIn(body.fields, key)).find((found) => found !== '');
  const message = first(['message', 'msg', 'detail', 'error', 'errors', 'text', 'reason']);
  const reference = first(['reference', 'ref', 'id', 'ticket', 'job', 'job_id', 'request_id']);
  return {
    ...(message === undefined ? {} : { message: message.slice(0, longestWords) }),
    ...(reference === undefined ? {} : { reference: reference.slice(0, 100) }),
  };
}

function stateIn(text: string): 'queued' | 'done' | undefined {
  if (queuedWord.test(text)) return 'queued';
  return doneWord.test(text) && !notDoneWord.test(text) ? 'done' : undefined;
}

function statusIn(raw: string): 'blocked' | 'queued' | 'clear' | 'unknown' {
  // trim() also takes a byte order mark away.
  const text = raw.trim();
  if (clearWord.test(text)) return 'clear';
  if (blockedWord.test(text)) return 'blocked';
  return queuedWord.test(text) || /^accepted$/i.test(text) ? 'queued' : 'unknown';
}

function textIn(fields: ReadonlyMap<string, unknown>, key: string): string {
  const value = fields.get(key);
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(' ');
  if (typeof value !== 'object' || value === null) return '';
  const message: unknown = Reflect.get(value, 'message');
  return typeof message === 'string' ? message : JSON.stringify(value);
}

function isYes(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^(1|true|yes|ok)$/i.test(value));
}

function isNo(value: unknown): boolean {
  return value === false || value === 0 || (typeof value === 'string' && /^(0|false|no)$/i.test(value));
}

function isRefusal(value: unknown): boolean {
  return isNo(value) || !isSomething(value) || (typeof value === 'string' && noWord.test(value));
}

/** null, false, "", 0, [] and {} under "error" mean that there was none. */
function isSomething(value: unknown): boolean {
  if (
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    value === 0 ||
    value === '0'
  )
    return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
