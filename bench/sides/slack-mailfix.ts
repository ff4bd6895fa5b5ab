/**
 * mailfix's adapter for Slack as the server has it, over HTTP, with its database on the disk. A press is a turn: it is
 * answered after its commit. What then goes to Slack is the worker's, which has none here, as the peers have none.
 */
import { createSlack } from '../../adapters/slack/slack.ts';
import { realClock } from '../../src/runtime/clock.ts';
import { startServer } from '../../src/server.ts';
import { answerTo } from './answer.ts';
import { openDesk } from './desk.ts';

const [folder = '', apiUrl = '', signingSecret = ''] = process.argv.slice(2);
const desk = await openDesk(folder);
const { dispatcher, store } = desk;
const log = { debug() {}, info() {}, warn: complain, error: complain };
const slack = createSlack({
  settings: {
    botToken: 'xoxb-fake',
    signingSecret,
    appToken: undefined,
    apiUrl,
    clientId: undefined,
    clientSecret: undefined,
    stateSecret: undefined,
    teams: [],
  },
  store,
  dispatch: {
    open: (opening) => dispatcher.open({ ...opening, source: 'slack', simulated: true }),
    press: (event, sender) => dispatcher.press(event, sender),
    say: (text, sender, addressed) => dispatcher.say(text, sender, addressed),
    steer: (verb, sender) => dispatcher.steer(verb, sender),
  },
  card: async () => undefined,
  dialogs: [
    { id: 'cannot-receive', title: 'cannot receive mail', client: { name: 'client', label: 'Client' } },
  ],
  approvers: [],
  technicians: [],
  connections: async () => [],
  onTurn: (listener) => dispatcher.onTurn(listener),
  clock: realClock,
  seal: { seal: (_, text) => text, open: (_, text) => text },
  publicUrl: undefined,
  timeZone: undefined,
  log,
});
const server = await startServer({
  host: '127.0.0.1',
  port: 0,
  fetch: () => new Response('', { status: 404 }),
  raw: slack.raw,
  notReady: async () => [],
});
await slack.start();

answerTo(Number(new URL(server.url).port), async (question) => {
  const { open, team, channel, user } = question as {
    open: number;
    team: string;
    channel: string;
    user: string;
  };
  const id = `slack:${team}/${user}`;
  const ref = JSON.stringify({ team, channel });
  const ids = await desk.open(open, { id, person: id, name: 'Sam' }, 'slack', ref);
  return { ids, turns: desk.turns() };
});

function complain(fields: object, message: string): void {
  const { err } = fields as { err?: unknown };
  process.stderr.write(
    `${message}: ${err instanceof Error ? (err.stack ?? err.message) : JSON.stringify(fields)}\n`,
  );
}
