import { problemsInMessage } from './block-kit.ts';
import { limits } from './block-limits.ts';
import { isJson, listOf, parsed, scalarIn, textIn } from './json.ts';
import type { Json } from './json.ts';
import { Refusal, refusalOf } from './refusal.ts';

/** What a message is made of, after Slack has let it in. */
export interface Admitted {
  readonly text: string;
  /** Undefined when none were sent, which is not the same as an empty list. */
  readonly blocks: readonly unknown[] | undefined;
  readonly metadata: Json | undefined;
  readonly warnings: readonly string[];
}

/** Lets a message in, or refuses it with Slack's own word. */
export function admit(params: Json, { update = false } = {}): Admitted {
  const said = params['text'];
  const markdown = textIn(params['markdown_text']);
  const blocks = decoded(params['blocks']);
  const metadata = decoded(params['metadata']);
  if (blocks !== undefined && !Array.isArray(blocks)) throw new Refusal('invalid_blocks_format');
  if (markdown !== '') return admitMarkdown(markdown, said, blocks);
  const text = scalarIn(said) ?? '';
  const hasBlocks = listOf(blocks).length > 0;
  if (text === '' && !hasBlocks) throw new Refusal('no_text');
  if (text.length > (update ? limits.updateText : limits.postText)) throw new Refusal('msg_too_long');
  const problems = problemsInMessage({ text, blocks, metadata }, { update });
  const inBlocks = problems.filter(({ pointer }) => pointer.startsWith('/blocks'));
  if (inBlocks.length > 0) throw refusalOf('invalid_blocks', inBlocks);
  const inMetadata = problems.filter(({ pointer }) => pointer.startsWith('/metadata'));
  if (inMetadata.some(({ message }) => message.includes('bytes'))) throw new Refusal('metadata_too_large');
  if (inMetadata.length > 0) throw refusalOf('invalid_metadata_format', inMetadata);
  return {
    text,
    blocks,
    metadata: isJson(metadata) ? metadata : undefined,
    // Not refused, but nobody hears such a message.
    warnings: text === '' ? ['missing_text_in_message'] : [],
  };
}

function admitMarkdown(markdown: string, text: unknown, blocks: unknown): Admitted {
  if (text !== undefined || blocks !== undefined) throw new Refusal('markdown_text_conflict');
  if (markdown.length > limits.markdownText) throw new Refusal('msg_too_long');
  return {
    text: markdown,
    blocks: [{ type: 'markdown', text: markdown }],
    metadata: undefined,
    warnings: [],
  };
}

/** Forms carry JSON as text; null stands for text that is none. */
function decoded(value: unknown): unknown {
  return typeof value === 'string' ? (parsed(value) ?? null) : (value ?? undefined);
}
