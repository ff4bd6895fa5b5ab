import { createHash } from 'node:crypto';
import { createWebConsole, type WebConsole } from '../../../adapters/web/console.ts';
import type { ConsolePorts } from '../../../adapters/web/ports.ts';
import { loggedEvent } from '../../../src/store/chain.ts';
import { proofOf } from '../../../src/store/proof.ts';
import { deriveKeys } from '../../../src/store/key.ts';
import { createCurrentCard } from '../../../src/runtime/current-card.ts';
import { contracts, dialog, rig as runtimeRig, type Life, type Rig } from '../../runtime/rig.ts';

/** Keys that are the same in every run, another one for each purpose. */
export const keys = { mac: (purpose: string) => createHash('sha256').update(`key for ${purpose}`).digest() };

/** Signs nothing here; its name is on the auditor's page. */
const { publicKey } = deriveKeys('a key for tests that is long enough');

/** A console over a real store, dispatcher and worker, whose runbook is the runtime's small one. */
export interface WebRig extends Rig {
  readonly web: WebConsole;
  readonly life: Life;
  readonly ports: ConsolePorts;
  /** A browser of its own, with its own cookies. */
  browser(): Browser;
}

let made = 0;

/** Random enough for tests: never the same twice, the same in every run. */
export function bytes(count: number): Buffer {
  made += 1;
  return createHash('sha512').update(`random ${made}`).digest().subarray(0, count);
}

/** Opens a rig; `world` is simulated unless said otherwise. */
export function webRig(changes: Partial<ConsolePorts> = {}): WebRig {
  const rig = runtimeRig();
  const served = serve(rig, changes);
  return { ...rig, ...served, browser: () => new Browser(served.web, served.life) };
}

/** A server over what a rig holds. */
export function serve(rig: Rig, changes: Partial<ConsolePorts>): Pick<WebRig, 'web' | 'life' | 'ports'> {
  const channels = new Map();
  const life = rig.boot({ channels });
  const { dispatcher } = life;
  const ports: ConsolePorts = {
    store: rig.store,
    dispatch: {
      open: (request) =>
        dispatcher.open({
          ...request,
          source: 'web',
          place: { channel: 'web' },
          simulated: changes.world !== 'real',
        }),
      press: (event, actor, incident, id) => dispatcher.press(event, { id, source: 'web', incident, actor }),
      steer: (verb, actor, incident, id) => dispatcher.steer(verb, { id, source: 'web', incident, actor }),
    },
    card: createCurrentCard({ store: rig.store, dialogs: new Map([[dialog.id, dialog]]), contracts }),
    dialogs: [
      {
        id: dialog.id,
        title: dialog.title,
        client: 'client',
        openFields: [{ name: 'client', label: 'Client' }],
      },
    ],
    log: async (incident) => (await rig.store.log(incident)).map(loggedEvent),
    proof: (incident, count) => proofOf(rig.store, publicKey, incident, count),
    exportJsonl: async (incident) => `{"incident":"${incident}"}\n`,
    onTurn: (listener) => dispatcher.onTurn(listener),
    now: () => rig.clock.now(),
    random: bytes,
    keys,
    world: 'simulated',
    host: '127.0.0.1',
    approvers: ['web:lea'],
    timeZone: 'UTC',
    ...changes,
  };
  const web = createWebConsole(ports);
  channels.set('web', web.channel);
  return { web, life, ports };
}

/** Whatever came back, read to its end. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

const host = '127.0.0.1:4711';

/** What a browser does without its script: follows links, keeps cookies, sends forms as they stand on the page. */
export class Browser {
  readonly cookies = new Map<string, string>();
  page = '';
  #web: WebConsole;
  #life: Life;

  constructor(web: WebConsole, life: Life) {
    this.#web = web;
    this.#life = life;
  }

  /** The server was started anew at the same address. */
  moves(web: WebConsole, life: Life): void {
    this.#web = web;
    this.#life = life;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send(path, { headers });
  }

  /** Sends the form with this id, or the first that has `label` on a button. */
  async submit(
    form: string,
    typed: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const { action, fields } = this.form(form);
    return this.post(action, { ...fields, ...typed }, headers);
  }

  async post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.#send(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: `http://${host}`,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
    });
    const to = answer.headers.get('location');
    // The worker has shown what the press led to before anybody looks.
    await this.#life.worker.idle();
    return answer.status === 303 && to !== null ? this.get(to) : answer;
  }

  /** Where a form on the page goes, and what it would send untouched. */
  form(which: string): { readonly action: string; readonly fields: Record<string, string> } {
    const forms = this.forms();
    const found =
      forms.find(({ head }) => head.includes(`id="${which}"`)) ??
      forms.find(({ inside }) => textOf(inside).includes(which) || inside.includes(`"${which}`));
    if (found === undefined) throw new Error(`No form "${which}" on the page:\n${textOf(this.page)}`);
    return found;
  }

  /** All forms on the page, in order; `button` is what stands on the last button of each. */
  forms() {
    return [...this.page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', inside = '']) => {
      const action = unescape(/action="([^"]*)"/.exec(head)?.[1] ?? '');
      const fields: Record<string, string> = {};
      for (const [tag] of inside.matchAll(/<input\b[^>]*>/g)) {
        const name = /\bname="([^"]*)"/.exec(tag)?.[1];
        if (name !== undefined) fields[name] = unescape(/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? '');
      }
      const button = textOf(/[\s\S]*<button\b[^>]*>([\s\S]*?)<\/button>/.exec(inside)?.[1] ?? '');
      return { head, inside, action, fields, button };
    });
  }

  /** The words on the page, as read. */
  get words(): string {
    return textOf(this.page);
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { host, ...(cookie === '' ? {} : { cookie }), ...init.headers };
    const response = await this.#web.app.request(path, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    if (/html/.test(response.headers.get('content-type') ?? '')) this.page = text;
    return { status: response.status, text, headers: response.headers };
  }
}

/** The words of some HTML, as a person reads them. */
export function textOf(html: string): string {
  const inline = html.replaceAll(/<\/?(?:bdi|strong|code)\b[^>]*>/g, '');
  const text = inline.replaceAll(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/g, ' ');
  return unescape(text.replaceAll(/\s+/g, ' ')).trim();
}

function unescape(text: string): string {
  const signs: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (whole, name: string) => signs[name] ?? whole);
}
