import type { types } from '@slack/bolt';
import type { Finding, Progress, Section, Settled, Text, Verdict } from '../../src/engine/card.ts';
import { verdictWords } from '../../src/engine/verdict.ts';
import { drawnBar, percent, shareOf, usedOf } from '../../src/render/amounts.ts';
import { scriptWords, withdrawnWords } from '../../src/render/card-words.ts';
import { say } from '../../src/render/language.ts';
import { shortened, toCopy, toLine, toPlain } from '../../src/render/markup.ts';
import { span } from '../../src/render/time-words.ts';
import { buttonBlocks, languageBlocks, subjectOf } from './button-blocks.ts';
import { rootMenu, steerBlock } from './root-menu.ts';
import { clockIn, planLines, waitingLine } from './plan-blocks.ts';
import { context, fitLines, inlineOf, linesOf, moment, plainText, richText, row, said } from './rich-text.ts';
import type { Line } from './rich-text.ts';
import type { About } from './to-blocks.ts';

const signs: Readonly<Record<Verdict, string>> = {
  fail: '✖',
  warning: '▲',
  unknown: '?',
  pass: '✔',
  'not-applicable': '–',
};

/** The most characters of a rich text or a section's text. */
const longestText = 3000;
const longestContext = 2000;

/** A section in full; every text of it has at most `room` characters. */
export function sectionBlocks(section: Section, about: About, room: number): readonly types.KnownBlock[] {
  const page = createPage(room);
  const { text, explain, plan, approval, script, summary, progress, notices, settled } = section;
  const warned = (notices ?? []).map((notice) => row('⚠ ', inlineOf(notice)));
  if (section.struck === true) {
    page.write([...struckLines(section), ...warned]);
    return page.blocks;
  }
  const isOpen = (section.buttons ?? []).length > 0;
  // What an act brought is read after the proposal and its approval; what speaks for it, before.
  const actedOn = plan !== undefined && settled !== undefined;
  const menu = about.message === 'root' && section.id === 'state' ? rootMenu(about) : undefined;
  if (text !== undefined && menu !== undefined) {
    const state = plainText(toPlain(text), Math.min(room, longestText));
    page.blocks.push({ type: 'section', text: state, accessory: menu });
  } else if (text !== undefined && plan === undefined)
    page.write(linesOf(text, isOpen ? { bold: true } : {}));
  if (explain !== undefined) page.blocks.push(context(toPlain(explain), Math.min(room, longestContext)));
  if (!actedOn) page.write(lookedLines(section));
  if (plan !== undefined) {
    const waits = approval !== undefined && settled === undefined;
    page.begin([...planLines(plan), ...(waits ? [waitingLine(plan, approval, about)] : [])]);
    if (page.isCut()) page.blocks.push(context('Some of this is shortened. “Details” shows more.', room));
  }
  // The client's words are to be copied whole, so they are cut last.
  if (script !== undefined) page.begin(scriptLines(toCopy(script)), Math.max(room, 1500));
  page.blocks.push(...languageBlocks({ incident: about.incident, message: about.message, room }, section));
  if (summary !== undefined) page.begin(summaryLines(summary));
  if (progress !== undefined) page.write(progressLines(progress, about));
  if (settled !== undefined) page.write([settledLine(section.id, settled, about)]);
  if (actedOn) page.write(lookedLines(section));
  const where = { incident: about.incident, message: about.message, room };
  page.blocks.push(...buttonBlocks(where, section, page.isCut() || hasEvidence(section)));
  const steer = menu === undefined ? undefined : steerBlock(about);
  if (steer !== undefined) page.blocks.push(steer);
  page.write(warned);
  return page.blocks;
}

