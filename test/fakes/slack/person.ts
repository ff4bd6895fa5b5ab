import { createClicks } from './person-clicks.ts';
import { createModals } from './person-modals.ts';
import { createTalk } from './person-talk.ts';
import type { Stage } from './stage.ts';
import type { User } from './team.ts';

/** Somebody who sits in front of Slack and acts on what it shows. */
export function createPerson(stage: Stage, user: User) {
  return {
    user,
    id: user.id,
    ...createTalk(stage, user),
    ...createClicks(stage, user),
    ...createModals(stage, user),
  };
}

/** Somebody who sits in front of Slack. */
export type Person = ReturnType<typeof createPerson>;
