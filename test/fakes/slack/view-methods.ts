import { viewJson } from './answers.ts';
import type { Json } from './json.ts';
import { objectParam, param, teamOf } from './method.ts';
import type { Call, Methods } from './method.ts';
import { Refusal } from './refusal.ts';
import type { ShownView } from './state.ts';
import { changeView, checkView, openViews, pushView, showView, useTrigger } from './views.ts';

/** `views.*`. */
export const viewMethods: Methods = {
  'views.open': { token: 'bot', run: open },
  'views.push': { token: 'bot', run: push },
  'views.update': { token: 'bot', run: update },
  'views.publish': { token: 'bot', run: publish },
};

function open(call: Call): Json {
  const { state } = call;
  const view = objectParam(call, 'view');
  checkView(view, 'modal');
  const trigger = useTrigger(state, param(call, 'trigger_id') ?? '');
  const shown = showView(state, trigger, view);
  state.stacks.set(trigger.user, [shown]);
  return { view: viewJson(state, call.appId, shown) };
}

function push(call: Call): Json {
  const { state } = call;
  const view = objectParam(call, 'view');
  checkView(view, 'modal');
  const trigger = useTrigger(state, param(call, 'trigger_id') ?? '');
  const top = state.stacks.get(trigger.user)?.at(-1);
  if (top === undefined) throw new Refusal('not_found');
  return { view: viewJson(state, call.appId, pushView(state, top, view)) };
}

function update(call: Call): Json {
  const { state } = call;
  const view = objectParam(call, 'view');
  const id = param(call, 'view_id');
  const externalId = param(call, 'external_id');
  const shown = [...openViews(state), ...state.homes.values()].find((one) =>
    id === undefined ? one.view['external_id'] === externalId : one.id === id,
  );
  if (shown === undefined) throw new Refusal('not_found');
  checkView(view, shown.view['type'] === 'home' ? 'home' : 'modal');
  checkHash(call, shown);
  changeView(state, shown, view);
  return { view: viewJson(state, call.appId, shown) };
}

function publish(call: Call): Json {
  const { state } = call;
  const view = objectParam(call, 'view');
  checkView(view, 'home');
  const user = state.users.get(param(call, 'user_id') ?? '');
  if (user === undefined || user.deleted)
    throw new Refusal('invalid_arguments', {
      response_metadata: { messages: ['[ERROR] invalid user_id [json-pointer:/user_id]'] },
    });
  const before = state.homes.get(user.id);
  if (before !== undefined) checkHash(call, before);
  if (before === undefined)
    state.homes.set(
      user.id,
      showView(state, { user: user.id, team: teamOf(call).id, channel: undefined }, view),
    );
  else changeView(state, before, view);
  const home = state.homes.get(user.id);
  return { view: home === undefined ? {} : viewJson(state, call.appId, home) };
}

/** A hash that is given must be that of what is shown now, or somebody else's change would be lost. */
function checkHash(call: Call, shown: ShownView): void {
  const hash = param(call, 'hash');
  if (hash !== undefined && hash !== shown.hash) throw new Refusal('hash_conflict');
}
