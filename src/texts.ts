import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './root.ts';

/**
 * The Markdown files beside a dialog, by name without ending; asking for one that is not there throws and names those that are.
 * Support leads edit them without touching the dialog. An HTML comment at the top of a file is for its editors only.
 */
export function textsOf(dialog: string): (name: string) => string {
  const folder = join(packageRoot, 'dialogs', dialog);
  const texts = new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.md'))
      .map((file) => [file.slice(0, -3), readFileSync(join(folder, file), 'utf8')]),
  );
  return (name) => {
    const text = texts
      .get(name)
      ?.replace(/^<!--[\s\S]*?-->\s*/, '')
      .trim();
    if (text === undefined || text === '') {
      throw new Error(
        `dialogs/${dialog}/${name}.md is missing or empty; there are: ${[...texts.keys()].join(', ')}.`,
      );
    }
    return text;
  };
}
