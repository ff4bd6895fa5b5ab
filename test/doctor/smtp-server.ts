import { createServer } from 'node:net';
import type { Socket } from 'node:net';

/** How a small mail server is out of order. */
export interface SmtpFault {
  /** It greets with this. */
  readonly greeting?: string;
  /** It answers AUTH with this. */
  readonly auth?: string;
  /** It says something over and over again and never comes to the point. */
  readonly drips?: boolean;
}

/** A mail server on this machine that remembers what it was told, and takes every sign-in. */
export async function smallSmtp({
  greeting = '220 mail.example ESMTP',
  auth = '235 ok',
  drips,
}: SmtpFault = {}) {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const say = (line: string) => void socket.write(`${line}\r\n`);
    socket.on('error', () => socket.destroy());
    if (drips === true) timers.add(setInterval(() => say('220-and more'), 10));
    else say(greeting);
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\r\n').filter((one) => one !== '')) {
        commands.push(line);
        if (/^EHLO/i.test(line)) say('250-mail.example\r\n250 AUTH PLAIN');
        else if (/^AUTH/i.test(line)) say(auth.replace('SENT', line));
        else if (/^QUIT/i.test(line)) say('221 bye');
        else say('250 ok');
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return {
    host: `127.0.0.1:${address.port}`,
    commands,
    async close(): Promise<void> {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
