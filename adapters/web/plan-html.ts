import type { Section } from '../../src/engine/card.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { approverNames } from '../../src/render/approver-names.ts';
import { say } from '../../src/render/language.ts';
import { awaited, callsWord, riskWords, systemOf } from '../../src/render/plan-words.ts';
import { clock } from '../../src/render/time-words.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { lineHtml } from './to-html.ts';
import { isAmong, type View } from './view.ts';

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
      <span class="risk ${plan.risk.level}">${say(riskWords[plan.risk.level])}</span>
    </div>
    <dl>
      <dt>${say('Change:').replace(/:$/, '')}</dt>
      <dd class="from-to">
        <bdi>${say(plan.from)}</bdi>${icon('arrow')}<span class="unseen">to</span
        ><bdi class="to">${say(plan.to)}</bdi>
      </dd>
      ${
        plan.calls.length === 0
          ? ''
          : html`<dt>${callsWord(plan)}</dt>
              <dd>
                <ol class="calls">
                  ${plan.calls.map((call) => html`<li>${systemHtml(call)}<span>${lineHtml(call.text)}</span></li>`)}
                </ol>
              </dd>`
      }
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

function systemHtml(call: Plan['calls'][number]): Html {
  const name = systemOf(call);
  return name === undefined ? html`` : html`<span class="system">${name}</span>`;
}

function waitingHtml(view: View, plan: Plan, approval: NonNullable<Section['approval']>): Html {
  const asked = approval.by ?? view.approvers;
  const names = approverNames(asked);
  const { before, whom, until } = awaited(plan, approval, names !== '');
  const time = clock(until, view.now, view.timeZone);
  const who = names === '' ? whom : `${whom} (${names})`;
  const words = isAmong(view, asked)
    ? say(`Waiting for your decision until ${time}`)
    : say(`Waiting for ${who} until ${time}`);
  return html`<p class="awaits">${icon('waiting')}<span>${before}${words}</span></p>`;
}
