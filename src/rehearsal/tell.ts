import { plain } from '../engine/card.ts';
import type { Visit } from '../engine/incident.ts';
import type { Conversation } from './explore.ts';
import type { Scene } from './stage.ts';

const width = 10;

/** A conversation as people would read it: who says what, in order. Facts that no system told are in ‹brackets›. */
export function told({ opening, scenes }: Conversation): string {
  const given = Object.entries(opening).map(([name, value]) => `${name} ${value}`);
  const end = scenes.at(-1)?.after.ended;
  return [
    line('Sam', given.length === 0 ? 'opens an incident' : `opens an incident: ${given.join(', ')}`),
    ...scenes.flatMap(saidIn),
    end === undefined ? line('', 'goes on') : line('', `ends: ${end.outcome}`),
  ].join('\n');
}

function saidIn({ before, event, after }: Scene): readonly string[] {
  const run = event.type === 'run.finished' ? before?.open[event.key] : undefined;
  const acted =
    event.type === 'run.finished' && run?.kind === 'run' && run.mode === 'act'
      ? [line('', `${run.contract}: ${event.outcome}`)]
      : [];
  const said = after.visits.flatMap((visit) => {
    const old = before?.visits[visit.n - 1];
    return [
      ...(old === undefined ? entered(visit) : []),
      ...(old?.settled === undefined && visit.settled !== undefined
        ? [line(visit.settled.by, plain(visit.settled.text))]
        : []),
      ...newFindings(old, visit).map((finding) => line('', `${finding[0]}: ${finding[1]}`)),
      ...(old === undefined || visit.text === old.text || visit.text === undefined
        ? []
        : [line('mailfix', plain(visit.text))]),
      ...(event.type === 'run.finished' && old?.plan === undefined && visit.plan !== undefined
        ? [line('mailfix', `proposes: ${plain(visit.plan.title)}`)]
        : []),
    ];
  });
  return [...acted, ...said];
}

function entered({ text, explain, script, settled }: Visit): readonly string[] {
  return [
    ...(text === undefined ? [] : [line('mailfix', plain(text))]),
    ...(explain === undefined || settled !== undefined ? [] : [line('', plain(explain))]),
    ...(script === undefined
      ? []
      : plain(script)
          .split('\n')
          .map((one) => line('', `> ${one}`))),
  ];
}

/** What checks came to: their outcomes stand for what a real system would have been quoted with. */
function newFindings(old: Visit | undefined, visit: Visit): readonly (readonly [string, string])[] {
  return Object.entries(visit.brought).flatMap(([name, fact]) =>
    fact.source !== 'person' && fact.by === name && old?.brought[name]?.at !== fact.at
      ? [[name, String(fact.value)] as const]
      : [],
  );
}

function line(who: string, text: string): string {
  return `  ${who.padEnd(width)}${text.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`.trimEnd();
}
