import { isIP } from 'node:net';
import type { SimCall, SimReply } from './http.ts';
import { isBlocked, settle } from './world.ts';
import type { World } from './world.ts';

interface Session {
  csrf: string;
  until: number;
  notice: string;
}

/** Where the pages are. */
export const sitePaths = {
  login: '/admin/login',
  unblock: '/admin/global-content/unblock-ip',
  status: '/admin/global-content/blocked-ips',
};

const sessionMs = 20 * 60_000;
const cookieName = 'CPASESSID';

/**
 * The old admin site of the simulated CPA System: a sign-in form, a session cookie, tokens in its forms that are good
 * once, and the page Global Content › Un-Block IP Address. An un-block answers with a redirect to its result.
 */
export function cpaSite(options: {
  world: World;
  user: string;
  password: string;
  unblockDelayMs: number;
  newToken: () => string;
  now: () => number;
}) {
  const { world, now, newToken } = options;
  const sessions = new Map<string, Session>();

  function sessionOf(cookie: string): Session | undefined {
    const id = cookie.split('; ').find((one) => one.startsWith(`${cookieName}=`)) ?? '';
    const session = sessions.get(id.slice(cookieName.length + 1));
    return session !== undefined && session.until > now() ? session : undefined;
  }

  function signIn({ params }: SimCall): SimReply {
    const { username, password, login_token: token = '' } = params;
    if (!sessions.delete(token)) return loginPage('Your session has expired. Please log in again.');
    if (username !== options.user || password !== options.password)
      return loginPage('The user name or password is wrong.');
    const id = newToken();
    sessions.set(id, { csrf: newToken(), until: now() + sessionMs, notice: '' });
    const cookie = `${cookieName}=${id}; Path=/admin; HttpOnly; SameSite=Lax`;
    return { status: 302, headers: { Location: sitePaths.unblock, 'Set-Cookie': cookie }, body: '' };
  }

  /** The tokens of sign-in forms are kept beside the sessions, and are nobody's cookie. */
  function loginPage(notice = ''): SimReply {
    const token = newToken();
    sessions.set(token, { csrf: '', until: 0, notice: '' });
    return html(
      'Log In',
      `${notice === '' ? '' : `<p class="error">${notice}</p>`}
<form method="post" action="login"><table>
<tr><td>User name</td><td><input name="username"></td></tr>
<tr><td>Password</td><td><input type="password" name="password"></td></tr>
</table><input type="hidden" name="login_token" value="${token}"><input type="submit" value="Log In"></form>`,
    );
  }

  function unblockPage(session: Session): SimReply {
    const { notice } = session;
    session.notice = '';
    return html(
      'Un-Block IP Address',
      `${notice === '' ? '' : `<div class="message">${notice}</div>`}
<p>Enter the IP address. It takes 5-10 minutes for it to un-block the IP.</p>
<table><form method="post" action="${sitePaths.unblock}"><input type="hidden" name="csrf" value="${session.csrf}">
<tr><td>IP address</td><td><input type="text" name="ip" size="20"></td>
<td><input type="submit" name="go" value="Un-Block"></td></tr></form></table>`,
    );
  }

  function unblock({ params }: SimCall, session: Session): SimReply {
    const { ip = '', csrf } = params;
    if (csrf !== session.csrf) return html('Forbidden', '<p>The form has expired.</p>', 403);
    session.csrf = newToken();
    if (isIP(ip) === 0) session.notice = 'Error: that is not a valid IP address.';
    else if (!isBlocked(world, ip, now())) session.notice = `${ip} is not blocked.`;
    else {
      world.pendingUnblocks.set(ip, now() + options.unblockDelayMs);
      session.notice = `The un-block of ${ip} has been submitted.`;
    }
    return { status: 302, headers: { Location: sitePaths.unblock }, body: '' };
  }

  function status(ip: string): SimReply {
    settle(world, now());
    const blocked = isBlocked(world, ip, now()) ? 'Blocked' : 'Not blocked';
    const state = world.pendingUnblocks.has(ip) ? 'Un-block pending' : blocked;
    const shown = isIP(ip) === 0 ? '' : `<tr><td>${ip}</td><td>${state}</td></tr>`;
    return html('Blocked IP Addresses', `<table><tr><th>IP address</th><th>State</th></tr>${shown}</table>`);
  }

  return {
    /** What a call to one of the pages is called. */
    nameOf(path: string, params: Record<string, string>): string {
      if (path === sitePaths.login) return 'username' in params ? 'sign-in' : 'sign-in page';
      if (path === sitePaths.unblock) return 'ip' in params ? 'site un-block' : 'un-block page';
      return path === sitePaths.status ? 'status page' : path;
    },
    answer(call: SimCall, path: string, cookie: string): SimReply {
      const isPost = call.method === 'POST';
      if (path === sitePaths.login) return isPost ? signIn(call) : loginPage();
      const session = sessionOf(cookie);
      if (session === undefined) return { status: 302, headers: { Location: sitePaths.login }, body: '' };
      if (path === sitePaths.unblock) return isPost ? unblock(call, session) : unblockPage(session);
      if (path === sitePaths.status) return status(call.params['ip'] ?? '');
      return html('Not Found', '<p>There is no such page.</p>', 404);
    },
    /** Ends every session, as a restart of the site does. */
    signEverybodyOut(): void {
      sessions.clear();
    },
  };
}

function html(title: string, body: string, status = 200): SimReply {
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
    body: `<!DOCTYPE html>
<html><head><title>${title} - CPA System</title></head>
<body><ul><li>Home</li><li>Global Content<ul><li>Un-Block IP Address</li></ul></li></ul>
<h1>${title}</h1>
${body}
</body></html>
`,
  };
}
