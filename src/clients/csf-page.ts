/** What a page of the plugin turned out to be. */
export type CsfPage =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string }
  /** `cut`: it breaks off, so that asking again may help. */
  | { readonly kind: 'broken'; readonly reason: string; readonly cut: boolean };

const refusals: readonly (readonly [RegExp, string])[] = [
  [/You do not have access to this feature/i, 'You do not have access to this feature'],
  [/csf UI Disabled via the RESTRICT_UI/i, 'its pages are switched off (RESTRICT_UI)'],
  [
    /<title>[^<]*(log ?in|sign ?in)[^<]*<\/title>|id=["']?login_form|name=["']?pass["'\s>]/i,
    'a login page came',
  ],
  [/^\s*\{[^]*(access denied|permission|privilege)/i, 'WHM denied it'],
  // A reseller without GREP gets the menu of what is allowed instead.
  [/csf - ConfigServer Firewall options for /i, 'the user has USE but not GREP in csf.resellers'],
];
// `DisplayUI.pm` marks the output by its id. `DisplayResellerUI.pm` does not, and forgets to close the <pre>.
const forRoot = /<pre\b[^>]*\bid=['"]output['"][^>]*>([^]*?)<\/pre>\s*<p>\.\.\.\s*(?:<b>)?Done/;
const forReseller = /<p>Searching for [^<]*<\/p>\s*<p>\s*<pre\b[^>]*>([^]*?)<\/p>\s*<p>\.\.\.\s*(?:<b>)?Done/;

/** Finds the output of a command in a page of the plugin; without its "Done" the output may lack its end. */
export function readCsfPage(html: string): CsfPage {
  if (html.trim() === '') return { kind: 'broken', reason: 'it is empty', cut: true };
  const output = forRoot.exec(html)?.[1] ?? forReseller.exec(html)?.[1];
  if (output !== undefined) return { kind: 'output', text: decoded(output) };
  const refusal = refusals.find(([pattern]) => pattern.test(html));
  if (refusal !== undefined) return { kind: 'refused', reason: refusal[1] };
  if (/\[[^\]]*\] is not a valid IP/.test(html))
    return { kind: 'broken', reason: 'it does not take the address', cut: false };
  const begun = /<pre\b|Searching for /.test(html);
  return begun
    ? { kind: 'broken', reason: 'it breaks off', cut: true }
    : { kind: 'broken', reason: 'it is a page without the output of csf', cut: false };
}

// Each of the two commands has a part of its own; a reseller's page forgets to close the <pre> here too.
const tried =
  /<p>Unblock [^<]*, trying (?:permanent|temporary) blocks\.*<\/p>\s*(?:<p>)?\s*<pre\b[^>]*>([^]*?)(?:<\/pre>|<\/p>)\s*(?:<\/p>\s*)?<p>\.\.\.\s*(?:<b>)?Done/g;

/**
 * What `csf -dr` and `csf -trd` printed in answer to `kill` (`qkill` for resellers). Both end in "Done" whatever came of
 * them, so this proves only that they ran.
 */
export function readCsfKill(html: string): CsfPage {
  const parts = [...html.matchAll(tried)].map(([, output = '']) => decoded(output).trim());
  if (parts.length === 2) return { kind: 'output', text: parts.filter((part) => part !== '').join('\n') };
  const begun = /<p>Unblock /.test(html);
  const refusal = begun ? undefined : refusals.find(([pattern]) => pattern.test(html));
  if (refusal === undefined)
    return { kind: 'broken', reason: begun ? 'it breaks off' : 'it is another page', cut: begun };
  const [, reason] = refusal;
  return { kind: 'refused', reason: reason.replace('USE but not GREP', 'USE but not UNBLOCK') };
}

/** Whether a page is a reseller's, who has other names for the same commands. */
export function isResellerPage(html: string): boolean {
  return !forRoot.test(html) && forReseller.test(html);
}

/** The version of CSF at the foot of a page: `<pre>csf: v16.07</pre>`. */
export function csfVersion(html: string): string | null {
  return /csf: v(\d+(?:\.\d+)*)/.exec(html)?.[1] ?? null;
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Text out of HTML: entities become their characters, and nothing is taken for markup. */
function decoded(html: string): string {
  return html.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,6}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return Object.hasOwn(named, name) ? (named[name] ?? whole) : whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}
