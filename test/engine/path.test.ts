import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/engine/duration.ts';
import { step } from '../../src/engine/step.ts';
import { lea, sam, talk } from '../conversation.ts';
import { atTheDoor, contracts, door } from './small-dialog.ts';

describe('checks', () => {
  it('leave as soon as no unfinished check can change the way', () => {
    const talk = atTheDoor({ slow: 'silent' }).answers('red', 'front').says('open?');
    expect(Object.keys(talk.it.open)).toContain('3.slow.0');
  });

  it('wait while one still can', () => {
    const talk = atTheDoor({ fast: 'silent', slow: ['yes'] }).answers('red', 'front');
    expect(talk.it.ended).toBeUndefined();
    expect(talk.it.visits.at(-1)?.step).toBe('looks');
  });

  it('show each finding as it comes', () => {
    const talk = atTheDoor({ fast: 'silent' }).answers('red', 'front').says('slow: no');
    const section = [...talk.cards().values()].at(-1)?.sections.find((one) => one.findings !== undefined);
    expect(section?.pending).toEqual(['a look']);
  });

  it('take no answer within the deadline for “unknown”, never for “no”', () => {
    atTheDoor({ fast: 'silent' })
      .answers('red', 'front')
      .waits(1)
      .says('No answer within 10 s')
      .asks('Open front by hand.');
  });

  it('have the time that their contract gives them, and never more than the step', () => {
    const times = (fast?: Duration): readonly unknown[] => {
      const dialog = { ...door, start: 'looks' };
      const looks = {
        ...contracts,
        fast: { ...contracts.fast, ...(fast === undefined ? {} : { deadline: fast }) },
      };
      const { effects } = talk({
        dialog,
        contracts: looks,
        facts: { door: 'front' },
        world: { fast: 'silent', slow: 'silent' },
      });
      return effects.flatMap((effect) =>
        effect.type === 'run'
          ? [effect.deadlineMs]
          : effect.type === 'wake' && effect.key.includes('.deadline.')
            ? [effect.at - start]
            : [],
      );
    };
    const start = Date.UTC(2026, 10, 23, 10, 0);
    expect(times()).toEqual([10_000, 10_000, 10_000]);
    expect(times('3s')).toEqual([3000, 10_000, 10_000]);
    expect(times('1m')).toEqual([10_000, 10_000, 10_000]);
  });

  it('take a late result and say when it speaks against the path', () => {
    const talk = atTheDoor({ slow: ['no'], fast: 'silent' })
      .answers('red', 'front')
      .waits(1);
    talk.send({ type: 'run.finished', key: '3.fast.0', outcome: 'yes' });
    talk.says('This came after the path was chosen').asks('Open front by hand.');
    expect(talk.it.visits[2]?.brought['fast']?.value).toBe('yes');
  });

  it('say nothing when a late result agrees with the path', () => {
    const talk = atTheDoor({ slow: 'silent' }).answers('red', 'front');
    talk.send({ type: 'run.finished', key: '3.slow.0', outcome: 'no' });
    expect(talk.thread()).not.toContain('speaks against it');
  });

  it('take an outcome that the contract does not name for unknown', () => {
    atTheDoor({ fast: ['__proto__'] })
      .answers('red', 'front')
      .asks('Open front by hand.');
  });
});

describe('waiting', () => {
  const waiting = (): ReturnType<typeof atTheDoor> =>
    atTheDoor({ shut: ['yes'] })
      .answers('red', 'front')
      .approves();

  it('looks at the set times and leaves when it is well', () => {
    const talk = waiting().waits(5).says('Looked 1 times; next look');
    talk
      .world({ shut: ['no'] })
      .waits(2)
      .ends('resolved', 'front is open.');
  });

  it('goes on by what the last look found', () => {
    waiting().waits(10).ends('escalated', 'front is stuck.');
  });

  it('can look now without using up a set time', () => {
    const talk = waiting().waits(1).clicks('Look now').clicks('Look now').clicks('Look now');
    expect(talk.it.ended).toBeUndefined();
    talk
      .world({ shut: ['no'] })
      .waits(4)
      .ends('resolved');
  });

  it('lets a person say that it is well already', () => {
    waiting().clicks('It is open already').ends('resolved');
  });

  it('shows the next look', () => {
    const section = [...waiting().cards().values()]
      .at(-1)
      ?.sections.find((one) => one.progress !== undefined);
    expect(section?.progress).toMatchObject({
      nextAt: section?.progress?.since === undefined ? 0 : section.progress.since + 300_000,
    });
  });

  it('lets nobody but the clock say that a time came', () => {
    const talk = atTheDoor().answers('red', 'front');
    const key = Object.keys(talk.it.open).find((one) => one.includes('expiry')) ?? '';
    expect(talk.refuses({ type: 'time.came', key }, sam)).toBe('Only the clock can do that.');
  });
});

