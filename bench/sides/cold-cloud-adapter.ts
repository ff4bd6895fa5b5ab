/** A bot of Teams on botbuilder's CloudAdapter and nothing else. */
import { createServer } from 'node:http';
import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type Request,
  type Response,
} from 'botbuilder';

const [MicrosoftAppId = '', MicrosoftAppPassword = '', MicrosoftAppTenantId = ''] = process.argv.slice(2);
const adapter = new CloudAdapter(
  new ConfigurationBotFrameworkAuthentication({
    MicrosoftAppId,
    MicrosoftAppPassword,
    MicrosoftAppType: 'SingleTenant',
    MicrosoftAppTenantId,
  }),
);
const server = createServer((request, response) => {
  const asked = Object.assign(request, { body: {} }) as unknown as Request;
  void adapter.process(asked, response as unknown as Response, async () => {});
});
server.listen(0, '127.0.0.1', () => process.stdout.write('listening\n'));
