import type { Context, Hono } from 'hono';
import { words } from '../../src/engine/card.ts';
import type { Actor } from '../../src/engine/event.ts';
import { knownMessage } from '../../src/engine/known.ts';
import type { Refusal, Reply } from '../../src/engine/reply.ts';
import { verbs } from '../../src/engine/verbs.ts';
import { inEnglish } from '../../src/render/language.ts';
import type { Shown } from '../../src/store/store.ts';
import { auditPage } from './audit-page.ts';
import { eventIdOf, fieldsOf, peopleOf, tellRefused, viewFor, type ConsoleEnv, type Desk } from './desk.ts';
import type { Html } from './html.ts';
import { incidentPage } from './incident-page.ts';
import { listLink, plainPage } from './layout.ts';
import { clientOf } from './list-page.ts';
import { logAsJson, logAsMarkdown, type Exported } from './log-export.ts';
import { logPage } from './log-page.ts';
import type { Returned } from './view.ts';

type C = Context<ConsoleEnv>;

const statusOf = {
  late: 409,
  ended: 409,
  'unknown-choice': 422,
  'bad-text': 422,
  'not-allowed': 403,
  'unknown-incident': 404,
  'unknown-dialog': 422,
  'open-already': 409,
  malformed: 400,
  confirm: 409,
} as const satisfies Record<Refusal['code'], number>;

/** One incident: its thread, its log and exports, and every press on it. */
export function incidentRoutes(app: Hono<ConsoleEnv>, desk: Desk): void {
  const { ports, web } = desk;

  async function thread(c: C, id: string, returned?: Returned): Promise<Html | undefined> {
    const snapshot = await ports.store.read(id);
    if (snapshot === undefined) return undefined;
    const { incident } = snapshot;
    const [places, rows, known] = await Promise.all([
      ports.store.places(id),
      ports.store.shown(id),
      ports.card(id, knownMessage),
    ]);
    // An incident that lives in another channel is shown as it stands there: cards know no channel.
    const place =
      places.find((one) => one.channel === 'web') ?? places.find((one) => one.role === 'home') ?? places[0];
    const here = rows.filter((row) => row.place === place?.id);
    const shown = place === undefined ? here : web.upToDate(here, id, place.id);
    const posts = shown.map((row) => ({ incident: id, message: row.message, card: row.card, at: row.at }));
    return incidentPage(viewFor(desk, c, returned, `/incidents/${id}`), {
      incident,
      client: clientOf(ports.dialogs, incident),
      trouble: troubleOf(incident),
      root: posts.find((post) => post.message === 'root'),
      posts: posts.filter((post) => post.message !== 'root').sort(inOrder),
      known: known && { incident: id, message: knownMessage, card: known, at: known.at },
    });
  }

  app.get('/incidents', (c) => c.redirect('/', 302));

  app.get('/incidents/:id', async (c) => {
    const html = await thread(c, c.req.param('id'));
    return html === undefined ? unknownIncident(c) : c.html(html);
  });

  // Where a refused press was shown without the script; asking for it again leads back.
  for (const path of ['press', 'steer'])
    app.get(`/incidents/:id/${path}`, (c) =>
      c.redirect(`/incidents/${encodeURIComponent(c.req.param('id') ?? '')}`, 302),
    );

  app.post('/incidents/:id/press', async (c) => {
    const id = c.req.param('id');
    const { actor } = c.get('session');
    const fields = await fieldsOf(c);
    const typed = Object.fromEntries(['text', 'why'].flatMap((name) => pair(name, fields.get(name))));
    const event = eventOf(fields, typed, peopleOf(ports));
    const eventId = eventIdOf(actor, fields.get('nonce') ?? '', id, JSON.stringify(event ?? null));
    const reply =
      event === undefined
        ? ({ ok: false, refusal: unreadable } as const)
        : (emptyNote(event) ?? (await ports.dispatch.press(event, actor, id, eventId)));
    return answer(c, reply, { form: fields.get('form') ?? '', typed });
  });

  app.post('/incidents/:id/steer', async (c) => {
    const id = c.req.param('id');
    const { actor } = c.get('session');
    const fields = await fieldsOf(c);
    const verb = verbs.find((one) => one === fields.get('verb'));
    const eventId = eventIdOf(actor, fields.get('nonce') ?? '', id, verb ?? '');
    const reply =
      verb === undefined
        ? ({ ok: false, refusal: unreadable } as const)
        : await ports.dispatch.steer(verb, actor, id, eventId);
    return answer(c, reply, { form: '', typed: {} });
  });

  /** Back to the page when it was taken; else the page with why not, beside the form or for them alone. */
  async function answer(c: C, reply: Reply, from: Pick<Returned, 'form' | 'typed'>): Promise<Response> {
    const id = c.req.param('id') ?? '';
    const { actor } = c.get('session');
    if (reply.ok) {
      if (reply.said !== undefined)
        desk.notices.add(actor.id, id, 'done', words('{said}', { said: reply.said }));
      return c.redirect(`/incidents/${encodeURIComponent(id)}`, 303);
    }
    const { refusal } = reply;
    if (refusal.field === undefined && refusal.confirm === undefined)
      tellRefused(desk, actor, id, refusal.message, Object.values(from.typed).join(' '));
    const html = await thread(c, id, { ...from, refusal });
    return html === undefined ? unknownIncident(c) : c.html(html, statusOf[refusal.code]);
  }

  async function exported(id: string): Promise<Exported | undefined> {
    const snapshot = await ports.store.read(id);
    if (snapshot === undefined) return undefined;
    // The log up to where the incident stood; more may have come meanwhile.
    const log = (await ports.log(id)).filter(({ seq }) => seq <= snapshot.incident.seq);
    const client = clientOf(ports.dialogs, snapshot.incident);
    return { incident: snapshot.incident, client, log, timeZone: ports.timeZone };
  }

  async function audited(found: Exported): Promise<string> {
    const { id } = found.incident;
    const [places, shown, proof] = await Promise.all([
      ports.store.places(id),
      ports.store.shown(id),
      ports.proof(id, found.log.length),
    ]);
    const trouble = troubleOf(found.incident);
    const pack = { ...found, trouble, places, shown, proof, madeAt: ports.now() };
    // What is exported is in the language of the log, whoever asked for it.
    return inEnglish(() => auditPage(pack));
  }

  function troubleOf({ dialog: id }: Exported['incident']): string {
    return ports.dialogs.find((dialog) => dialog.id === id)?.title ?? id;
  }

  app.get('/incidents/:id/log', async (c) => {
    const id = c.req.param('id');
    const found = await exported(id);
    return found === undefined ? unknownIncident(c) : c.html(logPage(viewFor(desk, c), found));
  });

  const kinds = {
    'export.html': ['text/html', 'html', audited],
    'export.md': ['text/markdown', 'md', (found: Exported) => logAsMarkdown(found)],
    'export.json': ['application/json', 'json', (found: Exported) => logAsJson(found)],
    'export.jsonl': ['application/jsonl', 'jsonl', (found: Exported) => ports.exportJsonl(found.incident.id)],
  } as const;

  for (const [path, [type, ending, write]] of Object.entries(kinds)) {
    app.get(`/incidents/:id/${path}`, async (c) => {
      const found = await exported(c.req.param('id'));
      if (found === undefined) return unknownIncident(c);
      return c.body(await write(found), 200, {
        'content-type': `${type}; charset=utf-8`,
        'content-disposition': `attachment; filename="${found.incident.id.replaceAll(/[^\w-]/g, '_')}.${ending}"`,
      });
    });
  }
}

