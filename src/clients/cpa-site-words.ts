import { isIP } from 'node:net';
import { sameIp } from './ip-match.ts';

/** What the page that answers an un-block says; `unclear` is never a success. */
export interface SiteAnswer {
  readonly state: 'done' | 'queued' | 'accepted' | 'already' | 'refused' | 'unclear';
  /** The lines that say so. */
  readonly words: string;
}

type Said = SiteAnswer['state'] | 'nothing';

const longestWords = 300;
const refusedWords =
  /\b(error|fail(ed|ure|s)?|denied|invalid|forbidden|unauthori[sz]ed|refused|reject(ed)?|exception|(could|can|was|is|has) ?not (be |been )?(processed|saved|done|completed|un-?blocked|removed|a valid)|cannot be|unable|not (a )?valid|not (allowed|permitted)|no permission)\b/i;
const notBlockedWords =
  /\b(not|isn't|never|no longer) (currently |even )?(blocked|banned|listed|in the (block|deny) ?list)|\balready (been )?(un-?blocked|removed|cleared)\b/i;
const queuedWords = /\b(queued?|pending|scheduled|processing|in progress|submitted)\b/i;
const openWords =
  /\b(un-?blocked|removed from the (block|deny) ?list|block (was |has been )?(removed|lifted))\b/i;
const takenWords = /\b(accepted|success(ful(ly)?)?|request (has been |was |is )?(sent|received|made))\b/i;
const promise = /\b(will|shortly|soon|minutes?|being|in progress)\b/i;
const negation = /\b(no|not|never|cannot|nothing|without)\b|n['’]t\b/i;
const blockedWords = /\b(blocked|banned|denied)\b/i;

/**
 * Reads the answer to an un-block of `ip`. Only lines that were not on the page before count (headings and hints are on
 * both), and of those none that is about another address. Whatever speaks for and against at once is unclear.
 */
export function readSiteAnswer(before: readonly string[], after: readonly string[], ip: string): SiteAnswer {
  const old = new Set(before);
  const said = after
    .filter((line) => !old.has(line) && !isOfAnother(line, ip))
    .map((line) => ({ line, means: meaningOf(line) }))
    .filter(({ means }) => means !== 'nothing');
  const all = new Set<Said>(said.map(({ means }) => means));
  const words = said
    .map(({ line }) => line)
    .join(' ')
    .slice(0, longestWords);
  for (const state of ['refused', 'already', 'unclear'] as const)
    if (all.has(state)) return { state: all.size === 1 ? state : 'unclear', words };
  const state = (['queued', 'accepted', 'done'] as const).find((one) => all.has(one)) ?? 'unclear';
  return { state, words };
}

/** What a page of the site says about `ip`: only lines with the address count, and they must agree. */
export function readSiteStatus(
  lines: readonly string[],
  ip: string,
): 'blocked' | 'queued' | 'clear' | 'unknown' {
  const said = new Set(
    lines.filter((line) => addressesIn(line).some((one) => sameIp(one, ip))).map(statusOf),
  );
  const [only] = said;
  return said.size === 1 && only !== undefined ? only : 'unknown';
}

function statusOf(line: string): 'blocked' | 'queued' | 'clear' | 'unknown' {
  if (queuedWords.test(line)) return 'queued';
  if (notBlockedWords.test(line)) return 'clear';
  if (negation.test(line)) return 'unknown';
  if (openWords.test(line)) return promise.test(line) ? 'queued' : 'clear';
  return blockedWords.test(line) ? 'blocked' : 'unknown';
}

function meaningOf(line: string): Said {
  if (refusedWords.test(line)) return takenWords.test(line) ? 'unclear' : 'refused';
  if (notBlockedWords.test(line)) return 'already';
  const speaks = [queuedWords, openWords, takenWords].some((words) => words.test(line));
  if (!speaks) return 'nothing';
  if (negation.test(line)) return 'unclear';
  if (queuedWords.test(line)) return 'queued';
  return openWords.test(line) && !promise.test(line) ? 'done' : 'accepted';
}

function isOfAnother(line: string, ip: string): boolean {
  const addresses = addressesIn(line);
  return addresses.length > 0 && !addresses.some((one) => sameIp(one, ip));
}

function addressesIn(line: string): readonly string[] {
  return line
    .split(/[^\w.:]+/)
    .map((word) => word.replace(/[.:]+$/, ''))
    .filter((word) => isIP(word) !== 0);
}
