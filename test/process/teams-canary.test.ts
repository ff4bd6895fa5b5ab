import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../cli/child.ts';
import type { Delivered } from '../fakes/teams/deliveries.ts';
import type { Fault } from '../fakes/teams/faults.ts';
import { toTheEnd } from './chat-moves.ts';
import { leaksIn, leaksInDatabase, spellingsOf } from './scan.ts';
import type { Leak } from './scan.ts';
import { until } from './stopwatch.ts';
import { openOffice } from './teams-office.ts';
import type { Office } from './teams-office.ts';
import { TeamsTalk } from './teams-talk.ts';

/** Printable as a header needs it, and different in every encoding. */
const canary = (word: string) => `${word}/${word}+${word}=${word}&${word}<${word}`;
const canaries = {
  MicrosoftAppPassword: canary('zp1mx'),
  BotToken: canary('zt2ox'),
  MAILFIX_KEY: canary('zk5yx'),
};
const { MicrosoftAppPassword: appSecret, BotToken: botToken, MAILFIX_KEY } = canaries;

const says = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Fault => ({
  kind: 'says',
  status,
  body,
  headers,
});

/** What a Microsoft, or something on the way to it, might say that tells what it was told. */
const echoes: readonly Fault[] = [
  says(401, { error: { code: botToken, message: `Bearer ${botToken}` } }),
  says(403, { error: { code: 'Forbidden', message: `{"subCode": "${botToken}"}` } }, { 'x-sent': botToken }),
  says(302, { token: botToken }, { location: `http://127.0.0.1:9/?token=${encodeURIComponent(botToken)}` }),
  says(500, `<html>Bearer ${botToken}</html>`),
  says(201, { id: 7, authorization: `Bearer ${botToken}` }),
  { kind: 'lost-reply' },
];
/** The sign-in, too, might tell what it was sent. */
const signInEchoes: readonly Fault[] = [
  says(401, { error: 'invalid_client', error_description: `The secret ${appSecret} is wrong.` }),
  says(400, { error: appSecret, error_description: encodeURIComponent(appSecret) }),
  says(500, `client_secret=${encodeURIComponent(appSecret)}`),
];

let office: Office;
let talk: TeamsTalk;
beforeAll(build, 120_000);
beforeAll(async () => {
  office = await openOffice({
    teams: { appSecret, botToken },
    settings: { MAILFIX_KEY, LOG_LEVEL: 'trace' },
  });
});
afterAll(() => office.close());

test('no secret is in any log, answer, message, export or database file, whatever Microsoft answers', async () => {
  const { teams, server, sam } = office;
  const answers: Delivered[] = [];
  for (const echo of signInEchoes) {
    await office.start();
    const isOver = teams.every('token', echo);
    answers.push(await sam.mentions('a.example'));
    isOver();
    await server.kill();
  }
  await office.start();
  talk = new TeamsTalk(office, 'blocked');
  await toTheEnd([talk]);
  for (const [n, echo] of echoes.entries()) {
    const stranger = teams.person({ name: `New ${n}` });
    const meet = async (
      operation: 'getConversationMember' | 'sendToConversation' | 'createConversation',
      made: () => Promise<Delivered>,
    ) => {
      const before = teams.calls(operation).length;
      teams.next(operation, echo);
      answers.push(await made());
      await until(operation, () => teams.calls(operation).length > before);
    };
    await meet('getConversationMember', () => stranger.mentions('help'));
    await meet('sendToConversation', () => sam.mentions('list'));
    await meet('sendToConversation', () => sam.says('mine'));
    await meet('sendToConversation', () => sam.mentions(`b${n}.example`));
  }
  const forged = await teams.deliver(
    { ...teams.requests.at(-1)?.activity, text: botToken },
    { signed: 'stranger' },
  );
  expect(forged.status).toBe(401);
  const said = await Promise.all([
    ...['md', 'json', 'jsonl'].map((format) => server.run(['export', talk.id, '--format', format])),
    server.run(['list', '--all']),
    server.run(['start']),
  ]);
  await server.kill();
  const commands = said.map(({ stdout, stderr }) => stdout + stderr);
  expect(everywhere(commands, [...answers, forged])).toEqual([]);

  // The token was in use, and the failures did happen.
  expect(new Set(teams.calls().map((call) => call.token))).toEqual(new Set([botToken]));
  const log = server.said.map(({ stdout }) => stdout).join('');
  for (const code of ['teams.credentials', 'teams.not-in-team', 'teams.server-error', 'teams.unreachable'])
    expect(log, code).toContain(code);
});

test('the same search finds what somebody planted, in every spelling', async () => {
  const { server, sam } = office;
  await office.start();
  const spellings = [...spellingsOf(appSecret)];
  const planted = [appSecret, ...spellings.map(([, texts]) => texts[0] ?? '')].join(' ');
  await sam.mentions(`They read it out to me: ${planted}`, { thread: talk.conversation });
  const exported = await server.run(['export', talk.id, '--format', 'jsonl']);
  await server.kill();

  const leaks = everywhere([exported.stdout], []);
  for (const where of ['command 0', 'database rows']) {
    const found = leaks.filter((leak) => leak.where === where && leak.secret === 'MicrosoftAppPassword');
    expect(new Set(found.map(({ spelling }) => spelling)), where).toEqual(
      new Set(spellings.map(([name]) => name)),
    );
  }
});

/** What the server wrote, answered, sent to Teams and stored, and what commands said beside it. */
function everywhere(commands: readonly string[], answers: readonly Delivered[]): readonly Leak[] {
  const { server, teams, database } = office;
  return [
    ...server.said.flatMap(({ stdout, stderr }, life) =>
      leaksIn(`log of life ${life}`, stdout + stderr, canaries),
    ),
    ...commands.flatMap((text, n) => leaksIn(`command ${n}`, text, canaries)),
    ...answers.flatMap(({ body, headers }) =>
      leaksIn('answer', `${body} ${JSON.stringify(headers)}`, canaries),
    ),
    ...teams
      .calls()
      .flatMap(({ operation, path, body }) =>
        leaksIn(operation, `${path} ${JSON.stringify(body)}`, canaries),
      ),
    ...leaksInDatabase(database, canaries),
  ];
}
