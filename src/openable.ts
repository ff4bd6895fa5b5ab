import type { Dialog } from './engine/dialog.ts';

/** A runbook as the console's form asks for it. */
export function openableInConsole(dialog: Dialog) {
  const { id, title, words = [], client } = dialog;
  return { id, title, words, client, openFields: [{ name: client, ...clientField(dialog) }] };
}

/** A runbook as chat products ask for it. */
export function openableInChat(dialog: Dialog) {
  const { id, title, words = [], client } = dialog;
  return { id, title, words, client: { name: client, ...clientField(dialog) } };
}

/** How the runbook itself asks for the client first. */
function clientField({ start, steps }: Dialog): { label: string; placeholder?: string } {
  const first = steps[start];
  const field = first?.kind === 'ask' && first.field !== undefined ? first.field : { label: 'Client' };
  const { label } = field;
  return 'placeholder' in field ? { label, placeholder: field.placeholder } : { label };
}
