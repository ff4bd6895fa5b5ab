import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './root.ts';

/**
 * The subject under which words for a client may be sent by e-mail: `E-mail subject: …` in the comment at the top of
 * their file, where nobody reads it out on the phone. Undefined where there is none, or no such file.
 */
export function mailSubjectOf(dialog: string, name: string): string | undefined {
  const file = join(packageRoot, 'dialogs', dialog, `${name}.md`);
  if (!existsSync(file)) return undefined;
  const [comment = ''] = /^<!--[\s\S]*?-->/.exec(readFileSync(file, 'utf8')) ?? [];
  return /^(?:<!--)?\s*E-mail subject: (.+?)\s*(?:-->)?$/m.exec(comment)?.[1];
}

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
