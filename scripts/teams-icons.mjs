#!/usr/bin/env node
// Draws the Teams app's icons into adapters/teams/package, an envelope with a check mark: node scripts/teams-icons.mjs
import { realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';

/** @typedef {(x: number, y: number) => number} Shape How far outside a point is, in a square of 32; negative inside. */
/** @typedef {readonly [red: number, green: number, blue: number]} Colour */
/** @typedef {readonly [Shape, Colour | 'hole']} Layer */
/** @typedef {{ width: number, rgba: Uint8Array }} Picture Square, four bytes a pixel, row by row. */

/** @type {Colour} */
const white = [255, 255, 255];
/** @type {Colour} As in the icon of the web console. */
const accent = [0x43, 0x53, 0xd6];
/** @type {Colour} */
const good = [0x1f, 0x9d, 0x57];

/** For the list of apps: in full colour up to the edges, which Teams rounds. */
export function colorIcon() {
  return paint(192, [
    [box(0, 0, 32, 32, 0), accent],
    [box(6, 9, 25, 23, 2), white],
    [line(7, 10.6, 15.5, 17.2, 0.75), accent],
    [line(24, 10.6, 15.5, 17.2, 0.75), accent],
    [disc(24.2, 22.2, 6.3), accent],
    [disc(24.2, 22.2, 5.2), good],
    ...check(24.2, 22.2, 1),
  ]);
}

/** For Teams' own bars: white lines on nothing, and no other colour. */
export function outlineIcon() {
  const envelope = box(4, 7, 27, 24, 2.5);
  return paint(32, [
    [(x, y) => Math.abs(envelope(x, y)) - 0.9, white],
    [line(5.5, 9, 15.5, 16.5, 0.9), white],
    [line(25.5, 9, 15.5, 16.5, 0.9), white],
    [disc(24.5, 22.5, 5.5), 'hole'],
    ...check(24.5, 22.5, 1.4),
  ]);
}

/** @param {number} x @param {number} y @param {number} size @returns {Layer[]} */
function check(x, y, size) {
  const [x1, y1, x2, y2] = [x - 0.6 * size, y + 1.9 * size, x + 2.5 * size, y - 1.6 * size];
  const strong = 0.5 + 0.3 * size;
  return [
    [line(x - 2.3 * size, y + 0.2 * size, x1, y1, strong), white],
    [line(x1, y1, x2, y2, strong), white],
  ];
}

/** @param {number} x @param {number} y @param {number} r @returns {Shape} */
function disc(x, y, r) {
  return line(x, y, x, y, r);
}

/** With round corners. @param {number} left @param {number} top @param {number} right @param {number} bottom @param {number} r @returns {Shape} */
function box(left, top, right, bottom, r) {
  return (x, y) => {
    const dx = Math.abs(x - (left + right) / 2) - (right - left) / 2 + r;
    const dy = Math.abs(y - (top + bottom) / 2) - (bottom - top) / 2 + r;
    return length(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - r;
  };
}

/** With round ends. @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {number} r @returns {Shape} */
function line(x1, y1, x2, y2, r) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  return (x, y) => {
    const along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1);
    const at = Math.min(1, Math.max(0, along));
    return length(x - x1 - at * dx, y - y1 - at * dy) - r;
  };
}

/** Not Math.hypot: its last digits differ between engines. @param {number} x @param {number} y */
function length(x, y) {
  return Math.sqrt(x * x + y * y);
}

/**
 * Lays shapes over one another, the last on top, on nothing.
 *
 * @param {number} width
 * @param {readonly Layer[]} layers
 * @returns {Picture}
 */
function paint(width, layers) {
  const rgba = new Uint8Array(width * width * 4);
  const scale = width / 32;
  for (let at = 0; at < width * width; at += 1) {
    const [x, y] = [((at % width) + 0.5) / scale, (Math.floor(at / width) + 0.5) / scale];
    let alpha = 0;
    /** @type {readonly number[]} */
    let colour = white;
    for (const [shape, over] of layers) {
      const covered = Math.min(1, Math.max(0, 0.5 - shape(x, y) * scale));
      if (over !== 'hole') colour = colour.map((was, part) => was + ((over[part] ?? 0) - was) * covered);
      alpha += ((over === 'hole' ? 0 : 1) - alpha) * covered;
    }
    rgba.set([...colour, alpha * 255].map(Math.round), at * 4);
  }
  return { width, rgba };
}

/** @param {Picture} picture */
function png({ width, rgba }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header.set([8, 6], 8); // Eight bits each of red, green, blue and alpha.
  const pixels = Buffer.alloc(width * (width * 4 + 1)); // Before each row the number of its filter: none.
  for (let y = 0; y < width; y += 1)
    pixels.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1);
  const parts = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

/** @param {string} name @param {Buffer} data */
function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}

const itself = fileURLToPath(import.meta.url);
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === itself) {
  const folder = new URL('../adapters/teams/package/', import.meta.url);
  writeFileSync(new URL('color.png', folder), png(colorIcon()));
  writeFileSync(new URL('outline.png', folder), png(outlineIcon()));
}
