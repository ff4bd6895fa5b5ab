/** The least that a durable turn can be: node:http, the signature, the JSON, one append and one flush of the disk. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { fsyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { answerTo, listening } from './answer.ts';

const [secret = '', file = ''] = process.argv.slice(2);
const to = openSync(file, 'a');
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    const { 'x-slack-request-timestamp': at, 'x-slack-signature': signature } = request.headers;
    const wanted = `v0=${createHmac('sha256', secret)
      .update(`v0:${String(at)}:${body}`)
      .digest('hex')}`;
    if (!timingSafeEqual(Buffer.from(wanted), Buffer.from(String(signature)))) {
      response.writeHead(401).end();
      return;
    }
    const payload = JSON.parse(new URLSearchParams(body).get('payload') ?? '') as { actions: unknown };
    writeSync(to, `${JSON.stringify(payload.actions)}\n`);
    fsyncSync(to);
    response.writeHead(200).end();
  });
});
answerTo(await listening(server));
