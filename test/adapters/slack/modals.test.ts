import { describe, expect, it } from 'vitest';
import type { types } from '@slack/bolt';
import { readMeta, writeMeta } from '../../../adapters/slack/form-meta.ts';
import {
  changeModal,
  detailsModal,
  fieldModal,
  handOverModal,
  noteModal,
  openForm,
  reasonModal,
  tellModal,
} from '../../../adapters/slack/modals.ts';
import { words, type Button, type Section } from '../../../src/engine/card.ts';
import { problemsInView } from '../../fakes/slack/block-kit.ts';
import { at, everything, hostile } from './hostile-card.ts';
import { readable, typedIn } from './read-blocks.ts';

const meta = { channel: 'C12345', thread: '1.2' };
const of = { incident: 'INC-142', message: 'turn-3', section: '4' };
const event = { type: 'confirm.pressed', key: 'k', hash: 'h', decision: 'reject' } as const;
const press = { incident: 'INC-142', message: 'turn-3', button: 'k.reject', event };
const dialogs = [
  {
    id: 'receive',
    title: 'Cannot receive mail',
    client: { name: 'client', label: 'Domain or mailbox', placeholder: 'info@acme.example' },
  },
  { id: 'send', title: 'Cannot send mail', client: { name: 'who', label: 'Who?' } },
];

/** A form as a person sees it, once Slack has taken it. */
function see(view: types.ModalView): string {
  expect(problemsInView(view)).toEqual([]);
  const { title, submit, blocks } = view;
  return [`== ${title.text} [${submit?.text ?? 'only close'}]`, readable(blocks)].join('\n');
}

const reject: Button = {
  id: 'k.reject',
  label: words('Reject …'),
  event,
  style: 'danger',
  field: { name: 'why', label: 'Why not?', placeholder: 'for Lea', required: true, multiline: true },
};

describe('the form for a new incident', () => {
  it('asks for what is missing, and carries the rest', () => {
    const form = openForm({
      dialogs: dialogs.slice(0, 1),
      prefilled: { ip: '203.0.113.7' },
      channel: 'C12345',
      meta: { thread: '1.2' },
    });
    expect(see(form)).toMatchInlineSnapshot(`
      "== New mail incident [Begin]
      {Domain or mailbox: plain_text_input info@acme.example}
      {Their IP address, if you know it, optional: plain_text_input 203.0.113.7}"
    `);
    expect(readMeta(form.private_metadata ?? '')).toEqual({
      channel: 'C12345',
      thread: '1.2',
      dialog: 'receive',
    });
    expect(form.callback_id).toBe('open');
    expect(form.blocks.map(({ block_id }) => block_id)).toEqual(['client', 'ip']);
  });

  it('lets the runbook and the channel be chosen, and says what was wrong before', () => {
    const prefilled = { client: 'acme', dialog: 'send' };
    const form = openForm({ dialogs, prefilled, channel: 'ask', problem: 'There is no “acme”.', meta: {} });
    expect(see(form)).toMatchInlineSnapshot(`
      "== New mail incident [Begin]
      ⚠ There is no “acme”.
      {What is the trouble?: static_select Cannot receive mail / Cannot send mail}
      {Who?: plain_text_input}
      {Their IP address, if you know it, optional: plain_text_input 203.0.113.7}
      {In which channel is it worked on?: conversations_select}"
    `);
    expect(readMeta(form.private_metadata ?? '')).toEqual({});
    expect(typedIn(form.blocks).find(({ type }) => type === 'conversations_select')).toMatchObject({
      default_to_current_conversation: true,
      filter: {
        include: ['public', 'private'],
        exclude_external_shared_channels: true,
        exclude_bot_users: true,
      },
    });
  });
});

describe('the form of a button', () => {
  it('asks for its text, below what is to be confirmed', () => {
    const form = fieldModal({ ...reject, confirm: words('Really {x}?', { x: '*reject*' }) }, press, meta);
    expect(see(form)).toMatchInlineSnapshot(`
      "== Reject [Reject]
      Really *reject*?
      {Why not?: plain_text_input for Lea}"
    `);
    expect(form.callback_id).toBe('answer');
    expect(readMeta(form.private_metadata ?? '')).toEqual({ ...meta, press });
    expect(see(fieldModal(reject, press, meta, 'A title that is too long for Slack'))).toContain(
      '== A title that is too lon… [Reject]',
    );
  });
});

describe('the form for another answer', () => {
  const settled = (change: readonly Button[]): Section => ({
    id: '4',
    text: words('Is it?'),
    settled: { text: words('Yes'), by: 'Sam', at, change },
  });
  const choice = (id: string, more: Partial<Button> = {}): Button => ({
    id,
    label: words(id),
    event: { type: 'answer.corrected', visit: 4, choice: id },
    ...more,
  });

  it('offers the others, with a text where one needs it', () => {
    const typed = choice('Send', {
      inline: true,
      field: { name: 'text', label: 'Their IP address', required: true },
    });
    const form = changeModal(settled([choice('No'), typed]), of, meta);
    expect(see(form)).toMatchInlineSnapshot(`
      "== Change this answer [Change]
      Is it?
      Answered: Yes
      {The answer is: radio_buttons No / Their IP address}
      {Their IP address, optional, Only with “Their IP address”: plain_text_input}"
    `);
    expect(form.callback_id).toBe('change');
    expect(readMeta(form.private_metadata ?? '')).toEqual({ ...meta, section: of });
    expect(see(changeModal(settled([choice('No')]), of, meta))).not.toContain('plain_text_input');
  });

  it('is a list when there are many, and words when there is none', () => {
    const many = Array.from({ length: 130 }, (_, n) => choice(`c${n}`));
    expect(see(changeModal(settled(many), of, meta))).toContain('static_select c0 / c1 /');
    expect(see(changeModal({ id: '4' }, of, meta))).toMatchInlineSnapshot(`
      "== Change this answer [only close]
      There is no other answer to this question."
    `);
  });
});

