// Loaded before mailfix (`node --import`): what is meant for Microsoft goes to the fake of the tests, and nothing else
// leaves this machine. mailfix itself has no setting for that: one that moves Microsoft's keys would be a hole.
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const fake = new URL(process.env.FAKE_MICROSOFT ?? '');
if (fake.hostname !== '127.0.0.1') throw new Error('The fake of Microsoft is on this machine.');
const microsoft = ['login.botframework.com', 'login.microsoftonline.com', 'smba.trafficmanager.net'];

const fetchAnything = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.protocol !== 'https:' || !microsoft.includes(url.hostname)) return fetchAnything(input, init);
  return fetchAnything(new URL(url.pathname + url.search, fake), init);
};

const { request } = https;
https.request = (...given) => {
  const [url, options, answered] = readCall(given);
  const host = url?.hostname ?? options.hostname ?? options.host ?? '';
  if (!microsoft.includes(host)) return request(...given);
  // The TLS ends here; the agent that was meant for it too.
  const { method, headers, signal, timeout } = options;
  const path = options.path ?? (url === undefined ? '/' : url.pathname + url.search);
  const to = { method, headers, path, protocol: 'http:', hostname: fake.hostname, port: fake.port };
  const also = { ...(signal && { signal }), ...(timeout && { timeout }) };
  return http.request({ ...to, ...also }, answered);
};
https.get = (...given) => https.request(...given).end();
syncBuiltinESMExports();

// oxlint-disable-next-line typescript/unbound-method -- called with its socket below
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  const [first, second] = Array.isArray(given[0]) ? given[0] : given;
  const host = typeof first === 'object' ? (first?.host ?? 'localhost') : (second ?? 'localhost');
  const isHere = typeof host !== 'string' || /^(?:localhost|::1|127(?:\.\d+){3})$/.test(host);
  if (isHere) return connect.apply(this, given);
  process.stderr.write(`a connection to ${host} was begun\n`);
  process.nextTick(() => this.destroy(Object.assign(new Error('not from here'), { code: 'EHOSTUNREACH' })));
  return this;
};

/** The address, the options and the callback of a call to `request`, whichever of them it has. */
function readCall([first, ...others]) {
  const url = typeof first === 'string' ? new URL(first) : first instanceof URL ? first : undefined;
  const rest = url === undefined ? [first, ...others] : others;
  return [
    url,
    rest.find((one) => typeof one === 'object') ?? {},
    rest.find((one) => typeof one === 'function'),
  ];
}
