import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../cli/child.ts';
import type { Delivered } from '../fakes/slack/delivery.ts';
import type { Fault } from '../fakes/slack/faults.ts';
import { toTheEnd } from './chat-moves.ts';
import { leaksIn, leaksInDatabase, spellingsOf } from './scan.ts';
import type { Leak } from './scan.ts';
import { channel, openOffice } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import { SlackTalk } from './slack-talk.ts';
import { until } from './stopwatch.ts';

/** Printable as a header needs it, and different in every encoding. */
const canary = (word: string) => `${word}/${word}+${word}=${word}&${word}<${word}`;
const canaries = {
  SLACK_BOT_TOKEN: canary('zb1tx'),
  SLACK_SIGNING_SECRET: canary('zs2gx'),
  MAILFIX_KEY: canary('zk5yx'),
};
const { SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: signingSecret, MAILFIX_KEY } = canaries;

/** What a Slack, or something on the way to it, might say that tells what it was told. */
const echoes: readonly Fault[] = [
  { kind: 'error', error: token },
  { kind: 'error', error: 'invalid_auth', more: { warning: token, token } },
  { kind: 'error', error: 'missing_scope', more: { needed: token, provided: token } },
  { kind: 'error', error: 'invalid_blocks', more: { response_metadata: { messages: [`Bearer ${token}`] } } },
  { kind: 'status', status: 500 },
  { kind: 'lost-reply' },
];

let office: Office;
let talk: SlackTalk;
beforeAll(build, 120_000);
beforeAll(async () => {
  office = await openOffice({
    slack: { token, signingSecret },
    settings: { MAILFIX_KEY, LOG_LEVEL: 'trace' },
  });
  await office.start();
});
afterAll(() => office.close());

test('no secret is in any log, answer, message, export or database file, whatever Slack answers', async () => {
  const { slack, server, sam } = office;
  talk = new SlackTalk(office, 'blocked');
  await toTheEnd([talk]);
  const answers: Delivered[] = [];
  for (const [n, echo] of echoes.entries()) {
    const other = slack.addChannel({ id: `C0OTHER${n}`, members: ['U0SAM'] }).id;
    const stranger = slack.person({ id: `U0NEW${n}`, name: `new${n}` });
    const meet = async (method: string, made: () => Promise<Delivered>) => {
      const before = slack.calls(method).length;
      slack.next(method, echo);
      answers.push(await made());
      await until(method, () => slack.calls(method).length > before);
    };
    await meet('users.info', () => stranger.command('/mailfix help', { channel }));
    await meet('conversations.info', () => sam.command('/mailfix a.example', { channel: other }));
    await meet('views.publish', () => sam.opensHome());
    await meet('views.open', () => sam.command('/mailfix', { channel }));
    const old = { type: 'button', action_id: 'gone', block_id: 'b', value: 'x' };
    await meet('chat.postEphemeral', () => sam.sendsAction(old, { channel, message: talk.threadTs }));
    await meet('chat.postMessage', () => sam.command(`/mailfix b${n}.example`, { channel }));
  }
  const forged = await slack.deliver('events', { token }, { secret: 'of another app' });
  expect(forged.status).toBe(401);
  const said = await Promise.all([
    ...['md', 'json', 'jsonl'].flatMap((format) =>
      [talk.id, 'INC-2'].map((id) => server.run(['export', id, '--format', format])),
    ),
    server.run(['list', '--all']),
    server.run(['start']),
  ]);
  await server.kill();
  const commands = said.map(({ stdout, stderr }) => stdout + stderr);
  expect(everywhere(commands, [...answers, forged])).toEqual([]);

  // The token was in use, and the failures did happen.
  expect(new Set(slack.calls().map((call) => call.token))).toEqual(new Set([token]));
  const log = server.said.map(({ stdout }) => stdout).join('');
  for (const code of [
    'slack.token',
    'slack.scope',
    'slack.refused',
    'slack.server-error',
    'slack.unreachable',
  ])
    expect(log, code).toContain(code);
});

test('the same search finds what somebody planted, in every spelling', async () => {
  const { server, sam } = office;
  await office.start();
  const spellings = [...spellingsOf(token)];
  const planted = [token, ...spellings.map(([, texts]) => texts[0] ?? '')].join(' ');
  await sam.says(`They read it out to me: ${planted}`, { channel, thread: talk.threadTs });
  const typo = await server.run([signingSecret]);
  const exported = await server.run(['export', talk.id, '--format', 'jsonl']);
  await server.kill();

  const leaks = everywhere([typo.stderr, exported.stdout], []);
  for (const where of ['command 1', 'database-wal', 'database rows']) {
    const found = leaks.filter((leak) => leak.where === where && leak.secret === 'SLACK_BOT_TOKEN');
    const all = spellings.map(([spelling]) => spelling);
    expect(new Set(found.map(({ spelling }) => spelling)), where).toEqual(new Set(all));
  }
  expect(leaks).toContainEqual({ secret: 'SLACK_SIGNING_SECRET', spelling: 'plain', where: 'command 0' });
});

/** What the server wrote, answered, sent to Slack and stored, and what commands said beside it. */
function everywhere(commands: readonly string[], answers: readonly Delivered[]): readonly Leak[] {
  const { server, slack, database } = office;
  return [
    ...server.said.flatMap(({ stdout, stderr }, life) =>
      leaksIn(`log of life ${life}`, stdout + stderr, canaries),
    ),
    ...commands.flatMap((text, n) => leaksIn(`command ${n}`, text, canaries)),
    ...answers.flatMap(({ body, headers, request }) =>
      leaksIn(`answer to ${request.kind}`, `${body} ${JSON.stringify(headers)}`, canaries),
    ),
    ...slack.calls().flatMap(({ method, params }) => leaksIn(method, JSON.stringify(params), canaries)),
    ...leaksInDatabase(database, canaries),
  ];
}
