/** The host name in a Host header or an address, lower case, without port; undefined when it is none. */
export function hostNameOf(host: string): string | undefined {
  const name = /^(?<name>\[[\da-f:.]+\]|[a-z\d.-]+)(?::\d{1,5})?$/i.exec(host)?.groups?.['name'];
  return name?.toLowerCase().replace(/\.$/, '');
}

/** True for names and addresses that can only mean this machine. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** What may stand in the Host header: the address listened on, PUBLIC_URL and this machine's own names. */
export function createHostCheck(ports: { readonly host: string; readonly publicUrl?: string }) {
  const publicUrl = ports.publicUrl === undefined ? undefined : new URL(ports.publicUrl);
  const bracketed = ports.host.includes(':') && !ports.host.startsWith('[') ? `[${ports.host}]` : ports.host;
  const own = new Set([hostNameOf(bracketed), publicUrl?.hostname.toLowerCase()]);
  // Listening on every address says nothing about the name that people use.
  for (const anyAddress of ['0.0.0.0', '[::]', undefined]) own.delete(anyAddress);
  return {
    /** A page of somebody else that made its own name point here (DNS rebinding) sends that name. */
    isOurs(host: string): boolean {
      const name = hostNameOf(host);
      return name !== undefined && (own.has(name) || isLoopbackName(name));
    },
    /** Whether an Origin header names this site, as reached under this Host. */
    isOurOrigin(origin: string, host: string): boolean {
      if (origin === publicUrl?.origin) return true;
      return URL.canParse(origin) && new URL(origin).origin === `http://${host.toLowerCase()}`;
    },
    /** Cookies go over https only, except between a browser and a server on one machine. */
    needsSecureCookie(host: string): boolean {
      return publicUrl?.protocol === 'https:' || !isLoopbackName(hostNameOf(host) ?? '');
    },
  };
}

/** The host rules of a running console. */
export type HostCheck = ReturnType<typeof createHostCheck>;
