import { viewJson } from './answers.ts';
import { controlsIn, keyOf, optionsOf, valuesOf, wordsOf } from './controls.ts';
import type { Control } from './controls.ts';
import type { Delivered } from './delivery.ts';
import { filled, isEmpty } from './fill.ts';
import type { Filling } from './fill.ts';
import { jsonOf, jsonsOf } from './json.ts';
import type { Json } from './json.ts';
import { interaction, responseUrlFor } from './payloads.ts';
import { actionOf, isButton, matches } from './person-clicks.ts';
import { teamWith } from './stage.ts';
import type { Stage } from './stage.ts';
import type { ShownView } from './state.ts';
import { applySubmission } from './submission.ts';
import type { SubmissionOutcome } from './submission.ts';
import type { User } from './team.ts';

/** What the app answered to a submission, and what the person sees then. */
export type Submitted = Delivered & SubmissionOutcome;

/** What somebody does in modals and on the Home tab. */
export function createModals(stage: Stage, user: User) {
  const { state } = stage;

  function top(): ShownView {
    const shown = state.stacks.get(user.id)?.at(-1);
    if (shown === undefined) throw new Error(`${user.realName} has no modal open.`);
    return shown;
  }

  function home(): ShownView {
    const shown = state.homes.get(user.id);
    if (shown === undefined) throw new Error(`${user.realName} has an empty Home tab.`);
    return shown;
  }

  function find(shown: ShownView, what: string, fits: (control: Control) => boolean, nth?: number): Control {
    const all = controlsIn(jsonsOf(shown.view['blocks']));
    const found = all.filter(fits);
    const control = found[nth ?? 0];
    if (control === undefined) {
      const there = all.map(({ type, label }) => `${type} "${label}"`).join(', ');
      throw new Error(`${user.realName} sees no ${what}. There is: ${there || 'nothing to act on'}.`);
    }
    if (found.length > 1 && nth === undefined)
      throw new Error(`There are ${found.length} of ${what}: say which with nth.`);
    return control;
  }

  function act(shown: ShownView, control: Control, more: Json): Promise<Delivered> {
    return stage.deliver('interactivity', {
      ...interaction(stage, 'block_actions', user, teamWith(stage, shown.team), shown.channel),
      container: { type: 'view', view_id: shown.id },
      view: viewJson(state, stage.app.appId, shown),
      actions: [actionOf(control, more, state.nextTs())],
    });
  }

  async function choose(shown: ShownView, option: string | RegExp): Promise<Delivered> {
    const offers = (one: Control): Json | undefined =>
      optionsOf(one.element).find((offered) => matches(wordsOf(offered['text']), option));
    const control = find(shown, `option ${String(option)}`, (one) => offers(one) !== undefined);
    const chosen = { selected_option: offers(control) };
    if (control.type !== 'overflow') shown.typed.set(keyOf(control), { type: control.type, ...chosen });
    return act(shown, control, chosen);
  }

  return {
    /** Fills inputs of the modal by their labels; the app hears of those that dispatch an action. */
    async fills(values: Readonly<Record<string, Filling>>): Promise<readonly Delivered[]> {
      const shown = top();
      const told: Delivered[] = [];
      for (const [label, filling] of Object.entries(values)) {
        const control = find(
          shown,
          `input "${label}"`,
          (one) => one.type !== 'button' && one.label === label,
        );
        const value = filled(state, control, filling);
        shown.typed.set(keyOf(control), value);
        const { type: _, ...more } = value;
        const isTold = control.block['type'] !== 'input' || control.block['dispatch_action'] === true;
        if (isTold) told.push(await act(shown, control, more));
      }
      return told;
    },

    /** Presses the modal's submit button. Slack itself refuses while a required input is empty, unless forced. */
    async submits({ force = false } = {}): Promise<Submitted> {
      const shown = top();
      if (shown.view['submit'] === undefined) throw new Error('This modal has no submit button.');
      const blocks = jsonsOf(shown.view['blocks']);
      const values = valuesOf(blocks, shown.typed, shown.channel);
      const missing = inputsOf(blocks).find(
        ({ block, blockId, actionId }) =>
          block['optional'] !== true && isEmpty(jsonOf(jsonOf(values[blockId])[actionId])),
      );
      if (missing !== undefined && !force)
        throw new Error(`Slack does not submit: "${missing.label}" is empty.`);
      const team = teamWith(stage, shown.team);
      const result = await stage.deliver('interactivity', {
        ...interaction(stage, 'view_submission', user, team, shown.channel),
        view: viewJson(state, stage.app.appId, shown),
        response_urls: inputsOf(blocks)
          .filter(({ element }) => element['response_url_enabled'] === true)
          .map(({ blockId, actionId }) => {
            const held = jsonOf(jsonOf(values[blockId])[actionId]);
            const channel = String(held['selected_conversation'] ?? held['selected_channel']);
            return {
              block_id: blockId,
              action_id: actionId,
              channel_id: channel,
              response_url: responseUrlFor(stage, user, team, channel),
            };
          }),
      });
      return { ...result, ...applySubmission(state, shown, result) };
    },

    /** Closes the modal; the app is told if it asked for it. */
    async closes(): Promise<Delivered | undefined> {
      const shown = top();
      const rest = (state.stacks.get(user.id) ?? []).slice(0, -1);
      const isCleared = shown.view['clear_on_close'] === true;
      state.stacks.set(user.id, isCleared ? [] : rest);
      if (shown.view['notify_on_close'] !== true) return undefined;
      const { trigger_id: _, ...common } = interaction(
        stage,
        'view_closed',
        user,
        teamWith(stage, shown.team),
      );
      return stage.deliver('interactivity', {
        ...common,
        view: viewJson(state, stage.app.appId, shown),
        is_cleared: isCleared,
      });
    },

    /** Presses a button inside the modal. */
    async clicksInView(label: string | RegExp, { nth }: { readonly nth?: number } = {}): Promise<Delivered> {
      return act(top(), find(top(), `button ${String(label)}`, isButton(label), nth), {});
    },

    /** Chooses an option of a menu in the modal that is not part of what is submitted. */
    async choosesInView(option: string | RegExp): Promise<Delivered> {
      return choose(top(), option);
    },

    /** Presses a button on the Home tab. */
    async clicksInHome(label: string | RegExp, { nth }: { readonly nth?: number } = {}): Promise<Delivered> {
      return act(home(), find(home(), `button ${String(label)}`, isButton(label), nth), {});
    },

    /** Chooses an option of a menu on the Home tab. */
    async choosesInHome(option: string | RegExp): Promise<Delivered> {
      return choose(home(), option);
    },
  };
}

function inputsOf(blocks: readonly Json[]): readonly Control[] {
  return controlsIn(blocks).filter(({ block }) => block['type'] === 'input');
}
