import { z } from 'zod';
import type { Dialog } from '../engine/dialog.ts';
import type { Values } from '../engine/fact.ts';

/** What people might type, in the order in which it is tried. */
const typed = ['info@acme.example', '203.0.113.7', 'acme.example', '300', 'some words'];

/** Something that this fact's type takes when it is typed; undefined where none of the usual things fits. */
export function typedFor(dialog: Dialog, fact: string): string | undefined {
  const type: unknown = dialog.facts.shape[fact];
  return type instanceof z.ZodType ? typed.find((text) => type.safeParse(text).success) : undefined;
}

/** Facts as an outcome's type wants them: what the dialog would take from a person, else the fact's own name in ‹brackets›. */
export function factsOf(dialog: Dialog, type: z.ZodObject | undefined): Values {
  return Object.fromEntries(
    Object.entries(type?.shape ?? {}).map(([name, field]) => [name, valueFor(dialog, name, field)]),
  );
}

function valueFor(dialog: Dialog, name: string, field: unknown): Values[string] {
  if (field instanceof z.ZodOptional) return valueFor(dialog, name, field.unwrap());
  if (field instanceof z.ZodArray) return [offeredAs(dialog, name) ?? `‹one of ${name}›`];
  if (field instanceof z.ZodEnum) return String(field.options[0] ?? name);
  if (field instanceof z.ZodNumber) return 300;
  if (field instanceof z.ZodBoolean) return true;
  return addresses[name] ?? `‹${name}›`;
}

/** What is offered as a button has to be an answer to that question. */
function offeredAs(dialog: Dialog, name: string): string | undefined {
  const asking = Object.values(dialog.steps).find((step) => step.kind === 'ask' && step.offer === name);
  return asking?.kind === 'ask' && asking.save !== undefined ? typedFor(dialog, asking.save) : undefined;
}

/** Those that other code reads as what they are. */
const addresses: Readonly<Record<string, string>> = {
  ip: '203.0.113.7',
  mailbox: 'info@acme.example',
  mailTo: 'info@acme.example',
  domain: 'acme.example',
  account: 'acme',
  server: 'host2',
};