describe('answers', () => {
  it('that cannot be read are refused beside the field, and nothing is lost', () => {
    const talk = atTheDoor().answers('red');
    const button = talk.buttons().find((one) => one.inline === true);
    expect(talk.send({ ...button?.event, text: 'x' } as never, sam)).toMatchObject({
      ok: false,
      refusal: { code: 'bad-text', field: 'text', message: 'Name the door.' },
    });
    talk.asks('Which door?');
  });

  it('given twice are late the second time, and say who was first', () => {
    const talk = atTheDoor();
    const { event } = talk.button('Red');
    talk.clicks('Red', undefined, lea);
    expect(talk.refuses(event, sam)).toMatch(/^Decided already: Red \(Lea, 10:00 UTC\)/);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'nobody'])(
    'refuse the choice "%s" like any unknown one',
    (choice) => {
      const talk = atTheDoor();
      expect(talk.refuses({ type: 'answer.given', key: '1.answer', choice })).toContain(
        `“${choice}” is not an answer here`,
      );
    },
  );

  it.each(['__proto__', 'constructor', '1.__proto__', '9.answer', ''])(
    'refuse the key "%s" as late',
    (key) => {
      expect(atTheDoor().refuses({ type: 'answer.given', key, choice: 'red' })).not.toBe('');
    },
  );

  it.each(['__proto__', 'constructor', 'prototype', 'colour2'])(
    'refuse the fact "%s" at the opening',
    (name) => {
      const facts = Object.fromEntries([[name, 'x']]);
      const event = {
        id: '1',
        source: 't',
        incident: 'INC-1',
        at: 1,
        actor: sam,
        type: 'incident.opened',
        dialog: 'door',
        version: 1,
        facts,
      } as const;
      expect(step(door, contracts, undefined, event).reply).toMatchObject({
        ok: false,
        refusal: { code: 'malformed', field: name },
      });
    },
  );

  it('keep a typed text as a value, whatever it holds', () => {
    const talk = atTheDoor().answers('red', '<!channel> {door} [x](http://evil.example)');
    const texts = JSON.stringify(
      [...talk.cards().values()].map((card) =>
        card.sections.map((one) => [one.text?.template, one.settled?.text.template]),
      ),
    );
    expect(texts).not.toContain('channel');
    talk.says('Open <!channel> {door} [x](http://evil.example)');
  });
});

describe('people around an incident', () => {
  it('take over, hand over, note, edit a note, park, resume and cancel', () => {
    const talk = atTheDoor();
    talk.send({ type: 'incident.taken-over' }, lea);
    expect(talk.it.owner).toEqual(lea);
    talk.send({ type: 'incident.handed-over', to: sam }, lea);
    expect(talk.it.owner).toEqual(sam);
    talk.send({ type: 'note.added', text: 'client called back' }, lea);
    talk.says('client called back');
    talk.send({ type: 'note.edited', note: talk.it.notes[0]?.id ?? '', text: 'client wrote' }, lea);
    talk.says('client wrote', 'Note, edited');
    talk.send({ type: 'incident.parked' }, sam);
    talk.says('Parked since 10:00 UTC');
    talk.send({ type: 'incident.resumed' }, sam);
    expect(talk.refuses({ type: 'incident.cancelled', why: ' ' })).toBe('Please say why it is cancelled.');
    talk.send({ type: 'incident.cancelled', why: 'wrong client' }, sam);
    talk.ends('cancelled', 'Cancelled: wrong client');
    expect(talk.buttons()).toEqual([]);
    expect(talk.refuses({ type: 'incident.taken-over' }, lea)).toContain('has ended');
  });

  it('are handed a summary when it cannot be solved', () => {
    atTheDoor({ fast: ['no'] })
      .answers('red', 'front')
      .ends('escalated')
      .says('Which door? front', 'Warning: slow: no');
  });
});

describe('an edited runbook', () => {
  it('goes on where it was, and says so', () => {
    const talk = atTheDoor().answers('red');
    talk.send({ type: 'dialog.version-changed', to: 2 });
    talk.says('now version 2').answers('front').says('open?');
  });

  it('hands over when the step is gone', () => {
    const talk = atTheDoor().answers('red');
    const { door: _, ...steps } = door.steps;
    const event = {
      id: 'v',
      source: 't',
      incident: 'INC-1',
      at: talk.now,
      actor: sam,
      type: 'dialog.version-changed',
      to: 2,
    } as const;
    const after = step({ ...door, steps }, contracts, talk.it, event);
    expect(after.incident?.ended?.outcome).toBe('escalated');
    expect(after.incident?.open).toEqual({});
  });
});

describe('the root message', () => {
  const found = (talk: ReturnType<typeof atTheDoor>): string[] =>
    talk
      .cards()
      .get('root')
      ?.sections.flatMap((section) => section.findings ?? [])
      .map(({ check, verdict }) => `${check} ${verdict}`) ?? [];

  it('shows the latest verdicts, worst first, and no longer what a deed has mended', () => {
    const talk = atTheDoor({ slow: ['unknown'], shut: ['yes'] }).answers('red', 'front');
    expect(found(talk)).toEqual(['fast warning', 'slow unknown']);
    talk.approves();
    expect(found(talk)).toEqual(['open warning', 'slow unknown']);
  });

  it('says how it ended, and so does the last card', () => {
    const talk = atTheDoor({ fast: ['no'] })
      .answers('red', 'front')
      .ends('escalated');
    expect([...talk.cards().values()].map((card) => card.tone)).toEqual(['bad', 'neutral', 'neutral', 'bad']);
  });

  it('and every other keep the time at which they began', () => {
    const talk = atTheDoor().waits(3).answers('red');
    expect([...talk.cards().values()].map((card) => card.at)).toEqual(
      [0, 0, 3].map((m) => talk.now - (3 - m) * 60_000),
    );
  });
});
