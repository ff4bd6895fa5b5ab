import { html, raw } from 'hono/html';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inWords } from '../../src/engine/fill.ts';
import { stateOf } from '../../src/engine/root.ts';
import { factsOf } from '../../src/engine/work.ts';
import { simulatedWords } from '../../src/render/card-words.ts';
import { visible } from '../../src/render/markup.ts';
import { zonedStamp, zoneName } from '../../src/render/time-words.ts';
import { toText } from '../../src/render/to-text.ts';
import { packageRoot } from '../../src/root.ts';
import type { Place, Shown } from '../../src/store/store.ts';
import { proposalsOf } from './audit-acts.ts';
import { findingsTable, list, proposalHtml, said, source, when, who, type Times } from './audit-parts.ts';
import { eventInWords } from './event-words.ts';
import type { Exported } from './log-export.ts';
import type { Proof } from './ports.ts';
import type { Html } from './html.ts';

/** All that the auditor's page is made from. */
export interface AuditPack extends Exported {
  readonly trouble: string;
  readonly places: readonly Place[];
  readonly shown: readonly Shown[];
  readonly proof: Proof;
  /** Epoch milliseconds. */
  readonly madeAt: number;
}

/**
 * One incident for somebody who was not there: who asked, who approved and as what, why, what was done and what came of
 * it. A page by itself: it loads nothing, runs nothing, and prints. Everything that was said by anybody is escaped.
 */
