import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import { localhostPem } from './faulty-server.ts';

/** What the server has taken: the envelope, and the message to the byte. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly encrypted: boolean;
  readonly user: string | undefined;
}

/** A real SMTP server on a free port, that takes everything unless the test's options say otherwise. */
export async function mailServer(options: SMTPServerOptions & { host?: string } = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    key: localhostPem,
    cert: localhostPem,
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      password === 'sesame & co' && username !== undefined
        ? done(null, { user: username })
        : done(Object.assign(new Error(`535 no: ${password}`), { responseCode: 535 })),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(parts).toString('latin1'),
          encrypted: session.secure,
          user: session.user,
        });
        done(null, 'taken as number 7');
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, options.host ?? '127.0.0.1', () => resolve());
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  const { port } = server.server.address() as AddressInfo;
  return { port, received, url: `smtp://127.0.0.1:${port}` };
}

/** Line by line what a server says to what it hears: `undefined` says nothing, `'drop'` resets, `'end'` hangs up, `'cut'` does so in the midst of an answer. */
export async function rawMailServer(answer: (line: string) => string | undefined) {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const say = (line: string) => {
      const said = answer(line);
      if (said === 'drop') socket.resetAndDestroy();
      else if (said === 'end') socket.end();
      else if (said === 'cut') socket.end('25');
      else if (said !== undefined) socket.write(`${said}\r\n`);
    };
    let rest = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      rest += text;
      const lines = rest.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        heard.push(line);
        say(line);
      }
    });
    say('CONNECT');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { heard, port, url: `smtp://127.0.0.1:${port}`, open: () => sockets.size };
}
