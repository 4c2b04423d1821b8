// Questions in front of the page.

import { html, useEffect, useRef, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { Trouble } from './reading.js';

let count = 0;

/** A dialog; Escape and the button close it. `isSecret`: neither, as what it shows is gone then. `isWide`: for what needs room. */
export function Dialog({ title, onClose, isSecret = false, isWide = false, children }) {
  const place = useRef(null);
  const { current: name } = useRef(`dialog-title-${(count += 1)}`);
  useEffect(() => {
    const opener = document.activeElement;
    place.current.showModal();
    return () => opener?.focus?.();
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    if (!isSecret) onClose();
  };
  return html`<dialog class=${`dialog ${isWide ? 'wide' : ''}`} ref=${place} aria-labelledby=${name} onCancel=${cancel}>
    <header class="dialog-head">
      <h2 id=${name}>${title}</h2>
      ${!isSecret && html`<button type="button" class="button plain small" onClick=${onClose} aria-label=${t('close')}>✕</button>`}
    </header>
    ${children}
  </dialog>`;
}

/** Asks whether to go on; what it does may fail, and then says so and stays. `isFinal`: it can't be undone, and looks like that. */
export function Confirm({ title, words, verb, act, onClose, isFinal = false }) {
  const [state, setState] = useState({});
  const go = async () => {
    setState({ isBusy: true });
    try {
      await act();
      onClose();
    } catch (failure) {
      setState({ failure });
    }
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${words}</p>
    ${state.failure && html`<${Trouble} failure=${state.failure} />`}
    <div class="buttons">
      <button type="button" class="button" onClick=${onClose}>${t('cancel')}</button>
      <button type="button" class=${`button ${isFinal ? 'danger' : 'primary'}`} disabled=${state.isBusy} onClick=${go}>${verb}</button>
    </div>
  <//>`;
}
