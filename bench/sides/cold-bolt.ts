/** A Bolt app as its first page tells to make one. */
import { App } from '@slack/bolt';

const [token = '', signingSecret = '', slackApiUrl = ''] = process.argv.slice(2);
const app = new App({ token, signingSecret, clientOptions: { slackApiUrl } });
app.action(/.*/, async ({ ack }) => ack());
await app.start({ port: 0, host: '127.0.0.1' });
process.stdout.write('listening\n');
