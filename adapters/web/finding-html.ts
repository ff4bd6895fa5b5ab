import { raw } from 'hono/html';
import type { Bar, Finding, Verdict } from '../../src/engine/card.ts';
import { verdictWords } from '../../src/engine/verdict.ts';
import { percent, shareOf, usedOf } from '../../src/render/amounts.ts';
import { say } from '../../src/render/language.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { lineHtml } from './to-html.ts';

/** What nobody has to do anything about. */
const quiet = ['pass', 'not-applicable'] as const;
/** A list longer than this says what is quiet in one row for each verdict, so that what is wrong is seen in one look. */
const mostRows = 4;

/** Findings as a list, one line each, with evidence to open and quotas drawn as bars. */
export function findingsHtml(
  prefix: string,
  findings: readonly Finding[],
  pending: readonly string[] = [],
): Html {
  const numbered = findings.map((finding, index) => ({ finding, id: `${prefix}-evidence-${index}` }));
  // Counted with what is still being looked at, so that the list does not change its form while it fills.
  const isLong = findings.length + pending.length > mostRows;
  const rows = numbered.filter(({ finding }) => !isLong || !quiet.some((one) => one === finding.verdict));
  const groups = isLong ? quiet : [];
  const titles = pending.map((title) => html`<span>${say(title)}</span>`);
  return html`<ul class="findings" role="list">
    ${rows.map(({ finding, id }) =>
      rowHtml(
        finding.verdict,
        html`<span>${lineHtml(finding.text)}</span>
          ${finding.bar === undefined ? '' : barHtml(finding.bar, finding.verdict)}
          ${evidenceHtml(id, finding)}`,
      ),
    )}
    ${groups.map((verdict) => {
      const several = numbered.filter(({ finding }) => finding.verdict === verdict);
      return several.length === 0
        ? ''
        : rowHtml(
            verdict,
            listHtml(
              several.map(
                ({ finding, id }) => html`<span>${lineHtml(finding.text)}</span>${evidenceHtml(id, finding)}`,
              ),
            ),
          );
    })}
    ${
      titles.length > 0 && isLong
        ? rowHtml('pending', listHtml(titles))
        : titles.map((title) => rowHtml('pending', title))
    }
  </ul>`;
}

function rowHtml(verdict: Verdict | 'pending', said: Html): Html {
  const drawn =
    verdict === 'pending'
      ? html`${icon('working', 'spin')}<span>Looking</span>`
      : html`${icon(verdict)}<span>${say(verdictWords[verdict])}</span>`;
  return html`<li class="finding ${verdict}">
    <span class="verdict">${drawn}</span>
    <div class="said">${said}</div>
  </li>`;
}

function listHtml(said: readonly Html[]): Html {
  return html`<ul class="together" role="list">
    ${said.map((one) => html`<li>${one}</li>`)}
  </ul>`;
}

function evidenceHtml(id: string, { evidence = [] }: Finding): Html {
  if (evidence.length === 0) return html``;
  return html`<details class="evidence" id="${id}">
    <summary>Evidence</summary>
    <ul>
      ${evidence.map((line) => html`<li>${lineHtml(line)}</li>`)}
    </ul>
  </details>`;
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
