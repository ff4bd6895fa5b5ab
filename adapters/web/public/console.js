// Makes the pages live. Everything works without it, by plain forms; this keeps the place, the focus and what is typed.
import { Idiomorph } from './idiomorph.js';

const body = document.body;
const live = document.getElementById('live');
const main = document.getElementById('main');
// How far this machine's clock is ahead of the server's: countdowns follow the server.
let ahead = Date.now() - Number(body.dataset.now ?? Date.now());

// After a press: until when what comes next is followed, and what was moved to.
let followUntil = 0;
let followed;

/** Brings the page to what `html` says. What was typed, what is open and where the focus is stay. */
function show(html, { form } = {}) {
  const next = new DOMParser().parseFromString(html, 'text/html');
  if (next.body.dataset.page !== body.dataset.page) return false;
  const typed = new Map();
  for (const field of body.querySelectorAll('input[type=text], textarea, select')) {
    if (field.id !== '' && field.form?.id !== form && isTouched(field)) typed.set(field.id, field.value);
  }
  const said = main?.dataset.say;
  ahead = Date.now() - Number(next.body.dataset.now ?? Date.now());
  Idiomorph.morph(body, next.body, {
    morphStyle: 'outerHTML',
    ignoreActiveValue: form === undefined,
    callbacks: {
      beforeNodeMorphed: (old) => old.id !== 'live',
      beforeAttributeUpdated: (name, node) => !(name === 'open' && node.localName === 'details'),
    },
  });
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field !== null && field.value !== value) field.value = value;
  }
  prepare();
  tick();
  if (Date.now() < followUntil) follow();
  if (main?.dataset.say !== '' && main?.dataset.say !== said) tell(main?.dataset.say ?? '');
  return true;
}

function isTouched(field) {
  if (field.localName === 'select')
    return [...field.options].some((one) => one.selected !== one.defaultSelected);
  return field.value !== field.defaultValue;
}

/** Says something to screen readers. */
function tell(words) {
  if (live !== null) live.textContent = words;
}

/** Something that only this browser noticed, where the server's notices stand. */
function warn(words) {
  const box = document.createElement('div');
  box.className = 'notice refused';
  box.setAttribute('role', 'alert');
  const text = document.createElement('p');
  text.textContent = words;
  box.append(text);
  document.getElementById('notices')?.append(box);
  box.scrollIntoView({ block: 'nearest' });
}

// --- looking again -------------------------------------------------------------------------------------------------

let looking = false;
let again = false;

async function look() {
  if (looking || sending > 0) {
    again = true;
    return;
  }
  looking = true;
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { accept: 'text/html' } });
    const html = await answer.text();
    // Sent meanwhile: its answer is newer than this one.
    if (sending === 0 && !show(html) && (answer.ok || answer.status === 401)) location.reload();
  } catch {
    // The stream comes back when the server does, and asks to look then.
  } finally {
    looking = false;
    if (again && sending === 0) {
      again = false;
      void look();
    }
  }
}

// --- told by the server ----------------------------------------------------------------------------------------------

let stream;
let retry;

function listen() {
  if (stream !== undefined || document.hidden || body.dataset.position === undefined) return;
  stream = new EventSource(`/events?since=${encodeURIComponent(body.dataset.position)}`);
  stream.addEventListener('changed', (event) => {
    const incident = JSON.parse(event.data);
    const page = body.dataset.page ?? '';
    if (incident === '*' || page === 'list' || page.endsWith(`-${incident}`)) void look();
  });
  stream.addEventListener('told', () => void look());
  stream.addEventListener('error', () => {
    // A refused stream is closed for good; try again later, with a fresh look.
    if (stream?.readyState !== EventSource.CLOSED) return;
    hush();
    clearTimeout(retry);
    retry = setTimeout(() => {
      listen();
      void look();
    }, 15_000);
  });
}

function hush() {
  stream?.close();
  stream = undefined;
}

// Browsers open few connections to one server: only the pages that somebody sees hold one.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) hush();
  else listen();
});
addEventListener('pagehide', hush);
addEventListener('pageshow', listen);

// --- sending ---------------------------------------------------------------------------------------------------------

