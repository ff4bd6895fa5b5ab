import { shown, type Part } from './figure.ts';
import { wholeIncident } from './incident.ts';
import { alternate, median, ratio } from './rounds.ts';
import { startPeer, startSide, withSides } from './side.ts';

const [alone, withJson] = ['engine-vs-botbuilder-dialogs', 'engine-with-json-vs-botbuilder-dialogs'] as const;

/** The engine on the shipped runbook against a waterfall of as many turns, which keeps its state in memory as JSON. */
export const engine: Part = {
  names: [alone, withJson],
  measure: (effort) =>
    withSides(async (open) => {
      const steps = wholeIncident().length;
      const waterfall = await open(startPeer('waterfall', { args: [`${steps}`] }));
      const ours = await open(startSide('engine-mailfix'));
      const asked = async (json: boolean) =>
        (await ours.ask<{ rate: number }>({ ms: effort.ms(500), json })).rate;
      const rounds = await alternate(effort.rounds, {
        alone: () => asked(false),
        json: () => asked(true),
        peer: () => waterfall.ask<number>({ ms: effort.ms(500) }),
      });
      const peer = `${shown(median(rounds.peer), '/s')} waterfall, MemoryStorage`;
      const figure = (name: string, of: 'alone' | 'json') => ({
        name,
        value: ratio(rounds, of, 'peer'),
        unit: 'ratio',
        ours: shown(median(rounds[of]), ' turns/s'),
        peer,
      });
      return [{ ...figure(alone, 'alone'), bar: { is: 'at least', value: 20 } }, figure(withJson, 'json')];
    }),
};
