import { plain } from '../../src/engine/card.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { stateOf } from '../../src/engine/root.ts';
import { eventInWords } from './event-words.ts';
import type { LoggedEvent } from './ports.ts';
import { stamp } from '../../src/render/time-words.ts';

/** What an export is made from. */
export interface Exported {
  readonly incident: Incident;
  readonly client: string;
  readonly log: readonly LoggedEvent[];
  readonly timeZone: string | undefined;
}

/** The log in words as Markdown, for a ticket or a mail. Whatever people or servers said is escaped. */
export function logAsMarkdown({ incident: it, client, log, timeZone }: Exported): string {
  const zone = timeZone ?? 'local time of the server';
  return [
    `# ${escaped(`${it.id} · ${client}`)}`,
    '',
    ...(it.simulated === true ? ['**SIMULATORS: nothing here touched a real server.**', ''] : []),
    `- State: ${escaped(plain(stateOf(it)))}`,
    `- Owner: ${escaped(it.owner.name)}`,
    `- Opened: ${stamp(it.openedAt, timeZone)} by ${escaped(it.openedBy.name)}`,
    `- Times: ${zone}`,
    '',
    '## Log',
    '',
    ...log.map(({ event, seq, hash }) => {
      const said = escaped(plain(eventInWords(event, it)));
      return `${seq}. ${stamp(event.at, timeZone)} — **${escaped(event.actor.name)}** ${said} (\`${hash.slice(0, 12)}\`)`;
    }),
    '',
  ].join('\n');
}

/** The log as JSON: each event as it is, with its words. */
export function logAsJson({ incident: it, client, log }: Exported): string {
  const events = log.map(({ seq, hash, event }) => ({
    seq,
    at: new Date(event.at).toISOString(),
    who: event.actor.name,
    what: plain(eventInWords(event, it)),
    hash,
    event,
  }));
  const state = plain(stateOf(it));
  return `${JSON.stringify({ incident: it.id, client, state, simulated: it.simulated === true, events }, null, 2)}\n`;
}

function escaped(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]()#+!|~<>&]/g, (sign) =>
      sign === '<' ? '&lt;' : sign === '&' ? '&amp;' : `\\${sign}`,
    )
    .replaceAll(/\s*\n\s*/g, ' ');
}
