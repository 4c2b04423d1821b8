// How the server is, what it holds, what was going on lately, and what one does first.

import { html, useEffect, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { query } from '../api.js';
import { COLOURS, Chart } from '../parts/chart.js';
import { now } from '../parts/clock.js';
import { Facts } from '../parts/facts.js';
import { useFollow } from '../parts/follow.js';
import { Reading, useRead } from '../parts/reading.js';
import { number, size } from '../parts/sizes.js';
import { fromNow, shown } from '../parts/times.js';

const STEPS = [['organization', 'organizations'], ['person', 'users'], ['token', 'tokens'], ['message', 'tokens'], ['backup', 'backups']];
const STORES = ['database', 'contents', 'log', 'backups'];

function FirstSteps({ steps }) {
  const left = STEPS.filter(([name]) => !steps[name]).length;
  if (left === 0) return null;
  return html`<section class="card">
    <h2>${t('first_steps')}</h2>
    <p class="hint">${n('steps_left', left)}</p>
    <ol class="steps">${STEPS.map(([name, page]) => html`<li class=${steps[name] ? 'done' : ''}>
      <span class="sign" aria-hidden="true">${steps[name] ? '✓' : ''}</span>
      <div><a href=${`/admin/${page}`}>${t(`step_${name}`)}</a> ${steps[name] && html`<span class="badge good">${t('step_is_done')}</span>`}
        <p class="hint">${t(`step_words_${name}`)}</p></div>
    </li>`)}</ol>
  </section>`;
}

const Figure = ({ name, value, children }) => html`<div class="figure"><dt>${name}</dt><dd><strong>${number(value)}</strong>${children}</dd></div>`;

function Figures({ counts }) {
  const warned = (count, warning, words) => count > 0 && html`<a class="more" href=${`/admin/tokens?warning=${warning}`}>${words}</a>`;
  return html`<dl class="figures">
    <${Figure} name=${t('figure_people')} value=${counts.people} />
    <${Figure} name=${t('figure_rooms')} value=${counts.rooms} />
    <${Figure} name=${t('figure_messages')} value=${counts.messages} />
    <${Figure} name=${t('figure_tokens')} value=${counts.tokens}>
      ${warned(counts.tokens_expiring, 'expiring', n('tokens_expiring', counts.tokens_expiring))}
      ${warned(counts.tokens_never_used, 'never-used', n('tokens_never_used', counts.tokens_never_used))}
    <//>
  </dl>`;
}

function Health({ overview }) {
  const { storage, last_backup_at: backup, last_backup_lacks: lacks, backup_failure: failure } = overview;
  const ageMs = backup ? now() - new Date(backup) : Infinity;
  const isFull = storage.free_bytes < storage.disk_bytes / 20;
  return html`<section class="card">
    <h2>${t('health')}</h2>
    <${Facts} facts=${[
      [t('health_server'), html`${t(`mode_${overview.mode}`)}, ${overview.version}`],
      [t('health_running'), html`<time datetime=${overview.started_at} title=${shown(overview.started_at)}>${fromNow(overview.started_at)}</time>`],
      [t('health_backup'), html`<a href="/admin/backups">${backup ? fromNow(backup) : t('no_backup_yet')}</a> ${failure
        ? html`<span class="badge bad" title=${failure.why}>${t('backup_has_failed')}</span>` : lacks > 0
        ? html`<span class="badge warn" title=${n('backup_lacks', lacks)}>${t('backup_is_incomplete')}</span>` : ageMs > 7 * 86_400_000 && html`<span class="badge warn">${t('backup_is_due')}</span>`}`],
      [t('health_disk'), html`${t('disk_free', { free: size(storage.free_bytes), all: size(storage.disk_bytes) })} ${isFull && html`<span class="badge warn">${t('disk_is_full')}</span>`}`],
    ]} />
  </section>`;
}

function Storage({ storage }) {
  const parts = STORES.map((name, at) => ({ name, at, bytes: storage[`${name}_bytes`] }));
  const sum = parts.reduce((all, { bytes }) => all + bytes, 0);
  return html`<section class="card chart">
    <h2>${t('storage')}</h2>
    <p>${storage.is_partial ? t('storage_at_least', { size: size(sum) }) : t('storage_words', { size: size(sum) })}</p>
    <div class="share" aria-hidden="true">${parts.map(({ at, bytes }) => html`<span class=${`c${at + 1}`} style=${{ flexGrow: bytes }}></span>`)}</div>
    <table class="table"><caption class="unseen">${t('storage')}</caption><tbody>
      ${parts.map(({ name, at, bytes }) => html`<tr><th scope="row"><span class=${`swatch c${at + 1}`}></span>${t(`storage_${name}`)}</th><td class="nowrap">${size(bytes)}</td></tr>`)}
    </tbody></table>
  </section>`;
}

/** Requests by API: the busiest ones, and all others together. */
function seriesOf(requests, days) {
  const sums = new Map();
  for (const { api, count } of requests) sums.set(api, (sums.get(api) ?? 0) + count);
  const apis = [...sums.keys()].sort((one, other) => sums.get(other) - sums.get(one));
  const named = apis.length > COLOURS ? apis.slice(0, COLOURS - 1) : apis;
  const valuesOf = (is) => days.map((day) => requests.filter((one) => one.day === day && is(one.api)).reduce((all, one) => all + one.count, 0));
  const series = named.map((api) => ({ name: api, values: valuesOf((one) => one === api) }));
  return named.length < apis.length ? [...series, { name: t('other_apis'), values: valuesOf((one) => !named.includes(one)) }] : series;
}

function Charts({ overview }) {
  const days = overview.messages.map(({ day }) => day);
  const requests = overview.requests && seriesOf(overview.requests, days);
  return html`${overview.is_counting && html`<p class="hint" role="status">${t('messages_are_counted')}</p>`}<div class="charts">
    <${Chart} title=${t('messages_per_day')} days=${days} series=${[{ name: t('figure_messages'), values: overview.messages.map(({ count }) => count) }]} />
    ${requests?.length > 0 && html`<${Chart} title=${t('requests_per_day')} days=${days} series=${requests} />`}
  </div>`;
}

export default function Overview({ organization, organizations }) {
  const about = { organization: organization.slug, offset_min: -new Date().getTimezoneOffset() };
  const read = useRead(query('/overview', about));
  const [newest, setNewest] = useState(null);
  useEffect(() => setNewest(null), [read.value]);
  const isOpen = useFollow(read.value && query('/overview/live', about), setNewest);
  return html`
    <p class="lead">${t('overview_lead')} <span class=${`badge ${isOpen ? 'good' : ''}`} role="status">${isOpen ? t('live_on') : t('live_off')}</span></p>
    <${Reading} read=${read}>${(first) => {
      const overview = newest ?? first;
      return html`
        <div class="halves ${Object.values(overview.steps).every(Boolean) ? 'calm' : ''}">
          <${FirstSteps} steps=${overview.steps} />
          <${Health} overview=${overview} />
          <${Storage} storage=${overview.storage} />
        </div>
        <section class="stack"><h2>${organizations.length > 1 ? organization.name : t('what_there_is')}</h2><${Figures} counts=${overview.counts} /></section>
        <section class="stack"><h2>${t('last_days')}</h2><${Charts} overview=${overview} /></section>`;
    }}<//>`;
}
