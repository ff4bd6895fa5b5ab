import type { ErrorRow } from './row.ts';

/** What goes wrong with the firewall CSF/LFD, which is asked through its plugin in WHM. */
export const csfErrors = {
  'csf.no-access': {
    message: 'The firewall plugin (CSF) of WHM at {server} does not let the token in: {reason}',
    remedy:
      'Run "mailfix doctor". The user of a reseller must be in /etc/csf/csf.resellers there, with USE and GREP. Meanwhile look by hand: WHM › Plugins › ConfigServer Security & Firewall.',
  },
  'csf.missing': {
    message: 'WHM at {server} has no firewall plugin (CSF).',
    remedy: 'If another firewall runs there, look in it by hand: mailfix could not.',
  },
  'csf.broken-answer': {
    message: 'The firewall plugin (CSF) of WHM at {server} answered with something unreadable: {reason}',
    remedy:
      'Look by hand: WHM › Plugins › ConfigServer Security & Firewall. The log has the beginning of the answer.',
  },
} as const satisfies Record<string, ErrorRow>;
