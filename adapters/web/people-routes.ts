import type { Hono } from 'hono';
import { nameOfWebId } from '../../src/render/approver-names.ts';
import { backPath, fieldsOf, peopleOf, type ConsoleEnv, type Desk } from './desk.ts';
import { html } from './html.ts';
import { listLink, plainPage } from './layout.ts';
import type { Redeemed } from './session.ts';

const reasons = {
  broken:
    'This link is not whole. Copy all of it, or run “mailfix sign-in NAME” on the server for a new one.',
  expired:
    'Links work for 15 minutes, and these are over. Run “mailfix sign-in NAME” on the server for a new one.',
  spent:
    'This link was used already; each works once. If that was not you, tell whoever runs mailfix. Run “mailfix sign-in NAME” for a new one.',
} as const;

/** Signing in by a one-time link. Opened by anybody; only a press on its button spends the link. */
export function signInRoutes(app: Hono<ConsoleEnv>, { sessions, ports }: Desk): void {
  if (ports.world === 'simulated') return;

  app.get('/sign-in/:token', (c) => {
    const read = sessions.readToken(c.req.param('token'));
    if ('ok' in read) return c.html(refusedPage(read), 403);
    const name = nameOfWebId(read.name.toLowerCase());
    const form = html`<form method="post"><button class="primary wide">Sign in as ${name}</button></form>`;
    return c.html(
      plainPage('Sign in', `This link signs this browser in as ${name} for 12 hours. It works once.`, form),
    );
  });

  app.post('/sign-in/:token', async (c) => {
    const redeemed = await sessions.redeem(c, c.req.param('token'));
    return redeemed.ok ? c.redirect('/', 303) : c.html(refusedPage(redeemed), 403);
  });
}

/** Signing out, playing somebody else on simulators, and dismissing notices. */
export function peopleRoutes(app: Hono<ConsoleEnv>, desk: Desk): void {
  const { sessions, ports, live, notices } = desk;

  app.post('/sign-out', async (c) => {
    const session = c.get('session');
    await sessions.end(c, session);
    live.drop(session.id);
    return c.html(
      plainPage(
        'Signed out',
        'This browser is signed out. A new link from “mailfix sign-in NAME” signs in again.',
      ),
    );
  });

  app.post('/people', async (c) => {
    const fields = await fieldsOf(c);
    const actor =
      ports.world === 'simulated'
        ? peopleOf(ports).find((one) => one.id === fields.get('person'))
        : undefined;
    if (actor === undefined)
      return c.html(plainPage('Nobody of that name', 'Nothing was changed.', listLink()), 404);
    live.drop(c.get('session').id);
    sessions.play(c, actor);
    return c.redirect(backPath(fields.get('back')), 303);
  });

  app.post('/notices/:notice/dismiss', async (c) => {
    const fields = await fieldsOf(c);
    const { actor } = c.get('session');
    notices.dismiss(actor.id, c.req.param('notice'));
    live.told(actor.id);
    return c.redirect(backPath(fields.get('back')), 303);
  });
}

function refusedPage(redeemed: Redeemed) {
  return plainPage('This link does not sign in', redeemed.ok ? '' : reasons[redeemed.why]);
}
