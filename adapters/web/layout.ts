import { raw } from 'hono/html';
import { simulatedWords } from '../../src/render/card-words.ts';
import { say, staffTongue } from '../../src/render/language.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import type { Notice } from './notices.ts';
import { lineHtml } from './to-html.ts';
import type { View } from './view.ts';

/** The plain words of the simulated world on a card: short for the eye, whole for everybody else. */
export function simulatedMark(): Html {
  return html`<span class="simulated" title="${say(simulatedWords)}"
    >${icon('flask')}SIMULATORS<span class="unseen">: nothing here touches a real server</span></span
  >`;
}

/** A whole page. `name` tells the script which page it is, so that it morphs only into the same one. */
export function page(
  view: View,
  {
    title,
    name,
    say,
    main,
  }: { readonly title: string; readonly name: string; readonly say?: string; readonly main: Html },
): Html {
  return html`${raw('<!doctype html>')}
    <html lang="${staffTongue().language}">
      ${head(title)}
      <body data-page="${name}" data-position="${view.position}" data-now="${view.now}">
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <div class="bar">
            <a class="brand" href="/">${icon('plan', 'mark')}<span>mailfix</span></a>
            <nav aria-label="Main">
              <a href="/" ${name === 'list' ? raw('aria-current="page"') : ''}>Incidents</a>
            </nav>
            ${who(view)}
          </div>
          ${view.world === 'simulated' ? banner() : ''}
        </header>
        <div id="notices" class="notices" role="status">
          ${view.notices.map((one) => noticeHtml(view, one))} ${confirmHtml(view)}
        </div>
        <main id="main" tabindex="-1" data-say="${say ?? ''}">${main}</main>
        <div id="live" class="unseen" aria-live="polite"></div>
      </body>
    </html>`;
}

/** A page of words for whoever is not let in, or lost: what is the matter and what to do. */
export function plainPage(title: string, what: string, more?: Html): Html {
  return html`${raw('<!doctype html>')}
    <html lang="${staffTongue().language}">
      ${head(say(title))}
      <body data-page="words">
        <header class="top">
          <div class="bar">
            <a class="brand" href="/">${icon('plan', 'mark')}<span>mailfix</span></a>
          </div>
        </header>
        <main id="main" class="words">
          <h1>${say(title)}</h1>
          <p>${say(what)}</p>
          ${more ?? ''}
        </main>
      </body>
    </html>`;
}

/** Hidden fields that every form needs: who sends it, and an id that makes sending it twice one event. */
export function formFields(view: View): Html {
  return html`<input type="hidden" name="csrf" value="${view.csrf}" /><input
      type="hidden"
      name="nonce"
      value="${view.nonce()}"
    />`;
}

function head(title: string): Html {
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · mailfix</title>
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/assets/console.css" />
    <script type="module" src="/assets/console.js"></script>
  </head>`;
}

function banner(): Html {
  return html`<p class="banner">
    ${icon('flask')}<span><strong>SIMULATORS:</strong> nothing here touches a real server</span>
  </p>`;
}

function who(view: View): Html {
  const { viewer } = view;
  if (viewer === undefined) return html``;
  if (view.world === 'real')
    return html`<form class="who" method="post" action="/sign-out">
      ${formFields(view)}<span class="me">${icon('people')}<span>${viewer.name}</span></span>
      <button class="quiet">Sign out</button>
    </form>`;
  return html`<form class="who" method="post" action="/people" aria-label="Who you are">
    ${formFields(view)}<input type="hidden" name="back" value="${view.path}" />
    <span class="switch">
      ${view.people.map(
        (one) =>
          html`<button
            name="person"
            value="${one.id}"
            aria-pressed="${one.id === viewer.id ? 'true' : 'false'}"
          >
            ${one.name}<small>${say(one.id === 'web:lea' ? 'lead' : 'technician')}</small>
          </button>`,
      )}
    </span>
  </form>`;
}

const noticeWords = { told: 'Only you see this', refused: 'Not done', done: 'Sent' } as const;

function noticeHtml(view: View, notice: Notice): Html {
  const tone = { told: 'waiting', refused: 'bad', done: 'good' } as const;
  return html`<div class="notice ${notice.kind}" id="notice-${notice.id}">
    ${icon(tone[notice.kind])}
    <p>
      <strong>${say(noticeWords[notice.kind])}</strong>
      ${
        notice.incident === ''
          ? ''
          : html`<a href="/incidents/${encodeURIComponent(notice.incident)}">${notice.incident}</a>`
      }
      <span>${lineHtml(notice.text)}</span>
    </p>
    <form method="post" action="/notices/${notice.id}/dismiss">
      ${formFields(view)}<input type="hidden" name="back" value="${view.path}" />
      <button class="quiet icon-only" aria-label="Dismiss: ${say(noticeWords[notice.kind])}">
        ${icon('close')}
      </button>
    </form>
  </div>`;
}

/** What the person should read before they go on, in place of what they asked for. */
function confirmHtml(view: View): Html {
  const { confirm } = view.returned?.refusal ?? {};
  if (confirm === undefined) return html``;
  return html`<div class="notice told" id="confirm">
    ${icon('waiting')}
    <div>
      <p><strong>Please read first</strong> <span>${lineHtml(confirm.title)}</span></p>
      <ul>
        ${confirm.lines.map((line) => html`<li>${lineHtml(line)}</li>`)}
      </ul>
      <form class="press" id="confirm-form" method="post" action="${view.path}/press">
        ${formFields(view)}<input type="hidden" name="form" value="confirm" /><input
          type="hidden"
          name="event"
          value="${JSON.stringify(confirm.event)}"
        />
        <button class="primary">${lineHtml(confirm.label)}</button>
        <a class="button plain" href="${view.path}">Leave it as it is</a>
      </form>
    </div>
  </div>`;
}

/** The way back for whoever is lost. */
export function listLink(): Html {
  return html`<p><a class="button primary" href="/">Go to the incidents</a></p>`;
}
