import { raw } from 'hono/html';
import type { Html } from './html.ts';

const strokes = {
  fail: '<circle cx="8" cy="8" r="6.25"/><path d="m5.75 5.75 4.5 4.5m0-4.5-4.5 4.5"/>',
  warning: '<path d="M8 2.1 14.4 13.4H1.6z"/><path d="M8 6.4v3.2m0 1.7v.1"/>',
  pass: '<circle cx="8" cy="8" r="6.25"/><path d="m5.2 8.2 1.9 1.9 3.7-4"/>',
  unknown:
    '<circle cx="8" cy="8" r="6.25"/><path d="M6.3 6.3c.2-1 1-1.5 1.8-1.5 1 0 1.8.7 1.8 1.6 0 1.2-1.8 1.4-1.8 2.6m0 2v.1"/>',
  'not-applicable': '<circle cx="8" cy="8" r="6.25"/><path d="M5.5 8h5"/>',
  working: '<path d="M8 1.75A6.25 6.25 0 1 1 1.75 8"/>',
  waiting: '<circle cx="8" cy="8" r="6.25"/><path d="M8 4.6V8l2.3 1.5"/>',
  good: '<circle cx="8" cy="8" r="6.25"/><path d="m5.2 8.2 1.9 1.9 3.7-4"/>',
  bad: '<circle cx="8" cy="8" r="6.25"/><path d="M8 4.8v3.8m0 2.4v.1"/>',
  neutral: '<path d="m4 8.4 2.6 2.6L12 5.4"/>',
  plan: '<path d="M8.8 1.6 3.2 9h4l-.9 5.4L12.8 6.6H8.2z"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8" rx="1.6"/><path d="M10.5 5.4V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.4"/>',
  plus: '<path d="M8 3v10M3 8h10"/>',
  people: '<circle cx="8" cy="5.4" r="2.6"/><path d="M2.9 13.6c.5-2.5 2.5-3.9 5.1-3.9s4.6 1.4 5.1 3.9"/>',
  log: '<path d="M3 4h10M3 8h10M3 12h6"/>',
  back: '<path d="M9.8 3.6 5.4 8l4.4 4.4"/>',
  down: '<path d="M8 2.5v8m-3.4-3.2L8 10.7l3.4-3.4M3 13.5h10"/>',
  note: '<path d="m3 13 .7-3 6.9-6.9a1.4 1.4 0 0 1 2 0l.3.3a1.4 1.4 0 0 1 0 2L6 12.3z"/>',
  flask: '<path d="M6.2 2h3.6M6.8 2v4L3 12.2A1.2 1.2 0 0 0 4 14h8a1.2 1.2 0 0 0 1-1.8L9.2 6V2M4.8 10h6.4"/>',
  close: '<path d="m4 4 8 8m0-8-8 8"/>',
  arrow: '<path d="M3 8h9.5M9 4.5 12.5 8 9 11.5"/>',
} as const;

/** The names of the drawings. */
export type IconName = keyof typeof strokes;

/** A drawing beside words that say the same; screen readers pass over it. */
export function icon(name: IconName, className = ''): Html {
  return raw(
    `<svg class="icon ${className}" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${strokes[name]}</svg>`,
  );
}
