import { visible } from '../../src/render/markup.ts';

/** Text for a place that reads Slack's mark-up: no mention, link or entity can come out of it. */
export function escaped(text: string): string {
  return visible(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

/** What somebody typed, as they typed it: Slack sends links, mentions and three signs in a form of its own. */
export function typedText(text: string): string {
  return text
    .replaceAll(/<(?:mailto:)?([^<>|]*)\|([^<>|]*)>/g, (_, target: string, label: string) =>
      /^[@#!]/.test(target) ? `${target.startsWith('#') ? '#' : '@'}${label.replace(/^[@#]/, '')}` : label,
    )
    .replaceAll(
      /<([@#!])([^<>|]*)>/g,
      (_, sign: string, name: string) => `${sign === '!' ? '@' : sign}${name}`,
    )
    .replaceAll(/<([^<>|\s][^<>|]*)>/g, (_, target: string) => target.replace(/^mailto:/, ''))
    .replaceAll(/&(amp|lt|gt);/g, (whole, name: string) => signs[name] ?? whole);
}

/** Somebody or a group of APPROVERS as a mention; undefined for people of other channels. */
export function mentionOf(id: string): string | undefined {
  const [, local] = /^slack:(?:[^/]+\/)?([^/]+)$/.exec(id) ?? [];
  if (local === undefined) return undefined;
  return local.startsWith('S') ? `<!subteam^${local}>` : `<@${local}>`;
}
