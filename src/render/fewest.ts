/** What is made with the smallest count that makes anything; the more, the likelier. */
export function fewest<T>(most: number, make: (count: number) => T | undefined): T | undefined {
  let best = make(0);
  if (best !== undefined) return best;
  for (let [low, high] = [1, most]; low <= high;) {
    const count = Math.floor((low + high) / 2);
    const made = make(count);
    if (made === undefined) low = count + 1;
    else [best, high] = [made, count - 1];
  }
  return best;
}