const unreadable: Refusal = {
  code: 'malformed',
  message: 'That press cannot be read. Please use the buttons of the card as it is now.',
};

/** The button's event with what was typed beside it. It stays unread until dispatch looks at it. */
function eventOf(
  fields: ReadonlyMap<string, string>,
  typed: Readonly<Record<string, string>>,
  people: readonly Actor[],
): Record<string, unknown> | undefined {
  let event: unknown;
  try {
    event = JSON.parse(fields.get('event') ?? '');
  } catch {
    return undefined;
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return undefined;
  const to = people.find((one) => one.id === fields.get('to'));
  // A reason left empty is none; an empty answer is refused in words beside its field.
  const { why, ...rest } = typed;
  return {
    ...event,
    ...rest,
    ...(why === undefined || why.trim() === '' ? emptyWhy(event) : { why }),
    ...(to && { to }),
  };
}

function emptyWhy(event: object): { why?: string } {
  return 'type' in event && event.type === 'incident.cancelled' ? { why: '' } : {};
}

function emptyNote(event: Record<string, unknown>): { ok: false; refusal: Refusal } | undefined {
  const { type, text } = event;
  if (type !== 'note.added' || (typeof text === 'string' && text.trim() !== '')) return undefined;
  return { ok: false, refusal: { code: 'bad-text', message: 'Type what is to be noted.', field: 'text' } };
}

function pair(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]];
}

/** Messages by their number: `turn-2` comes before `turn-10`. */
function inOrder(one: Pick<Shown, 'message'>, other: Pick<Shown, 'message'>): number {
  const number = (message: string) => Number(/\d+$/.exec(message)?.[0] ?? 0);
  return number(one.message) - number(other.message) || one.message.localeCompare(other.message);
}

function unknownIncident(c: C): Response | Promise<Response> {
  const what = 'There is no incident with this number. The list shows those there are.';
  return c.html(plainPage('No such incident', what, listLink()), 404);
}
