import { createServer } from 'node:http';
import { jsonOf, parsed } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';
import type { FakeTeams } from './server.ts';

/** An app as small as can be: it hears everything, and answers what it is told to. */
export async function startSmallApp(teams: FakeTeams) {
  const heard: Json[] = [];
  const answers: { readonly status?: number; readonly body?: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      heard.push(jsonOf(parsed(text)));
      const { status = 200, body } = answers.shift() ?? {};
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  teams.deliverTo(`http://127.0.0.1:${address.port}/`);

  /** A call to the connector, as any program could make it. */
  async function call(method: string, path: string, body?: Json, token = teams.botToken) {
    const response = await fetch(`${teams.serviceUrl}v3/conversations${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = jsonOf(parsed(await response.text()));
    const { code } = jsonOf(answer['error']);
    return { status: response.status, answer, code, headers: Object.fromEntries(response.headers) };
  }

  const at = (conversation: string): string => `/${encodeURIComponent(conversation)}`;
  return {
    heard,
    last: (): Json => heard.at(-1) ?? {},
    /** The next request is answered like this. */
    answers: (body: unknown, status = 200): void => void answers.push({ status, body }),
    call,
    send: (conversation: string, activity: Json) => call('POST', `${at(conversation)}/activities`, activity),
    update: (conversation: string, id: string, activity: Json) =>
      call('PUT', `${at(conversation)}/activities/${id}`, activity),
    members: (conversation: string, id = '') =>
      call('GET', `${at(conversation)}/members${id && `/${encodeURIComponent(id)}`}`),
    /** Begins a thread in the home channel; its conversation. */
    async thread(activity: Json): Promise<string> {
      const channelData = { channel: { id: teams.channel } };
      const { answer, status } = await call('POST', '', { isGroup: true, channelData, activity });
      if (status !== 201) throw new Error(JSON.stringify(answer));
      return String(answer['id']);
    },
    close: async (): Promise<void> => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A running small app. */
export type SmallApp = Awaited<ReturnType<typeof startSmallApp>>;

/** A message with a card of these parts. */
export function cardWith(body: readonly Json[], actions: readonly Json[] = [], more: Json = {}): Json {
  const content = { type: 'AdaptiveCard', version: '1.5', body, actions, ...more };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
}

/** A line of a card. */
export function block(text: string): Json {
  return { type: 'TextBlock', text };
}

/** A field that has to be filled. */
export const why: Json = {
  type: 'Input.Text',
  id: 'why',
  label: 'Why',
  isRequired: true,
  errorMessage: 'Say why',
};

/** A button, with what old clients press in its place. */
export function execute(title: string, more: Json = {}): Json {
  const fallback = { type: 'Action.Submit', title, data: { i: 'INC-1', verb: 'press' } };
  return { type: 'Action.Execute', title, verb: 'press', data: { i: 'INC-1' }, fallback, ...more };
}