export async function auditPage(pack: AuditPack): Promise<string> {
  const { incident: it, client, trouble, log, madeAt, timeZone } = pack;
  const times = { stamp: (at: number) => zonedStamp(at, timeZone) };
  const proposals = proposalsOf(log);
  const style = readFileSync(join(packageRoot, 'adapters', 'web', 'public', 'audit.css'), 'utf8');
  const hash = createHash('sha256').update(style).digest('base64');
  const body = html`<header>
      <p class="kind">Auditor’s page</p>
      <h1>${visible(it.id)} · <bdi>${visible(client)}</bdi> · ${visible(trouble)}</h1>
      ${it.simulated === true ? html`<p class="simulated">${simulatedWords}</p>` : ''}
      <dl>
        <dt>State</dt>
        <dd>${said(stateOf(it))}</dd>
        <dt>Asked for by</dt>
        <dd>${who(it.openedBy)}, ${when(times, it.openedAt)}</dd>
        <dt>Owner</dt>
        <dd>${who(it.owner)}</dd>
        ${
          it.ended === undefined
            ? ''
            : html`<dt>Ended</dt>
                <dd>${when(times, it.ended.at)}</dd>`
        }
        ${
          it.hold === undefined
            ? ''
            : html`<dt>Legal hold</dt>
                <dd>
                  since ${when(times, it.hold.at)}, by <bdi>${visible(it.hold.by)}</bdi>:
                  <bdi>${visible(it.hold.why)}</bdi>
                </dd>`
        }
        <dt>Runbook</dt>
        <dd>${visible(it.dialog)}, version ${it.dialogVersion}</dd>
        <dt>Times</dt>
        <dd>${zoneName(timeZone)}, each with its offset</dd>
        <dt>Page made</dt>
        <dd>${when(times, madeAt)}</dd>
      </dl>
    </header>
    <section aria-labelledby="acts">
      <h2 id="acts">Changes that were proposed</h2>
      ${
        proposals.length === 0
          ? html`<p>None: nothing outside was to be changed.</p>`
          : proposals.map((proposal) => proposalHtml(times, proposal, it))
      }
    </section>
    <section aria-labelledby="findings">
      <h2 id="findings">What was looked at</h2>
      ${findingsTable(times, log)}
    </section>
    ${factsHtml(times, pack)} ${logHtml(times, pack)} ${messagesHtml(times, pack)} ${proofHtml(pack)}`;
  return `${await html`${raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="content-security-policy"
          content="default-src 'none'; style-src 'sha256-${raw(hash)}'; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${visible(it.id)}, auditor’s page · mailfix</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html>`}\n`;
}

function factsHtml(times: Times, { incident }: AuditPack): Html {
  const facts = Object.entries(factsOf(incident));
  if (facts.length === 0) return html``;
  return html`<section aria-labelledby="facts">
    <h2 id="facts">What is known in the end, and who said it</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Fact</th>
          <th scope="col">Value</th>
          <th scope="col">Said by</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        ${facts.map(
          ([name, fact]) =>
            html`<tr>
              <td>${visible(name)}</td>
              <td><bdi>${visible(inWords(fact.value))}</bdi></td>
              <td>${source(fact)}</td>
              <td class="when">${when(times, fact.at)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function logHtml(times: Times, { incident, log }: AuditPack): Html {
  return html`<section aria-labelledby="log">
    <h2 id="log">The whole log</h2>
    <p>Each entry’s hash covers the one before it.</p>
    <table class="log">
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What, and the entry’s hash</th>
        </tr>
      </thead>
      <tbody>
        ${log.map(
          ({ seq, hash, event, redacted }) =>
            html`<tr>
              <td>${seq}</td>
              <td class="when">${when(times, event.at)}</td>
              <td>${who(event.actor)}</td>
              <td>
                ${said(eventInWords(event, incident))}
                ${redacted.length === 0 ? '' : html`<em>Redacted: ${visible(redacted.join(', '))}.</em>`}
                <code class="hash">${visible(hash)}</code>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function messagesHtml(times: Times, { places, shown }: AuditPack): Html {
  return html`<section aria-labelledby="messages">
    <h2 id="messages">Messages as they were last shown</h2>
    ${shown.length === 0 ? html`<p>None was shown yet.</p>` : ''}
    ${places.map(({ id, channel, role, ref }) => {
      const here = shown.filter(({ place }) => place === id).toSorted(inOrder);
      if (here.length === 0) return '';
      return html`<h3>
          ${visible(channel)} (${role})${ref === '' ? '' : html` <code>${visible(ref)}</code>`}
        </h3>
        ${here.map(
          ({ message, card, at }) =>
            html`<figure>
              <figcaption>${visible(message)}, shown ${when(times, at)}</figcaption>
              <pre><bdi>${toText(card, { now: at, at: times.stamp })}</bdi></pre>
            </figure>`,
        )}`;
    })}
  </section>`;
}

function proofHtml({ incident, log, proof }: AuditPack): Html {
  const redacted = log.filter((row) => row.redacted.length > 0);
  const file = `${incident.id}.jsonl`;
  return html`<section aria-labelledby="proof">
    <h2 id="proof">Proof</h2>
    <dl>
      <dt>Chain</dt>
      <dd>
        ${
          proof.fault === undefined
            ? html`Unbroken over ${proof.count} entries when this page was made.`
            : html`<strong>Broken: ${visible(proof.fault)}</strong>`
        }
      </dd>
      <dt>Last hash</dt>
      <dd><code class="hash">${visible(proof.head)}</code></dd>
      <dt>Key</dt>
      <dd>
        <code>${visible(proof.keyFingerprint)}</code> signs the exports of this server. This page is for
        reading and is not signed: what proves it is the signed log,
        <code>mailfix export ${visible(incident.id)} --format jsonl</code>, with the same last hash.
        <code>mailfix verify ${visible(file)} --key ${visible(proof.keyFingerprint)}</code> checks it
        anywhere.
      </dd>
      <dt>Redacted</dt>
      <dd>
        ${
          redacted.length === 0
            ? 'Nothing: every word of the log is here.'
            : list(
                redacted.map(({ seq, redacted: fields }) => ({
                  template: 'Entry {seq}: {fields}',
                  values: { seq: `${seq}`, fields: fields.join(', ') },
                })),
              )
        }
      </dd>
    </dl>
  </section>`;
}

/** Messages by their number: `turn-2` comes before `turn-10`, and the root first. */
function inOrder(one: Shown, other: Shown): number {
  const number = ({ message }: Shown) => Number(/\d+$/.exec(message)?.[0] ?? -1);
  return number(one) - number(other);
}
