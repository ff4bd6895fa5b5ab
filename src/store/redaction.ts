import { secretsWithout } from './chain.ts';
import type { Database, Param } from './driver.ts';
import type { LogRow, Shown, Turn } from './store.ts';

/** A statement by its name, with its parameters. */
export type Redacting = readonly [
  'redactLog' | 'redactShown' | 'redactDead' | 'redactDeeds' | 'redactAbout',
  ...Param[],
];

/** What deletes classes of fields from all that is stored of an incident beside its state, given what there is of it. */
export function redactions(
  incident: string,
  { classes, cards }: NonNullable<Turn['redacts']>,
  stored: { readonly log: readonly object[]; readonly shown: readonly object[] },
): readonly Redacting[] {
  return [
    ...(stored.log as readonly LogRow[]).map((row): Redacting => [
      'redactLog',
      secretsWithout(row, classes),
      incident,
      row.seq,
    ]),
    ...(stored.shown as readonly Shown[]).map(({ message, at }): Redacting => {
      const card = cards.get(message) ?? { at, tone: 'neutral', sections: [] };
      return ['redactShown', JSON.stringify(card), incident, message];
    }),
    ['redactDead', incident],
    ...(classes.includes('facts') ? [['redactAbout', incident] satisfies Redacting] : []),
    ...(classes.includes('plans') ? [['redactDeeds', incident] satisfies Redacting] : []),
  ];
}

/** Empties the log of writes, where old pages would still hold what was deleted. False: somebody reads; try again later. */
export function forgetOldPages(db: Database): boolean {
  const row = db.prepare('pragma wal_checkpoint(truncate)').get();
  return typeof row === 'object' && row !== null && 'busy' in row && Number(row.busy) === 0;
}
