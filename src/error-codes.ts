import { configErrors } from './error-codes/config.ts';
import { cpaErrors } from './error-codes/cpa.ts';
import { csfErrors } from './error-codes/csf.ts';
import { slackErrors } from './error-codes/slack.ts';
import { smtpErrors } from './error-codes/smtp.ts';
import { storeErrors } from './error-codes/store.ts';
import { teamsErrors } from './error-codes/teams.ts';
import { whmErrors } from './error-codes/whm.ts';

/** Every known failure: its code, what it says and what to do. docs/errors.md is made from this table. */
export const errorCodes = {
  ...whmErrors,
  ...csfErrors,
  ...cpaErrors,
  ...configErrors,
  ...slackErrors,
  ...teamsErrors,
  ...smtpErrors,
  ...storeErrors,
} as const;

/** A code of the table. */
export type ErrorCode = keyof typeof errorCodes;
