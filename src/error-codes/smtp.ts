import type { ErrorRow } from './row.ts';

/** What goes wrong with the mail server that mailfix sends through. */
export const smtpErrors = {
  'smtp.refused-login': {
    message: 'The mail server {server} refused the sign-in: {reason}',
    remedy:
      'Check user name and password in SMTP_URL; what is not plain letters or digits there is %-encoded.',
  },
  'smtp.refused-recipient': {
    message: 'The mail server {server} does not take mail for {to}: {reason}',
    remedy: 'Check the address with the client, or send the words by other means.',
  },
  'smtp.refused': {
    message: 'The mail server {server} refused the message at {stage}: {reason}',
    remedy: 'Check MAIL_FROM, and whether this server may send from that address; then send it again.',
  },
  'smtp.not-now': {
    message: 'The mail server {server} does not take the message now, at {stage}: {reason}',
    remedy: 'Nothing was sent; mailfix tries again by itself.',
  },
  'smtp.no-tls': {
    message: 'The mail server {server} offers no encryption ({reason}), so nothing was sent.',
    remedy: 'Use smtps:// in SMTP_URL, or a server with STARTTLS; only this machine itself goes without.',
  },
  'smtp.certificate': {
    message: 'The certificate of the mail server {server} is not accepted ({reason}), so nothing was sent.',
    remedy: 'Use the host name that is on the certificate in SMTP_URL, and renew it when it has expired.',
  },
  'smtp.unreachable': {
    message: 'The mail server {server} cannot be reached ({reason}).',
    remedy: 'Check host name and port in SMTP_URL, the firewall, and that the server is up.',
  },
  'smtp.timeout': {
    message: 'The mail server {server} gave no complete answer within {limit}; {sent}.',
    remedy: 'If it may have been sent, look for the message there before sending it again.',
  },
  'smtp.cancelled': {
    message: 'Sending through the mail server {server} was given up before it was answered; {sent}.',
    remedy: 'If it may have been sent, look for the message there before sending it again.',
  },
  'smtp.connection-lost': {
    message: 'The mail server {server} broke off the connection ({reason}); {sent}.',
    remedy: 'If it may have been sent, look for the message there before sending it again.',
  },
  'smtp.broken-answer': {
    message: 'The mail server {server} gave an answer that cannot be read ({reason}); {sent}.',
    remedy: 'Check that SMTP_URL names a mail server and its port for sending, 465 or 587.',
  },
  'smtp.bad-message': {
    message: 'The message cannot be sent: {what} {why}.',
    remedy: 'Correct it and send it again; nothing was sent.',
  },
} as const satisfies Record<string, ErrorRow>;
