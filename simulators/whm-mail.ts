import type { SimDelivery, SimService } from './mail-world.ts';
import type { World } from './world.ts';

type Params = Readonly<Record<string, string>>;

/** The functions of the simulated WHM that are about services and the log of deliveries. */
export function mailFunctions(world: World): Record<string, (params: Params) => { data: unknown }> {
  return {
    servicestatus: ({ service }) => ({
      data: {
        service: world.services
          .filter(({ name }) => service === undefined || name === service)
          .map(serviceRow),
      },
    }),
    emailtrack_search: (params) => ({ data: { records: recordsOf(world.deliveries, params) } }),
  };
}

/** `running` is there only for what the server monitors. */
function serviceRow(
  { name, title, enabled, installed, monitored, running }: SimService,
  index: number,
): object {
  const one = (value: boolean) => (index % 2 === 0 ? Number(value) : String(Number(value)));
  return {
    name,
    display_name: title,
    enabled: one(enabled),
    installed: one(installed),
    monitored: one(monitored),
    ...(monitored ? { running: one(running) } : {}),
  };
}

/** The newest of each type that is asked for; 0 is all of them. WHM's own default is 250. */
function recordsOf(deliveries: readonly SimDelivery[], params: Params): object[] {
  const most = Number(params.max_results_by_type ?? 250);
  const newestFirst = deliveries.toSorted((a, b) => b.sentAt - a.sentAt);
  return (['success', 'defer', 'failure', 'inprogress'] as const).flatMap((type) => {
    if (params[type] !== '1') return [];
    const mine = newestFirst.filter((one) => one.type === type);
    return (most === 0 ? mine : mine.slice(0, most)).map(deliveryRow);
  });
}

function deliveryRow(delivery: SimDelivery, index: number): object {
  const { type, at, sentAt, recipient, sender, senderIp, message } = delivery;
  const known = type === 'inprogress' ? 'unknown' : recipient;
  const seconds = (ms: number) => Math.floor(ms / 1000);
  return {
    type,
    msgid: `1w${String(index).padStart(4, '0')}-0000000${index % 10}-AbC`,
    sendunixtime: index % 2 === 0 ? seconds(sentAt) : String(seconds(sentAt)),
    actionunixtime: String(seconds(at)),
    actiontime: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
    recipient: known,
    deliveredto: type === 'success' ? known : null,
    sender,
    senderip: senderIp,
    senderhost: '',
    spamscore: '0',
    size: 4096,
    transport: type === 'success' ? 'dovecot_virtual_delivery' : '**rejected**',
    message: type === 'inprogress' ? 'In progress' : message,
  };
}
