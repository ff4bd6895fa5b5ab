import { say } from './language.ts';
/** The name to show for an id of the console: `web:lea` is Lea. */
export function nameOfWebId(id: string): string {
  const name = id.replace(/^web:/, '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Approvers in words: names of the console's people, and a count of the others. */
export function approverNames(approvers: readonly string[]): string {
  const names = approvers.filter((id) => id.startsWith('web:')).map(nameOfWebId);
  const others = approvers.length - names.length;
  if (others > 0) names.push(say(names.length === 0 ? `${others} in other channels` : `${others} elsewhere`));
  return names.join(', ');
}
