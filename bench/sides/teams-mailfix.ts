/**
 * mailfix's adapter for Teams as the server has it, behind its gate, with its database on the disk. A message is a turn:
 * it is answered after its commit. What then goes to Teams is the worker's, which has none here, as the peer has none.
 */
import { createTeams } from '../../adapters/teams/teams.ts';
import { realClock } from '../../src/runtime/clock.ts';
import { startServer } from '../../src/server.ts';
import { answerTo } from './answer.ts';
import { openDesk } from './desk.ts';

const [folder = '', openIdUrl = '', appId = '', tenant = '', token = ''] = process.argv.slice(2);
const desk = await openDesk(folder);
const { dispatcher, store } = desk;
const teams = createTeams({
  settings: {
    appId,
    appPassword: undefined,
    appType: 'SingleTenant',
    appTenantId: tenant,
    auth: true,
    tenants: [],
  },
  store,
  dispatch: {
    open: (opening) => dispatcher.open({ ...opening, source: 'teams', simulated: true }),
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
  clock: realClock,
  timeZone: undefined,
  nonce: () => 'form',
  log: { debug() {}, info() {}, warn: complain, error: complain },
  gate: { hosts: ['127.0.0.1'], openIdUrl },
  outside: { token: async () => token },
});
const server = await startServer({
  host: '127.0.0.1',
  port: 0,
  fetch: () => new Response('', { status: 404 }),
  raw: teams.raw,
  notReady: async () => [],
});
await teams.start();

answerTo(Number(new URL(server.url).port), async (question) => {
  const { open, oid, ref } = question as { open: number; oid: string; ref: string };
  const id = `teams:${tenant}/${oid}`;
  const ids = await desk.open(open, { id, person: id, name: 'Sam' }, 'teams', ref);
  return { ids, turns: desk.turns() };
});

function complain(fields: object, message: string): void {
  const { err } = fields as { err?: unknown };
  process.stderr.write(
    `${message}: ${err instanceof Error ? (err.stack ?? err.message) : JSON.stringify(fields)}\n`,
  );
}
