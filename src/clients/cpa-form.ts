import type { HtmlControl, HtmlForm, HtmlPage } from './html-page.ts';

/** A form filled in: where it goes and what is sent, or why it cannot be filled in. */
export type FilledForm =
  | { readonly to: URL; readonly body: string; readonly hidden: readonly string[] }
  | { readonly why: string };

const encoding = 'application/x-www-form-urlencoded';
const unblocks = /un[\s_-]*block/i;
const blocks = /^\s*(block|ban|deny)\b/i;

/** Whether a page asks who you are: it has a password field, and no field for an address. */
export function asksToSignIn({ forms }: HtmlPage, ipField: string): boolean {
  return forms.some(hasPassword) && !forms.some((form) => hasField(form, ipField));
}

/** The sign-in form of a page, with user and password in the two fields that a person would put them in. */
export function signInForm(page: HtmlPage, url: URL, who: { user: string; password: string }): FilledForm {
  const forms = page.forms.filter(hasPassword);
  const [form] = forms;
  if (form === undefined) return { why: 'it has no form with a password field' };
  if (forms.length > 1) return { why: 'it has several forms with a password field' };
  const passwords = form.controls.filter(({ kind }) => kind === 'password');
  const [password] = passwords;
  if (password === undefined || passwords.length > 1) return { why: 'its form has several password fields' };
  const user = form.controls
    .slice(0, form.controls.indexOf(password))
    .findLast(({ kind }) => kind === 'text');
  if (user === undefined) return { why: 'its form has no field for a user name before the password' };
  const buttons = form.controls.filter(({ kind }) => kind === 'submit');
  return filled({ form, page, url, button: buttons[0] }, [
    [user, who.user],
    [password, who.password],
  ]);
}

/** The un-block form of a page, with the address in its field. A form that might do something else is not filled in. */
export function unblockForm(page: HtmlPage, url: URL, field: { name: string; ip: string }): FilledForm {
  const forms = page.forms.filter((form) => hasField(form, field.name));
  const [form] = forms;
  if (form === undefined) {
    const names = page.forms.flatMap(({ controls }) =>
      controls.flatMap(({ kind, name }) => (kind === 'text' && name !== '' ? [name] : [])),
    );
    const others = names.length === 0 ? 'no form with a text field' : `only ${names.slice(0, 8).join(', ')}`;
    return { why: `it has no form with the field "${field.name}", but ${others}` };
  }
  if (forms.length > 1) return { why: `it has several forms with the field "${field.name}"` };
  const fields = form.controls.filter(({ kind, name }) => kind === 'text' && name === field.name);
  const [ip] = fields;
  if (ip === undefined || fields.length > 1) return { why: `its form has "${field.name}" several times` };
  const buttons = form.controls.filter(({ kind }) => kind === 'submit');
  const fitting = buttons.filter(({ label, name, value }) => unblocks.test(`${label} ${name} ${value}`));
  const [button] = buttons.length > 1 ? fitting : buttons;
  if (buttons.length > 1 && fitting.length !== 1)
    return { why: 'its form has several buttons, and not just one of them says "un-block"' };
  const sent = [...form.controls.filter(isSent), ...(button === undefined ? [] : [button])];
  if (sent.some(({ value, label }) => blocks.test(value) || blocks.test(label)))
    return { why: 'its form looks as if it blocked addresses' };
  return filled({ form, page, url, button }, [[ip, field.ip]]);
}

function filled(
  from: { form: HtmlForm; page: HtmlPage; url: URL; button: HtmlControl | undefined },
  values: readonly (readonly [HtmlControl, string])[],
): FilledForm {
  const { form, page, url, button } = from;
  if (form.method !== 'post') return { why: `its form is sent by ${form.method.toUpperCase()}, not POST` };
  if (form.encoding !== encoding) return { why: `its form is sent as ${form.encoding}` };
  if (form.controls.some(({ kind }) => kind === 'file')) return { why: 'its form wants a file' };
  if (button?.elsewhere === true) return { why: 'its button sends the form elsewhere' };
  const base = page.base === undefined || !URL.canParse(page.base, url.href) ? url : new URL(page.base, url);
  // An empty action means the page itself, whatever its base is.
  if (form.action !== '' && !URL.canParse(form.action, base.href))
    return { why: 'its form goes to no address' };
  const to = form.action === '' ? new URL(url) : new URL(form.action, base);
  if (to.origin !== url.origin) return { why: `its form goes to another site, ${to.host}` };
  to.hash = '';
  const body = new URLSearchParams();
  for (const control of form.controls) {
    if (control.name === '' || !(isSent(control) || control === button)) continue;
    const given = values.find(([one]) => one === control);
    body.append(control.name, given === undefined ? control.value : given[1]);
  }
  const hidden = form.controls.flatMap(({ kind, value }) => (kind === 'hidden' ? [value] : []));
  return { to, body: body.toString(), hidden };
}

function isSent({ kind }: HtmlControl): boolean {
  return kind !== 'submit' && kind !== 'file';
}

function hasPassword({ controls }: HtmlForm): boolean {
  return controls.some(({ kind }) => kind === 'password');
}

function hasField({ controls }: HtmlForm, field: string): boolean {
  return controls.some(({ kind, name }) => kind === 'text' && name === field);
}
