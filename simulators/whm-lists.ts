type Params = Readonly<Record<string, string>>;

/** WHM's output filter, sort and chunk, on the first list found in the data. */
export function filtered(data: unknown, params: Params): unknown {
  const entries: [string, unknown][] = Object.entries(data ?? {});
  const index = entries.findIndex(([, value]) => Array.isArray(value));
  const [key, list] = entries[index] ?? ['', undefined];
  if (!Array.isArray(list)) return data;
  let rows: unknown[] = list;
  if (params['api.filter.enable'] === '1')
    for (const letter of 'abcdefgh') rows = rows.filter((row) => holds(row, params, `api.filter.${letter}`));
  const by = params['api.sort.a.field'];
  if (params['api.sort.enable'] === '1' && by !== undefined) {
    // Without a method numbers are sorted as text.
    const numeric = params['api.sort.a.method'] === 'numeric';
    const sign = params['api.sort.a.reverse'] === '1' ? -1 : 1;
    rows = rows.toSorted((a, b) => {
      const [left, right] = [field(a, by), field(b, by)];
      return sign * (numeric ? Number(left) - Number(right) : left.localeCompare(right));
    });
  }
  if (params['api.chunk.enable'] === '1') {
    const start = Number(params['api.chunk.start'] ?? 1) - 1;
    rows = rows.slice(start, start + Number(params['api.chunk.size'] ?? rows.length));
  }
  return { ...Object.fromEntries(entries), [key]: rows };
}

function holds(row: unknown, params: Params, prefix: string): boolean {
  const name = params[`${prefix}.field`];
  if (name === undefined) return true;
  const wanted = params[`${prefix}.arg0`] ?? '';
  const found = field(row, name);
  switch (params[`${prefix}.type`]) {
    case 'eq':
      return found === wanted;
    case 'gt':
      return Number(found) > Number(wanted);
    case 'lt':
      return Number(found) < Number(wanted);
    case '==':
      return Number(found) === Number(wanted);
    case 'begins':
      return found.startsWith(wanted);
    default:
      return found.includes(wanted);
  }
}

function field(row: unknown, name: string): string {
  const value: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, name) : '';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
