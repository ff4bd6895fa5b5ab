import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that holds mailfix's own package.json, as an absolute path. What is no TypeScript (the client's texts,
 * the console's assets) is read from there, because the build copies nothing.
 */
export const packageRoot: string = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (packageNameIn(folder) === 'mailfix') return folder;
    if (folder === dirname(folder)) {
      throw new Error(
        `no package.json named "mailfix" in ${start} or above it: keep dist/ inside the folder that npm ci ran in`,
      );
    }
  }
}

function packageNameIn(folder: string): unknown {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  const content: unknown = JSON.parse(text);
  return typeof content === 'object' && content !== null && 'name' in content ? content.name : undefined;
}
