interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
  /** Epoch milliseconds; Infinity for as long as the session lasts. */
  readonly until: number;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const most = 50;
const longest = 4096;

/** The cookies of one origin (RFC 6265, of which one origin needs only this much); nobody else is ever sent them. */
export function cookieJar(origin: string, now: () => number) {
  const { hostname, protocol } = new URL(origin);
  const mayKeepSecrets = protocol === 'https:' || loopback.test(hostname);
  let cookies: readonly Cookie[] = [];

  return {
    /** Takes what an answer from `url` set; what another host has no right to set is left out. */
    take(setCookies: readonly string[], url: URL): void {
      for (const text of setCookies) {
        const cookie = url.origin === origin ? read(text, url, now()) : undefined;
        if (cookie === undefined) continue;
        const others = cookies.filter(({ name, path }) => name !== cookie.name || path !== cookie.path);
        cookies = [...others, cookie].filter(({ until }) => until > now()).slice(-most);
      }
    },
    /** The `Cookie` header for a request to `url`, if there is anything to send. */
    header(url: URL): { Cookie?: string } {
      if (url.origin !== origin) return {};
      const mine = cookies
        .filter(({ until, secure }) => until > now() && (mayKeepSecrets || !secure))
        .filter(({ path }) => isUnder(url.pathname, path))
        .toSorted((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => `${name}=${value}`);
      return mine.length === 0 ? {} : { Cookie: mine.join('; ') };
    },
    /** What must not be shown. */
    secrets: (): readonly string[] => cookies.map(({ value }) => value),
    clear(): void {
      cookies = [];
    },
  };
}

function read(text: string, url: URL, now: number): Cookie | undefined {
  // Node refuses to send control characters, and says so with the whole header in its error.
  if (text.length > longest || /[^\x20-\x7e]/.test(text)) return undefined;
  const [pair = '', ...rest] = text.split(';');
  const [name, value] = halves(pair);
  if (name === '' || !pair.includes('=')) return undefined;
  const attributes = new Map(
    rest.map(halves).map(([key, worth]): [string, string] => [key.toLowerCase(), worth]),
  );
  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  if (domain !== '' && url.hostname !== domain && !url.hostname.endsWith(`.${domain}`)) return undefined;
  const path = attributes.get('path') ?? '';
  return {
    name,
    value,
    path: path.startsWith('/') ? path : url.pathname.slice(0, Math.max(url.pathname.lastIndexOf('/'), 1)),
    secure: attributes.has('secure'),
    until: endOf(attributes, now),
  };
}

function endOf(attributes: ReadonlyMap<string, string>, now: number): number {
  const age = attributes.get('max-age') ?? '';
  if (/^-?\d+$/.test(age)) return now + Number(age) * 1000;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? Infinity : expires;
}

function isUnder(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function halves(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}
