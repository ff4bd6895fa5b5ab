import type { Incident } from '../../src/engine/incident.ts';
import { stateOf } from '../../src/engine/root.ts';
import { say } from '../../src/render/language.ts';
import { toLine } from '../../src/render/markup.ts';
import { fieldHtml } from './button-html.ts';
import { findingsHtml } from './finding-html.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { formFields, page, simulatedMark } from './layout.ts';
import { toneOf } from './list-page.ts';
import { cardHtml, sectionHtml, type Post } from './section-html.ts';
import { clock, span } from '../../src/render/time-words.ts';
import { lineHtml } from './to-html.ts';
import type { View } from './view.ts';

/** One incident as it is shown: the root message and the thread in order. */
export interface Thread {
  readonly incident: Incident;
  readonly client: string;
  readonly trouble: string;
  readonly root: Post | undefined;
  readonly posts: readonly Post[];
  /** All that is known; absent when the runbook is gone. */
  readonly known: Post | undefined;
}

/** The page of an incident: state, thread, and what can be done about it as a whole. */
export function incidentPage(view: View, thread: Thread): Html {
  const { incident: it, client, posts } = thread;
  const main = html`<nav class="crumbs" aria-label="Where you are">
      <a href="/">${icon('back')}Incidents</a>
    </nav>
    ${headHtml(thread)}
    <div class="columns">
      <section class="thread" aria-label="Thread">
        ${
          posts.length === 0
            ? html`<p class="empty">
                ${icon('working', 'spin')}<span>Opened. The first look is on its way …</span>
              </p>`
            : posts.map((post, index) => cardHtml(view, post, index === posts.length - 1))
        }
        ${noteForm(view, it)} ${knownHtml(view, thread.known)}
      </section>
      <aside class="side">${factsHtml(view, thread)} ${actionsHtml(view, it)}</aside>
    </div>`;
  return page(view, {
    title: `${it.id} ${client}`,
    name: `incident-${it.id}`,
    say: toLine(stateOf(it)),
    main,
  });
}

function headHtml({ incident: it, client, trouble }: Thread): Html {
  const tone = toneOf(it);
  return html`<header class="incident-head">
    <h1><span class="id">${it.id}</span> <bdi>${client}</bdi> <small>${say(trouble)}</small></h1>
    <div class="state-row">
      <p class="state-line ${tone}">
        ${icon(tone, tone === 'working' ? 'spin' : '')}<span>${lineHtml(stateOf(it))}</span>
      </p>
      ${it.simulated === true ? simulatedMark() : ''}
    </div>
  </header>`;
}

function factsHtml(view: View, { incident: it, root }: Thread): Html {
  const findings = root?.card.sections.flatMap((section) => section.findings ?? []) ?? [];
  const watch = root?.card.sections.find((section) => section.id === 'watch')?.text;
  const ended = it.ended === undefined ? view.now : it.ended.at;
  return html`<section class="panel" aria-labelledby="facts-heading">
      <h2 id="facts-heading">About</h2>
      <dl class="facts">
        <dt>Owner</dt>
        <dd>${it.owner.name}</dd>
        <dt>Opened</dt>
        <dd>${clock(it.openedAt, view.now, view.timeZone)} by ${it.openedBy.name}</dd>
        <dt>${say(it.ended === undefined ? 'Open for' : 'Took')}</dt>
        <dd>${span(ended - it.openedAt)}</dd>
        ${
          watch === undefined
            ? ''
            : html`<dt>Watch</dt>
                <dd>${lineHtml(watch)}</dd>`
        }
      </dl>
      <p class="links">
        <a href="/incidents/${encodeURIComponent(it.id)}/log">${icon('log')}Log and export</a>
      </p>
    </section>
    ${
      findings.length === 0
        ? ''
        : html`<section class="panel" aria-labelledby="known-heading">
            <h2 id="known-heading">What is known</h2>
            ${findingsHtml('known', findings)}
          </section>`
    }`;
}

