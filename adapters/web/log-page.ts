import { say } from '../../src/render/language.ts';
import { eventInWords } from './event-words.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { page, simulatedMark } from './layout.ts';
import type { Exported } from './log-export.ts';
import { visible } from '../../src/render/markup.ts';
import { stamp } from '../../src/render/time-words.ts';
import { lineHtml } from './to-html.ts';
import type { View } from './view.ts';

/** The log in words: who did what, when, and the beginning of each entry's hash. */
export function logPage(view: View, { incident: it, client, log }: Omit<Exported, 'timeZone'>): Html {
  const path = `/incidents/${encodeURIComponent(it.id)}`;
  const main = html`<nav class="crumbs" aria-label="Where you are">
      <a href="${path}">${icon('back')}${it.id}</a>
    </nav>
    <header class="incident-head">
      <h1><span class="id">${it.id}</span> <bdi>${client}</bdi> <small>log</small></h1>
      <p class="lead">
        ${log.length} entries, each chained to the one before by its hash.
        <code>mailfix verify FILE</code> checks the signed export without this server.
      </p>
      ${
        it.hold === undefined
          ? ''
          : html`<p>
              Under legal hold since ${stamp(it.hold.at, view.timeZone)}, by <bdi>${it.hold.by}</bdi>:
              <bdi>${visible(it.hold.why)}</bdi>
            </p>`
      }
      ${it.simulated === true ? simulatedMark() : ''}
      <p class="exports">
        <a class="button plain" href="${path}/export.html" download>${icon('down')}Auditor’s page (HTML)</a>
        <a class="button plain" href="${path}/export.md" download>${icon('down')}Markdown</a>
        <a class="button plain" href="${path}/export.json" download>${icon('down')}JSON</a>
        <a class="button plain" href="${path}/export.jsonl" download>${icon('down')}Signed log (JSONL)</a>
      </p>
    </header>
    <div class="log-scroll" tabindex="0" role="region" aria-label="Log entries">
      <table class="log">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Hash</th>
          </tr>
        </thead>
        <tbody>
          ${log.map(
            ({ seq, hash, event }) =>
              html`<tr>
                <td class="seq" title="What the server’s log calls it">${it.id}.${seq}</td>
                <td class="when">
                  <time datetime="${new Date(event.at).toISOString()}"
                    >${stamp(event.at, view.timeZone)}</time
                  >
                </td>
                <td class="by">${event.actor.name}</td>
                <td class="what">${lineHtml(eventInWords(event, it))}</td>
                <td class="hash"><code title="${hash}">${hash.slice(0, 10)}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  return page(view, { title: say(`${it.id} log`), name: `log-${it.id}`, main });
}
