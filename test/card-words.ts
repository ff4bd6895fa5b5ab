import { plain, type Card, type Text } from '../src/engine/card.ts';

/** Everything that a card says, as a screen reader would read it. */
export function textOf(card: Card | undefined): string {
  const parts: (Text | undefined)[] = [card?.heading];
  for (const section of card?.sections ?? []) {
    parts.push(section.text, section.explain, section.script, section.settled?.text, section.plan?.title);
    parts.push(...(section.notices ?? []), ...(section.summary ?? []), section.progress?.text);
    for (const finding of section.findings ?? []) parts.push(finding.text, ...(finding.evidence ?? []));
    for (const button of section.buttons ?? []) parts.push(button.label);
  }
  return parts.flatMap((part) => (part === undefined ? [] : [plain(part)])).join('\n');
}
