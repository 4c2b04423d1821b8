// Logs, newest first: pages further and further back, and times to look between.

import { html, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { Text } from './form.js';

/** Where one is in a log: `before` for the server, and the way back. */
export function usePlace() {
  const [passed, setPassed] = useState([]);
  return {
    before: passed.at(-1),
    isNewest: passed.length === 0,
    toOlder: (next) => setPassed([...passed, next]),
    toNewer: () => setPassed(passed.slice(0, -1)),
    toNewest: () => setPassed([]),
  };
}

/** How many are shown, and the way to others. A page may have nothing that fits and still not be the last. */
export const Steps = ({ place, count, next }) => html`<div class="pager">
  <p class="hint" role="status">${count || next === null ? n('entries', count) : t('log_nothing_here')}</p>
  ${!place.isNewest && html`<button type="button" class="button small" onClick=${place.toNewest}>${t('log_newest')}</button>
    <button type="button" class="button small" onClick=${place.toNewer}>${t('log_newer')}</button>`}
  <button type="button" class="button small" disabled=${next === null} onClick=${() => place.toOlder(next)}>${t('log_older')}</button>
</div>`;

/** Two fields for the time between which one looks. */
export const Between = ({ values, set }) => html`
  <${Text} values=${values} set=${set} name="since" label=${t('log_since')} type="datetime-local" />
  <${Text} values=${values} set=${set} name="until" label=${t('log_until')} type="datetime-local" />`;

/** Filters that are seldom wanted, folded away unless one of these names has a value to begin with. */
export function MoreFilters({ values, names, children }) {
  const [isOpen] = useState(() => names.some((name) => values[name]));
  return html`<details class="fold" open=${isOpen}><summary>${t('more_filters')}</summary><div class="inside"><div class="bar">${children}</div></div></details>`;
}

/** A filter as the server takes it: times of this place become times of everywhere. */
export function sent({ since, until, ...rest }) {
  const iso = (local) => (local && !Number.isNaN(Date.parse(local)) ? new Date(local).toISOString() : '');
  return { ...rest, since: iso(since), until: iso(until) };
}
