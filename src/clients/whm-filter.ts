/** One condition of WHM's output filter. */
export interface Condition {
  field: string;
  /** `contains`, WHM's own default, would let 1.2.3.4 match 11.2.3.45. */
  type: 'eq' | 'contains' | 'gt';
  value: string | number;
}

/** The parameters that let WHM send only the rows for which all conditions hold; it only saves work, so check again. */
export function filterBy(...conditions: readonly Condition[]): Record<string, string | number> {
  const params: Record<string, string | number> = conditions.length === 0 ? {} : { 'api.filter.enable': 1 };
  for (const [index, { field, type, value }] of conditions.entries()) {
    const letter = String.fromCodePoint(97 + index);
    params[`api.filter.${letter}.field`] = field;
    params[`api.filter.${letter}.type`] = type;
    params[`api.filter.${letter}.arg0`] = value;
  }
  return params;
}

/** The parameters for at most `size` rows, from the first. */
export function firstRows(size: number): Record<string, string | number> {
  return { 'api.chunk.enable': 1, 'api.chunk.size': size, 'api.chunk.start': 1 };
}
