import { describe, expect, test } from 'vitest';
import { isGone, refusalOf } from '../../../adapters/teams/sdk.ts';
import type { Fault } from '../../fakes/teams/faults.ts';
import { startTeams } from '../../fakes/teams/server.ts';
import { card, failure, later, never, sdkFor, sdkRig, words } from './sdk-rig.ts';
import type { Outcome } from './sdk-rig.ts';

const rig = sdkRig();

describe('a failure is said in our words, after exactly one try', () => {
  test.each<readonly [what: string, fault: Fault, outcome: Outcome]>([
    ['400', { kind: 'status', status: 400, code: 'BadSyntax' }, { ...never, code: 'teams.refused' }],
    ['401', { kind: 'status', status: 401, code: 'Unauthorized' }, { ...never, code: 'teams.credentials' }],
    ['403 without words', { kind: 'status', status: 403 }, { ...never, code: 'teams.not-in-team' }],
    ['404', { kind: 'status', status: 404, code: 'ConversationNotFound' }, { ...never, code: 'teams.gone' }],
    ['405', { kind: 'status', status: 405 }, { ...never, code: 'teams.refused' }],
    ['408', { kind: 'status', status: 408 }, later('unknown', { code: 'teams.server-error' })],
    [
      '412',
      { kind: 'status', status: 412, code: 'PreconditionFailed' },
      later('not-applied', { code: 'teams.server-error' }),
    ],
    [
      '413',
      { kind: 'status', status: 413, code: 'MessageSizeTooBig' },
      { ...never, code: 'teams.too-large' },
    ],
    [
      '429',
      { kind: 'status', status: 429, retryAfterSeconds: 7 },
      later('not-applied', { code: 'teams.limited', afterMs: 7000 }),
    ],
    [
      '429 for no time',
      { kind: 'status', status: 429, retryAfterSeconds: 0 },
      later('not-applied', { afterMs: 1000 }),
    ],
    ['429 for who knows how long', { kind: 'status', status: 429 }, later('not-applied', { afterMs: 2000 })],
    ['500', { kind: 'status', status: 500 }, later('unknown', { code: 'teams.server-error' })],
    ['502', { kind: 'status', status: 502 }, later('unknown', { code: 'teams.server-error' })],
    ['503', { kind: 'status', status: 503, retryAfterSeconds: 3 }, later('unknown', { afterMs: 3000 })],
    ['504 that was done', { kind: 'status', status: 504, applied: true }, later('unknown')],
    [
      'a redirect',
      { kind: 'status', status: 307, location: '/emea/evil/v3/conversations' },
      { ...never, code: 'teams.refused' },
    ],
    ['a broken connection', { kind: 'drop' }, later('unknown', { code: 'teams.unreachable' })],
    ['a lost answer', { kind: 'lost-reply' }, later('unknown', { code: 'teams.unreachable' })],
    ['a web page', { kind: 'garbled' }, later('unknown', { code: 'teams.unreachable' })],
    ['no answer', { kind: 'hang' }, later('unknown', { code: 'teams.unreachable' })],
    ['half an answer', { kind: 'half' }, later('unknown', { code: 'teams.unreachable' })],
    ['a late answer', { kind: 'slow', ms: 60_000 }, later('unknown', { code: 'teams.unreachable' })],
    [
      'an answer without an id',
      { kind: 'status', status: 201, applied: true },
      later('unknown', { code: 'teams.unreachable' }),
    ],
  ])('%s', async (_, fault, outcome) => {
    const waits = ['hang', 'half', 'slow'].includes(fault.kind);
    const hurried = waits ? sdkFor(rig.teams, { limitMs: 200 }) : rig.api;
    rig.teams.every('*', fault);
    const calls = [
      () => hurried.send({ ...rig.channel, id: `${rig.teams.channel};messageid=1` }, words),
      () => hurried.startThread(rig.channel, card),
    ];
    for (const call of calls) {
      const before = rig.teams.calls().length;
      const error = await failure(call());
      expect(error).toMatchObject(outcome);
      expect(rig.teams.calls()).toHaveLength(before + 1);
    }
  });

  test('nobody listens: nothing was sent', async () => {
    const gone = await startTeams();
    await gone.close();
    const error = await failure(rig.api.send({ ...rig.channel, serviceUrl: gone.serviceUrl }, words));
    expect(error).toMatchObject(later('not-applied', { code: 'teams.unreachable' }));
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('the limit is said', async () => {
    rig.teams.next('sendToConversation', { kind: 'hang' });
    const error = await failure(sdkFor(rig.teams, { limitMs: 100 }).send(rig.channel, words));
    expect(error.message).toContain('Teams gave no answer to "sendToConversation" (none within 0.1 s).');
  });

  test('an activity that somebody deleted can be told apart', async () => {
    const { conversation, id } = await rig.api.startThread(rig.channel, words);
    for (const post of rig.teams.thread(conversation)) post.deleted = true;
    const error = await failure(rig.api.update({ ...rig.channel, id: conversation }, id, words));
    expect(error).toMatchObject({ ...never, code: 'teams.gone' });
    expect(isGone(error)).toBe(true);
    expect(refusalOf(error)).toBe('ActivityNotFoundInConversation');
    const elsewhere = await failure(rig.api.send({ ...rig.channel, id: '19:none@thread.tacv2' }, words));
    expect(isGone(elsewhere)).toBe(false);
    expect(isGone(new Error('something else'))).toBe(false);
  });

  test('a team or a person without the app', async () => {
    const sam = rig.teams.person({ name: 'Sam' });
    const chat = await rig.api.startPersonal(rig.channel, sam.id);
    for (const one of [...rig.teams.state.teams.values(), ...rig.teams.state.chats.values()])
      one.withApp = false;
    const inTeam = await failure(rig.api.startThread(rig.channel, words));
    expect(inTeam).toMatchObject({ ...never, code: 'teams.not-in-team' });
    expect(inTeam.message).toMatch(/BotNotInConversationRoster.*Add mailfix to the team/);
    const inChat = await failure(rig.api.send({ ...rig.channel, id: chat }, words));
    expect(inChat).toMatchObject({ ...never, code: 'teams.not-in-team' });
    expect(refusalOf(inChat)).toBe('MessageWritesBlocked');
  });

  test('a card that is too large', async () => {
    const text = 'x'.repeat(30_000);
    const content = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text }] };
    const large = { ...card, attachments: [{ ...card.attachments[0], content }] };
    expect(await failure(rig.api.startThread(rig.channel, large))).toMatchObject({
      ...never,
      code: 'teams.too-large',
    });
  });

  test('a failure of one call is none of the next', async () => {
    rig.teams.next('*', { kind: 'drop' });
    await failure(rig.api.startThread(rig.channel, words));
    expect(await rig.api.startThread(rig.channel, words)).toMatchObject({ id: expect.any(String) });
  });

  test('holds neither the token nor what was to be sent, wherever one looks', async () => {
    const faults: Fault[] = [
      { kind: 'status', status: 403, code: 'Forbidden', message: 'secret words of the server' },
      { kind: 'status', status: 403, code: 'secret words', message: 'secret words of the server' },
      { kind: 'drop' },
      { kind: 'garbled' },
    ];
    for (const fault of faults) {
      rig.teams.next('*', fault);
      const error = await failure(
        rig.api.startThread(rig.channel, { type: 'message', text: 'acme.example' }),
      );
      const all = `${JSON.stringify(error)} ${String(error.stack)} ${JSON.stringify(error.cause ?? '')}`;
      expect(all).not.toMatch(/fake-bot-token|acme\.example|secret words|the secret|Sign in/);
    }
  });
});
