import type { Firm, Trouble } from './outside.ts';

/** What is answered to a question. */
export interface Known {
  readonly asked: RegExp;
  /** The label of the button to press, `{ip}` in it being the firm's; of a question without, the field is typed into. */
  readonly press?: string;
}

/** What the technician says beside the questions, once in every incident. */
export const remark = 'They call from the car and are back at noon.';

const answers: Readonly<Record<Trouble, readonly Known[]>> = {
  blocked: [
    { asked: /error message in Outlook/g, press: 'None, just no mail' },
    { asked: /change an e-mail password/g, press: 'No' },
    { asked: /Which of the two opens/g, press: 'Neither' },
    { asked: /whatismyip/g },
    { asked: /still blocked\. What now/g, press: 'Propose the un-block again' },
    { asked: /Does mail come in now/g, press: 'Yes' },
  ],
  suspected: [
    { asked: /Is that the client/g, press: 'Yes, {ip}' },
    { asked: /still blocked\. What now/g, press: 'Propose the un-block again' },
    { asked: /Does mail come in now/g, press: 'Yes' },
  ],
  full: [
    { asked: /Which Outlook/g, press: '2016–365 for Windows (classic)' },
    { asked: /Is mail coming in now/g, press: 'Yes' },
  ],
};

/** What is answered to the open question of a message: what was asked last in its words is what is open. */
export function answerTo(trouble: Trouble, about: string, { ip }: Firm): Known {
  const asked = answers[trouble]
    .map((known) => ({ known, at: [...about.matchAll(known.asked)].at(-1)?.index ?? -1 }))
    .toSorted((one, other) => other.at - one.at)[0];
  if (asked === undefined || asked.at < 0) throw new Error(`Nobody knows what to answer to "${about}"`);
  const { press } = asked.known;
  return press === undefined ? asked.known : { ...asked.known, press: press.replace('{ip}', ip) };
}

/** That mail comes in before the block is seen to be gone is not this story. */
export function isEarly(event: Readonly<Record<string, unknown>>): boolean {
  return event['choice'] === 'mailIn';
}
