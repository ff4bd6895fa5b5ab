import { makeSignInToken } from '../../../adapters/web/session.ts';
import type { Name, Player, Theatre, Told } from '../../channels/scenarios.ts';
import { bytes, keys, serve, textOf, webRig, type Answer, type Browser } from './rig.ts';

interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The console, for the scenarios that every channel plays: with sign-ins, as against real systems. */
export function webTheatre(): Theatre {
  const rig = webRig({ world: 'real' });
  const browsers: Browser[] = [];
  let { life } = rig;
  return {
    store: rig.store,
    firewall: rig.firewall,
    async player(name) {
      const browser = rig.browser();
      const link = `/sign-in/${makeSignInToken(name, keys, rig.clock.now(), bytes)}`;
      await browser.get(link);
      await browser.post(link, {});
      browsers.push(browser);
      return webPlayer(browser);
    },
    async restart() {
      await life.worker.drain(0);
      const again = serve(rig, { world: 'real' });
      life = again.life;
      for (const browser of browsers) browser.moves(again.web, life);
    },
    settled: () => rig.clock.settle(),
  };
}

function webPlayer(browser: Browser): Player {
  let opening: Form | undefined;

  /** The newest form with this button; what changes an answer is another thing than what gives one. */
  async function find(incident: string, label: string, type: (type: string) => boolean): Promise<Form> {
    await browser.get(`/incidents/${incident}`);
    const bare = label.replace(/\s*…$/, '');
    const found = browser
      .forms()
      .filter(({ button }) => [label, bare, `Yes: ${bare}`].includes(button))
      .findLast(({ fields }) => type(/"type":"([\w.-]+)"/.exec(fields['event'] ?? '')?.[1] ?? ''));
    if (found === undefined) throw new Error(`There is no button "${label}":\n${browser.words}`);
    return found;
  }

  async function send(
    { action, fields }: Form,
    typed: Record<string, string> = {},
  ): Promise<Told | undefined> {
    return toldBy(await browser.post(action, { ...fields, ...typed }));
  }

  async function toldBy({ status, text }: Answer): Promise<Told | undefined> {
    if (status < 400) return undefined;
    if (text.includes('id="confirm"')) {
      const words = /id="confirm"([\s\S]*?)<form/.exec(text)?.[1] ?? '';
      return { words: textOf(`<p${words}`), confirm: true };
    }
    const beside = /class="wrong"[^>]*role="alert">([\s\S]*?)<\/p>/.exec(text)?.[1];
    if (beside !== undefined) return { words: textOf(beside), field: true };
    return { words: await told() };
  }

  async function told(): Promise<string> {
    await browser.get('/');
    const said = [
      ...browser.page.matchAll(/<div class="notice (?:told|refused)"[\s\S]*?<\/strong>([\s\S]*?)<form/g),
    ];
    for (const { action, fields } of browser.forms().filter((form) => form.action.startsWith('/notices/')))
      await browser.post(action, fields);
    return said.map(([, inside = '']) => textOf(inside)).join('\n');
  }

  const typedInto = ({ fields }: Form, typed: string | undefined) =>
    typed === undefined
      ? {}
      : { [fields['event']?.includes('confirm.pressed') === true ? 'why' : 'text']: typed };
  const gives = (type: string) => type !== 'answer.corrected';

  return {
    async opens(line) {
      await browser.get('/');
      const { action, fields } = browser.form('open');
      opening = { action, fields: { ...fields, client: line } };
      const answer = await browser.post(action, opening.fields);
      const refused = await toldBy(answer);
      return refused === undefined
        ? { incident: /INC-\d+/.exec(browser.words)?.[0] ?? '' }
        : { told: refused };
    },
    async opensAgain() {
      if (opening !== undefined) await browser.post(opening.action, opening.fields);
    },
    async reads(incident) {
      await browser.get(`/incidents/${incident}`);
      return browser.words;
    },
    async buttons(incident) {
      await browser.get(`/incidents/${incident}`);
      return browser
        .forms()
        .filter(({ fields }) => (fields['event'] ?? '').includes('"key"'))
        .map(({ button }) => button);
    },
    async presses(incident, label, typed) {
      const form = await find(incident, label, gives);
      return send(form, typedInto(form, typed));
    },
    async pressesTwice(incident, label, typed) {
      const form = await find(incident, label, gives);
      await send(form, typedInto(form, typed));
      return send(form, typedInto(form, typed));
    },
    async holds(incident, label, typed) {
      const form = await find(incident, label, gives);
      return () => send(form, typedInto(form, typed));
    },
    async forges(incident, event) {
      await browser.get(`/incidents/${incident}`);
      const { action, fields } = browser.form('note');
      return send({
        action,
        fields: { ...fields, event: typeof event === 'string' ? event : JSON.stringify(event) },
      });
    },
    async changes(incident, _question, choice, typed) {
      const form = await find(incident, choice, (type) => type === 'answer.corrected');
      return send(form, typedInto(form, typed));
    },
    async notes(incident, text) {
      await browser.get(`/incidents/${incident}`);
      return send(browser.form('note'), { text });
    },
    async takesOver(incident) {
      await browser.get(`/incidents/${incident}`);
      await send(browser.form('take'));
    },
    async handsOver(incident, to: Name, why) {
      await browser.get(`/incidents/${incident}`);
      await send(browser.form('hand-over'), { to: `web:${to}`, why });
    },
    async cancels(incident, why) {
      await browser.get(`/incidents/${incident}`);
      return send(browser.form('cancel'), { why });
    },
    async parks(incident, why) {
      await browser.get(`/incidents/${incident}`);
      await send(browser.form('park'), { why });
    },
    async resumes(incident) {
      await browser.get(`/incidents/${incident}`);
      await send(browser.form('resume'));
    },
    async steers(incident, verb) {
      await browser.get(`/incidents/${incident}`);
      return send(browser.form(`steer-${verb}`));
    },
    // What they asked for is answered with the page that asks them to read.
    confirms: () => send(browser.form('confirm-form')),
    async knows(incident) {
      await browser.get(`/incidents/${incident}`);
      return textOf(/<details class="known"([\s\S]*)<\/section>\s*<aside/.exec(browser.page)?.[1] ?? '');
    },
    async changesKnown(incident, _question, choice) {
      await browser.get(`/incidents/${incident}`);
      const form = browser
        .forms()
        .find(({ head, button }) => head.includes('id="known--') && button === choice);
      if (form === undefined) throw new Error(`There is no “${choice}” in what is known.`);
      return send(form);
    },
    told,
  };
}
