import type { Card, Progress, Section, Settled } from '../../src/engine/card.ts';
import { scriptWords, withdrawnWords } from '../../src/render/card-words.ts';
import { say, staffTongue } from '../../src/render/language.ts';
import { toCopy, toLine } from '../../src/render/markup.ts';
import { clock, countdown } from '../../src/render/time-words.ts';
import { buttonsHtml } from './button-html.ts';
import { findingsHtml } from './finding-html.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { simulatedMark } from './layout.ts';
import { planHtml } from './plan-html.ts';
import { lineHtml, toHtml } from './to-html.ts';
import { domId, type View } from './view.ts';

/** What a card is shown as: which message of which incident, and when it last changed (epoch ms). */
export interface Post {
  readonly incident: string;
  readonly message: string;
  readonly card: Card;
  readonly at: number;
}

const toneWords = {
  working: 'Working',
  waiting: 'Waits for somebody',
  good: 'Good',
  bad: 'Needs attention',
  neutral: 'Done',
} as const;

/** One message of the thread. */
export function cardHtml(view: View, post: Post, isLatest: boolean): Html {
  const { card, message } = post;
  const [first] = card.sections;
  const name = card.heading ?? first?.text;
  const time = clock(card.at, view.now, view.timeZone);
  return html`<article
    class="card ${card.tone} ${isLatest ? 'latest' : ''}"
    id="${domId(message)}"
    aria-label="${name === undefined ? time : toLine(name)}"
  >
    <div class="rail">
      ${icon(card.tone, card.tone === 'working' ? 'spin' : '')}<span class="unseen"
        >${say(toneWords[card.tone])}</span
      >
    </div>
    <div class="body">
      <p class="meta">
        <time datetime="${new Date(card.at).toISOString()}">${time}</time>
        ${card.trace === undefined ? '' : html`<span title="What the server’s log calls it">${card.trace}</span>`}
        ${card.simulated === true ? simulatedMark() : ''}
      </p>
      ${card.heading === undefined ? '' : html`<h2>${lineHtml(card.heading)}</h2>`}
      ${card.sections.map((section) => sectionHtml(view, post, section))}
    </div>
  </article>`;
}

/** One part of a card. What was settled shows its answer instead of its buttons, and the way to change it. */
export function sectionHtml(view: View, post: Post, section: Section): Html {
  const { text, explain, findings, pending, plan, approval, script, summary, progress, notices, settled } =
    section;
  const looked =
    findings === undefined && pending === undefined
      ? ''
      : findingsHtml(domId(post.message, section.id), findings ?? [], pending);
  // What an act brought is read after the proposal and its approval; what speaks for it, before.
  const actedOn = plan !== undefined && settled !== undefined;
  const struck = section.struck === true;
  const live = struck ? [] : (section.buttons ?? []);
  const isNote = section.id.startsWith('note.');
  const kind = [
    struck && 'struck',
    settled !== undefined && 'settled',
    live.length > 0 && 'open',
    isNote && 'note',
  ];
  return html`<section
    class="${['part', ...kind].filter(Boolean).join(' ')}"
    id="${domId(post.message, section.id)}"
  >
    ${struck ? html`<p class="withdrawn">${say(withdrawnWords)}</p>` : ''}
    ${text === undefined || plan !== undefined ? '' : html`<div class="asks-text">${toHtml(text)}</div>`}
    ${explain === undefined ? '' : html`<div class="explain">${toHtml(explain)}</div>`}
    ${actedOn ? '' : looked}
    ${plan === undefined ? '' : planHtml(view, domId(post.message, section.id), plan, approval, settled !== undefined || struck)}
    ${script === undefined ? '' : scriptHtml(view, post, section, script)}
    ${summary === undefined ? '' : summaryHtml(domId(post.message, section.id, 'summary'), summary)}
    ${progress === undefined || struck ? '' : progressHtml(view, progress)}
    ${settled === undefined ? '' : settledHtml(view, post, section.id, settled)} ${actedOn ? looked : ''}
    ${live.length === 0 ? '' : buttonsHtml(view, post.incident, post.message, live)}
    ${(notices ?? []).map((notice) => html`<p class="happened">${icon('bad')}<span>${lineHtml(notice)}</span></p>`)}
  </section>`;
}

function scriptHtml(
  view: View,
  { incident, message }: Post,
  { id: section, otherLanguages = [] }: Section,
  script: NonNullable<Section['script']>,
): Html {
  const id = domId(message, section, 'script');
  return html`<figure class="script">
    <figcaption>
      <span>${say(scriptWords)}</span>${copyButton(id, toCopy(script), 'Copy the words for the client')}
    </figcaption>
    <blockquote id="${id}" lang="${script.language ?? staffTongue().language}">${toHtml(script)}</blockquote>
    ${otherLanguages.length === 0 ? '' : buttonsHtml(view, incident, message, otherLanguages)}
  </figure>`;
}

function summaryHtml(id: string, lines: NonNullable<Section['summary']>): Html {
  const copied = lines.map((line) => `- ${toCopy(line)}`).join('\n');
  return html`<figure class="script summary">
    <figcaption><span>Summary</span>${copyButton(id, copied, 'Copy the summary')}</figcaption>
    <ul id="${id}">
      ${lines.map((line) => html`<li>${lineHtml(line)}</li>`)}
    </ul>
  </figure>`;
}

/** Needs the script to work, so the script shows it; without, the words can be selected as any others. */
function copyButton(id: string, words: string, label: string): Html {
  return html`<button
    type="button"
    class="quiet copy"
    data-copy="${words}"
    data-copy-from="${id}"
    aria-label="${say(label)}"
    hidden
  >
    ${icon('copy')}<span>Copy</span>
  </button>`;
}

function progressHtml(view: View, { text, since, nextAt, until }: Progress): Html {
  const left = nextAt - view.now;
  const words =
    left > 0
      ? `${clock(nextAt, view.now, view.timeZone)}, ${say(`in ${countdown(left)}`)}`
      : say('looking now …');
  const share = Math.min(1, Math.max(0, (view.now - since) / Math.max(1, until - since)));
  return html`<div class="progress" data-next="${nextAt}" data-since="${since}" data-until="${until}">
    <p>
      ${icon('waiting')}<span
        >${lineHtml(text)}
        <span role="timer" data-clock="${clock(nextAt, view.now, view.timeZone)}">${words}</span></span
      >
      <small>until ${clock(until, view.now, view.timeZone)}</small>
    </p>
    <progress max="1" value="${share.toFixed(3)}" aria-label="Time passed of the whole wait"></progress>
  </div>`;
}

function settledHtml(view: View, post: Post, section: string, { text, by, at, change }: Settled): Html {
  return html`<div class="answer">
    <p>
      ${icon(section.startsWith('note.') ? 'note' : 'pass')}<span
        ><strong>${lineHtml(text)}</strong>
        <span class="by">— ${by}, ${clock(at, view.now, view.timeZone)}</span></span
      >
    </p>
    ${
      change === undefined || change.length === 0
        ? ''
        : html`<details class="change" id="${domId(post.message, section, 'change')}">
            <summary>Change<span class="unseen"> this answer</span></summary>
            <div class="asked">${buttonsHtml(view, post.incident, post.message, change)}</div>
          </details>`
    }
  </div>`;
}
