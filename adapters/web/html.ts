import { html as joined } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { staffTongue, type Tongue } from '../../src/render/language.ts';

/** Escaped mark-up. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

interface Localised {
  readonly strings: TemplateStringsArray;
  /** Which value stands in each hole: another language may want them in another order. */
  readonly order: readonly number[];
}

const localised = new WeakMap<Tongue, WeakMap<TemplateStringsArray, Localised>>();

/**
 * Mark-up with everything escaped that is put into it, and with its own words in the language of the staff: what stands
 * between tags or in an attribute for people is a sentence of the catalogue, with `{1}` for its first value.
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  const tongue = staffTongue();
  if (tongue.language === 'en') return joined(strings, ...values);
  const known = localised.get(tongue) ?? new WeakMap<TemplateStringsArray, Localised>();
  const made = known.get(strings) ?? inTongue(tongue, strings);
  localised.set(tongue, known.set(strings, made));
  return joined(made.strings, ...made.order.map((index) => values[index]));
}

const hole = /\{v(\d+)\}/;
/** Words between tags, or in an attribute that is read out. */
const spoken =
  /(?<=>)([^<>]*\p{L}[^<>]*)(?=<)|(?<=\s(?:aria-label|title|placeholder|alt)=")([^"]*\p{L}[^"]*)(?=")/gu;

function inTongue(tongue: Tongue, strings: TemplateStringsArray): Localised {
  const whole = strings.reduce((all, part, index) => `${all}{v${index - 1}}${part}`);
  const said = whole.replaceAll(spoken, (words) => {
    const [, before = '', inside = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(words) ?? [];
    return `${before}${tongue.say(inside.replaceAll(/\s+/g, ' '))}${after}`;
  });
  const parts = said.split(hole);
  const texts = parts.filter((_, index) => index % 2 === 0);
  return {
    strings: Object.assign(texts, { raw: texts }),
    order: parts.filter((_, index) => index % 2 === 1).map(Number),
  };
}
