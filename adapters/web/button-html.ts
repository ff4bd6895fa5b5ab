import { raw } from 'hono/html';
import type { Button, Field } from '../../src/engine/card.ts';
import { say, spoken } from '../../src/render/language.ts';
import { html, type Html } from './html.ts';
import { formFields } from './layout.ts';
import { lineHtml } from './to-html.ts';
import { domId, mayApprove, type View } from './view.ts';

/** A question's buttons in their order: what is offered, then the field, then the row of choices. */
export function buttonsHtml(view: View, incident: string, message: string, buttons: readonly Button[]): Html {
  const mine = buttons.filter((button) => button.for !== 'approvers' || mayApprove(view));
  const isTyped = (button: Button) => button.field !== undefined && button.inline === true;
  const field = mine.findIndex(isTyped);
  const where = { view, incident, message };
  const row = (pressed: readonly Button[]): Html =>
    pressed.length === 0
      ? html``
      : html`<div class="buttons">${pressed.map((button) => pressedForm(where, button))}</div>`;
  // One thing is the likely one: where an answer is offered, typing another is not.
  const offers = mine.slice(0, Math.max(0, field)).some(({ style }) => style === 'primary');
  return html`${row(mine.slice(0, Math.max(0, field)))}
  ${mine.filter(isTyped).map((button) => inlineForm(where, button, offers ? 'plain' : 'primary'))}
  ${row(mine.slice(field + 1).filter((button) => !isTyped(button)))}`;
}

interface Where {
  readonly view: View;
  readonly incident: string;
  readonly message: string;
}

function pressedForm(where: Where, button: Button): Html {
  const { field, confirm } = button;
  if (field === undefined && confirm === undefined)
    return html`${form(where, button, html`<button class="${styleOf(button)}">${lineHtml(button.label)}</button>`)}`;
  const id = formId(where, button);
  const again = where.view.returned?.form === id;
  const inside = html`${confirm === undefined ? '' : html`<p class="confirm">${lineHtml(confirm)}</p>`}
    ${field === undefined ? '' : fieldHtml(where.view, id, field)}
    <button class="${styleOf(button)}">
      ${field === undefined ? `${say('Yes')}: ` : ''}${shortLabel(button)}
    </button>`;
  return html`<details class="asks" id="${id}-more" ${again ? raw('open') : ''}>
    <summary class="button ${styleOf(button)}">${lineHtml(button.label)}</summary>
    <div class="asked">${form(where, button, inside)}</div>
  </details>`;
}

function inlineForm(where: Where, button: Button, style: 'primary' | 'plain'): Html {
  const { field } = button;
  if (field === undefined) return html``;
  const submit = html`<button class="${style}">${lineHtml(button.label)}</button>`;
  return form(where, button, fieldHtml(where.view, formId(where, button), field, submit), 'typed');
}

function form({ view, incident, message }: Where, button: Button, inside: Html, className = 'press'): Html {
  const id = formId({ view, incident, message }, button);
  return html`<form
    class="${className}"
    id="${id}"
    method="post"
    action="/incidents/${encodeURIComponent(incident)}/press"
  >
    ${formFields(view)}<input type="hidden" name="form" value="${id}" /><input
      type="hidden"
      name="event"
      value="${JSON.stringify(button.event)}"
    />${inside}
  </form>`;
}

/** A text field with its label, and beside it what was wrong with what was typed before. */
export function fieldHtml(view: View, formId: string, field: FieldLike, submit?: Html): Html {
  const id = `${formId}-${field.name}`;
  const returned = view.returned?.form === formId ? view.returned : undefined;
  const wrong =
    returned === undefined || returned.refusal.field === undefined
      ? undefined
      : say(returned.refusal.message);
  const typed = returned?.typed[field.name] ?? '';
  const attributes = html`id="${id}" name="${field.name}" ${field.required ? raw('required') : ''}
  ${field.placeholder === undefined ? '' : html`placeholder="${say(field.placeholder)}"`}
  ${wrong === undefined ? '' : html`aria-invalid="true" aria-describedby="${id}-wrong" autofocus`}
  autocomplete="off" spellcheck="${field.multiline === true ? 'true' : 'false'}"`;
  return html`<div class="field">
    <label for="${id}">${say(field.label)}${field.required ? '' : html` <small>optional</small>`}</label>
    <div class="field-row">
      ${
        field.multiline === true
          ? html`<textarea ${attributes} rows="3">${raw('\n')}${typed}</textarea>`
          : html`<input type="text" ${attributes} value="${typed}" />`
      }${submit ?? ''}
    </div>
    ${wrong === undefined ? '' : html`<p class="wrong" id="${id}-wrong" role="alert">${wrong}</p>`}
  </div>`;
}

/** A field of a card, or one of the page's own. */
export type FieldLike = Omit<Field, 'name'> & { readonly name: string };

function formId({ message }: Where, button: Button): string {
  return domId(message, button.id);
}

function styleOf(button: Button): string {
  return button.style ?? 'plain';
}

/** The label without the dots that promise a field. */
function shortLabel(button: Button): Html {
  const label = spoken(button.label);
  return lineHtml({ ...label, template: label.template.replace(/\s*…$/, '') });
}
