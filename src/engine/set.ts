/** What a choice or words to somebody bring to be known, as values. */
export function setBy({
  set = {},
}: {
  readonly set?: Readonly<Partial<Record<string, string>>>;
}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(set).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
