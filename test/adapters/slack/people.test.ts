import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { isSlacks } from '../../../adapters/slack/private-words.ts';
import { ip } from '../../runtime/rig.ts';
import { slackRig, type SlackRig } from './rig.ts';

const channel = 'C0SUPPORT';

const sam = (rig: SlackRig) => rig.fake.person({ id: 'U0SAM' });
const incidents = async (rig: SlackRig) => (await rig.store.list({ limit: 9 })).length;

async function asks(rig: SlackRig, id: string, where = channel): Promise<string> {
  const answer = await rig.fake.person({ id }).command('/mailfix anew acme.example', { channel: where });
  expect(answer.status).toBe(200);
  await rig.settled();
  const { text } = answer.json;
  return typeof text === 'string' ? text : '';
}

describe('who may ask', () => {
  it.each([
    ['a guest', { isRestricted: true }, 'Guests cannot work on mail incidents.'],
    ['a guest of one channel', { isUltraRestricted: true }, 'Guests cannot work on mail incidents.'],
    ['somebody of another company', { isStranger: true }, 'Only people of this workspace'],
    [
      'somebody whose account is of another workspace',
      { team: 'T0ELSEWHERE' },
      'Only people of this workspace',
    ],
    ['a deactivated account', { deleted: true }, 'Your Slack account is deactivated.'],
    ['a bot', { isBot: true }, 'from people only'],
  ])('not %s', async (_, user, words) => {
    const rig = await slackRig();
    rig.fake.addTeam({ id: 'T0ELSEWHERE', token: null });
    rig.fake.addUser({ id: 'U0OTHER', name: 'other', ...user });
    expect(await asks(rig, 'U0OTHER')).toContain(words);
    expect(await incidents(rig)).toBe(0);
  });

  it('nor may they press, type or look', async () => {
    const rig = await slackRig();
    await sam(rig).command(`/mailfix acme.example`);
    await rig.settled();
    rig.fake.addUser({ id: 'U0GUEST', name: 'guest', isRestricted: true });
    const guest = rig.fake.person({ id: 'U0GUEST' });
    const thread = rig.fake.roots(channel)[0]?.ts ?? '';
    const { seq } = (await rig.store.read('INC-1'))?.incident ?? {};
    expect((await guest.clicks('They can’t tell', { channel })).status).toBe(200);
    expect((await guest.says(ip, { thread })).status).toBe(200);
    expect((await guest.mentions('other.example', { channel })).mention.status).toBe(200);
    expect((await guest.opensHome()).status).toBe(200);
    expect((await guest.command('/mailfix list')).json['text']).toContain('Guests cannot');
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.seq).toBe(seq);
    expect(await incidents(rig)).toBe(1);
    const home = JSON.stringify(rig.fake.homeOf('U0GUEST')?.view);
    expect(home).toContain('Guests cannot');
    expect(home).not.toContain('acme');
    expect(rig.fake.ephemerals('U0GUEST').map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringContaining('Guests cannot')]),
    );
  });

  it('with TECHNICIANS only those, and approvers', async () => {
    const rig = await slackRig({
      ports: { technicians: ['slack:U0SAM', 'slack:S0LEADS'] },
      approvers: ['slack:U0TOM'],
    });
    rig.fake.addUser({ id: 'U0EVE', name: 'eve' });
    for (const id of ['U0SAM', 'U0LEA', 'U0TOM']) expect(await asks(rig, id)).toBe('');
    expect(await asks(rig, 'U0EVE')).toContain('You are not among the technicians.');
    expect(await incidents(rig)).toBe(3);
  });

  it('with SLACK_TEAMS only people of those workspaces', async () => {
    await expect(slackRig({ settings: { teams: ['T0ANOTHER'] } })).rejects.toThrow(
      /T0SUPPORT, which is not in SLACK_TEAMS/,
    );
    expect(await asks(await slackRig({ settings: { teams: ['T0SUPPORT'] } }), 'U0SAM')).toBe('');
  });

  it('nobody of whom Slack does not say who they are; who was known a while ago, stays', async () => {
    const rig = await slackRig();
    const heal = rig.fake.every('users.info', { kind: 'status', status: 500 });
    expect(await asks(rig, 'U0SAM')).toMatch(/^Slack failed inside .*Nothing was done; please try again\.$/);
    heal();
    expect(await asks(rig, 'U0SAM')).toBe('');
    rig.fake.every('users.info', { kind: 'drop' });
    expect(await asks(rig, 'U0SAM')).toBe('');
    expect(await incidents(rig)).toBe(2);
  });

  it('but what they typed meanwhile is kept as a note, and is no answer', async () => {
    const rig = await slackRig();
    await sam(rig).command('/mailfix acme.example');
    await rig.settled();
    const thread = rig.fake.roots(channel)[0]?.ts ?? '';
    rig.fake.every('users.info', { kind: 'status', status: 500 });
    const tom = rig.fake.person({ id: 'U0TOM' });
    expect((await tom.says(ip, { thread })).status).toBe(200);
    expect((await tom.mentions('they call back', { thread })).mention.status).toBe(200);
    await rig.settled();
    const { incident } = (await rig.store.read('INC-1')) ?? {};
    expect(incident?.notes.map(({ text, by }) => [text, by])).toEqual([
      [ip, 'U0TOM'],
      ['they call back', 'U0TOM'],
    ]);
    expect(incident?.visits).toHaveLength(1);
  });

  it('nor waits Slack for that longer than it waits for us', async () => {
    const rig = await slackRig();
    rig.fake.every('users.info', { kind: 'slow', ms: 4000 });
    const answer = await sam(rig).command('/mailfix acme.example');
    expect(answer.ms).toBeLessThan(3000);
    expect(answer.json['text']).toContain('Slack did not say in time who you are.');
  });
});

