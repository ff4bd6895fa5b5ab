import { describe, expect, it } from 'vitest';
import { mirrorIn as slackMirror } from '../../adapters/slack/ids.ts';
import { mirrorIn as teamsMirror } from '../../adapters/teams/ids.ts';
import type { Effect } from '../../src/engine/effect.ts';
import { newMirrors } from '../../src/runtime/mirrors.ts';
import type { Place } from '../../src/store/store.ts';

const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const room = '19:leads@thread.tacv2';
const mirrors = [slackMirror('T1', 'C1'), teamsMirror(tenant, room)];
const asks: Extract<Effect, { type: 'show' }> = {
  type: 'show',
  key: 'show.turn-1',
  message: 'turn-1',
  card: { sections: [], tone: 'neutral', at: 0 },
  notify: 'approvers',
};
const at = (channel: string, spot: object): Place => ({
  id: 'home',
  incident: 'INC-1',
  channel,
  role: 'home',
  ref: JSON.stringify(spot),
});
const added = (effects: readonly Effect[], ...places: readonly Place[]) =>
  newMirrors('INC-1', effects, places, mirrors).map(({ id, channel }) => `${id} ${channel}`);

describe('an incident is mirrored', () => {
  it('where approvals are shown, as soon as approvers are to be told', () => {
    const home = at('web', {});
    expect(added([asks], home)).toEqual(['mirror-1 slack', 'mirror-2 teams']);
    expect(added([{ ...asks, notify: 'owner' }], home)).toEqual([]);
  });

  it.each([
    ['the very channel in Slack', at('slack', { team: 'T1', channel: 'C1' }), ['mirror-1 teams']],
    ['a thread in it', at('slack', { team: 'T1', channel: 'C1', thread: '1.2' }), ['mirror-1 teams']],
    ['another channel', at('slack', { team: 'T1', channel: 'C2' }), ['mirror-1 slack', 'mirror-2 teams']],
    [
      'one of another workspace',
      at('slack', { team: 'T2', channel: 'C1' }),
      ['mirror-1 slack', 'mirror-2 teams'],
    ],
    [
      'the very channel in Teams',
      at('teams', { tenant, channel: room, serviceUrl: 'https://x/' }),
      ['mirror-1 slack'],
    ],
    [
      'one of another tenant',
      at('teams', { tenant: 'x', channel: room }),
      ['mirror-1 slack', 'mirror-2 teams'],
    ],
  ])('not where it is already: %s', (_, place, expected) => {
    expect(added([asks], place)).toEqual(expected);
  });
});
