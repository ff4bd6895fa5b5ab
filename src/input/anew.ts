/** What is typed to open an incident, without the word before a client who has an open one and is to get another. */
export function readAnew(typed: string): { readonly anew: boolean; readonly line: string } {
  const line = typed.trim().replace(/^anew\s+/i, '');
  return { anew: line !== typed.trim(), line };
}
