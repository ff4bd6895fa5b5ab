import { z } from 'zod';
import type { SettingName } from './config-names.ts';
import * as value from './config-values.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** One of the levels of the log. */
export type LogLevel = (typeof logLevels)[number];

/** Every setting by name. A default is the value itself, not a text. */
export const schema = z.object({
  PORT: value.wholeNumber(0, 65_535).default(3000),
  HOST: value.listenHost.default('127.0.0.1'),
  PUBLIC_URL: value.originUrl.optional(),
  DATABASE_URL: value.database.default('data/mailfix.db'),
  LEASE: value.leaseMs.default(10_000),
  MAILFIX_KEY: value.longSecret.optional(),
  MAILFIX_CONFIG: value.words.optional(),
  LOG_LEVEL: value.oneOf(...logLevels).default('info'),
  SIMULATORS: value.yesOrNo.optional(),
  TIME_ZONE: value.timeZone.optional(),
  STAFF_LANGUAGE: value.language.default('en'),
  CLIENT_LANGUAGE: value.language.default('en'),
  METRICS_TOKEN: value.headerSecret.optional(),

  WHM_URL: value.whmUrl.default(''),
  WHM_USER: value.userName.default(''),
  WHM_TOKEN: value.headerSecret.default(''),
  WHM_WRITE_TOKEN: value.headerSecret.optional(),
  WHM_CA: value.words.optional(),

  CPA_UNBLOCK_URL: value.systemUrl.optional(),
  CPA_STATUS_URL: value.systemUrl.optional(),
  CPA_TOKEN: value.headerSecret.optional(),
  CPA_USER: value.words.optional(),
  CPA_PASSWORD: value.words.optional(),
  CPA_BODY: value.oneOf('json', 'form').default('json'),
  CPA_IP_FIELD: value.fieldName.default('ip'),
  CPA_CA: value.words.optional(),
  CPA_LOGIN_URL: value.systemUrl.optional(),

  SLACK_BOT_TOKEN: value.headerSecret.optional(),
  SLACK_SIGNING_SECRET: value.headerSecret.optional(),
  SLACK_APP_TOKEN: value.headerSecret.optional(),
  SLACK_API_URL: value.systemUrl.optional(),
  SLACK_CLIENT_ID: value.words.optional(),
  SLACK_CLIENT_SECRET: value.headerSecret.optional(),
  SLACK_STATE_SECRET: value.words.optional(),
  SLACK_TEAMS: value.ids.default([]),

  MicrosoftAppId: value.words.optional(),
  MicrosoftAppPassword: value.words.optional(),
  MicrosoftAppType: value.oneOf('MultiTenant', 'SingleTenant', 'UserAssignedMSI').default('SingleTenant'),
  MicrosoftAppTenantId: value.words.optional(),
  TEAMS_AUTH: value.yesOrNo.default(true),
  TEAMS_TENANTS: value.ids.default([]),

  SMTP_URL: value.smtpUrl.default(''),
  MAIL_FROM: value.mailAddress.default(''),

  APPROVERS: value.people.optional(),
  TECHNICIANS: value.people.default([]),
  FOUR_EYES: value.yesOrNo.default(true),
  APPROVAL_WITHIN: value.duration.default('30m'),
  UNBLOCK_CHECKS: value.durations.default(['5m', '7m', '10m']),
  WATCH_FOR: value.duration.default('24h'),
  QUOTA_STEP_MB: value.wholeNumber(1, 1_000_000).default(100),
  BYF_URL: value.pageUrl.optional(),
  OWN_ADDRESSES: value.ownAddresses.default([]),
} satisfies Record<SettingName, z.ZodType>);

/** The settings, each read by itself. */
export type Settings = z.output<typeof schema>;
