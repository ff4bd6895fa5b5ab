import type { Text } from '../../src/engine/card.ts';

/** Something said to one person alone, until they dismiss it. */
export interface Notice {
  readonly id: string;
  readonly incident: string;
  readonly kind: 'told' | 'refused' | 'done';
  readonly text: Text;
  readonly at: number;
}

const kept = 20;
const doneForMs = 10_000;

/** Notices by person, in memory: they are pointers to what the log already has, so a restart may forget them. */
export function createNotices(ports: {
  readonly now: () => number;
  readonly random: (bytes: number) => Buffer;
}) {
  const byPerson = new Map<string, readonly Notice[]>();
  const live = (person: string) =>
    (byPerson.get(person) ?? []).filter((one) => one.kind !== 'done' || ports.now() - one.at < doneForMs);
  return {
    add(person: string, incident: string, kind: Notice['kind'], text: Text): void {
      const notice = { id: ports.random(9).toString('base64url'), incident, kind, text, at: ports.now() };
      const others = live(person).filter((one) => JSON.stringify(one.text) !== JSON.stringify(text));
      byPerson.set(person, [...others, notice].slice(-kept));
    },
    /** What this person has not dismissed yet, oldest first. */
    of(person: string): readonly Notice[] {
      return live(person);
    },
    dismiss(person: string, id: string): void {
      byPerson.set(
        person,
        live(person).filter((one) => one.id !== id),
      );
    },
  };
}

/** The notices of a running console. */
export type Notices = ReturnType<typeof createNotices>;
