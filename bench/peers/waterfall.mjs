// botbuilder-dialogs: a waterfall of as many steps, each of which asks for a text, its state in memory. Nothing is sent.
import { BotAdapter, ConversationState, MemoryStorage, TurnContext } from 'botbuilder-core';
import { DialogSet, DialogTurnStatus, TextPrompt, WaterfallDialog } from 'botbuilder-dialogs';

const steps = Number(process.argv[2]);
class Nowhere extends BotAdapter {
  async sendActivities(_context, activities) {
    return activities.map(() => ({ id: '1' }));
  }
}
const adapter = new Nowhere();
const storage = new MemoryStorage();
const state = new ConversationState(storage);
const dialogs = new DialogSet(state.createProperty('dialog'));
dialogs.add(new TextPrompt('ask'));
const asks = Array.from({ length: steps - 1 }, (_, n) => async (step) => {
  step.values[`answer-${n}`] = step.result;
  return step.prompt('ask', `Question ${n}: does mail come in now?`);
});
dialogs.add(new WaterfallDialog('incident', [...asks, async (step) => step.endDialog()]));

let number = 0;
process.on('disconnect', () => process.exit());
process.on('message', ({ question }) => {
  void answer(question.ms);
});
process.send({ answer: { port: 0 } });

async function answer(ms) {
  try {
    process.send({ answer: await measured(ms) });
  } catch (error) {
    process.send({ failed: String(error) });
  }
}

/** Turns a second over whole conversations. */
async function measured(ms) {
  const start = performance.now();
  let conversations = 0;
  for (; performance.now() - start < ms; conversations += 1) {
    number += 1;
    let ended = false;
    for (let turn = 0; turn < steps; turn += 1) ended = await turnOf(`conversation ${number}`, turn);
    if (!ended) throw new Error('The waterfall did not come to its end.');
    await storage.delete([`test/conversations/conversation ${number}/`]);
  }
  return (conversations * steps * 1000) / (performance.now() - start);
}

async function turnOf(id, turn) {
  const activity = {
    type: 'message',
    id: `${turn}`,
    channelId: 'test',
    serviceUrl: 'http://127.0.0.1',
    from: { id: 'sam', name: 'Sam' },
    recipient: { id: 'bot', name: 'mailfix' },
    conversation: { id },
    text: 'Yes',
  };
  const context = new TurnContext(adapter, activity);
  const dialog = await dialogs.createContext(context);
  let { status } = await dialog.continueDialog();
  if (status === DialogTurnStatus.empty) ({ status } = await dialog.beginDialog('incident'));
  await state.saveChanges(context);
  return status === DialogTurnStatus.complete;
}
