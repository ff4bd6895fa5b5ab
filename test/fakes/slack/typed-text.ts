/** Names that Slack takes for web addresses; it knows more of them. */
const domain =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|io|dev|de|ch|at|uk|eu|fr|us|info|biz)$/i;
const mailAddress = /^[^\s@<>]+@(?:[a-z0-9-]+\.)+[a-z]{2,}$/i;
const webAddress = /^https?:\/\/\S+$/i;
const markup = /^<[@#!][^>]+>$/;

/**
 * What an app is given when a person types this: `&`, `<` and `>` are escaped, and what looks like an
 * address is a link. Mentions written as `<@U1>` stay.
 */
export function asTyped(text: string): string {
  return text
    .split(/(\s+|<[@#!][^>]+>)/)
    .map((word) => {
      if (markup.test(word)) return word;
      const escaped = word.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      if (mailAddress.test(word)) return `<mailto:${escaped}|${escaped}>`;
      if (webAddress.test(word)) return `<${escaped}>`;
      return domain.test(word) ? `<http://${escaped}|${escaped}>` : escaped;
    })
    .join('');
}
