/** Something that goes wrong with one call to a simulator. */
export type Fault =
  /** Answers this instead; `applied` says whether the change is made all the same. */
  | { kind: 'reply'; status?: number; headers?: Record<string, string>; body: string; applied?: boolean }
  /** The true answer, spoiled on its way. */
  | { kind: 'spoil'; spoil: (body: string) => string; headers?: Record<string, string> }
  /** The connection is reset, before or after the change is made; the caller cannot tell which. */
  | { kind: 'reset'; when: 'before' | 'after' }
  /** The true answer a few bytes at a time. */
  | { kind: 'drip'; everyMs: number }
  /** The true answer, late. */
  | { kind: 'delay'; ms: number }
  /** No answer ever comes; the change is made all the same, unless it is `before` that. */
  | { kind: 'hang'; when?: 'before' };

const html = { 'Content-Type': 'text/html; charset="utf-8"' };
const json = { 'Content-Type': 'application/json' };

function refusal(reason: string, applied = false): Fault {
  const body = JSON.stringify({ metadata: { version: 1, command: 'x', result: 0, reason } });
  return { kind: 'reply', headers: json, body, applied };
}

/** The failures that WHM servers and the proxies before them are known to show, by name. */
export const knownFaults = {
  loginPage: { kind: 'reply', headers: html, body: '<!DOCTYPE html><title>WHM Login</title><form></form>' },
  licencePage: { kind: 'reply', headers: html, body: '<html>Cannot Read License File</html>' },
  empty: { kind: 'reply', body: '', applied: true },
  cutJson: { kind: 'spoil', spoil: (body) => body.slice(0, body.length / 2) },
  perlWarning: {
    kind: 'spoil',
    spoil: (body) => `Use of uninitialized value at Whostmgr.pm line 7.\n${body}`,
  },
  byteOrderMark: { kind: 'spoil', spoil: (body) => `\uFEFF${body}` },
  jsonLabelledHtml: { kind: 'spoil', spoil: (body) => body, headers: html },
  stringResultZero: {
    kind: 'reply',
    headers: json,
    body: '{"metadata":{"result":"0","reason":"It did not work."}}',
  },
  oddResult: { kind: 'reply', headers: json, body: '{"metadata":{"result":"maybe","reason":"?"}}' },
  deniedJson: {
    kind: 'reply',
    status: 403,
    headers: json,
    body: '{"cpanelresult":{"apiversion":"2","error":"Access denied","data":{"reason":"Access denied","result":"0"},"type":"text"}}',
  },
  deniedHtml: { kind: 'reply', status: 401, headers: html, body: '<html>Access Denied</html>' },
  missingPrivilege403: {
    kind: 'reply',
    status: 403,
    headers: json,
    body: '{"metadata":{"result":0,"reason":"You do not have permission to do this."}}',
  },
  missingPrivilege: refusal('You do not have the privilege “quota” to call this function.'),
  unknownApp: refusal('Unknown app (x) requested for this version (1) of the API.'),
  cphulkDisabled: refusal('cPHulk is disabled on the server.'),
  apiFailure: refusal('API failure: (XID abc123) The system could not do it.', true),
  overSold: refusal('The reseller’s\u00A0disk limit would be exceeded.'),
  apiZero: { kind: 'reply', headers: json, body: '{"status":1,"statusmsg":"Ok","acct":[]}' },
  redirectToLogin: { kind: 'reply', status: 302, headers: { Location: '/login/' }, body: '' },
  tooManyRequests: { kind: 'reply', status: 429, headers: { 'Retry-After': '7' }, body: 'slow down' },
  unavailable: { kind: 'reply', status: 503, headers: { 'Retry-After': '120' }, body: 'back soon' },
  crashAfter: {
    kind: 'reply',
    status: 500,
    headers: html,
    body: '<html>No response from subprocess</html>',
    applied: true,
  },
  crashBefore: { kind: 'reply', status: 500, headers: html, body: '<html>Internal Server Error</html>' },
  notFound: { kind: 'reply', status: 404, headers: html, body: '<html>Not Found</html>' },
  resetBefore: { kind: 'reset', when: 'before' },
  resetAfter: { kind: 'reset', when: 'after' },
  hang: { kind: 'hang' },
} as const satisfies Record<string, Fault>;

/** The faults that wait for their calls, first come first served for each function (`*` is any). */
export function faultList() {
  const waiting: { name: string; fault: Fault; times: number }[] = [];
  return {
    /** The next `times` calls of the function go wrong like this. */
    next(name: string, fault: Fault | keyof typeof knownFaults, times = 1): void {
      waiting.push({ name, fault: typeof fault === 'string' ? knownFaults[fault] : fault, times });
    },
    /** Takes the fault for this call, if there is one. */
    take(name: string): Fault | undefined {
      const entry = waiting.find((one) => one.name === name || one.name === '*');
      if (entry === undefined) return undefined;
      entry.times -= 1;
      if (entry.times <= 0) waiting.splice(waiting.indexOf(entry), 1);
      return entry.fault;
    },
    clear(): void {
      waiting.length = 0;
    },
  };
}

/** The faults of a pair of simulators. */
export type FaultList = ReturnType<typeof faultList>;
