// The chat SDK with its adapter for Slack and its state in memory: every press is handled, by a handler that does nothing.
import { createServer } from 'node:http';
import { createSlackAdapter } from '@chat-adapter/slack';
import { createMemoryState } from '@chat-adapter/state-memory';
import { getRequestListener } from '@hono/node-server';
import { Chat } from 'chat';

const [signingSecret, apiUrl] = process.argv.slice(2);
let handled = 0;
const bot = new Chat({
  userName: 'mailfix',
  adapters: {
    slack: createSlackAdapter({ botToken: 'xoxb-fake', botUserId: 'U0BOT', signingSecret, apiUrl }),
  },
  state: createMemoryState(),
  logger: 'silent',
});
bot.onAction(async () => {
  handled += 1;
});
const later = new Set();
const options = {
  waitUntil(work) {
    later.add(work);
    work.finally(() => later.delete(work));
  },
};
const listener = getRequestListener((request) => bot.webhooks.slack(request, options), {
  overrideGlobalObjects: false,
});
const server = createServer((request, response) => void listener(request, response));
await new Promise((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});
process.on('disconnect', () => process.exit());
process.on('message', () => {
  void Promise.all(later).then(() => process.send({ answer: { handled } }));
});
process.send({ answer: { port: server.address().port } });