function noteForm(view: View, it: Incident): Html {
  const event = { type: 'note.added' };
  return html`<form
    class="note-form"
    id="note"
    method="post"
    action="/incidents/${encodeURIComponent(it.id)}/press"
  >
    ${formFields(view)}<input type="hidden" name="form" value="note" /><input
      type="hidden"
      name="event"
      value="${JSON.stringify(event)}"
    />
    ${fieldHtml(view, 'note', {
      name: 'text',
      label: 'Note',
      placeholder: 'What the client said, what you saw. Kept in the log.',
      required: true,
      multiline: true,
    })}
    <button class="plain">${icon('note')}<span>Add note</span></button>
  </form>`;
}

function actionsHtml(view: View, it: Incident): Html {
  if (it.ended !== undefined) return html``;
  const mine = it.owner.id === view.viewer?.id;
  const others = view.people.filter((one) => one.id !== it.owner.id);
  return html`<section class="panel actions" aria-labelledby="do-heading">
    <h2 id="do-heading">Incident</h2>
    ${mine ? '' : act(view, it, 'take', { type: 'incident.taken-over' }, html`<button class="plain wide">Take over</button>`)}
    ${
      it.parked === undefined
        ? ''
        : act(
            view,
            it,
            'resume',
            { type: 'incident.resumed' },
            html`<button class="plain wide">Resume</button>`,
          )
    }
    ${steerHtml(view, it)}
    ${others.length === 0 ? '' : more(view, it, 'hand-over', 'Hand over …', handOver(view, others))}
    ${it.parked === undefined ? more(view, it, 'park', 'Park …', why(view, 'park', 'Until when, or for what?', false, 'Park')) : ''}
    ${more(view, it, 'cancel', 'Cancel incident …', why(view, 'cancel', 'Why is it cancelled?', true, 'Cancel incident'))}
  </section>`;
}

/** Every fact with who or what said so, folded: most of it stands in the thread too. */
function knownHtml(view: View, post: Post | undefined): Html {
  if (post === undefined) return html``;
  return html`<details class="known" id="known">
    <summary class="button plain">What I know</summary>
    ${post.card.sections.map((section) => sectionHtml(view, post, section))}
  </details>`;
}

const steering = {
  back: 'Back to the question before',
  repeat: 'Ask again at the bottom',
  restart: 'Start over',
  escalate: 'Escalate',
} as const;

function steerHtml(view: View, it: Incident): Html {
  return html`<details class="asks" id="steer-more">
    <summary class="button plain wide">Another way …</summary>
    <div class="asked">
      ${Object.entries(steering).map(
        ([verb, label]) =>
          html`<form id="steer-${verb}" method="post" action="/incidents/${encodeURIComponent(it.id)}/steer">
            ${formFields(view)}<input type="hidden" name="verb" value="${verb}" />
            <button class="plain wide">${say(label)}</button>
          </form>`,
      )}
    </div>
  </details>`;
}

const events = {
  'hand-over': { type: 'incident.handed-over' },
  park: { type: 'incident.parked' },
  cancel: { type: 'incident.cancelled' },
} as const;

function more(view: View, it: Incident, id: keyof typeof events, label: string, inside: Html): Html {
  const open = view.returned?.form === id ? html` open` : '';
  return html`<details class="asks" id="${id}-more" ${open}>
    <summary class="button ${id === 'cancel' ? 'danger' : 'plain'} wide">${say(label)}</summary>
    <div class="asked">${act(view, it, id, events[id], inside)}</div>
  </details>`;
}

function handOver(view: View, others: View['people']): Html {
  return html`<div class="field">
      <label for="hand-over-to">To whom?</label>
      <select id="hand-over-to" name="to">
        ${others.map((one) => html`<option value="${one.id}">${one.name}</option>`)}
      </select>
    </div>
    ${why(view, 'hand-over', 'What should they know?', false, 'Hand over')}`;
}

function why(view: View, id: string, label: string, required: boolean, button: string): Html {
  return html`${fieldHtml(view, id, { name: 'why', label, required, multiline: true })}
    <button class="${id === 'cancel' ? 'danger' : 'plain'}">${say(button)}</button>`;
}

function act(view: View, it: Incident, id: string, event: object, inside: Html): Html {
  return html`<form id="${id}" method="post" action="/incidents/${encodeURIComponent(it.id)}/press">
    ${formFields(view)}<input type="hidden" name="form" value="${id}" /><input
      type="hidden"
      name="event"
      value="${JSON.stringify(event)}"
    />${inside}
  </form>`;
}
