import { describe, expect, it } from 'vitest';
import { ip } from '../../runtime/rig.ts';
import { slackRig, type SlackRig } from './rig.ts';

const channel = 'C0SUPPORT';

function home(rig: SlackRig, user: string): string {
  const blocks: unknown = rig.fake.homeOf(user)?.view['blocks'];
  return rig.fake.textOf({
    blocks: Array.isArray(blocks) ? (blocks as Readonly<Record<string, unknown>>[]) : [],
  });
}

describe('the Home tab', () => {
  it('shows one’s own incidents, what waits for one’s approval, and how the systems are', async () => {
    const rig = await slackRig({
      ports: {
        connections: async () => [
          { name: 'WHM host2', state: 'down', why: 'It gave no answer <in 5 s>.', at: Date.now() },
          { name: 'CPA System', state: 'up', at: Date.now() },
        ],
      },
    });
    const [sam, lea, tom] = ['U0SAM', 'U0LEA', 'U0TOM'].map((id) => rig.fake.person({ id }));
    if (sam === undefined || lea === undefined || tom === undefined) throw new Error('nobody');
    rig.firewall.blocked.add(ip);
    await sam.command(`/mailfix acme.example ${ip}`);
    await rig.settled();
    await sam.says(ip, { thread: rig.fake.roots(channel)[0]?.ts ?? '' });
    await rig.settled();
    for (const person of [sam, lea, tom]) expect((await person.opensHome()).status).toBe(200);
    await rig.settled();
    expect(home(rig, 'U0SAM')).toMatch(
      /My open incidents[\s\S]*INC-1 · acme\.example[\s\S]*Waiting for an approver/,
    );
    expect(home(rig, 'U0SAM')).not.toContain('Waiting for my approval');
    expect(home(rig, 'U0LEA')).toMatch(/Waiting for my approval[\s\S]*INC-1 · acme\.example/);
    expect(home(rig, 'U0TOM')).not.toContain('INC-1');
    for (const id of ['U0SAM', 'U0LEA', 'U0TOM'])
      expect(home(rig, id)).toMatch(/WHM host2[\s\S]*It gave no answer <in 5 s>\.[\s\S]*CPA System/);
  });

  it('begins a new incident, in a channel that is chosen', async () => {
    const rig = await slackRig();
    const sam = rig.fake.person({ id: 'U0SAM' });
    await sam.opensHome();
    await rig.settled();
    await sam.clicksInHome('New incident');
    await rig.settled();
    await sam.fills({ 'Domain or mailbox': 'acme.example', 'In which channel is it worked on?': 'support' });
    expect((await sam.submits()).errors).toEqual({});
    await rig.settled();
    expect(rig.fake.roots(channel)).toHaveLength(1);
  });

  it('hears of changes, and is not written again when nothing changed for its owner', async () => {
    const rig = await slackRig();
    const [sam, tom] = [rig.fake.person({ id: 'U0SAM' }), rig.fake.person({ id: 'U0TOM' })];
    await sam.opensHome();
    await tom.opensHome();
    await rig.settled();
    expect(home(rig, 'U0SAM')).not.toContain('INC-1');
    await sam.command('/mailfix acme.example');
    await expect.poll(() => home(rig, 'U0SAM')).toContain('INC-1 · acme.example');
    await rig.settled();
    const published = rig.fake.calls('views.publish').map(({ params }) => params['user_id']);
    expect(published.filter((user) => user === 'U0TOM')).toHaveLength(1);
  });

  it('is not for those who may not ask', async () => {
    const rig = await slackRig();
    rig.fake.addUser({ id: 'U0GUEST', name: 'guest', isRestricted: true });
    await rig.fake.person({ id: 'U0GUEST' }).opensHome();
    await rig.settled();
    expect(home(rig, 'U0GUEST')).toBe('Guests cannot work on mail incidents. Please ask a colleague.');
  });
});
