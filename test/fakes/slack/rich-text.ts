import { limits } from './block-limits.ts';
import { byType, flag, kind, list, number, oneOf, pattern, shape, text } from './shape.ts';
import type { Check } from './shape.ts';

const anyLength = limits.postText;
const style = shape({}, { bold: flag, italic: flag, strike: flag, code: flag, underline: flag });
const border = oneOf(0, 1);

const textElement = kind({ text: text(anyLength) }, { style });
const linkElement = kind({ url: text(limits.url) }, { text: text(anyLength), unsafe: flag, style });

const inline = byType({
  text: textElement,
  link: linkElement,
  user: kind({ user_id: pattern(/^[UW][A-Z0-9]{2,}$/, 'a user ID') }, { style }),
  usergroup: kind({ usergroup_id: pattern(/^S[A-Z0-9]{2,}$/, 'a user group ID') }, { style }),
  channel: kind({ channel_id: pattern(/^[CDG][A-Z0-9]{2,}$/, 'a channel ID') }, { style }),
  team: kind({ team_id: pattern(/^T[A-Z0-9]{2,}$/, 'a team ID') }, { style }),
  emoji: kind({ name: text(100) }, { unicode: text(100), url: text(limits.url), style }),
  date: kind(
    { timestamp: number(0, 1e11), format: text(anyLength) },
    { url: text(limits.url), fallback: text(anyLength), style },
  ),
  broadcast: kind({ range: oneOf('here', 'channel', 'everyone') }, { style }),
  color: kind({ value: text(20) }, { style }),
});

const section = kind({ elements: list(inline, 0, Infinity) });

/** What a `rich_text` block is made of. */
export const richTextElements: Check = list(
  byType({
    rich_text_section: section,
    rich_text_list: kind(
      {
        style: oneOf('bullet', 'ordered'),
        elements: list(byType({ rich_text_section: section }), 0, Infinity),
      },
      { indent: number(0, 8), offset: number(0, 1e6), border },
    ),
    rich_text_quote: kind({ elements: list(inline, 0, Infinity) }, { border }),
    rich_text_preformatted: kind(
      { elements: list(byType({ text: textElement, link: linkElement }), 0, Infinity) },
      { border },
    ),
  }),
  0,
  Infinity,
);
