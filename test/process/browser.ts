/** A form of a page, as a browser would send it. */
export interface Form {
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  /** Names of the fields to type into. */
  readonly fields: readonly string[];
  /** What the button means, of a form that presses. */
  readonly event: Readonly<Record<string, unknown>>;
  /** The words of the part of the page that it stands in. */
  readonly about: string;
}

/** What a request brought. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string;
}

const limitMs = 30_000;

/**
 * One person's browser without scripts: keeps its cookie over a restart of the server, sends the forms of the page
 * and nothing else. A request that breaks off rejects.
 */
export class Browser {
  /** Everything that was ever shown here, headers too. */
  readonly seen: { readonly path: string; readonly text: string }[] = [];
  #base = '';
  #cookie = '';

  /** Where the server is now. */
  at(base: string): void {
    this.#base = base;
  }

  /** Opens a one-time link as people do: the page, then its button. */
  async signIn(link: string): Promise<void> {
    const { pathname } = new URL(link);
    await this.#ask(pathname);
    const answer = await this.#ask(pathname, new URLSearchParams());
    if (answer.status !== 303) throw new Error(`The link did not sign in: ${answer.status}`);
  }

  async open(path: string): Promise<Answer> {
    return this.#ask(path);
  }

  /** A page that has to be there, with its forms. */
  async page(path: string): Promise<{ readonly text: string; readonly forms: readonly Form[] }> {
    const { status, text } = await this.#ask(path);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${wordsOf(text)}`);
    return { text, forms: formsIn(text) };
  }

  /** Sends a form; the same form sent again is the same event, as when a browser posts once more. */
  async send(form: Form, typed: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#ask(form.action, new URLSearchParams({ ...form.hidden, ...typed }));
  }

  async #ask(path: string, body?: URLSearchParams): Promise<Answer> {
    const response = await fetch(new URL(path, this.#base), {
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
      headers: {
        origin: this.#base,
        'sec-fetch-site': 'same-origin',
        ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
      },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    if (cookie !== undefined) this.#cookie = cookie;
    const text = await response.text();
    const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    this.seen.push({ path, text: `${head}\n\n${text}` });
    return { status: response.status, text, location: response.headers.get('location') ?? '' };
  }
}

function formsIn(page: string): readonly Form[] {
  return page.split(/<section\b/).flatMap((part) => {
    const forms = [...part.matchAll(/<form\b(?<open>[^>]*)>(?<inside>.*?)<\/form>/gs)];
    const about = forms.length === 0 ? '' : wordsOf(part.slice(part.indexOf('>') + 1));
    return forms.map(({ groups }) => formOf(groups?.['open'] ?? '', groups?.['inside'] ?? '', about));
  });
}

function formOf(open: string, inside: string, about: string): Form {
  const inputs = [...inside.matchAll(/<(?:input|textarea)\b[^>]*>/gs)].map(([tag]) => tag);
  const hidden = inputs.filter((tag) => attribute(tag, 'type') === 'hidden');
  // As browsers do, a list that nobody touches sends its first choice.
  const selects = [...inside.matchAll(/(?<tag><select\b[^>]*>).*?(?<first><option\b[^>]*>)/gs)];
  const values = Object.fromEntries([
    ...hidden.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]),
    ...selects.map(({ groups: { tag = '', first = '' } = {} }) => [
      attribute(tag, 'name'),
      attribute(first, 'value'),
    ]),
  ]) as Record<string, string>;
  return {
    action: attribute(open, 'action'),
    hidden: values,
    fields: inputs.filter((tag) => !hidden.includes(tag)).map((tag) => attribute(tag, 'name')),
    event: JSON.parse(values['event'] ?? '{}') as Record<string, unknown>,
    about,
  };
}

/** What a person reads of a piece of HTML, in one line. */
export function wordsOf(html: string): string {
  const text = html.replaceAll(/<details\b.*?<\/details>/gs, ' ').replaceAll(/<[^>]*>/g, ' ');
  return unescaped(text).replaceAll(/\s+/g, ' ').trim();
}

function attribute(tag: string, name: string): string {
  return unescaped(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

/** HTML's character references read. */
export function unescaped(text: string): string {
  const signs = new Map([
    ['lt', '<'],
    ['gt', '>'],
    ['quot', '"'],
    ['#39', "'"],
    ['amp', '&'],
  ]);
  return text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (all, name: string) => signs.get(name) ?? all);
}
