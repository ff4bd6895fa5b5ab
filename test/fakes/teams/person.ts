import { createApps } from './person-apps.ts';
import { createCards } from './person-cards.ts';
import { createForms } from './person-forms.ts';
import { createTalk } from './person-talk.ts';
import type { Stage } from './stage.ts';
import type { Account } from './state.ts';

/** Somebody who sits in front of Teams and acts on what it shows. */
export function createPerson(stage: Stage, account: Account) {
  const { opensFrom, ...forms } = createForms(stage, account);
  return {
    account,
    ...account,
    ...createTalk(stage, account),
    ...createCards(stage, account, opensFrom),
    ...forms,
    ...createApps(stage, account),
  };
}

/** Somebody who sits in front of Teams. */
export type Person = ReturnType<typeof createPerson>;