describe('the details of a section', () => {
  it('are its evidence and its plan, whole', () => {
    const [, , proposal] = everything('a').sections;
    const finding = {
      check: 'c',
      verdict: 'fail',
      text: words('It is blocked'),
      evidence: [words('14 failed logins')],
    } as const;
    expect(see(detailsModal({ ...proposal, id: 'p', findings: [finding] }))).toMatchInlineSnapshot(`
      "== Details [only close]
      *a a *a (https://docs.example/a)
      *Change: *a → a
      *Calls:*
      1. CPA System: a *a* a (https://docs.example/a)
      2. WHM: a *a* a (https://docs.example/a)
      *Then: *a *a* a (https://docs.example/a)
      *High risk*: a *a* a (https://docs.example/a); a *a* a (https://docs.example/a)
      *Evidence*
      - a *a* a (https://docs.example/a)
      *Problem: *It is blocked
      - 14 failed logins"
    `);
    expect(see(detailsModal({ id: 'empty' }))).toContain('There is nothing more.');
  });

  it('are cut where a view can hold no more, and say so', () => {
    const evidence = Array.from({ length: 20_000 }, (_, n) =>
      words('Login {n} failed: "wrong" ✖', { n: `${n}` }),
    );
    const finding = { check: 'c', verdict: 'fail', text: words('Blocked'), evidence } as const;
    expect(see(detailsModal({ id: '4', findings: [finding] }))).toMatch(
      /\n… \d+ more lines; the log has everything\.$/,
    );
  });
});

describe('the forms of the menu', () => {
  it('ask for what each needs', () => {
    const forms = [
      noteModal('INC-142', meta),
      handOverModal('INC-142', meta),
      reasonModal('park', 'INC-142', meta),
      reasonModal('cancel', 'INC-142', meta),
    ];
    expect(forms.map(see).join('\n')).toMatchInlineSnapshot(`
      "== Add a note [Add]
      {Note: plain_text_input}
      == Hand over [Hand over]
      {To whom?: users_select A colleague}
      {What should they know?, optional: plain_text_input}
      == Park [Park]
      {Until when, or for what?, optional: plain_text_input}
      == Cancel incident [Cancel incident]
      {Why is it cancelled?: plain_text_input}"
    `);
    expect(forms.map(({ callback_id }) => callback_id)).toEqual(['note', 'hand', 'park', 'cancel']);
    for (const form of forms)
      expect(readMeta(form.private_metadata ?? '')).toEqual({ ...meta, incident: 'INC-142' });
  });
});

describe('words in place of a form', () => {
  it('keep what was typed', () => {
    expect(see(tellModal('Not done', 'It was too late.', '*all* that\nI typed'))).toMatchInlineSnapshot(`
      "== Not done [only close]
      It was too late.
      You typed:
      | *all* that
      | I typed"
    `);
  });
});

describe('what a form carries', () => {
  it('comes back as it was, and nothing else does', () => {
    expect(readMeta(writeMeta({ ...meta, press, section: of, incident: 'INC-1', dialog: 'd' }))).toEqual({
      ...meta,
      press,
      section: of,
      incident: 'INC-1',
      dialog: 'd',
    });
    for (const text of ['', '{', '[]', 'null', '{"press":{"i":"x"}}', '{"section":3}'])
      expect(readMeta(text)).toEqual({});
  });

  it('fits, though the longest button does', () => {
    const long = { ...press, event: { ...event, hash: '"'.repeat(900) } };
    const written = writeMeta({ press: long, channel: 'C'.repeat(200), thread: 'x'.repeat(199) });
    expect(written.length).toBeLessThanOrEqual(3000);
    expect(readMeta(written).press).toEqual(long);
    expect(readMeta(writeMeta({ press: long, channel: 'C'.repeat(1200) }))).toEqual({ press: long });
  });
});

describe('values', () => {
  it.each(hostile.map((v) => [v.slice(0, 30), v]))('are text and nothing else, in every form: %j', (_, v) => {
    const card = everything(v);
    const field = { name: 'text', label: v, placeholder: v, required: true } as const;
    const client = { name: 'client', label: v, placeholder: v };
    const dialog = { id: 'd', title: v, client };
    const views = [
      ...card.sections.map((section) => detailsModal(section)),
      ...card.sections.map((section) => changeModal(section, of, meta)),
      fieldModal(
        { ...reject, label: words('{v}', { v }), field, confirm: words('{v}', { v }) },
        press,
        meta,
        v,
      ),
      openForm({
        dialogs: [dialog, { ...dialog, id: 'e' }],
        prefilled: { client: v, ip: v },
        problem: v,
        channel: 'ask',
        meta,
      }),
      tellModal(v, v, v),
    ];
    for (const view of views) {
      see(view);
      const parts = typedIn(view);
      expect(parts.filter(({ type, emoji }) => type === 'mrkdwn' || emoji === true)).toEqual([]);
      for (const link of parts.filter(({ type }) => type === 'link'))
        expect(link['url']).toMatch(/^https:\/\/docs\.example\//);
      for (const part of parts) expect(String(part['text'])).not.toMatch(/[\u0000\u001B\u202E\u2066]/);
    }
  });
});
