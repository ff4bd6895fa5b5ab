import { describe, expect, it } from 'vitest';
import { mirrorIn as slackMirror } from '../../adapters/slack/ids.ts';
import { mirrorIn as teamsMirror } from '../../adapters/teams/ids.ts';
import { openRow } from '../../src/store/chain.ts';
import { slackTheatre, threadOf as slackThread } from '../adapters/slack/player.ts';
import { openSlack, slackOver } from '../adapters/slack/rig.ts';
import { teamsOver } from '../adapters/teams/rig.ts';
import { startTeams } from '../fakes/teams/server.ts';
import { home } from '../fakes/teams/settle.ts';
import { ip } from '../runtime/rig.ts';
import { chatRig } from './rig.ts';

const leads = '19:leads@thread.tacv2';
const approvers = ['slack:U0LEA', `teams:${home.lea}`];
const people = new Map([
  ['sam', ['slack:U0SAM', `teams:${home.sam}`]],
  ['lea', approvers],
]);

/** Slack, where Sam asks, and a channel of leads in Teams; both real but for what is outside. */
async function twoChannels() {
  const [slack, teams] = await Promise.all([openSlack(), startTeams()]);
  teams.addChannel({ id: leads, name: 'leads' });
  const rig = await chatRig(
    slack,
    {
      approvers,
      people,
      mirrors: [slackMirror('T0SUPPORT', 'C0SUPPORT'), teamsMirror(teams.tenant, leads)],
      beside: [{ fake: teams, make: teamsOver(teams, { approvers }) }],
    },
    slackOver(slack, { approvers }),
  );
  const { life, ...rest } = rig;
  const slackRig = {
    ...rest,
    fake: slack,
    now: { ...life(), slack: life().adapter },
    again: () => Promise.reject(new Error('not here')),
  };
  const theatre = await slackTheatre(slackRig);
  const lea = teams.person({ name: 'Lea' });
  // Teams tells where it is to be reached with the first thing that it sends.
  await lea.says('help');
  rig.firewall.blocked.add(ip);
  const sam = await theatre.player('sam');
  const opened = await sam.opens('acme.example');
  if (!('incident' in opened)) throw new Error(opened.told.words);
  const id = opened.incident;
  return {
    rig,
    slack,
    teams,
    sam,
    lea,
    id,
    theatre,
    /** What stands in Slack and in the leads' channel. */
    both: () => [
      slackThread(slackRig, id)
        .map((one) => slack.textOf(one))
        .join('\n'),
      teams
        .threads(leads)
        .flatMap(({ posts }) => posts)
        .map((post) => teams.textOf(post))
        .join('\n'),
    ],
    /** Buttons that Lea sees in the leads' channel. */
    leads: async () => {
      await lea.looks({ channel: leads });
      const posts = teams.threads(leads).flatMap((thread) => thread.posts);
      return posts.flatMap((post) => teams.buttonsOf(teams.seenBy(lea, post)));
    },
    propose: async () => {
      await sam.presses(id, 'Send', ip);
      await rig.settled();
    },
  };
}

