// Reading from the server: while it lasts, when it failed, when there is something.

import { html, useCallback, useEffect, useRef, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { call, wordsOf } from '../api.js';

/** What a path answers; none: nothing is asked. `again` asks anew and keeps what is shown until the answer is there. */
export function useRead(path) {
  const [state, setState] = useState({});
  const newest = useRef(0);
  const again = useCallback(async () => {
    newest.current += 1;
    const asked = newest.current;
    if (!path) return;
    try {
      const value = await call('GET', path);
      if (asked === newest.current) setState({ path, value });
    } catch (failure) {
      if (asked === newest.current) setState({ path, failure });
    }
  }, [path]);
  useEffect(() => { again(); }, [again]);
  return { ...state, isStale: state.path !== path, again };
}

/** What could not be read or done. */
export const Trouble = ({ failure, again }) => html`<div class="notice bad" role="alert">
  <p>${wordsOf(failure)}</p>
  ${again && html`<p><button type="button" class="button small" onClick=${again}>${t('try_again')}</button></p>`}
</div>`;

/** Draws what was read, or says that it is on its way, or why it is not. */
export function Reading({ read, children }) {
  if (read.failure && !read.isStale) return html`<${Trouble} failure=${read.failure} again=${read.again} />`;
  if (!read.value) return html`<p class="hint" role="status">${t('loading')}</p>`;
  return html`<div class=${`read ${read.isStale ? 'stale' : ''}`} aria-busy=${read.isStale}>${children(read.value)}</div>`;
}
