import { expect, test } from 'vitest';
import { errorCodes } from '../../src/error-codes.ts';
import { configError, effectError, EffectError, errorsAsMarkdown } from '../../src/errors.ts';

const refused = { retry: 'never', outcome: 'not-applied' } as const;

test('a message says what, which value and what to do', () => {
  const values = { server: 'host2:2087', call: 'editquota', status: 403 };
  const error = effectError('whm.refused-token', values, refused);
  expect(error).toBeInstanceOf(EffectError);
  expect(error.message).toBe(
    'WHM at host2:2087 refused the token (403 to "editquota"). ' +
      "Check WHM_USER and WHM_TOKEN, the token's expiry and its allowed addresses in WHM › Development › Manage API Tokens.",
  );
  expect(error).toMatchObject({ code: 'whm.refused-token', ...refused, afterMs: undefined });
});

test('a value with braces or $ is shown as it is, and is not filled again', () => {
  const error = configError('config.bad-value', {
    name: '{value}',
    value: '$& {why}',
    why: 'x',
    example: 'y',
  });
  expect(error.message).toBe('{value} cannot be "$& {why}": x. Write it like this: y.');
});

test('a code without its values does not compile', () => {
  // @ts-expect-error `example` is missing
  configError('config.missing', { name: 'WHM_URL' });
  // @ts-expect-error there is no such code
  expect(() => configError('config.nonsense', {})).toThrow();
});

test.each(Object.entries(errorCodes))(
  '%s: message and remedy are whole sentences',
  (code, { message, remedy }) => {
    expect(code).toMatch(/^[a-z]+\.[a-z-]+$/);
    expect(message).toMatch(/^[A-Zc{].*([.)]|\{\w+\})$/);
    expect(remedy).toMatch(/^[A-Za-z].*\.$/);
  },
);

test('docs/errors.md has a row for every code', () => {
  const lines = errorsAsMarkdown().split('\n');
  const codes = lines.map((line) => /^\| `([^`]+)` \|/.exec(line)?.[1]).filter(Boolean);
  expect(codes).toEqual(Object.keys(errorCodes));
  expect(errorsAsMarkdown()).not.toMatch(/\{\w+\}/);
});
