/** Bolt, which acknowledges every press and does nothing; given a file, it first appends to that and flushes the disk. */
import { fsyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { App, HTTPReceiver } from '@slack/bolt';
import { answerTo, listening } from './answer.ts';

const [signingSecret = '', file] = process.argv.slice(2);
const receiver = new HTTPReceiver({ signingSecret });
const app = new App({
  receiver,
  authorize: async () => ({ botToken: 'xoxb-fake', botId: 'B1', botUserId: 'U1' }),
});
const to = file === undefined ? undefined : openSync(file, 'a');
app.action({ type: 'block_actions' }, async ({ action, ack }) => {
  if (to !== undefined) {
    writeSync(to, `${JSON.stringify(action)}\n`);
    fsyncSync(to);
  }
  await ack();
});
const server = createServer((request, response) => receiver.requestListener(request, response));
answerTo(await listening(server));
