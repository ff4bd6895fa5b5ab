import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, folder, mailfix } from './child.ts';

const here = folder();
beforeAll(build, 120_000);
afterAll(here.remove);

test('mailfix simulators prints the settings to point a mailfix at them, and SIGTERM ends it', async () => {
  const running = mailfix(['simulators', '--port', '0'], here.path);
  await running.line('APPROVERS=');
  running.kill('SIGTERM');
  const { code, stdout, stderr } = await running.ended;
  expect(code).toBe(0);
  const settings = Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
  expect(settings).toMatchObject({
    WHM_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    WHM_USER: expect.any(String),
    WHM_TOKEN: expect.any(String),
    CPA_UNBLOCK_URL: expect.stringMatching(/^http:/),
    CPA_TOKEN: expect.any(String),
  });
  expect(stderr).toContain('nothing behind them is real');
});