let sending = 0;

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || body.dataset.page === 'words') return;
  event.preventDefault();
  const button = event.submitter;
  if (form.dataset.sent === 'yes') return;
  form.dataset.sent = 'yes';
  button?.setAttribute('aria-busy', 'true');
  void send(form, button).finally(() => {
    delete form.dataset.sent;
    button?.removeAttribute('aria-busy');
  });
});

async function send(form, button) {
  sending += 1;
  // Read now: the morph may replace the form while it is under way.
  const said = new URLSearchParams(new FormData(form, button ?? undefined));
  const id = form.id;
  try {
    const answer = await fetch(form.action, { method: 'POST', body: said, headers: { accept: 'text/html' } });
    const html = await answer.text();
    const to = new URL(answer.url);
    if (answer.redirected && to.pathname !== location.pathname) {
      location.assign(to.pathname + to.search);
      return;
    }
    if (show(html, { form: id })) settle(id, answer.ok);
    else if (answer.ok) location.reload();
    else warn(wordsOf(html));
  } catch {
    warn(
      'The server gave no answer, so this may not have been taken. What you typed is still here: send it once more.',
    );
  } finally {
    sending -= 1;
    if (again && sending === 0) void look();
  }
}

/** After a press the focus goes to where the work goes on: the field that was refused, or what is asked now. */
function settle(id, taken) {
  const wrong = document.querySelector('[aria-invalid=true]');
  if (!taken && wrong instanceof HTMLElement) {
    wrong.focus();
    return;
  }
  if (taken && id !== '') {
    const more = document.getElementById(`${id}-more`);
    if (more !== null && more.localName === 'details') more.removeAttribute('open');
  }
  if (!taken) return;
  // What comes next is shown a moment later, and maybe bit by bit.
  followUntil = Date.now() + 5000;
  follow();
}

/** Moves to what is asked now, unless somebody has gone elsewhere meanwhile. */
function follow() {
  const at = document.activeElement;
  if (at !== null && at !== body && at !== followed) return;
  const next = [...document.querySelectorAll('.card.latest .part')].findLast(
    (part) => part.matches('.open') || part.nextElementSibling === null,
  );
  if (!(next instanceof HTMLElement)) return;
  followed = next;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

function wordsOf(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const words = [page.querySelector('h1'), page.querySelector('main p')].map(
    (one) => one?.textContent?.trim() ?? '',
  );
  return words.filter((one) => one !== '').join('. ') || 'That was refused. Load the page again.';
}

// --- copying ---------------------------------------------------------------------------------------------------------

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
  if (button instanceof HTMLElement) void copy(button);
});

async function copy(button) {
  const label = button.querySelector('span');
  let said = 'Copied';
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? '');
  } catch {
    // Not allowed here (plain http, or a policy): select the words, so that one key press copies them.
    const words = document.getElementById(button.dataset.copyFrom ?? '');
    if (words !== null) getSelection()?.selectAllChildren(words);
    said = 'Selected: press Ctrl+C';
  }
  button.classList.add('copied');
  if (label !== null) label.textContent = said;
  tell(said);
  setTimeout(() => {
    button.classList.remove('copied');
    if (label !== null) label.textContent = 'Copy';
  }, 3000);
}

// --- time ------------------------------------------------------------------------------------------------------------

function tick() {
  const now = Date.now() - ahead;
  for (const wait of document.querySelectorAll('.progress')) {
    const [since, next, until] = ['since', 'next', 'until'].map((name) => Number(wait.dataset[name]));
    const timer = wait.querySelector('[role=timer]');
    const bar = wait.querySelector('progress');
    const left = Math.max(0, Math.ceil((next - now) / 1000));
    const words = left > 0 ? `${timer?.dataset.clock}, in ${inClock(left)}` : 'looking now …';
    if (timer !== null && timer.textContent !== words) timer.textContent = words;
    if (bar !== null) bar.value = Math.min(1, Math.max(0, (now - since) / Math.max(1, until - since)));
  }
}

function inClock(seconds) {
  const two = (n) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

// --- at the start ----------------------------------------------------------------------------------------------------

/** What only works with this script is shown only with it. */
function prepare() {
  for (const button of document.querySelectorAll('[data-copy][hidden]')) button.removeAttribute('hidden');
}

prepare();
tick();
setInterval(tick, 1000);
listen();
