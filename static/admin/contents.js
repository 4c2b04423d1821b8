// The sidebar: all pages, in groups.

import { html } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { GROUPS } from './pages.js';

export const Contents = ({ current, isOpen }) => html`<nav id="contents" class=${`side nav ${isOpen ? 'open' : ''}`} aria-label=${t('contents')}>
  ${GROUPS.map((group) => html`<section key=${group.name}>
    <h2>${t(`group_${group.name}`)}</h2>
    <ul>${group.pages.map((name) => html`<li key=${name}><a href=${`/admin/${name}`} aria-current=${name === current ? 'page' : null}>${t(`page_${name}`)}</a></li>`)}
      ${group.name === 'developers' && html`<li><a href="/docs">${t('page_reference')}</a></li>`}
    </ul>
  </section>`)}
</nav>`;