/** Blocks in the making: what is written goes on in the rich text before it, if that is the last block and has room. */
function createPage(room: number) {
  const blocks: types.KnownBlock[] = [];
  let before: readonly Line[] = [];
  let last: types.KnownBlock | undefined;
  let cut = false;

  function begin(lines: readonly Line[], most = room): void {
    const fit = fitLines(lines, Math.min(most, longestText));
    cut ||= fit.cut;
    put(fit.lines);
  }

  function write(lines: readonly Line[]): void {
    const fit = fitLines(lines, Math.min(room, longestText));
    cut ||= fit.cut;
    const whole = [...before, ...fit.lines];
    if (fit.lines.length === 0 || last === undefined || blocks.at(-1) !== last) return put(fit.lines);
    if (fitLines(whole, longestText).cut) return put(fit.lines);
    blocks.pop();
    put(whole);
  }

  function put(lines: readonly Line[]): void {
    const block = richText(lines);
    if (block === undefined) return;
    blocks.push(block);
    [before, last] = [lines, block];
  }

  return { blocks, begin, write, isCut: () => cut };
}

/** A section in one line, for when its message has no room for more. */
export function sectionLine(section: Section): Line {
  const { settled, findings = [], struck } = section;
  const name = shortened(subjectOf(section), 120);
  const style = struck === true ? { strike: true as const } : {};
  const [worst] = findings;
  const answer =
    settled !== undefined
      ? said(`: ${shortened(toLine(settled.text), 120)} — ${shortened(settled.by, 60)}`, style)
      : worst === undefined
        ? []
        : said(
            `${name === '' ? '' : ': '}${say(verdictWords[worst.verdict])}: ${shortened(toLine(worst.text), 120)}`,
          );
  if (struck === true) return row('Withdrawn: ', said(name, style), answer);
  const sign = settled === undefined ? '• ' : signOf(section.id);
  const unnamed = name === '' && answer.length === 0;
  return row(sign, unnamed ? (section.script === undefined ? '…' : scriptWords) : said(name), answer);
}

function struckLines({ text, plan, settled }: Section): readonly Line[] {
  const style = { strike: true } as const;
  return [
    row(withdrawnWords),
    ...(plan === undefined ? linesOf(text ?? { template: '' }, style) : [row(inlineOf(plan.title, style))]),
    ...(settled === undefined ? [] : [row(inlineOf(settled.text, style), said(` — ${settled.by}`, style))]),
  ];
}

function lookedLines({ findings = [], pending = [] }: Section): readonly Line[] {
  return [
    ...findings.map(findingLine),
    ...pending.map((title) => row(said(`… ${say('Looking')}: ${say(title)}`))),
  ];
}

function summaryLines(lines: readonly Text[]): readonly Line[] {
  return [
    row(said(say('Summary'), { bold: true })),
    ...lines.map((line): Line => ({ kind: 'bullet', parts: inlineOf(line) })),
  ];
}

function findingLine({ verdict, text, bar }: Finding): Line {
  const used =
    bar === undefined ? '' : ` · ${usedOf(bar)}, ${percent(shareOf(bar))} ${drawnBar(shareOf(bar))}`;
  return row(
    said(`${signs[verdict]} ${say(verdictWords[verdict])}: `, { bold: true }),
    inlineOf(text),
    said(used),
  );
}

function scriptLines(words: string): readonly Line[] {
  return [row(said(say(scriptWords), { bold: true })), { kind: 'copy', parts: said(words) }];
}

function progressLines({ text, since, nextAt, until }: Progress, { now, timeZone }: About): readonly Line[] {
  const time = (at: number) => moment(at, now, clockIn(at, now, timeZone));
  const left = nextAt - now;
  const next =
    left > 0 ? [...time(nextAt), ...said(`, ${say(`in ${span(left)}`)}`)] : said(say('looking now …'));
  const share = (now - since) / Math.max(1, until - since);
  return [row(inlineOf(text), ': ', next), row(said(`${drawnBar(share, 10)} `), 'until ', time(until))];
}

function settledLine(id: string, { text, by, at }: Settled, { now, timeZone }: About): Line {
  const time = moment(at, now, clockIn(at, now, timeZone));
  return row(signOf(id), inlineOf(text, { bold: true }), said(` — ${by}, `), time);
}

function signOf(section: string): string {
  return section.startsWith('note.') ? '✎ ' : '✔ ';
}

function hasEvidence({ findings = [], plan }: Section): boolean {
  const some = (evidence: readonly unknown[] | undefined) => (evidence ?? []).length > 0;
  return some(plan?.evidence) || findings.some(({ evidence }) => some(evidence));
}
