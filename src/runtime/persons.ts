/** Whose accounts are whose, by a name: `people` of mailfix.yaml. */
export type People = ReadonlyMap<string, readonly string[]>;

/** Somebody by one or several ids. */
interface Identity {
  readonly ids: readonly string[];
  /** Under which their accounts are joined. */
  readonly name: string | undefined;
  /** Where it is known which accounts are theirs. */
  readonly channels: ReadonlySet<string>;
}

/** Tells people apart who have accounts in several channels. */
export function createPersons(people: People) {
  function identity(ids: readonly string[]): Identity {
    const [name, accounts = ids] =
      [...people].find(([, entries]) => entries.some((entry) => ids.some((id) => mayMean(entry, id)))) ?? [];
    return { ids, name, channels: new Set(accounts.map(channelOf)) };
  }

  return {
    /** Whether both are the same human, as far as anybody has said. */
    isOne(one: readonly string[], other: readonly string[]): boolean {
      const [a, b] = [identity(one), identity(other)];
      return a.ids.some((id) => b.ids.includes(id)) || (a.name !== undefined && a.name === b.name);
    },
    /** The same text for all accounts of one human, as far as anybody has said. */
    keyOf(id: string): string {
      return identity([id]).name ?? id;
    },
    /** Whether they may be one human without anybody having said so: no channel has an account of either. */
    mayBeOne(one: readonly string[], other: readonly string[]): boolean {
      const [a, b] = [identity(one), identity(other)];
      return [...a.channels].every((channel) => !b.channels.has(channel));
    },
  };
}

/** An entry of a setting means this id: the same one, or without workspace or tenant where the entry names none. */
export function isSame(entry: string, id: string): boolean {
  const [named, actual] = [parse(entry), parse(id)];
  if (named === undefined || actual === undefined || named.channel !== actual.channel) return false;
  return named.local === actual.local && (named.home === undefined || named.home === actual.home);
}

/**
 * Whether an entry may be this account. One of an organisation in Slack is also known by its workspace, and which
 * workspaces those are nobody says here; taken for one human, at worst a second person is asked for.
 */
function mayMean(entry: string, id: string): boolean {
  const [named, actual] = [parse(entry), parse(id)];
  if (named?.channel !== 'slack' || actual?.channel !== 'slack') return isSame(entry, id);
  const isOrganisation = (home = '') => home.startsWith('E');
  const differ = isOrganisation(named.home) !== isOrganisation(actual.home);
  return isSame(entry, id) || (named.local === actual.local && differ);
}

function channelOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf(':')));
}

function parse(id: string): { channel: string; home: string | undefined; local: string } | undefined {
  const match = /^(\w+):(?:([^/]+)\/)?([^/]+)$/.exec(id);
  if (match === null) return undefined;
  const [, channel = '', home, local = ''] = match;
  // Object ids of Teams are GUIDs, which come in either case.
  const same = (text: string) => (channel === 'teams' ? text.toLowerCase() : text);
  return { channel, home: home === undefined ? undefined : same(home), local: same(local) };
}
