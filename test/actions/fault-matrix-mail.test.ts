import { afterAll, expect, test } from 'vitest';
import { Over } from '../../src/runtime/job.ts';
import { rawMailServer } from '../fakes/mail-server.ts';
import { killable, throughTries } from './fault-matrix.ts';
import { approvedPlan, rig, said } from './rig.ts';

const asked = { mailTo: 'office@harbor-tax.example', steps: 'cannot-receive/outlook-classic' };
type Stage = 'MAIL' | 'RCPT' | 'DATA' | '.';

interface Row {
  /** What the server does at this stage instead: a line, `drop` (reset), `end` (hangs up), `cut`, or nothing at all. */
  readonly at?: Stage;
  readonly does?: string;
  /** At the final dot: it has taken the message all the same. */
  readonly taken?: true;
  /** Only the first try meets it. */
  readonly once?: true;
  readonly refused?: true;
  readonly killed?: 'before' | 'after';
  readonly totalMs?: number;
  /** What mailfix says of it, and how often the client gets the mail. */
  readonly says: 'done' | 'failed' | 'unknown';
  readonly made: 0 | 1;
  /** More than one try: nothing had been sent, and it was worth another. */
  readonly again?: true;
}

const slow = 1200;
const rows: Readonly<Record<string, Row>> = {
  nothing: { says: 'done', made: 1 },
  refused: { refused: true, says: 'failed', made: 0, again: true },
  'timeout before the words': { at: 'MAIL', totalMs: slow, once: true, says: 'done', made: 1, again: true },
  'timeout at the final dot, not taken': { at: '.', totalMs: slow, says: 'unknown', made: 0 },
  'timeout at the final dot, taken': { at: '.', taken: true, totalMs: slow, says: 'unknown', made: 1 },
  'reset before the words': { at: 'RCPT', does: 'drop', once: true, says: 'done', made: 1, again: true },
  'reset at the final dot, not taken': { at: '.', does: 'drop', says: 'unknown', made: 0 },
  'reset at the final dot, taken': { at: '.', does: 'drop', taken: true, says: 'unknown', made: 1 },
  'hung up at the final dot, taken': { at: '.', does: 'end', taken: true, says: 'unknown', made: 1 },
  'cut answer, taken': { at: '.', does: 'cut', taken: true, says: 'unknown', made: 1 },
  'half an answer, taken': { at: '.', does: '25', taken: true, says: 'unknown', made: 1 },
  'nonsense, taken': { at: '.', does: 'Welcome!', taken: true, totalMs: slow, says: 'unknown', made: 1 },
  '5xx for the sender': { at: 'MAIL', does: '550 not from you', says: 'failed', made: 0 },
  '5xx for the recipient': { at: 'RCPT', does: '550 no such box', says: 'failed', made: 0 },
  '5xx at the final dot': { at: '.', does: '554 looks like spam', says: 'failed', made: 0 },
  '4xx for the recipient, once': {
    at: 'RCPT',
    does: '451 greylisted',
    once: true,
    says: 'done',
    made: 1,
    again: true,
  },
  '4xx for the recipient': { at: 'RCPT', does: '451 greylisted', says: 'failed', made: 0, again: true },
  '4xx before the words': { at: 'DATA', does: '421 closing', once: true, says: 'done', made: 1, again: true },
  '4xx at the final dot': { at: '.', does: '451 disk full', says: 'failed', made: 0 },
  'killed before': { killed: 'before', says: 'unknown', made: 0, again: true },
  'killed after': { at: '.', taken: true, killed: 'after', says: 'unknown', made: 1, again: true },
};

/** A server that goes wrong as the row says; `taken` is called for each message that it keeps. */
function unlucky({ at, does, taken, once }: Row, take: () => void): (line: string) => string | undefined {
  let inside = false;
  let done = false;
  return (line) => {
    if (inside && line !== '.') return undefined;
    inside = line === 'DATA';
    const stage = line.split(' ')[0]?.split(':')[0];
    const goesWrong = stage === at && !(once === true && done);
    if (stage === '.' && (!goesWrong || taken === true)) take();
    if (goesWrong) {
      done = true;
      inside = false;
      return does;
    }
    if (line === 'CONNECT') return '220 here';
    if (line.startsWith('EHLO')) return '250 hello';
    return line === 'DATA' ? '354 go on' : '250 fine';
  };
}

let looked = 0;

test.each(Object.entries(rows))(
  'mail × %s: it arrives once or not at all, and that is said',
  async (_, row) => {
    const one = await rig();
    try {
      const process = killable();
      let made = 0;
      const server = await rawMailServer(
        unlucky(row, () => {
          made += 1;
          if (row.killed === 'after') process.kill();
        }),
      );
      const { totalMs = 20_000 } = row;
      const smtpUrl = row.refused === true ? 'smtp://127.0.0.1:1' : server.url;
      const mail = { smtpUrl, from: 'support@host.example', totalMs };
      const handlers = () => one.handlers({ mail });
      const plan = approvedPlan(await handlers().sendInstructions.plan(asked, one.context()));
      const told = await throughTries(one, {
        contract: 'sendInstructions',
        plan,
        handlers,
        process,
        async onMark() {
          if (row.killed === 'before') throw new Over('killed');
        },
      });
      expect({ outcome: told.outcome, made }, said(told)).toEqual({ outcome: row.says, made: row.made });
      const words = {
        done: /^pass: Sent to office@harbor-tax\.example/,
        failed: /^fail: (The mail to office@harbor-tax\.example was not sent|Could not finish)/,
        unknown:
          /^unknown: The mail to office@harbor-tax\.example may be on its way .* not sent a second time/,
      };
      expect(said(told)).toMatch(words[row.says]);
      expect(told.tries > 1).toBe(row.again === true);
      looked += 1;
    } finally {
      await one.sims.close();
    }
  },
);

afterAll(() => expect(looked).toBe(Object.keys(rows).length));
