import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What came of a load. */
export interface Loaded {
  /** How long each request waited for its answer (ms), in the order of their answers. */
  readonly waited: readonly number[];
  /** Answers in a second, from the first request to the last answer. */
  readonly rate: number;
}

/** The bytes of a POST request. */
export function post(path: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': Buffer.byteLength(body) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${head}\r\n${body}`);
}

/**
 * Sends ready-made requests over so many connections that are kept, on each the next one as soon as the last was
 * answered, until the time is up or there are no more. Bare sockets, so that the client takes little of the machine from what is measured.
 * Throws unless every answer is 200.
 */
export async function load(
  port: number,
  requests: readonly Buffer[],
  { connections, ms }: { readonly connections: number; readonly ms: number },
): Promise<Loaded> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port)));
  const waited: number[] = [];
  let next = 0;
  const start = performance.now();
  try {
    await Promise.all(
      sockets.map(async (socket) => {
        for (let sent = start; sent - start < ms; sent = performance.now()) {
          const request = requests[next++];
          if (request === undefined) break;
          await answered(socket, request);
          waited.push(performance.now() - sent);
        }
      }),
    );
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return { waited, rate: (waited.length * 1000) / (performance.now() - start) };
}

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

function answered(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!isWhole(text)) return;
      done();
      if (text.startsWith('HTTP/1.1 200 ')) resolve();
      else reject(new Error(`a request was answered "${text.slice(0, 300)}"`));
    };
    const onClose = (): void => {
      done();
      reject(new Error('the connection was closed before the answer came'));
    };
    const done = (): void => {
      socket.off('data', onData).off('close', onClose).off('error', onClose);
    };
    socket.on('data', onData).on('close', onClose).on('error', onClose);
    socket.write(request);
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const head = text.slice(0, end).toLowerCase();
  if (head.includes('transfer-encoding: chunked')) return text.endsWith('0\r\n\r\n');
  const length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
  return text.length >= end + 4 + length;
}
