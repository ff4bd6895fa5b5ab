import type { Context, Hono } from 'hono';
import type { Refusal } from '../../src/engine/reply.ts';
import { readAnew } from '../../src/input/anew.ts';
import { nameTheClient, readOpening } from '../../src/input/opening.ts';
import { eventIdOf, fieldsOf, viewFor, type ConsoleEnv, type Desk } from './desk.ts';
import { listPage } from './list-page.ts';
import type { Returned } from './view.ts';

const openShown = 200;
const endedShown = 20;

/** The list of incidents, and opening a new one from it. */
export function listRoutes(app: Hono<ConsoleEnv>, desk: Desk): void {
  const { ports } = desk;

  async function list(c: Context<ConsoleEnv>, returned?: Returned): Promise<Response> {
    const before = Number(c.req.query('before') ?? Number.NaN);
    const from = Number.isSafeInteger(before) ? { before } : {};
    const [open, ended] = await Promise.all([
      ports.store.list({ open: true, limit: openShown }),
      ports.store.list({ open: false, limit: endedShown, ...from }),
    ]);
    const last = ended.length === endedShown ? ended.at(-1)?.seq : undefined;
    const view = viewFor(desk, c, returned, '/');
    const listing = { dialogs: ports.dialogs, examples: ports.examples ?? [], open, ended };
    const status = returned === undefined ? 200 : 422;
    return c.html(listPage(view, { ...listing, ...(last === undefined ? {} : { older: last }) }), status);
  }

  app.get('/', (c) => list(c));

  app.post('/incidents', async (c) => {
    const fields = await fieldsOf(c);
    const typed = fields.get('client') ?? '';
    const dialog = fields.get('dialog') ?? '';
    const { actor } = c.get('session');
    const back = (refusal: Refusal) => list(c, { form: 'open', refusal, typed: { client: typed } });

    // What is typed says more than a choice that was left as it stood.
    const chosen = ports.dialogs.find(({ id }) => id === dialog);
    const anew = readAnew(typed);
    const line = readOpening(anew.line, chosen === undefined ? [] : [chosen, ...ports.dialogs]);
    const { client, ip } = line;
    if (client === '') {
      return back({ code: 'bad-text', message: nameTheClient, field: 'client' });
    }
    const eventId = eventIdOf(actor, fields.get('nonce') ?? '', dialog, typed);
    const reply = await ports.dispatch.open({
      dialog: line.dialog?.id ?? dialog,
      facts: { client, ...(ip === undefined ? {} : { ip }) },
      actor,
      eventId,
      unlessOpen: !anew.anew && fields.get('anew') === undefined,
    });
    if (reply.ok) return c.redirect(`/incidents/${encodeURIComponent(reply.incident)}`, 303);
    // There is one field on the page, so whatever was refused was typed there.
    return back({ ...reply.refusal, field: 'client' });
  });
}