describe('where an incident may be', () => {
  it.each([
    [
      'in a channel that is shared with another company',
      { isExtShared: true },
      'shared with another company',
    ],
    ['in an archived channel', { isArchived: true }, 'archived'],
    ['in a private channel that the bot is not in', { isPrivate: true, withBot: false }, '/invite @mailfix'],
    ['in a conversation of two', { id: 'D0SAM', isDirect: true }, 'in a channel, where the others see'],
  ])('not %s', async (_, where, words) => {
    const rig = await slackRig();
    const { id } = rig.fake.addChannel({ id: 'C0PLACE', members: ['U0SAM'], ...where });
    expect(await asks(rig, 'U0SAM', id)).toContain(words);
    const form = await sam(rig).command('/mailfix', { channel: id });
    expect(form.json['text']).toContain(words);
    expect(await incidents(rig)).toBe(0);
  });

  it('in a public channel that the bot was never invited to', async () => {
    const rig = await slackRig();
    rig.fake.addChannel({ id: 'C0PUBLIC', withBot: false });
    expect(await asks(rig, 'U0SAM', 'C0PUBLIC')).toContain('Type "/invite @mailfix" here.');
    expect(rig.fake.roots('C0PUBLIC')).toHaveLength(1);
    rig.fake.state.channels.get('C0PUBLIC')?.members.add('U0SUPPORTBOT');
    expect(await asks(rig, 'U0SAM', 'C0PUBLIC')).toBe('');
  });

  it('and the form says so beside the channel', async () => {
    const rig = await slackRig();
    rig.fake.addChannel({ id: 'C0SHARED', name: 'shared', isExtShared: true });
    const person = sam(rig);
    await person.globalShortcut('open');
    await rig.settled();
    await person.fills({
      'Domain or mailbox': 'acme.example',
      'In which channel is it worked on?': 'shared',
    });
    expect((await person.submits()).errors).toEqual({
      channel: expect.stringContaining('shared with another company'),
    });
  });
});

describe('private words', () => {
  test.each([
    ['https://hooks.slack.com/actions/T1/2/x', undefined, true],
    ['https://hooks.slack.com.evil.example/x', undefined, false],
    ['https://evil.example/hooks.slack.com', undefined, false],
    ['http://hooks.slack.com/x', undefined, false],
    ['https://hooks.slack.com:8443/x', undefined, false],
    ['https://user@hooks.slack.com/x', undefined, false],
    ['https://slack.com/x', undefined, false],
    ['http://127.0.0.1:1/response/x', 'http://127.0.0.1:1/api/', true],
    ['http://127.0.0.1:2/response/x', 'http://127.0.0.1:1/api/', false],
    ['file:///etc/passwd', undefined, false],
    ['nonsense', undefined, false],
  ])('%s is an address of Slack (%s): %s', (url, api, expected) => {
    expect(isSlacks(url, api)).toBe(expected);
  });

  it('go to Slack’s own address where the bot may not write, and never to another', async () => {
    const rig = await slackRig();
    await sam(rig).command('/mailfix acme.example');
    await rig.settled();
    let stolen = 0;
    const thief = createServer((_, response) => {
      stolen += 1;
      response.end('ok');
    });
    await new Promise<void>((resolve) => {
      thief.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void thief.close());
    const address = thief.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    rig.fake.every('chat.postEphemeral', { kind: 'error', error: 'not_in_channel' });

    const { request } = await sam(rig).clicks('They can’t tell', { channel });
    await rig.settled();
    const late = { ...request.payload, trigger_id: 'another.1' };
    await rig.fake.deliver('interactivity', { ...late, user: { id: 'U0TOM', team_id: 'T0SUPPORT' } });
    await rig.settled();
    expect(rig.fake.ephemerals('U0SAM').length + rig.fake.ephemerals('U0TOM').length).toBe(1);

    const url = `http://127.0.0.1:${port}/response`;
    for (const [n, response_url] of [url, 'https://hooks.slack.com.evil.example/x', 'nonsense'].entries()) {
      const { id } = rig.fake.addUser({ id: `U0LATE${n}`, name: `late${n}` });
      const user = { id, team_id: 'T0SUPPORT' };
      await rig.fake.deliver('interactivity', { ...late, user, trigger_id: `late.${n}`, response_url });
    }
    await rig.settled();
    expect(stolen).toBe(0);
    expect(rig.logged.filter(({ message }) => message.includes('not of Slack'))).toHaveLength(3);
  });
});
