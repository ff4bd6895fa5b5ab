import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../slack/json.ts';
import { startTeams } from './server.ts';
import type { FakeTeams } from './server.ts';
import { home } from './settle.ts';
import { block, cardWith, execute, startSmallApp, why } from './small-app.ts';
import type { SmallApp } from './small-app.ts';

let teams: FakeTeams;
let app: SmallApp;

beforeEach(async () => {
  teams = await startTeams({ now: () => 1_764_057_600_000 });
  app = await startSmallApp(teams);
});
afterEach(async () => {
  await app.close();
  await teams.close();
});

const person = (name: string) => teams.person({ name });

describe('forms', () => {
  const form = (actions: readonly Json[] = [{ type: 'Action.Submit', title: 'Start', data: { f: 1 } }]) => ({
    task: {
      type: 'continue',
      value: {
        title: 'New incident',
        card: {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: { type: 'AdaptiveCard', version: '1.5', body: [why], actions },
        },
      },
    },
  });

  test('of a message extension are opened on a message, filled and sent', async () => {
    const sam = person('Sam');
    const { id } = await person('Tom').says('I cannot <receive> mail', { channel: home.channel });
    app.answers(form());
    const opened = await sam.opensForm('new', { from: id });
    expect(app.last()).toMatchObject({
      name: 'composeExtension/fetchTask',
      value: {
        commandId: 'new',
        commandContext: 'message',
        messagePayload: {
          id,
          from: { user: { displayName: 'Tom' } },
          body: { contentType: 'html', content: expect.stringContaining('&lt;receive&gt;') },
        },
      },
    });
    expect(teams.textOf(opened.form ?? {})).toBe('Why\nStart');
    expect(await sam.submitsForm()).toMatchObject({ status: 0, error: 'Say why' });
    app.answers({ task: { type: 'message', value: 'Incident INC-7 started' } });
    expect(await sam.submitsForm({ Why: 'mail' })).toMatchObject({ message: 'Incident INC-7 started' });
    expect(app.last()).toMatchObject({
      name: 'composeExtension/submitAction',
      value: { commandId: 'new', data: { f: 1, why: 'mail' } },
    });
    expect(sam.form()).toBeUndefined();
    await expect(sam.submitsForm()).rejects.toThrow('no form open');
  });

  test('stay open when they come back, and are closed', async () => {
    const sam = person('Sam');
    app.answers(form());
    await sam.opensForm('new');
    expect(app.last()).toMatchObject({
      value: { commandContext: 'commandBox' },
      conversation: { id: home.channel },
    });
    app.answers(form());
    expect((await sam.submitsForm({ Why: 'x' })).form).toBeDefined();
    sam.closesForm();
    expect(sam.form()).toBeUndefined();
  });

  test('that Teams cannot show', async () => {
    const sam = person('Sam');
    app.answers(form([execute('Start')]));
    expect((await sam.opensForm('new')).error).toContain('a form cannot have an Action.Execute');
    app.answers({});
    expect((await sam.opensForm('new')).error).toContain('cannot read');
    app.answers(undefined, 500);
    expect((await sam.opensForm('new')).error).toBe('Unable to reach app.');
  });

  test('of a button', async () => {
    const data = { msteams: { type: 'task/fetch' }, i: 'INC-1' };
    const thread = await app.thread(cardWith([], [{ type: 'Action.Submit', title: 'More', data }]));
    const sam = person('Sam');
    app.answers(form());
    await sam.executes('More');
    expect(app.last()).toMatchObject({ name: 'task/fetch', value: { data }, conversation: { id: thread } });
    expect(await sam.submitsForm({ why: 'x' })).toMatchObject({ status: 200, body: '' });
    expect(app.last()).toMatchObject({ name: 'task/submit', value: { data: { f: 1, why: 'x' } } });
    expect(sam.form()).toBeUndefined();
  });
});

test('all words of a message are read, in the order in which they stand', async () => {
  const cell = (text: string): Json => ({ type: 'TableCell', items: [block(text)] });
  const thread = await app.thread({
    ...cardWith(
      [
        block('**Blocked** by _cPHulk_, see [the rule](https://x.example) \\*\\[x\\] a_b_c &lt;1&gt;'),
        {
          type: 'ColumnSet',
          columns: [
            { type: 'Column', items: [block('one')] },
            { type: 'Column', items: [block('two')] },
          ],
        },
        { type: 'FactSet', facts: [{ title: 'Owner', value: 'Sam' }] },
        { type: 'Table', rows: [{ type: 'TableRow', cells: [cell('a'), cell('b')] }] },
        { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: '*as it is*' }, ' and more'] },
        { type: 'Badge', text: 'open', fallback: block('other') },
        { type: 'ProgressBar', value: 3, fallback: block('3 of 5') },
        { type: 'Input.Text', id: 'why', label: 'Why', placeholder: 'a reason' },
        {
          type: 'Input.ChoiceSet',
          id: 'c',
          label: 'Which',
          style: 'expanded',
          choices: [{ title: 'Yes', value: 'y' }],
        },
      ],
      [execute('Go')],
    ),
    text: '<at>Sam</at> look &amp; see',
  });
  expect(teams.textOf(teams.thread(thread)[0] ?? {}).split('\n')).toEqual([
    'Sam look & see',
    'Blocked by cPHulk, see the rule *[x] a_b_c <1>',
    'one',
    'two',
    'Owner Sam',
    'a | b',
    '*as it is* and more',
    'open',
    '3 of 5',
    'Why',
    'a reason',
    'Which',
    'Yes',
    'Go',
  ]);
});
