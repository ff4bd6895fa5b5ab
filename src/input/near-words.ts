import { distance } from 'fastest-levenshtein';

/**
 * Whether a word was mistyped: two letters swapped or one doubled; in longer ones also one wrong, missing or too many, in
 * long ones two. It begins right: `either` is not `neither`, nor `yet` a `yes`.
 */
export function isNear(typed: string, meant: string): boolean {
  if (typed === meant) return true;
  if (typed === '' || typed[0] !== meant[0] || Math.abs(typed.length - meant.length) > 2) return false;
  if (isSwapped(typed, meant) || isDoubled(typed, meant)) return true;
  const allowed = meant.length >= 10 ? 2 : meant.length >= 5 ? 1 : 0;
  return allowed > 0 && distance(typed, meant) <= allowed;
}

function isSwapped(typed: string, meant: string): boolean {
  if (typed.length !== meant.length) return false;
  const first = [...typed].findIndex((_, index) => typed[index] !== meant[index]);
  return (
    typed[first] === meant[first + 1] &&
    typed[first + 1] === meant[first] &&
    typed.slice(first + 2) === meant.slice(first + 2)
  );
}

function isDoubled(typed: string, meant: string): boolean {
  if (typed.length !== meant.length + 1) return false;
  const first = [...typed].findIndex((_, index) => typed[index] !== meant[index]);
  return typed[first] === typed[first - 1] && typed.slice(first + 1) === meant.slice(first);
}
