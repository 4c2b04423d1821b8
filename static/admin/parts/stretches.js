// Lists that go on from entry to entry: without a number of all, as a log has none.

import { html, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';

/** Where the shown stretch begins, and the way there; `restart` begins anew. */
export function useStretches() {
  const [begins, setBegins] = useState(['']);
  return {
    before: begins.at(-1),
    isFirst: begins.length === 1,
    restart: () => setBegins(['']),
    further: (next) => setBegins([...begins, next]),
    back: () => setBegins(begins.slice(0, -1)),
  };
}

/** The way to the next stretch and back. */
export const Stretches = ({ stretches, next }) => (stretches.isFirst && !next ? null : html`<div class="pager">
  <div class="grow"></div>
  <button type="button" class="button small" disabled=${stretches.isFirst} onClick=${stretches.back}>${t('content_newer')}</button>
  <button type="button" class="button small" disabled=${!next} onClick=${() => stretches.further(next)}>${t('content_older')}</button>
</div>`);
