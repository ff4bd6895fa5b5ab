/** botbuilder's CloudAdapter with its check of the token, and a bot that does nothing. */
import { createServer } from 'node:http';
import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type Request,
  type Response,
} from 'botbuilder';
import { answerTo, listening } from './answer.ts';

const [openIdUrl = '', appId = ''] = process.argv.slice(2);
const adapter = new CloudAdapter(
  new ConfigurationBotFrameworkAuthentication({
    MicrosoftAppId: appId,
    MicrosoftAppPassword: 'the secret',
    MicrosoftAppType: 'MultiTenant',
    // Whoever sets one of these has set them all.
    ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
    ToBotFromChannelOpenIdMetadataUrl: openIdUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: openIdUrl,
    ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
    ToChannelFromBotOAuthScope: 'https://api.botframework.com',
    OAuthUrl: 'https://token.botframework.com',
    CallerId: 'urn:botframework:azure',
  }),
);
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    // What express makes of a request and its response, as far as the adapter uses it.
    const asked = Object.assign(request, { body }) as unknown as Request;
    const answer: Response = {
      socket: response.socket,
      status: (code: number) => (response.statusCode = code),
      header: (name: string, value: unknown) => response.setHeader(name, String(value)),
      send: (text: unknown) => response.write(typeof text === 'string' ? text : JSON.stringify(text)),
      end: () => response.end(),
    };
    adapter
      .process(asked, answer, async () => {})
      .catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        response.writeHead(500).end();
      });
  });
});
answerTo(await listening(server));
