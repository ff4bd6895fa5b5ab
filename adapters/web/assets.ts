import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { packageRoot } from '../../src/root.ts';
import type { ConsoleEnv } from './desk.ts';

const types = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' } as const;

/** Later ones may overrule earlier ones. */
const styles = ['base', 'controls', 'frame', 'pages', 'card', 'findings', 'plan', 'parts', 'log'] as const;

/** Serves the style, the script and the drawing of the tab. They are read once, at the start. */
export function serveAssets(app: Hono<ConsoleEnv>): void {
  const folder = join(packageRoot, 'adapters', 'web', 'public');
  const idiomorph = createRequire(join(packageRoot, 'package.json')).resolve(
    'idiomorph/dist/idiomorph.esm.js',
  );
  const style = styles.map((name) => readFileSync(join(folder, `${name}.css`), 'utf8')).join('\n');
  const files: readonly (readonly [name: string, body: string, type: keyof typeof types])[] = [
    ['console.css', style, 'css'],
    ['console.js', readFileSync(join(folder, 'console.js'), 'utf8'), 'js'],
    ['icon.svg', readFileSync(join(folder, 'icon.svg'), 'utf8'), 'svg'],
    ['idiomorph.js', readFileSync(idiomorph, 'utf8'), 'js'],
  ];
  for (const [name, body, type] of files) {
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 24)}"`;
    app.get(`/assets/${name}`, (c) => {
      // Asked again each time and mostly answered with 304: a new version must never meet an old script.
      c.header('cache-control', 'no-cache');
      c.header('etag', tag);
      if (c.req.header('if-none-match') === tag) return c.body(null, 304);
      return c.body(body, 200, { 'content-type': `${types[type]}; charset=utf-8` });
    });
  }
}
