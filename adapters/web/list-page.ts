import type { Incident } from '../../src/engine/incident.ts';
import { stateOf } from '../../src/engine/root.ts';
import { factsOf } from '../../src/engine/work.ts';
import { inWords } from '../../src/engine/fill.ts';
import { say } from '../../src/render/language.ts';
import type { Listed } from '../../src/store/store.ts';
import { fieldHtml } from './button-html.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { formFields, page } from './layout.ts';
import type { ConsoleDialog, Example } from './ports.ts';
import { clock, span } from '../../src/render/time-words.ts';
import { lineHtml } from './to-html.ts';
import type { View } from './view.ts';

/** What the list shows. `older` leads on to incidents that ended before those shown. */
export interface Listing {
  readonly dialogs: readonly ConsoleDialog[];
  readonly examples: readonly Example[];
  readonly open: readonly Listed[];
  readonly ended: readonly Listed[];
  readonly older?: number;
}

/** The first page: what is open, what ended lately, and the way to begin. */
export function listPage(view: View, listing: Listing): Html {
  const { open, ended, dialogs } = listing;
  const count = say(open.length === 1 ? '1 open incident' : `${open.length} open incidents`);
  const main = html`<div class="columns list-columns">
    <div class="lists">
      <h1>Incidents</h1>
      <section aria-labelledby="open-heading">
        <h2 id="open-heading" class="list-heading">Open <span class="count">${open.length}</span></h2>
        ${
          open.length === 0
            ? html`<p class="empty">
                Nobody waits for mail right now. When a client calls, name them under “New incident”.
              </p>`
            : html`<ol class="rows" role="list">
                ${open.map((one) => row(view, dialogs, one.incident))}
              </ol>`
        }
      </section>
      ${
        ended.length === 0
          ? ''
          : html`<section aria-labelledby="ended-heading">
              <h2 id="ended-heading" class="list-heading">Ended</h2>
              <ol class="rows" role="list">
                ${ended.map((one) => row(view, dialogs, one.incident))}
              </ol>
              ${listing.older === undefined ? '' : html`<p><a href="/?before=${listing.older}">Older ones</a></p>`}
            </section>`
      }
    </div>
    <aside class="side">${openForm(view, dialogs)} ${examplesHtml(view, dialogs, listing.examples)}</aside>
  </div>`;
  return page(view, { title: say('Incidents'), name: 'list', say: count, main });
}

/** The client as the list and the headings name them. */
export function clientOf(dialogs: readonly ConsoleDialog[], it: Incident): string {
  const name = dialogs.find((dialog) => dialog.id === it.dialog)?.client ?? 'client';
  const facts = factsOf(it);
  const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
  return fact === undefined ? say('client not named yet') : inWords(fact.value);
}

/** The state as one of the tones that cards have. */
export function toneOf(it: Incident): 'working' | 'waiting' | 'good' | 'bad' | 'neutral' {
  if (it.ended !== undefined)
    return it.ended.outcome === 'resolved' ? 'good' : it.ended.outcome === 'escalated' ? 'bad' : 'neutral';
  if (it.parked !== undefined) return 'neutral';
  const waits = Object.values(it.open).some((one) => one.kind === 'answer' || one.kind === 'approval');
  return waits ? 'waiting' : 'working';
}

const toneWords = {
  working: 'Working',
  waiting: 'Waiting',
  good: 'Resolved',
  bad: 'Handed over',
  neutral: 'At rest',
};

function row(view: View, dialogs: readonly ConsoleDialog[], it: Incident): Html {
  const tone = toneOf(it);
  const age =
    it.ended === undefined ? span(view.now - it.openedAt) : clock(it.ended.at, view.now, view.timeZone);
  return html`<li class="row ${tone}" id="row-${it.id}">
    <span class="dot"
      >${icon(tone, tone === 'working' ? 'spin' : '')}<span class="unseen"
        >${say(toneWords[tone])}:</span
      ></span
    >
    <a href="/incidents/${encodeURIComponent(it.id)}"
      ><span class="id">${it.id}</span> <bdi class="client">${clientOf(dialogs, it)}</bdi></a
    >
    <span class="state">${lineHtml(stateOf(it))}</span>
    <span class="owner">${icon('people')}<span class="unseen">Owner:</span>${it.owner.name}</span>
    <span class="age"
      ><span class="unseen">${say(it.ended === undefined ? 'open for' : 'ended')}</span
      ><time datetime="${new Date(it.ended?.at ?? it.openedAt).toISOString()}">${age}</time></span
    >
  </li>`;
}

function openForm(view: View, dialogs: readonly ConsoleDialog[]): Html {
  const [dialog] = dialogs;
  const [field] = dialog?.openFields ?? [];
  if (dialog === undefined || field === undefined) return html``;
  return html`<section class="panel begin" aria-labelledby="new-heading">
    <h2 id="new-heading">New incident</h2>
    <form method="post" action="/incidents" id="open" class="open-form">
      ${formFields(view)}<input type="hidden" name="form" value="open" />
      ${
        dialogs.length === 1
          ? html`<input type="hidden" name="dialog" value="${dialog.id}" />`
          : html`<div class="field">
              <label for="open-dialog">What is the trouble?</label>
              <select id="open-dialog" name="dialog">
                ${dialogs.map((one) => html`<option value="${one.id}">${say(one.title)}</option>`)}
              </select>
            </div>`
      }
      ${fieldHtml(view, 'open', {
        name: 'client',
        label: field.label,
        placeholder: field.placeholder ?? 'info@acme.example',
        required: true,
      })}
      ${openAlready(view)}
      <p class="hint">Add their IP address if you know it: <code>info@acme.example 203.0.113.7</code></p>
      <button class="primary wide">${icon('plus')}<span>Open incident</span></button>
    </form>
  </section>`;
}

/** The client has an open incident: the way there, and to another one all the same. */
function openAlready({ returned }: View): Html {
  const incident = returned?.refusal.code === 'open-already' ? returned.refusal.incident : undefined;
  if (incident === undefined) return html``;
  return html`<p class="links"><a href="/incidents/${encodeURIComponent(incident)}">Go there</a></p>
    <button class="plain wide" name="anew" value="1">Start anew</button>`;
}

function examplesHtml(view: View, dialogs: readonly ConsoleDialog[], examples: readonly Example[]): Html {
  const [dialog] = dialogs;
  if (examples.length === 0 || dialog === undefined) return html``;
  return html`<section class="panel" aria-labelledby="try-heading">
    <h2 id="try-heading">Clients to try</h2>
    <p class="hint">Invented firms on the simulated servers. A press opens an incident.</p>
    <ul class="examples" role="list">
      ${examples.map(
        (one) =>
          html`<li>
            <form method="post" action="/incidents">
              ${formFields(view)}<input type="hidden" name="dialog" value="${dialog.id}" />
              <button name="client" value="${one.client}">
                <span class="example-label">${say(one.label)}</span>
                <span class="example-client">${one.client}</span>
                <span class="example-note">${say(one.note)}</span>
              </button>
            </form>
          </li>`,
      )}
    </ul>
  </section>`;
}
