import { html } from 'hono/html';
import type { Finding, Text } from '../../src/engine/card.ts';
import type { Actor } from '../../src/engine/event.ts';
import type { Fact } from '../../src/engine/fact.ts';
import { inWords } from '../../src/engine/fill.ts';
import type { Incident } from '../../src/engine/incident.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { verdictWords } from '../../src/engine/verdict.ts';
import { percent, shareOf, usedOf } from '../../src/render/amounts.ts';
import { toLine, visible } from '../../src/render/markup.ts';
import { callsWord, decisionWords, riskWords, systemOf } from '../../src/render/plan-words.ts';
import { groundsOf, unpressed, type Press, type Proposal } from './audit-acts.ts';
import type { LoggedEvent } from './ports.ts';
import type { Html } from './html.ts';

/** Writes an instant (epoch milliseconds) with date, time and zone. */
export interface Times {
  readonly stamp: (at: number) => string;
}

/** An instant. */
export function when({ stamp }: Times, at: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${stamp(at)}</time>`;
}

/** A sentence, its links spelled out: paper has none. */
export function said(text: Text): Html {
  return html`<bdi>${toLine(text)}</bdi>`;
}

/** Sentences as a list. */
export function list(texts: readonly Text[]): Html {
  return html`<ul>
    ${texts.map((text) => html`<li>${said(text)}</li>`)}
  </ul>`;
}

/** A name with the account in its channel, and the person where several accounts are one. */
export function who({ id, person, name }: Actor): Html {
  const same = person === id ? '' : html` <code>${visible(person)}</code>`;
  return html`<bdi>${visible(name)}</bdi>${id === name ? '' : html` <code>${visible(id)}</code>`}${
      id === name ? '' : same
    }`;
}

/** Who or what said a fact. */
export function source({ by, person, source: kind }: Fact): Html {
  if (kind !== 'person') return html`the ${kind} <code>${visible(by)}</code>`;
  return html`<bdi>${visible(by)}</bdi>${person === undefined ? '' : html` <code>${visible(person)}</code>`}`;
}

/** One proposal: what, on what grounds, who decided with which rights, and what came of it. */
export function proposalHtml(times: Times, proposal: Proposal, incident: Incident): Html {
  const { plan, presses, run, expired, seq, at } = proposal;
  const grounds = groundsOf(proposal, incident);
  return html`<article>
    <h3>${plan === undefined ? 'A change (redacted)' : said(plan.title)}</h3>
    <dl>
      <dt>Proposed</dt>
      <dd>${when(times, at)}, entry ${seq}</dd>
      ${plan === undefined ? '' : planHtml(plan)}
      ${
        grounds.length === 0
          ? ''
          : html`<dt>Rests on</dt>
              <dd>
                <ul>
                  ${grounds.map(
                    ([name, fact]) =>
                      html`<li>
                        ${visible(name)} <bdi>${visible(inWords(fact.value))}</bdi>, said by ${source(fact)}
                      </li>`,
                  )}
                </ul>
              </dd>`
      }
      <dt>Outcome</dt>
      <dd>
        ${
          run === undefined
            ? expired === undefined
              ? 'It was not carried out.'
              : html`It was not carried out: nobody had decided by ${when(times, expired)}.`
            : html`<strong>${visible(run.event.outcome)}</strong>, ${when(times, run.event.at)}, entry
                ${run.seq}${findingsList(run.event.findings ?? [])}`
        }
      </dd>
    </dl>
    ${presses.length === 0 ? unpressedHtml(proposal, incident) : pressesHtml(times, presses)}
  </article>`;
}

function unpressedHtml(proposal: Proposal, incident: Incident): Html {
  const by = unpressed(proposal, incident);
  if (by === undefined) return html`<p>Nobody pressed Approve or Reject.</p>`;
  if ('rule' in by)
    return html`<p>
      <strong>Approved by a rule</strong>, <code>${visible(by.rule)}</code>: its risk is low, so no person was
      asked, and nobody pressed Approve or Reject.
    </p>`;
  return html`<p>
    <strong>Covered by an earlier approval</strong>, of
    ${by.people.map((one, index) => html`${index === 0 ? '' : ' and '}${who(one)}`)}; nobody pressed Approve
    or Reject here.
  </p>`;
}

/** Every look that brought a finding, in order. */
export function findingsTable(times: Times, log: readonly LoggedEvent[]): Html {
  const looks = log.filter(({ event }) => event.type === 'run.finished' && (event.findings ?? []).length > 0);
  if (looks.length === 0) return html`<p>Nothing was found, or it was redacted.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">#</th>
        <th scope="col">When</th>
        <th scope="col">Findings and their evidence</th>
      </tr>
    </thead>
    <tbody>
      ${looks.map(({ seq, event }) =>
        event.type === 'run.finished'
          ? html`<tr>
              <td>${seq}</td>
              <td class="when">${when(times, event.at)}</td>
              <td>${findingsList(event.findings ?? [])}</td>
            </tr>`
          : '',
      )}
    </tbody>
  </table>`;
}

function findingsList(findings: readonly Finding[]): Html {
  if (findings.length === 0) return html``;
  return html`<ul>
    ${findings.map(({ verdict, text, bar, evidence = [] }) => {
      const amount = bar === undefined ? '' : ` (${usedOf(bar)}, ${percent(shareOf(bar))})`;
      return html`<li>
        <strong>${verdictWords[verdict]}:</strong> ${said(text)}${amount}
        ${evidence.length === 0 ? '' : list(evidence)}
      </li>`;
    })}
  </ul>`;
}

function planHtml(plan: Plan): Html {
  const { from, to, calls, evidence, consequence, risk, hash, needs, subject } = plan;
  return html`<dt>Change</dt>
    <dd><bdi>${visible(from)}</bdi> → <bdi>${visible(to)}</bdi> (<code>${visible(subject)}</code>)</dd>
    <dt>${callsWord(plan)}</dt>
    <dd>
      <ol>
        ${calls.map((call) => html`<li>${systemOf(call) ?? ''} ${said(call.text)}</li>`)}
      </ol>
    </dd>
    ${
      evidence.length === 0
        ? ''
        : html`<dt>Evidence</dt>
            <dd>${list(evidence)}</dd>`
    }
    ${
      consequence === undefined
        ? ''
        : html`<dt>Then</dt>
            <dd>${said(consequence)}</dd>`
    }
    <dt>Risk</dt>
    <dd>${riskWords[risk.level]}${risk.reasons.length === 0 ? '' : list(risk.reasons)}</dd>
    <dt>Takes</dt>
    <dd>${needs === 1 ? 'one approver' : `${needs} approvers`}</dd>
    <dt>Plan’s hash</dt>
    <dd><code class="hash">${visible(hash)}</code></dd>`;
}

function pressesHtml(times: Times, presses: readonly Press[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">#</th>
        <th scope="col">When</th>
        <th scope="col">Who</th>
        <th scope="col">Pressed</th>
        <th scope="col">With which right, at the press</th>
      </tr>
    </thead>
    <tbody>
      ${presses.map(
        ({ seq, at, actor, decision, hash, why, decided }) =>
          html`<tr>
            <td>${seq}</td>
            <td class="when">${when(times, at)}</td>
            <td>${who(actor)}</td>
            <td>
              ${decisionWords[decision]}${
                why === undefined || why === '' ? '' : html`: <bdi>${visible(why)}</bdi>`
              }
              <code class="hash">${visible(hash)}</code>
            </td>
            <td>${decided === undefined ? 'Not decided yet.' : rightHtml(times, decided)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function rightHtml(times: Times, { seq, at, authority }: NonNullable<Press['decided']>): Html {
  const { allowed, reason, roles } = authority;
  return html`<strong>${allowed ? 'Allowed' : 'Refused'}</strong>: <bdi>${visible(reason)}</bdi>${
      /[.!?]$/.test(reason) ? '' : '.'
    }
    ${roles.length === 0 ? 'No group was needed or looked up.' : html`Groups and roles then: <code>${visible(roles.join(', '))}</code>.`}
    (${when(times, at)}, entry ${seq})`;
}
