import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Mail, SmtpClient } from '../clients/smtp.ts';
import { words } from '../engine/card.ts';
import type { Finding, Text } from '../engine/card.ts';
import { clock } from '../engine/fill.ts';
import { attempt, whyOf } from './attempt.ts';
import type { ShippedContracts } from './contracts.ts';
import type { ActContext, ActionHandler } from './handler.ts';
import { moment } from './phrases.ts';

const check = 'sendInstructions';
const copyThem = 'Copy the words above into a mail of your own.';

/** Words for the client as the mail that they make. */
export interface Instructions {
  readonly subject: string;
  /** As people read it, for the preview. */
  readonly preview: Text;
  /** What was filled into them. */
  readonly values: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
}

/** What sending needs; without a client, or for steps that nobody wrote, the words are copied by hand. */
export interface Mailing {
  readonly smtp: SmtpClient | undefined;
  /** The host that message ids end in: that of MAIL_FROM. */
  readonly idHost: string;
  readonly instructionsOf: (
    steps: string,
    values: Readonly<Record<string, string>>,
  ) => Instructions | undefined;
}

const approved = z
  .object({ mailTo: z.string(), steps: z.string(), messageId: z.string() })
  .catchall(z.unknown());
type Result = Awaited<ReturnType<ActionHandler<ShippedContracts['sendInstructions']>['act']>>;

/** Sends words to the client by e-mail: what was previewed, once. A message that may be on its way is never sent again. */
export function sendInstructions(mailing: Mailing): ActionHandler<ShippedContracts['sendInstructions']> {
  const { smtp, idHost, instructionsOf } = mailing;
  return {
    async plan({ mailTo, steps = '', ...known }, { incident, now, deeds }) {
      const mail = instructionsOf(steps, textsIn(known));
      if (smtp === undefined || mail === undefined) return cannotSend(smtp === undefined);
      const which = `${steps}${markOf(mail.values)}`;
      const subject = `mail:${mailTo.toLowerCase()}/${which}`;
      const last = (await deeds(subject)).find(({ outcome }) => outcome === 'done' || outcome === 'unknown');
      if (last !== undefined) {
        const values = { mailTo, incident: last.incident, at: moment(last.at, now()) };
        const template =
          last.outcome === 'done'
            ? '{incident} sent these words to {mailTo} at {at}; they are not sent again.'
            : '{incident} may have sent these words to {mailTo} at {at}. Ask the client whether they came, before anybody sends them again.';
        return { outcome: 'nothingToDo', findings: [finding('not-applicable', words(template, values))] };
      }
      const values = { mailTo, subject: mail.subject };
      return {
        outcome: 'planned',
        plan: {
          subject,
          title: words('Send “{subject}” to {mailTo}', values),
          input: { ...mail.values, mailTo, steps, messageId: messageIdOf(incident, which, mailTo, idHost) },
          calls: [{ id: 'mail', system: 'smtp', text: words('Mail to {mailTo}: {subject}', values) }],
          from: 'not sent',
          to: 'sent',
          evidence: [mail.preview],
          risk: { level: 'low', reasons: [words('It only sends these words.')] },
          needs: 1,
        },
      };
    },
    async act(plan, context) {
      const { mailTo, steps, messageId, ...known } = approved.parse(plan.input);
      const mail = instructionsOf(steps, textsIn(known));
      if (smtp === undefined || mail === undefined) return cannotSend(smtp === undefined);
      const { subject, text, html } = mail;
      return act(smtp, { to: mailTo, subject, text, html, messageId }, context);
    },
  };
}

async function act(
  smtp: SmtpClient,
  mail: Mail,
  { signal, now, sending, again, mayHaveSent }: ActContext,
): Promise<Result> {
  const values = { mailTo: mail.to, at: clock(now()), messageId: mail.messageId };
  const inDoubt =
    'The mail to {mailTo} may be on its way ({at}), and it is not sent a second time. Ask the client whether it came.';
  // Nobody can look into the client's mailbox, nor into the queue of the mail server.
  if (mayHaveSent) return said('unknown', 'unknown', words(inDoubt, values));
  const sent = await attempt(smtp.sendMail(mail, { signal, sending: () => sending() }));
  if (sent.ok) {
    const template = 'Sent to {mailTo} at {at}; the mail server has taken it.';
    const evidence = [
      words('The mail server said: {words}', { words: sent.value.said }),
      words('Message-ID: {messageId}', values),
    ];
    return said('done', 'pass', words(template, values), evidence);
  }
  const { error } = sent;
  if (again(error)) throw error;
  if (error.outcome === 'not-applied') {
    const text = words(`The mail to {mailTo} was not sent. ${copyThem}`, values);
    return said('failed', 'fail', text, [whyOf(error)]);
  }
  return said('unknown', 'unknown', words(inDoubt, values), [whyOf(error)]);
}

function cannotSend(noServer: boolean) {
  const text = noServer
    ? words(`No mail server is set (SMTP_URL and MAIL_FROM), so I cannot send. ${copyThem}`)
    : words(`There are no words here yet that could be sent. ${copyThem}`);
  return said('failed', 'not-applicable', text);
}

function textsIn(known: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(known).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Tells words apart that differ only by what was filled into them. */
function markOf(values: Readonly<Record<string, string>>): string {
  if (Object.keys(values).length === 0) return '';
  return `.${createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 12)}`;
}

/** The same for the same steps to the same address in the same incident, so that a repeat can be recognised. */
function messageIdOf(incident: string, steps: string, mailTo: string, host: string): string {
  const plainly = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return `<${plainly(incident)}.${plainly(steps)}.${plainly(mailTo)}@${host}>`;
}

function finding(verdict: Finding['verdict'], text: Text, evidence: readonly Text[] = []): Finding {
  return { check, verdict, text, ...(evidence.length === 0 ? {} : { evidence }) };
}

function said<O extends string>(
  outcome: O,
  verdict: Finding['verdict'],
  text: Text,
  evidence: readonly Text[] = [],
): { readonly outcome: O; readonly findings: readonly Finding[] } {
  return { outcome, findings: [finding(verdict, text, evidence)] };
}