describe('an approval of one channel in another', () => {
  it('is shown there as soon as somebody has to decide, with the state and nothing else', async () => {
    const { teams, propose, both, leads: buttons } = await twoChannels();
    expect(teams.threads(leads)).toEqual([]);
    await propose();
    expect(teams.threads(leads)).toHaveLength(1);
    expect(both()[1]).toMatch(/^INC-1 · acme\.example[\s\S]*Un-block 203\.0\.113\.7/);
    expect(both()[1]).not.toContain('Which address?');
    expect(await buttons()).toContain('Approve');
  });

  it('is given in Teams for an incident of Slack; both copies lock and say who', async () => {
    const { rig, slack, lea, id, sam, propose, both, leads: buttons } = await twoChannels();
    await propose();
    await buttons();
    await lea.executes('Approve', {}, { channel: leads });
    await rig.settled();
    expect(rig.firewall.writes).toEqual([ip]);
    for (const thread of both()) expect(thread).toContain('Approved by Lea');
    expect(await buttons()).not.toContain('Approve');
    expect(await sam.buttons(id)).not.toContain('Approve');
    expect(slack.roots('C0SUPPORT')).toHaveLength(1);
    const decided = (await rig.store.log(id)).map(openRow).filter(({ type }) => type === 'confirm.decided');
    expect(decided).toMatchObject([{ actor: { id: `teams:${home.tenant}/${home.lea}` } }]);
  });

  it('shows how it went on, and calls nobody but approvers', async () => {
    const { rig, teams, lea, id, sam, propose, both, leads: buttons } = await twoChannels();
    await propose();
    await buttons();
    await lea.executes('Approve', {}, { channel: leads });
    await rig.settled();
    for (const label of ['Look now', 'Yes']) {
      await sam.presses(id, label);
      await rig.settled();
    }
    expect(both()[0]).toContain('Does mail come in');
    expect(both()[1]).toContain('Resolved: Mail comes in.');
    const posts = teams.threads(leads).flatMap((thread) => thread.posts);
    const [cards, words] = [true, false].map((isCard) =>
      posts.filter(({ activity }) => 'attachments' in activity === isCard).map((post) => teams.textOf(post)),
    );
    expect(cards?.map((text) => text.split('\n', 1)[0])).toEqual([
      expect.stringContaining('INC-1'),
      'Looking at the firewall',
    ]);
    expect(words).toEqual([expect.stringMatching(/^Lea Please decide until/)]);
  });

  it('pressed in both at once: one counts, one write is made', async () => {
    const { rig, theatre, lea, id, propose, both, leads: buttons } = await twoChannels();
    await propose();
    await buttons();
    const inSlack = await theatre.player('lea');
    await Promise.all([lea.executes('Approve', {}, { channel: leads }), inSlack.presses(id, 'Approve')]);
    await rig.settled();
    expect(rig.firewall.writes).toEqual([ip]);
    for (const thread of both()) expect(thread).toContain('Approved by Lea');
  });

  it('by whoever asked, with their other account, is refused', async () => {
    const { rig, teams, propose } = await twoChannels();
    await propose();
    const sam = teams.person({ name: 'Sam' });
    await expect(sam.executes('Approve', {}, { channel: leads })).rejects.toThrow('sees no button');
    expect(rig.firewall.writes).toEqual([]);
  });

  it('is withdrawn in both when the answer that it rested on is changed', async () => {
    const { rig, teams, lea, sam, id, propose, both, leads: buttons } = await twoChannels();
    await propose();
    expect(await sam.changes(id, 'Which address?', 'They can’t tell')).toMatchObject({ confirm: true });
    await sam.confirms(id);
    await rig.settled();
    for (const thread of both()) expect(thread).toContain('Withdrawn: Sam changed an earlier answer.');
    // Whoever was called to decide is called once more, to hear that there is nothing to decide.
    const called = teams
      .threads(leads)
      .flatMap(({ posts }) => posts)
      .filter((post) => JSON.stringify(post.activity['entities'] ?? []).includes(lea.id));
    expect(called.map((post) => teams.textOf(post)).at(-1)).toMatch(/Un-block[\s\S]*Withdrawn: Sam changed/);
    expect(await buttons()).not.toContain('Approve');
  });

  it('goes on at home when the other channel cannot be written to, which the incident says once', async () => {
    const { rig, teams, theatre, id, sam, propose, both } = await twoChannels();
    teams.every('createConversation', { kind: 'status', status: 403, code: 'BotNotInConversationRoster' });
    await propose();
    const lea = await theatre.player('lea');
    await lea.presses(id, 'Approve');
    await rig.settled();
    expect(rig.firewall.writes).toEqual([ip]);
    expect(await sam.reads(id)).toContain('Approved by Lea');
    expect(both()[0]?.match(/Teams does not let mailfix write there/g)).toHaveLength(1);
  });
});
