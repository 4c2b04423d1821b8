// The request log: what programs asked, as it happens.

import { html, useCallback, useEffect, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { choices } from '/assets/ui/kept.js';
import { query } from '../api.js';
import { asked } from '../parts/address.js';
import { Dialog } from '../parts/dialog.js';
import { Facts } from '../parts/facts.js';
import { useFollow } from '../parts/follow.js';
import { Choice, Text, useValues } from '../parts/form.js';
import { Between, MoreFilters, Steps, sent, usePlace } from '../parts/log.js';
import { Reading, useRead } from '../parts/reading.js';
import { number, size } from '../parts/sizes.js';
import { Table } from '../parts/table.js';
import { exact } from '../parts/times.js';

const LIMIT = 50;
const APIS = ['chatwork', 'clickmeeting', 'messenger', 'matrix', 'cam', 'chat-messages', 'admin', 'meetings', 'invitations', 'files', 'docs', 'server'];
const STATUSES = ['2xx', '3xx', '4xx', '5xx'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** This page's own requests would hide all others. */
const OTHERS = 'others';
const NAMES = ['dialect', 'status', 'method', 'path', 'request_id', 'since', 'until'];
const TONES = { 2: 'good', 4: 'warn', 5: 'bad' };
const KEY = 'crosstalk.pause-key';

const Status = ({ status }) => html`<span class=${`badge ${TONES[Math.floor(status / 100)] ?? ''}`}>${status}</span>`;

function Details({ request, onClose }) {
  const { caller } = request;
  return html`<${Dialog} title=${t('request_details')} onClose=${onClose}>
    <${Facts} facts=${[
      [t('request_time'), exact(request.at)],
      [t('request_line'), html`<code>${request.method} ${request.path}</code>`],
      [t('request_status'), html`<${Status} status=${request.status} />`],
      [t('request_duration'), t('request_ms', { ms: number(request.duration_ms) })],
      [t('request_bytes'), request.bytes === null ? null : size(request.bytes)],
      [t('dialect'), request.api],
      [t('request_caller'), caller && `${caller.name} (${caller.account_id})`],
      [t('token'), caller?.token_id],
      [t('address'), html`<code>${request.address}</code>`],
      [t('request_client'), request.client],
      [t('request_id'), html`<code>${request.request_id}</code>`],
    ]} />
    <p class="hint">${t('request_details_words')}</p>
  <//>`;
}

/** The key p pauses, unless somebody types or has switched it off. */
function usePauseKey(toggle) {
  const [isOn, setOn] = useState(choices.read(KEY) !== 'off');
  useEffect(() => {
    if (!isOn) return undefined;
    const press = (event) => {
      const isTyping = event.target.closest?.('input, select, textarea, dialog');
      if (event.key !== 'p' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      toggle();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [isOn, toggle]);
  const choose = (event) => {
    choices.write(KEY, event.currentTarget.checked ? '' : 'off');
    setOn(event.currentTarget.checked);
  };
  return html`<label class="tick"><input type="checkbox" checked=${isOn} onChange=${choose} /> <span>${t('pause_key')}</span></label>`;
}

/** What came since the list was read, in front of it; each once. */
function merged(fresh, items) {
  const known = new Set();
  return [...fresh, ...items].filter(({ id }) => !known.has(id) && known.add(id)).slice(0, LIMIT);
}

export default function Requests() {
  const [filter, setFilter] = useValues({ dialect: location.search ? '' : OTHERS, status: '', method: '', path: '', request_id: '', since: '', until: '', ...asked(NAMES) });
  const place = usePlace();
  const [isPaused, setPaused] = useState(false);
  const [fresh, setFresh] = useState([]);
  const [hasGap, setGap] = useState(false);
  const [open, setOpen] = useState(null);
  const asks = sent(filter.dialect === OTHERS ? { ...filter, dialect: '', except: 'admin' } : filter);
  const path = query('/requests', { ...asks, limit: LIMIT, before: place.before });
  const read = useRead(path);
  useEffect(() => { setFresh([]); setGap(false); }, [read.value]);
  const isLive = place.isNewest && !isPaused && !filter.until && !read.isStale && read.value;
  const live = isLive && query('/requests/live', { ...asks, after: read.value.items[0]?.id ?? 0 });
  const isOpen = useFollow(live, ({ items, has_gap: isPart }) => { setFresh((before) => merged(items, before)); setGap((before) => before || isPart); });
  const toggle = useCallback(() => {
    // Going on begins with what happened meanwhile.
    if (isPaused) read.again();
    setPaused(!isPaused);
  }, [isPaused, read.again]);
  const key = usePauseKey(toggle);
  const narrow = (name, value) => { setFilter(name, value); place.toNewest(); };
  const columns = [
    { name: t('request_time'), cell: (one) => html`<time class="nowrap" datetime=${one.at}>${exact(one.at)}</time>` },
    { name: t('request_status'), cell: (one) => html`<${Status} status=${one.status} />` },
    { name: t('request_line'), cell: (one) => html`<code class="line">${one.method} ${one.path}</code>` },
    { name: t('dialect'), cell: (one) => one.api },
    { name: t('request_caller'), cell: (one) => one.caller?.name ?? html`<span class="quiet">–</span>` },
    { name: t('request_duration'), cell: (one) => html`<span class="nowrap">${t('request_ms', { ms: number(one.duration_ms) })}</span>` },
    { name: t('actions'), isAction: true, cell: (one) => html`<button type="button" class="button small" onClick=${() => setOpen(one)} aria-label=${`${t('details')}: ${one.method} ${one.path}`}>${t('details')}</button>` },
  ];
  const states = isPaused ? ['warn', 'live_paused'] : isOpen ? ['good', 'live_on'] : ['', 'live_off'];
  return html`
    <p class="lead">${t('requests_lead')}</p>
    <div class="bar">
      <${Choice} values=${filter} set=${narrow} name="dialect" label=${t('dialect')} options=${[[OTHERS, t('all_but_page')], ['', t('all')], ...APIS.map((one) => [one, one])]} />
      <${Choice} values=${filter} set=${narrow} name="status" label=${t('request_status')} options=${[['', t('all')], ...STATUSES.map((one) => [one, one])]} />
      <${Choice} values=${filter} set=${narrow} name="method" label=${t('request_method')} options=${[['', t('all')], ...METHODS.map((one) => [one, one])]} />
      <${Text} values=${filter} set=${narrow} name="path" label=${t('request_path')} type="search" />
    </div>
    <${MoreFilters} values=${filter} names=${['request_id', 'since', 'until']}>
      <${Text} values=${filter} set=${narrow} name="request_id" label=${t('request_id')} type="search" />
      <${Between} values=${filter} set=${narrow} />
    <//>
    <div class="bar">
      <span class=${`badge ${states[0]}`} role="status">${t(states[1])}</span>
      ${key}
      <div class="grow"></div>
      <button type="button" class="button" onClick=${toggle}>${isPaused ? t('live_go_on') : t('live_pause')}</button>
    </div>
    ${hasGap && place.isNewest && html`<div class="notice warn" role="status"><p>${t('live_gap')}</p>
      <p><button type="button" class="button small" onClick=${read.again}>${t('live_read_again')}</button></p></div>`}
    <${Reading} read=${read}>${({ items, next }) => {
      const rows = place.isNewest ? merged(fresh, items) : items;
      return html`
        <${Table} caption=${t('page_requests')} columns=${columns} rows=${rows} empty=${t('no_requests')} />
        <${Steps} place=${place} count=${rows.length} next=${next} />`;
    }}<//>
    ${open && html`<${Details} request=${open} onClose=${() => setOpen(null)} />`}`;
}
