/** The engine alone: a whole incident of the shipped runbook, event by event, as often as is asked. */
import { contracts } from '../../src/actions/contracts.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { step } from '../../src/engine/step.ts';
import { dialog, wholeIncident } from '../incident.ts';
import { answerTo } from './answer.ts';

const events = wholeIncident();

answerTo(0, (question) => {
  const { ms, json } = question as { ms: number; json: boolean };
  let incident: Incident | undefined;
  const start = performance.now();
  let incidents = 0;
  for (; performance.now() - start < ms; incidents += 1) {
    incident = undefined;
    for (const event of events) {
      ({ incident } = step(dialog, contracts, incident, event));
      // As a store would keep it and give it back.
      if (json) incident = JSON.parse(JSON.stringify(incident)) as Incident;
    }
  }
  const rate = (incidents * events.length * 1000) / (performance.now() - start);
  if (incident?.ended?.outcome !== 'resolved') throw new Error('The incident did not come to its end.');
  return { rate, turns: events.length };
});
