import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startSlack } from '../test/fakes/slack/server.ts';
import { startTeams } from '../test/fakes/teams/server.ts';
import { shown, type Part } from './figure.ts';
import { alternate, median, ratio } from './rounds.ts';
import { root, withSides } from './side.ts';

const [slack, teams] = ['cold-start-vs-bolt', 'cold-start-vs-cloudadapter'] as const;
const patienceMs = 30_000;

/** From the start of the process to its `listening` line, with one chat product configured and a database that is there. */
export const coldStart: Part = {
  names: [slack, teams],
  measure: (effort) =>
    withSides(async (open, folder) => {
      const [fakeSlack, fakeTeams] = [
        await open(startSlack()),
        await open(startTeams({ asMicrosoft: true })),
      ];
      const [appId, secret, tenant] = [fakeTeams.appId, 'the secret', fakeTeams.tenant];
      // What is meant for Microsoft goes to the fake, on both sides.
      const preload = join(root, 'test', 'process', 'teams-redirect.mjs');
      const toTeams = { NODE_OPTIONS: `--import=file://${preload}`, FAKE_MICROSOFT: fakeTeams.url };
      const database = (name: string) => ({
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_URL: `sqlite:${join(folder, name)}`,
        MAILFIX_KEY: 'a key that is long enough for this',
      });
      const cli = [join(root, 'dist', 'src', 'cli.js'), 'start'];
      const side = (name: string, ...args: readonly string[]) => [
        join(root, 'dist', 'bench', 'sides', `${name}.js`),
        ...args,
      ];
      const rounds = await alternate(effort.rounds, {
        slack: () =>
          started(cli, {
            ...database('slack.db'),
            SLACK_BOT_TOKEN: 'xoxb-fake',
            SLACK_SIGNING_SECRET: fakeSlack.signingSecret,
            SLACK_API_URL: fakeSlack.apiUrl,
          }),
        bolt: () => started(side('cold-bolt', 'xoxb-fake', fakeSlack.signingSecret, fakeSlack.apiUrl)),
        teams: () =>
          started(cli, {
            ...database('teams.db'),
            ...toTeams,
            MicrosoftAppId: appId,
            MicrosoftAppPassword: secret,
            MicrosoftAppTenantId: tenant,
          }),
        adapter: () => started(side('cold-cloud-adapter', appId, secret, tenant), toTeams),
      });
      const figure = (name: string, ours: 'slack' | 'teams', peer: 'bolt' | 'adapter', words: string) => ({
        name,
        value: ratio(rounds, ours, peer),
        unit: 'ratio',
        ours: shown(median(rounds[ours]), ' ms'),
        peer: `${shown(median(rounds[peer]), ' ms')} ${words}`,
        bar: { is: 'at most', value: 1.3 } as const,
      });
      return [figure(slack, 'slack', 'bolt', 'Bolt app'), figure(teams, 'teams', 'adapter', 'CloudAdapter')];
    }),
};

/** Milliseconds until a process says that it listens; it is ended then. */
async function started(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, command, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  let said = '';
  try {
    return await new Promise<number>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
          if (/listening(?: on [^\n]*)?\n/.test(said)) resolve(performance.now() - start);
        });
      void gone.then(() => reject(new Error(`${command.join(' ')} did not come to listen: ${said}`)));
    });
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await gone;
  }
}
