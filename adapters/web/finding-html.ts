import { html, raw } from 'hono/html';
import type { Bar, Finding, Verdict } from '../../src/engine/card.ts';
import { verdictWords } from '../../src/engine/verdict.ts';
import { percent, shareOf, usedOf } from '../../src/render/amounts.ts';
import { icon } from './icons.ts';
import { lineHtml, type Html } from './to-html.ts';

/** Findings as a list, one line each, with evidence to open and quotas drawn as bars. */
export function findingsHtml(
  prefix: string,
  findings: readonly Finding[],
  pending: readonly string[] = [],
): Html {
  return html`<ul class="findings" role="list">
    ${findings.map(
      (one, index) =>
        html`<li class="finding ${one.verdict}">
          <span class="verdict">${icon(one.verdict)}<span>${verdictWords[one.verdict]}</span></span>
          <div class="said">
            <span>${lineHtml(one.text)}</span>
            ${one.bar === undefined ? '' : barHtml(one.bar, one.verdict)}
            ${
              one.evidence === undefined || one.evidence.length === 0
                ? ''
                : html`<details class="evidence" id="${prefix}-evidence-${index}">
                    <summary>Evidence</summary>
                    <ul>
                      ${one.evidence.map((line) => html`<li>${lineHtml(line)}</li>`)}
                    </ul>
                  </details>`
            }
          </div>
        </li>`,
    )}
    ${pending.map(
      (title) =>
        html`<li class="finding pending">
          <span class="verdict">${icon('working', 'spin')}<span>Looking</span></span>
          <div class="said"><span>${title}</span></div>
        </li>`,
    )}
  </ul>`;
}

/** Used against limit; the words say all, the drawing is for the eye. */
export function barHtml(bar: Bar, verdict: Verdict): Html {
  const share = shareOf(bar);
  const width = `${Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10}%`;
  const words = usedOf(bar);
  return html`<span class="quota ${verdict}">
    <svg class="bar-drawn" role="img" aria-label="${words}, ${percent(share)}" width="100%" height="8">
      <rect class="track" width="100%" height="8" rx="4"></rect>
      <rect class="fill" width="${raw(width)}" height="8" rx="4"></rect>
    </svg>
    <span class="amount" aria-hidden="true">${words} · ${percent(share)}</span>
  </span>`;
}
