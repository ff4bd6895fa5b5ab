import { describe, expect, it } from 'vitest';
import { plain } from '../../src/engine/card.ts';
import type { Dialog, Step } from '../../src/engine/dialog.ts';
import { mailfix, type Actor, type EventBody } from '../../src/engine/event.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { step, type Stepped } from '../../src/engine/step.ts';
import { turnCard, view } from '../../src/engine/view.ts';
import { lea, sam, type Conversation } from '../conversation.ts';
import { textOf } from '../card-words.ts';
import { atTheDoor, contracts, door } from './small-dialog.ts';

/** The door's dialog, edited: some steps are others, some are gone. */
function edited(changes: Readonly<Record<string, Step | undefined>>): Dialog {
  const steps = Object.entries({ ...door.steps, ...changes }).filter(
    (entry): entry is [string, Step] => entry[1] !== undefined,
  );
  return { ...door, version: 2, steps: Object.fromEntries(steps) };
}

/** An incident that goes on under an edited runbook. */
class Later {
  readonly dialog: Dialog;
  it: Incident;
  effects: Stepped['effects'] = [];
  #now: number;

  constructor(talk: Conversation, dialog: Dialog) {
    this.dialog = dialog;
    this.it = talk.it;
    this.#now = talk.now;
    this.send({ type: 'dialog.version-changed', to: 2 });
  }

