// What a reader may have otherwise: language and theme, and whatever else a page has.

import { html, useState } from './html.js';
import { LANGUAGES, language, t } from './i18n.js';
import { THEMES, chooseTheme, theme } from './theme.js';

const Choice = ({ id, label, value, onValue, children }) => html`<div class="field">
  <label class="name" for=${id}>${label}</label>
  <select id=${id} class="input" value=${value} onChange=${(event) => onValue(event.currentTarget.value)}>${children}</select>
</div>`;

export function Settings({ onLanguage, children }) {
  const [chosen, setChosen] = useState(theme());
  const choose = (value) => {
    chooseTheme(value);
    setChosen(value);
  };
  // Leaving the menu closes it, by keyboard too.
  const close = (event) => {
    if (event.key === 'Escape' || (event.type === 'focusout' && event.relatedTarget && !event.currentTarget.contains(event.relatedTarget))) {
      event.currentTarget.open = false;
      if (event.key) event.currentTarget.querySelector('summary').focus();
    }
  };
  return html`<details class="menu" onKeyDown=${close} onFocusOut=${close}>
    <summary class="button small">${t('settings')}</summary>
    <div class="card">
      <${Choice} id="language" label=${t('language')} value=${language()} onValue=${onLanguage}>
        ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${code}>${name}</option>`)}
      <//>
      <${Choice} id="theme" label=${t('theme')} value=${chosen} onValue=${choose}>
        ${THEMES.map((one) => html`<option value=${one}>${t(`theme_${one || 'system'}`)}</option>`)}
      <//>
      ${children}
    </div>
  </details>`;
}
