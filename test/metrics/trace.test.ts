import { expect, test } from 'vitest';
import { toMessage } from '../../adapters/slack/to-blocks.ts';
import { toAdaptiveCard } from '../../adapters/teams/to-adaptive-card.ts';
import { smallPrintOf } from '../../src/render/card-words.ts';
import { effectError } from '../../src/errors.ts';
import { sharedReads } from '../../src/clients/shared-reads.ts';
import { traced, traceUnder } from '../../src/trace.ts';
import { open, press, proposed, sam, ip } from '../runtime/rig.ts';
import { metered } from './rig.ts';

test('from the click to the call, every line of the log has the same trace', async () => {
  const it = await metered();
  it.firewall.onLook = async ({ signal }) => {
    const call = { name: 'read_cphulk_records', method: 'GET', url: it.url, write: false } as const;
    await it.http.within((send) => send(call), { name: call.name, signal });
    it.http.logExcerpt({ name: call.name, signal }, '<html>');
  };
  const id = await open(it.life);
  await it.clock.settle();
  it.lines.length = 0;
  await press(it.life, it, id, sam, 'Send', ip);
  await it.clock.settle();
  const [click] = it.lines;
  expect(click).toMatchObject({ msg: 'taken', type: 'answer.given', source: 'web', trace: `${id}.2` });
  const of = (msg: string) => it.lines.filter((line) => line['msg'] === msg).map(({ trace }) => trace);
  expect(of('whm answered')).toEqual([`${id}.2`]);
  expect(of('whm answered nonsense')).toEqual([`${id}.2`]);
  expect(of('slack answered').length).toBeGreaterThan(0);
  expect(it.lines.filter((line) => line['trace'] === undefined)).toEqual([]);
});

test('what went wrong is said with its trace, in the thread and in the log', async () => {
  const it = await metered();
  const never = { retry: 'never', outcome: 'not-applied' } as const;
  it.firewall.onLook = () => {
    throw effectError('whm.refused-token', { server: 'host2', call: 'version', status: 403 }, never);
  };
  const id = await open(it.life);
  await it.clock.settle();
  await press(it.life, it, id, sam, 'Send', ip);
  await it.clock.settle();
  expect(it.chat.text(id)).toContain(`Code: whm.refused-token, in the log under ${id}.2`);

  it.firewall.onLook = () => {
    throw new Error('a defect');
  };
  const other = await open(it.life, 'another');
  await it.clock.settle();
  await press(it.life, it, other, sam, 'Send', ip);
  await it.clock.settle();
  expect(it.chat.text(other)).toContain(`the server’s log has it under ${other}.2`);
  const broke = it.lines.filter((line) => line['msg'] === 'a handler broke');
  expect(broke).toMatchObject([{ trace: `${other}.2` }]);
});

test('a card says which event it was drawn after, and one that did not change keeps its own', async () => {
  const it = await metered();
  const id = await open(it.life);
  await it.clock.settle();
  expect(it.chat.card(id, 'root')?.trace).toBe(`${id}.1`);
  expect(it.chat.card(id, 'turn-0')?.trace).toBe(`${id}.1`);
  await it.life.dispatcher.press(
    { type: 'note.added', text: 'They call again' },
    { id: 'a-note', source: 'web', incident: id, actor: sam },
  );
  await it.clock.settle();
  expect(it.chat.card(id, 'turn-0')?.trace).toBe(`${id}.2`);
  expect(it.chat.card(id, 'root')?.trace).toBe(`${id}.1`);
});

test('a row that is given up is logged under its event', async () => {
  const it = await metered();
  it.chat.onShow = () => {
    throw new Error('a defect');
  };
  const id = await open(it.life);
  await it.clock.settle();
  const given = it.lines.filter((line) => line['msg'] === 'an outbox row was given up');
  expect(given.length).toBeGreaterThan(0);
  expect(given[0]).toMatchObject({ trace: `${id}.1` });
  expect(it.lines.filter(({ msg }) => msg === 'slack failed')[0]).toMatchObject({ trace: `${id}.1` });
});

test('a read that others join is of whoever began it', async () => {
  const reads = sharedReads<string>();
  const mine = traced(new AbortController().signal, 'INC-1.2');
  const theirs = traced(new AbortController().signal, 'INC-9.9');
  let seen: object = {};
  const work = async (signal: AbortSignal) => {
    seen = traceUnder(signal);
    return 'read';
  };
  const both = [reads.join('k', work, mine), reads.join('k', () => Promise.reject(new Error()), theirs)];
  expect(await Promise.all(both)).toEqual(['read', 'read']);
  expect(seen).toEqual({ trace: 'INC-1.2' });
  expect(traceUnder(undefined)).toEqual({});
});

test('the act after an approval is another event, and has its own trace', async () => {
  const it = await metered();
  let under: object = {};
  it.firewall.onWrite = ({ signal }) => {
    under = traceUnder(signal);
  };
  const id = await proposed(it, it.life);
  const lea = { id: 'web:lea', person: 'lea', name: 'Lea' };
  it.lines.length = 0;
  await press(it.life, it, id, lea, 'Approve');
  await it.clock.settle();
  const decided = it.lines.find((line) => line['type'] === 'confirm.decided');
  expect(under).toEqual({ trace: decided?.['trace'] });
  // And the log says which click it came from.
  const click = it.lines.find((line) => line['type'] === 'confirm.pressed');
  expect(decided?.['after']).toBe(click?.['trace']);
});

test('Slack and Teams print it small, below everything else', () => {
  const about = { incident: 'INC-1', message: 'turn-2', now: 0, approvers: [] };
  const card = {
    at: 0,
    tone: 'waiting',
    sections: [{ id: '1', text: { template: 'Is it open?' } }],
  } as const;
  const drawn = (trace: object) => {
    const { blocks } = toMessage({ ...card, ...trace }, about);
    const { body } = toAdaptiveCard({ ...card, ...trace }, about).card;
    return [JSON.stringify(blocks.at(-1)), JSON.stringify(body.at(-1))];
  };
  for (const last of drawn({ trace: 'INC-1.7' })) expect(last).toContain('INC-1.7');
  for (const last of drawn({})) expect(last).toContain('Is it open?');
  expect(smallPrintOf({ simulated: true, trace: 'INC-1.7' })).toMatch(/^SIMULATORS.* · INC-1\.7$/);
});
