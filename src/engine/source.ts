import type { Contracts } from './contract.ts';
import type { Dialog } from './dialog.ts';
import type { Fact } from './fact.ts';

/** Who or what said so: a person's name, or the system that a check asked. */
export function sourceOf(contracts: Contracts, { by, source }: Pick<Fact, 'by' | 'source'>): string {
  const contract = source === 'person' || !Object.hasOwn(contracts, by) ? undefined : contracts[by];
  if (contract === undefined) return by;
  return contract.kind === 'check' ? (contract.system ?? contract.title) : contract.title;
}

/** What a fact is called in front of people: by the runbook's label, as a check's title, or its name spelled out. */
export function labelOf(
  { dialog, contracts }: { readonly dialog: Dialog; readonly contracts: Contracts },
  name: string,
): string {
  const label =
    dialog.labels !== undefined && Object.hasOwn(dialog.labels, name) ? dialog.labels[name] : undefined;
  if (label !== undefined) return label;
  if (Object.hasOwn(contracts, name)) return contracts[name]?.title ?? name;
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
