// Messages: found by their words, and one of them as each API shows it.

import { html, useEffect, useState } from '/assets/ui/html.js';
import { language, t } from '/assets/ui/i18n.js';
import { Code } from '/assets/ui/code.js';
import { call, query } from '../api.js';
import { Dialog } from '../parts/dialog.js';
import { Choice, Text, useValues } from '../parts/form.js';
import { Reading, Trouble, useRead } from '../parts/reading.js';
import { RoomChoice, RoomName, nameOf, roomInAddress, useRooms } from '../parts/rooms.js';
import { Stretches, useStretches } from '../parts/stretches.js';
import { Time } from '../parts/times.js';

const LIMIT = 20;
/** People that the choice of an author offers. */
const OFFERED = 200;
/** APIs that have no words for a message; `silent_…` says why. */
const SILENT = [['cam', 'Chat&Messenger API'], ['messenger', 'Messenger API'], ['clickmeeting', 'ClickMeeting API v1']];
/** Numbers that a browser would round: a body with one is shown as it came. */
const LONG_NUMBERS = /[:[,]\s*-?\d{16,}/;

/** The first or the last instant of a day, on the reader's clock. */
const beginOf = (day) => (day ? new Date(`${day}T00:00`).toISOString() : '');
const endOf = (day) => (day ? new Date(`${day}T23:59:59.999`).toISOString() : '');

/** A body with its lines broken, if it is JSON that a browser reads without loss. */
function broken(body) {
  if (LONG_NUMBERS.test(body)) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const Words = ({ message }) => html`<p class="words">${message.pieces.map((piece) => (piece.is_marked ? html`<mark>${piece.text}</mark>` : piece.text))}${message.is_cut && ' …'}</p>`;

function Rendering({ rendering }) {
  const isFine = rendering.status < 300;
  return html`<section class="rendering">
    <h3>${rendering.title}</h3>
    <p><span class=${`badge ${isFine ? 'good' : 'bad'}`}>${rendering.status}</span> <code>${rendering.request}</code></p>
    <dl class="headers">${rendering.headers.map(({ name, value }) => html`<div><dt lang="en">${name}</dt><dd><code>${value}</code></dd></div>`)}</dl>
    <${Code} name=${rendering.title} text=${broken(rendering.body)} language="json" wraps />
  </section>`;
}

/** A message as each API shows it, side by side. */
function Renderings({ organization, message, onClose }) {
  const [state, setState] = useState({});
  const ask = async () => {
    setState({});
    try {
      setState({ value: await call('POST', query(`/messages/${message.id}/renderings`, { organization: organization.slug })) });
    } catch (failure) {
      setState({ failure });
    }
  };
  useEffect(() => { ask(); }, [message.id]);
  return html`<${Dialog} title=${t('content_as_apis_show_it')} onClose=${onClose} isWide>
    <p class="hint">${t('content_message_of', { author: message.author, room: nameOf(message.room) })} <code>${message.id}</code></p>
    ${state.failure && html`<${Trouble} failure=${state.failure} again=${ask} />`}
    ${!state.failure && !state.value && html`<p class="hint" role="status">${t('loading')}</p>`}
    ${state.value && html`
      <p>${state.value.seen_by ? t('content_seen_as', { name: state.value.seen_by }) : t('content_seen_by_nobody')}</p>
      <div class="renderings">
        ${state.value.items.map((rendering) => html`<${Rendering} key=${rendering.dialect} rendering=${rendering} />`)}
      </div>
      <div class="renderings">
        ${SILENT.map(([name, title]) => html`<section class="rendering" key=${name}><h3>${title}</h3><p class="notice">${t(`content_silent_${name}`)}</p></section>`)}
      </div>`}
  <//>`;
}

/** How far the index is that was made anew. */
const Progress = ({ share }) => share < 1 && html`<p class="notice warn" role="status">
  ${t('content_indexing', { share: new Intl.NumberFormat(language(), { style: 'percent' }).format(share) })}</p>`;

export default function Messages({ organization }) {
  const first = { q: '', room: roomInAddress(), author: '', from: '', to: '' };
  const [values, set] = useValues(first);
  const [asked, setAsked] = useState(first);
  const [shown, setShown] = useState(null);
  const stretches = useStretches();
  const rooms = useRooms(organization, 'all');
  const people = useRead(query('/users', { organization: organization.slug, limit: OFFERED })).value?.items ?? [];
  const { from, to, author, ...rest } = asked;
  const narrowed = rest.q.trim() ? { author, from: beginOf(from), to: endOf(to) } : {};
  const read = useRead(query('/messages', { organization: organization.slug, limit: LIMIT, before: stretches.before, ...rest, ...narrowed }));
  const search = (event) => {
    event.preventDefault();
    stretches.restart();
    setAsked(values);
    if (values === asked) read.again();
  };
  const isSearch = asked.q.trim() !== '';
  return html`
    <p class="lead">${t('content_messages_lead')}</p>
    <form class="bar" role="search" onSubmit=${search}>
      <${Text} values=${values} set=${set} name="q" label=${t('content_words')} type="search" maxlength="200" />
      <${RoomChoice} rooms=${rooms} values=${values} set=${set} />
      <${Choice} values=${values} set=${set} name="author" label=${t('content_author')} options=${[['', t('all')], ...people.map((one) => [String(one.id), one.name])]} />
      <${Text} values=${values} set=${set} name="from" label=${t('from')} type="date" />
      <${Text} values=${values} set=${set} name="to" label=${t('to')} type="date" />
      <button type="submit" class="button primary">${t('search')}</button>
    </form>
    ${!isSearch && (asked.author || asked.from || asked.to) && html`<p class="hint">${t('content_filters_need_words')}</p>`}
    <${Reading} read=${read}>${({ items, next, indexed }) => html`
      <${Progress} share=${indexed} />
      <h2>${isSearch ? t('content_found') : t('content_newest')}</h2>
      ${items.length === 0 && html`<p class="nothing">${next ? t('content_nothing_so_far') : t('content_no_messages')}</p>`}
      <ul class="said-list">${items.map((message) => html`<li key=${message.id}>
        <p class="who"><strong class="long">${message.author}</strong> <span class="quiet"><${RoomName} room=${message.room} /></span> <${Time} at=${message.sent_at} /></p>
        <${Words} message=${message} />
        <p><button type="button" class="button small" onClick=${() => setShown(message)} aria-label=${`${t('content_as_apis_show_it')}: ${message.author}, ${message.id}`}>${t('content_as_apis_show_it')}</button></p>
      </li>`)}</ul>
      <${Stretches} stretches=${stretches} next=${next} />`}
    <//>
    ${shown && html`<${Renderings} organization=${organization} message=${shown} onClose=${() => setShown(null)} />`}`;
}
