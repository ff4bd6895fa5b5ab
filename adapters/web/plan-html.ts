import { html } from 'hono/html';
import { plain, type Section } from '../../src/engine/card.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { icon } from './icons.ts';
import { clock } from './time-words.ts';
import { lineHtml, type Html } from './to-html.ts';
import { approverNames, mayApprove, type View } from './view.ts';

const systems = { whm: 'WHM', cpa: 'CPA System' } as const;
const risks = { low: 'Low risk', raised: 'Raised risk', high: 'High risk' } as const;

/** A proposal as it is to be judged: exact calls, from and to, what speaks for it, what could go wrong, who decides. */
export function planHtml(
  view: View,
  prefix: string,
  plan: Plan,
  approval: Section['approval'],
  settled: boolean,
): Html {
  return html`<div class="plan">
    <div class="plan-head">
      ${icon('plan')}
      <h2>${lineHtml(plan.title)}</h2>
      <span class="risk ${plan.risk.level}">${risks[plan.risk.level]}</span>
    </div>
    <dl>
      <dt>Change</dt>
      <dd class="from-to">
        <bdi>${plan.from}</bdi>${icon('arrow')}<span class="unseen">to</span><bdi class="to">${plan.to}</bdi>
      </dd>
      <dt>${plan.calls.length === 1 ? 'Call' : 'Calls'}</dt>
      <dd>
        <ol class="calls">
          ${plan.calls.map((call) => html`<li>${systemHtml(call)}<span>${lineHtml(call.text)}</span></li>`)}
        </ol>
      </dd>
      ${
        plan.consequence === undefined
          ? ''
          : html`<dt>Then</dt>
              <dd>${lineHtml(plan.consequence)}</dd>`
      }
      ${
        plan.risk.reasons.length === 0
          ? ''
          : html`<dt>Risk</dt>
              <dd>
                <ul class="plain">
                  ${plan.risk.reasons.map((reason) => html`<li>${lineHtml(reason)}</li>`)}
                </ul>
              </dd>`
      }
    </dl>
    ${
      plan.evidence.length === 0
        ? ''
        : html`<details class="evidence" id="${prefix}-plan-evidence">
            <summary>Evidence (${plan.evidence.length})</summary>
            <ul>
              ${plan.evidence.map((line) => html`<li>${lineHtml(line)}</li>`)}
            </ul>
          </details>`
    }
    ${approval === undefined || settled ? '' : waitingHtml(view, plan, approval)}
  </div>`;
}

/** Which system is called, unless the words begin with its name anyway. */
function systemHtml({ system, text }: Plan['calls'][number]): Html {
  const name = systems[system];
  return plain(text).startsWith(name) ? html`` : html`<span class="system">${name}</span>`;
}

function waitingHtml(view: View, plan: Plan, approval: NonNullable<Section['approval']>): Html {
  const until = clock(approval.until, view.now, view.timeZone);
  const so = approval.approvedBy.length === 0 ? '' : `Approved by ${approval.approvedBy.join(' and ')}. `;
  const needs = plan.needs > 1 ? `It takes ${plan.needs} people. ` : '';
  const names = approverNames(view.approvers);
  const whom = names === '' ? 'an approver; nobody is named in APPROVERS yet' : `an approver (${names})`;
  const words = mayApprove(view)
    ? `Waiting for your decision until ${until}`
    : `Waiting for ${whom} until ${until}`;
  return html`<p class="awaits">${icon('waiting')}<span>${so}${needs}${words}</span></p>`;
}
