import { z } from 'zod';
import type { CallOptions, WhmCalls } from './whm-calls.ts';
import { filterBy, firstRows } from './whm-filter.ts';
import { deliveryRow, routingRow, serviceRow } from './whm-mail-shapes.ts';
import type { Delivery, MailRouting, Service } from './whm-mail-shapes.ts';
import { settingsData } from './whm-shapes.ts';
import type { ClientSettings } from './whm-shapes.ts';
import * as value from './whm-values.ts';

const longestMessage = 500;
// "filtered", "rejected" and "archive" are on no page of cPanel, but its Cpanel::DeliveryReporter sends them.
const outcomes = new Map<string, Delivery['outcome']>([
  ['success', 'delivered'],
  ['defer', 'deferred'],
  ['failure', 'failed'],
  ['rejected', 'failed'],
  ['filtered', 'failed'],
  ['inprogress', 'inprogress'],
]);
const routes = ['local', 'remote', 'secondary'] as const;

/** What can be asked about mail itself: services, routing, deliveries, settings. */
export function mailReads({ read }: Pick<WhmCalls, 'read'>) {
  return {
    /** The services of the server. Names of note: `imap`, `pop`, `lmtp`, `exim`, `exim-altport`, `cpsrvd`, `httpd`. */
    async services({ signal }: CallOptions = {}): Promise<Service[]> {
      // A server without any service has not answered the question.
      const answer = z.looseObject({ service: z.array(serviceRow).min(1, 'no service is listed') });
      const { service } = await read({ name: 'servicestatus', answer, signal });
      return service.map(({ name, display_name: title, enabled, installed, monitored, running }): Service => {
        return { name, title: title ?? name, enabled, installed, monitored, running };
      });
    },

    /** Where the mail of a domain of an account goes; `unknown` if cPanel does not list the domain. */
    async mailRouting(user: string, domain: string, { signal }: CallOptions = {}): Promise<MailRouting> {
      const name = 'Email::list_mxs';
      const rows = await read({
        name,
        account: user,
        params: { domain },
        answer: value.list(routingRow),
        signal,
      });
      const row = rows.find((one) => one.domain.toLowerCase() === domain.toLowerCase());
      if (row === undefined) return { detected: 'unknown', exchangers: [] };
      const found = routes.find((route) => row.detected === route);
      // An older build has the three flags alone.
      const byFlag = routes.filter((route) => row[route] === true);
      const exchangers = row.entries.map(({ mx, priority }) => ({ host: mx, priority }));
      return {
        detected: found ?? (byFlag.length === 1 ? byFlag[0] : undefined) ?? 'unknown',
        ...(row.alwaysaccept === null ? {} : { alwaysAccept: row.alwaysaccept }),
        exchangers: exchangers.toSorted((a, b) => a.priority - b.priority),
      };
    },

    /**
     * Attempts to deliver to or from an address, of messages sent since then, at most `limit`, the newest first.
     * Messages still on their way have no recipient in WHM's records, so only a search by sender shows them.
     */
    async deliveries(
      by: { recipient: string } | { sender: string },
      sinceMs: number,
      limit: number,
      { signal }: CallOptions = {},
    ): Promise<Delivery[]> {
      const field = 'recipient' in by ? 'recipient' : 'sender';
      const address = 'recipient' in by ? by.recipient : by.sender;
      const params = {
        success: 1,
        defer: 1,
        failure: 1,
        inprogress: 1,
        deliverytype: 'all',
        // Without this WHM takes the newest 250 of each type of the whole server, perhaps before it filters.
        max_results_by_type: 0,
        ...filterBy(
          { field, type: 'eq', value: address },
          { field: 'sendunixtime', type: 'gt', value: Math.floor(sinceMs / 1000) - 1 },
        ),
        'api.sort.enable': 1,
        'api.sort.a.field': 'sendunixtime',
        'api.sort.a.method': 'numeric',
        'api.sort.a.reverse': 1,
        ...firstRows(limit),
      };
      const answer = z.looseObject({ records: value.list(deliveryRow) });
      const { records } = await read({ name: 'emailtrack_search', params, answer, signal });
      const mine = records.filter(
        (row) =>
          row[field]?.toLowerCase() === address.toLowerCase() &&
          row.sendunixtime >= Math.floor(sinceMs / 1000),
      );
      return mine
        .flatMap((row): Delivery[] => {
          const outcome = outcomes.get(row.type);
          if (outcome === undefined) return [];
          const at = (row.actionunixtime ?? row.sendunixtime) * 1000;
          const { recipient, sender, senderip: senderIp, message } = row;
          const text = (message ?? '').slice(0, longestMessage);
          return [{ outcome, at, recipient: recipient ?? '', sender: sender ?? '', senderIp, message: text }];
        })
        .toSorted((a, b) => b.at - a.at)
        .slice(0, limit);
    },

    /** The default mailbox of an account, which `mailboxes` leaves out. */
    async mainMailbox(user: string, { signal }: CallOptions = {}): Promise<{ usedMb: number }> {
      const name = 'Email::get_main_account_disk_usage_bytes';
      const bytes = await read({ name, account: user, answer: value.number, signal });
      return { usedMb: bytes / 1_048_576 };
    },

    /** The settings that a mail program needs for a mailbox. */
    async clientSettings(
      user: string,
      mailbox: string,
      { signal }: CallOptions = {},
    ): Promise<ClientSettings> {
      const params = { account: mailbox };
      const name = 'Email::get_client_settings';
      const data = await read({ name, account: user, params, answer: settingsData, signal });
      return {
        inboxService: data.inbox_service,
        inboxHost: data.inbox_host,
        inboxPort: data.inbox_port,
        inboxUsername: data.inbox_username,
        smtpHost: data.smtp_host,
        smtpPort: data.smtp_port,
        smtpUsername: data.smtp_username,
      };
    },
  };
}
