// Forms: fields with a name, a hint and what was wrong with them; sending once; keeping what was typed when it fails.

import { html, useRef, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { wordsOf } from '../api.js';
import { Trouble } from './reading.js';

let count = 0;

/** Values of a form, by name. */
export function useValues(first) {
  const [values, setValues] = useState(first);
  const set = (name, value) => setValues((before) => ({ ...before, [name]: value }));
  return [values, set];
}

/** Those of the named values that were changed: what somebody else changed meanwhile stays. */
export const changed = (values, before, names) => Object.fromEntries(names.filter((name) => values[name] !== before[name]).map((name) => [name, values[name]]));

/** A form that sends its values through `send`; a failure is shown at its field, or above the button. `isFinal`: it can't be undone, and looks like that. */
export function Form({ fields, send, verb, onCancel, isFinal = false, children }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (state.isBusy) return;
    setState({ isBusy: true });
    try {
      await send();
      setState({});
    } catch (failure) {
      setState({ failure });
      // What was wrong is where the reader goes on.
      requestAnimationFrame(() => form.querySelector('[aria-invalid="true"], [role="alert"]')?.focus?.());
    }
  };
  const isAtField = state.failure?.field && fields.includes(state.failure.field);
  return html`<form class="form" onSubmit=${submit} novalidate>
    ${children(isAtField ? state.failure : null)}
    ${state.failure && !isAtField && html`<${Trouble} failure=${state.failure} />`}
    <div class="buttons">
      ${onCancel && html`<button type="button" class="button" onClick=${onCancel}>${t('cancel')}</button>`}
      <button type="submit" class=${`button ${isFinal ? 'danger' : 'primary'}`} disabled=${state.isBusy}>${verb}</button>
    </div>
  </form>`;
}

/** A field of a form around one input, which gets what ties it to its name, hint and failure. */
export function Field({ name, label, hint, failure, children }) {
  const { current: id } = useRef(`field-${(count += 1)}`);
  const isWrong = failure?.field === name;
  const said = [hint && `${id}-hint`, isWrong && `${id}-wrong`].filter(Boolean).join(' ');
  const tied = { id, name, 'aria-invalid': isWrong ? 'true' : null, 'aria-describedby': said || null };
  return html`<div class="field">
    <label class="name" for=${id}>${label}</label>
    ${children(tied)}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${isWrong && html`<p class="wrong" id=${`${id}-wrong`} role="alert">${wordsOf(failure)}</p>`}
  </div>`;
}

/** A field for a text. */
export const Text = ({ values, set, name, label, hint, failure, type = 'text', ...rest }) => html`
  <${Field} name=${name} label=${label} hint=${hint} failure=${failure}>
    ${(tied) => html`<input class="input" type=${type} value=${values[name] ?? ''} onInput=${(event) => set(name, event.currentTarget.value)} ...${tied} ...${rest} />`}
  <//>`;

/** A field for one of several; `options`: pairs of value and words. */
export const Choice = ({ values, set, name, label, hint, failure, options, ...rest }) => html`
  <${Field} name=${name} label=${label} hint=${hint} failure=${failure}>
    ${(tied) => html`<select class="input" value=${values[name] ?? ''} onChange=${(event) => set(name, event.currentTarget.value)} ...${tied} ...${rest}>
      ${options.map(([value, words]) => html`<option value=${value}>${words}</option>`)}
    </select>`}
  <//>`;

/** Yes or no. */
export const Tick = ({ values, set, name, label }) => html`<label class="tick"><input type="checkbox" name=${name} checked=${values[name]}
  onChange=${(event) => set(name, event.currentTarget.checked)} /> <span>${label}</span></label>`;

/** One of several, all of them in sight; `options`: pairs of value and words. */
export function Radios({ values, set, name, legend, failure, options }) {
  const { current: id } = useRef(`field-${(count += 1)}`);
  const isWrong = failure?.field === name;
  const wrong = isWrong && { role: 'radiogroup', tabindex: -1, 'aria-invalid': 'true', 'aria-describedby': `${id}-wrong` };
  return html`<fieldset class="choices" ...${wrong}>
    <legend class="name">${legend}</legend>
    ${options.map(([value, words]) => html`<label class="tick"><input type="radio" name=${name} value=${value} checked=${values[name] === value}
      onChange=${() => set(name, value)} /> <span>${words}</span></label>`)}
    ${isWrong && html`<p class="wrong" id=${`${id}-wrong`} role="alert">${wordsOf(failure)}</p>`}
  </fieldset>`;
}

/** Any of several. */
export function Ticks({ values, set, name, legend, options }) {
  const chosen = values[name];
  const toggle = (value, isOn) => set(name, isOn ? [...chosen, value] : chosen.filter((one) => one !== value));
  return html`<fieldset class="choices">
    <legend class="name">${legend}</legend>
    ${options.map((value) => html`<label class="tick"><input type="checkbox" checked=${chosen.includes(value)}
      onChange=${(event) => toggle(value, event.currentTarget.checked)} /> <code>${value}</code></label>`)}
  </fieldset>`;
}
