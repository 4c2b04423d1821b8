// Long work of the server: it goes on without this page, and is found again by whoever comes back.

import { html, useEffect, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { call, sentence } from '../api.js';
import { Trouble, useRead } from './reading.js';
import { number } from './sizes.js';
import { Time } from './times.js';

const PAUSE_MS = 1000;
const TONES = { running: 'accent', done: 'good', failed: 'bad' };

/** Works of some kinds, newest first. As long as one goes on it is asked for again; `onEnd` hears when one has ended. */
export function useWorks(kinds, onEnd) {
  const read = useRead('/works');
  const [failure, setFailure] = useState(null);
  const works = (read.value?.items ?? []).filter((work) => kinds.includes(work.kind));
  const going = works.filter((work) => work.state === 'running').map((work) => work.id).join(' ');
  useEffect(() => {
    if (!going) return undefined;
    const timer = setInterval(read.again, PAUSE_MS);
    return () => {
      clearInterval(timer);
      onEnd();
    };
  }, [going]);
  const begin = async (path) => {
    try {
      setFailure(null);
      await call('POST', path);
      await read.again();
      onEnd();
    } catch (failed) {
      setFailure(failed);
    }
  };
  return { works, begin, failure, isBusy: (kind, subject = '') => works.some((work) => work.kind === kind && work.subject === subject && work.state === 'running') };
}

/** What was found, or how far it is. */
function Result({ work }) {
  if (work.state === 'running') {
    return html`<progress aria-label=${t(`work_${work.kind}`)} max=${work.total ?? 1} value=${work.total === null ? null : work.done}></progress>
      <p class="hint">${work.total ? t('work_so_far', { done: number(work.done), total: number(work.total) }) : t('work_goes_on')}</p>`;
  }
  return html`<p>${work.state === 'failed' ? sentence(work.failure) : n(`work_result_${work.kind}`, work.count)}</p>`;
}

/** A work as a card; how it ends is told to readers of the screen. */
export const Work = ({ work }) => html`<section class="card work" aria-live="polite">
  <h3>${t(`work_${work.kind}`)} <span class=${`badge ${TONES[work.state]}`}>${t(`work_is_${work.state}`)}</span></h3>
  ${work.subject && html`<p><code>${work.subject}</code></p>`}
  <${Result} work=${work} />
  <p class="hint">${t('work_began')} <${Time} at=${work.began_at} /></p>
</section>`;

/** The newest work of each kind and subject, and what could not be begun. */
export function Works({ works, failure }) {
  const newest = works.filter((work, at) => works.findIndex((other) => other.kind === work.kind && other.subject === work.subject) === at);
  return html`
    ${failure && html`<${Trouble} failure=${failure} />`}
    ${newest.length > 0 && html`<div class="halves">${newest.slice(0, 6).map((work) => html`<${Work} key=${work.id} work=${work} />`)}</div>`}`;
}