  send(body: EventBody, actor: Actor = mailfix): Stepped['reply'] {
    this.#now += 1000;
    const stamp = { id: `v${this.#now}`, source: 'test', incident: 'INC-1', at: this.#now, actor };
    const stepped = step(this.dialog, contracts, this.it, { ...stamp, ...body });
    this.it = stepped.incident ?? this.it;
    this.effects = stepped.effects;
    return stepped.reply;
  }

  key(part: string): string {
    return Object.keys(this.it.open).find((key) => key.includes(part)) ?? `no ${part}`;
  }

  thread(): string {
    return [...view({ dialog: this.dialog, contracts, it: this.it }).values()].map(textOf).join('\n');
  }
}

const over: Step = { kind: 'end', outcome: 'escalated', text: 'Over.' };
const gone = 'The runbook was changed and this step is gone.';
const goesOn = 'The runbook was changed (now version 2); this goes on where it was.';
const proposal = (): Conversation => atTheDoor().answers('red', 'front');
const acting = (): Conversation => atTheDoor({ 'act:open': 'silent' }).answers('red', 'front').approves();
const stepNamed = (name: string): Step => door.steps[name] ?? over;
const action = stepNamed('open') as Step & { kind: 'action' };
const looks = stepNamed('looks') as Step & { kind: 'check' };
const waits = stepNamed('waits') as Step & { kind: 'check' };
const watch = stepNamed('watch') as Step & { kind: 'watch' };

describe('an edited runbook hands over', () => {
  it.each<[what: string, talk: () => Conversation, changes: Record<string, Step | undefined>]>([
    ['a question that is gone', () => atTheDoor().answers('red'), { door: undefined }],
    ['a question that is none any more', () => atTheDoor().answers('red'), { door: over }],
    ['a check that is a question now', () => silent(), { looks: stepNamed('byHand') }],
    ['a check that runs others now', () => silent(), { looks: { ...looks, run: ['shut'] } }],
    ['an action that is gone', proposal, { open: undefined }],
    ['an action that is another now', proposal, { open: { ...action, run: 'unlock' } }],
    ['an action that is a question now', proposal, { open: stepNamed('byHand') }],
    ['a plan that is made for another action', () => planning(), { open: { ...action, run: 'unlock' } }],
    ['a plan that waits for an act', () => queued(), { open: undefined }],
    ['an act that is of no step', acting, { open: undefined }],
    ['a waiting without choices now', () => verifying(), { waits: without(waits) }],
    ['a waiting that is an action now', () => verifying(), { waits: action }],
  ])('%s', (_, talk, changes) => {
    const later = new Later(talk(), edited(changes));
    expect(later.it.ended).toMatchObject({ outcome: 'escalated' });
    expect(plain(later.it.ended?.text ?? { template: '' })).toContain(gone);
    expect(later.thread()).toContain(gone);
    expect(later.thread()).not.toContain('changed an earlier answer');
    const open = Object.values(later.it.open).filter(
      ({ visit }) => later.it.visits[visit - 1]?.detached === undefined,
    );
    expect(open.filter((one) => one.kind !== 'run' || one.mode !== 'act')).toEqual([]);
  });

  it('and takes the buttons away that nobody can press any more', () => {
    const later = new Later(proposal(), edited({ colour: over, door: over, open: undefined }));
    const shown = later.effects.flatMap((effect) => (effect.type === 'show' ? [effect] : []));
    expect(shown.map(({ message }) => message)).toEqual(['root', 'turn-0', 'turn-1', 'turn-2']);
    expect(JSON.stringify(shown)).not.toContain('"buttons"');
    expect(JSON.stringify(shown)).not.toContain('"change"');
  });

  it('and says so to whoever was to approve, and to whoever pressed already', () => {
    const talk = proposal();
    talk.send(talk.button('Approve').event, lea);
    const later = new Later(talk, edited({ open: undefined }));
    const shown = later.effects.find((effect) => effect.type === 'show' && effect.message === 'turn-2');
    expect(shown).toMatchObject({ notify: 'approvers' });
    const authority = { allowed: true, roles: [], reason: 'x' };
    later.send({ type: 'confirm.decided', key: later.key('.press.'), authority }, lea);
    const whisper = later.effects.find((effect) => effect.type === 'whisper');
    expect(whisper?.type === 'whisper' ? plain(whisper.text) : '').toMatch(
      /^Decided already: The runbook was changed\. \(mailfix/,
    );
  });
});

describe('an edited runbook goes on', () => {
  it('where it was, though a step is gone that a late answer was owed to', () => {
    const talk = atTheDoor({ fast: 'silent' }).answers('red', 'front').waits(1).asks('Open front by hand.');
    const late = Object.keys(talk.it.open).find((key) => key.includes('.fast.')) ?? '';
    const later = new Later(talk, edited({ looks: undefined }));
    expect(later.it.ended).toBeUndefined();
    expect(later.thread()).toContain(goesOn);
    expect(later.send({ type: 'run.finished', key: late, outcome: 'yes' }).ok).toBe(false);
    expect(later.send({ type: 'answer.given', key: later.key('.answer'), choice: 'unknown' }, sam).ok).toBe(
      true,
    );
  });

  it('where it was, though the step of a struck act is gone; its deed is recorded', () => {
    const side: Step = { ...action };
    const to: Step = { ...looks, next: 'open2' };
    const waiting = acting();
    waiting.changes('Which colour?', 'Blue');
    const later = new Later(waiting, edited({ open: undefined, open2: side, looks: to }));
    expect(later.it.ended).toBeUndefined();
    expect(later.thread()).toContain(goesOn);
    later.send({ type: 'run.finished', key: later.key('.act.'), outcome: 'done' });
    expect(later.it.deeds).toHaveLength(1);
    expect(later.it.visits.at(-1)?.step).toBe('door');
  });

  it('at whatever it waited for, when the step still takes that', () => {
    for (const talk of [atTheDoor(), silent(), proposal(), planning(), queued(), acting(), verifying()]) {
      const later = new Later(talk, edited({}));
      expect(later.it.ended).toBeUndefined();
      expect(later.thread()).toContain(goesOn);
      expect(later.it.open).toEqual(talk.it.open);
    }
  });

  it('with the buttons that it has now, in every message', () => {
    const colour = stepNamed('colour') as Step & { kind: 'ask' };
    const choices = { ...colour.choices, green: { label: 'Green', next: 'door' } };
    const later = new Later(proposal(), edited({ colour: { ...colour, choices } }));
    const shown = later.effects.flatMap((effect) => (effect.type === 'show' ? [effect] : []));
    expect(shown.map(({ message }) => message)).toEqual(['root', 'turn-0', 'turn-1', 'turn-2']);
    expect(JSON.stringify(shown[1]?.card)).toContain('Green');
  });

  it('and says nothing in an incident that has ended, nor ends it again', () => {
    const talk = acting();
    talk.send({ type: 'incident.cancelled', why: 'wrong client' }, sam);
    const later = new Later(talk, edited({ open: undefined }));
    expect(later.it.ended).toEqual(talk.it.ended);
    expect(later.effects).toEqual([]);
    later.send({ type: 'run.finished', key: later.key('.act.'), outcome: 'done' });
    expect(later.it.deeds).toHaveLength(1);
  });

  it('and records a deed whose step is another now', () => {
    for (const open of [stepNamed('byHand'), { ...action, run: 'unlock' }]) {
      const later = new Later(acting(), edited({ open }));
      later.send({ type: 'run.finished', key: later.key('.act.'), outcome: 'done' });
      expect(later.it.deeds).toHaveLength(1);
      expect(later.it.visits.some(({ detached }) => detached !== undefined)).toBe(false);
    }
  });
});

describe('a watch whose step is gone', () => {
  const watching = (): Conversation =>
    atTheDoor({ shut: ['yes'] })
      .answers('red', 'front')
      .approves();
  const lost = 'this watch is gone: look by hand';

  it.each<[what: string, changes: Record<string, Step | undefined>]>([
    ['or is no watch any more', { watch: { ...waits } }],
    ['altogether', { watch: undefined }],
  ])('is given up, %s, and the owner is told', (_, changes) => {
    const talk = watching().clicks('It is open already').ends('resolved').says('Watching front');
    const later = new Later(talk, edited({ ...changes, open: { ...action, after: 'watch' } }));
    expect(later.it.open).toEqual({});
    expect(later.thread()).toContain(lost);
    expect(later.effects).toContainEqual(
      expect.objectContaining({ type: 'show', message: `turn-${talk.it.turn}`, notify: 'owner' }),
    );
    const root = view({ dialog: later.dialog, contracts, it: later.it }).get('root');
    expect(root?.sections.map(({ id }) => id)).not.toContain('watch');
    expect(later.it.ended?.outcome).toBe('resolved');
  });

  it('is not taken up any more when it was due', () => {
    const talk = watching();
    talk.changes('Which door?', 'Send', 'back').waits(21).says('This is taken up next');
    const later = new Later(talk, edited({ watch: waits }));
    expect(later.it.due).toEqual([]);
    later.send({ type: 'incident.cancelled', why: 'x' }, sam);
    expect(later.it.ended?.outcome).toBe('cancelled');
    expect(later.thread()).toContain(lost);
  });

  it('or looks at something else, is given up while it looks', () => {
    const talk = watching().clicks('It is open already').world({ shut: 'silent' }).waits(20);
    const key = Object.keys(talk.it.open).find((one) => one.includes('.shut.')) ?? '';
    const later = new Later(talk, edited({ watch: { ...watch, run: ['fast'] } }));
    expect(later.it.open).toEqual({});
    expect(later.send({ type: 'run.finished', key, outcome: 'yes' }).ok).toBe(false);
  });

  it('says nothing when it was over before', () => {
    const talk = watching()
      .clicks('It is open already')
      .world({ shut: 'silent' })
      .waits(61)
      .says('could not look even once');
    const later = new Later(talk, edited({ watch: undefined }));
    expect(later.thread()).not.toContain(lost);
    expect(later.it.open).toEqual({});
    expect(turnCard({ dialog: later.dialog, contracts, it: later.it }, talk.it.turn)).toBeDefined();
  });
});

function silent(): Conversation {
  return atTheDoor({ fast: 'silent', slow: 'silent' }).answers('red', 'front');
}

function planning(): Conversation {
  return atTheDoor({ open: 'silent' }).answers('red', 'front');
}

/** A plan waits for an act that was struck. */
function queued(): Conversation {
  const talk = acting();
  talk.changes('Which door?', 'Send', 'back');
  expect(talk.it.visits.at(-1)?.queued).toBe(true);
  return talk;
}

/** Waiting, with an act behind it. */
function verifying(): Conversation {
  return atTheDoor().answers('red', 'front').approves().says('Waiting for front');
}

function without(step: Step & { kind: 'check' }): Step {
  const { choices: _, ...check } = step;
  return check;
}
