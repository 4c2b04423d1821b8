// One session of a conference room: who came, what was said, its reports.

import { html, useEffect, useRef, useState } from '/assets/ui/html.js';
import { language, t } from '/assets/ui/i18n.js';
import { call } from '../../api.js';
import { Choice, Form, useValues } from '../../parts/form.js';
import { Reading, Trouble, useRead } from '../../parts/reading.js';
import { LongTable } from '../../parts/table.js';
import { shownIn } from '../../parts/times.js';

/** How long until the page looks again whether a report is there. */
const LOOK_MS = 2_000;

const nameOf = (code) => new Intl.DisplayNames([language()], { type: 'language' }).of(code);

const Rating = ({ one }) => html`${one.rating ? html`<span role="img" aria-label=${t('stars', { count: one.rating })}>${'★'.repeat(one.rating)}</span>` : '–'}
  ${one.comment && html`<span class="said-there">${one.comment}</span>`}`;

function Attendees({ items, zone }) {
  const columns = [
    { name: t('name'), cell: (one) => html`<strong>${one.nickname}</strong>` },
    { name: t('email'), cell: (one) => one.email ?? '–' },
    { name: t('role'), cell: (one) => t(`attendee_${one.role}`) },
    { name: t('attendee_joined'), cell: (one) => shownIn(one.joined_at, zone) },
    { name: t('attendee_left'), cell: (one) => (one.left_at ? shownIn(one.left_at, zone) : html`<span class="badge good">${t('attendee_is_there')}</span>`) },
    { name: t('rating'), cell: (one) => html`<${Rating} one=${one} />` },
    { name: t('browser'), cell: (one) => html`<code>${one.address}</code><span class="more">${one.device}</span>` },
  ];
  return html`<${LongTable} caption=${t('attendees')} columns=${columns} rows=${items} empty=${t('no_attendees')} />`;
}

/** Asks for a report; it is made in the background, so the page looks now and then. */
function Reports({ reports, at, id, again }) {
  const [values, set] = useValues({ language: reports.some((one) => one.language === language()) ? language() : 'en' });
  const isWaiting = reports.some((one) => one.state === 'asked');
  useEffect(() => {
    const timer = isWaiting && setTimeout(again, LOOK_MS);
    return () => clearTimeout(timer);
  }, [reports]);
  const send = async () => { await call('POST', at(`/sessions/${id}/reports`), values); again(); };
  const known = reports.filter((one) => one.state !== 'none');
  return html`
    <${Form} fields=${['language']} send=${send} verb=${t('ask_for_report')}>
      ${(failure) => html`<${Choice} values=${values} set=${set} name="language" label=${t('report_language')} failure=${failure} options=${reports.map((one) => [one.language, nameOf(one.language)])} />`}
    <//>
    <ul class="plain" aria-live="polite">${known.map((one) => html`<li key=${one.language}>
      ${one.state === 'finished' ? html`<a href=${one.url} target="_blank" rel="noreferrer">${t('report_in', { language: nameOf(one.language) })}</a>` : html`${t('report_in', { language: nameOf(one.language) })}: ${t(`report_${one.state}`)}`}
    </li>`)}</ul>`;
}

/** The chat, a thousand lines at a time. */
function Chat({ at, id, zone }) {
  const [state, setState] = useState({ lines: [], next: 0, isWhole: false });
  const more = async () => {
    try {
      const { items, next } = await call('GET', at(`/sessions/${id}/chat`, { after: state.next }));
      setState({ lines: [...state.lines, ...items], next, isWhole: items.length === 0 || items.length < 1_000 });
    } catch (failure) {
      setState({ ...state, failure });
    }
  };
  useEffect(() => { more(); }, []);
  return html`
    ${state.failure && html`<${Trouble} failure=${state.failure} again=${more} />`}
    ${state.isWhole && !state.lines.length && html`<p class="nothing">${t('nothing_said')}</p>`}
    ${state.lines.length > 0 && html`<ol class="chat" tabindex="0" aria-label=${t('meeting_chat')}>${state.lines.map((line) => html`<li>
      <time class="quiet" datetime=${line.sent_at}>${shownIn(line.sent_at, zone)}</time> <strong>${line.nickname}</strong> <span class="said-there">${line.text}</span></li>`)}</ol>`}
    ${!state.isWhole && state.lines.length > 0 && html`<p><button type="button" class="button small" onClick=${more}>${t('next')}</button></p>`}`;
}

export function Session({ at, id, zone, onBack }) {
  const title = useRef(null);
  const read = useRead(at(`/sessions/${id}`));
  useEffect(() => title.current.focus(), []);
  return html`
    <p><button type="button" class="linkish" onClick=${onBack}>← ${t('all_sessions')}</button></p>
    <h2 ref=${title} tabindex="-1" class="named">${t('meeting_session')}</h2>
    <${Reading} read=${read}>${({ session, attendees, reports }) => html`
      <p class="brief"><span>${shownIn(session.started_at, zone)} – ${session.ended_at ? shownIn(session.ended_at, zone) : t('meeting_goes_on')}</span>
        <span>${t('meeting_visitors')}: ${session.visitors}</span> <span>${t('meeting_most_at_once')}: ${session.most_at_once}</span></p>
      <h3>${t('attendees')}</h3>
      <${Attendees} items=${attendees} zone=${zone} />
      <h3>${t('reports')}</h3>
      <${Reports} reports=${reports} at=${at} id=${id} again=${read.again} />
      <h3>${t('meeting_chat')}</h3>
      <${Chat} at=${at} id=${id} zone=${zone} />
      ${session.messages > 0 && html`<p><a class="button small" href=${`/admin/api${at(`/sessions/${id}/chat/archive`)}`} download>${t('download_chat')}</a></p>`}`}
    <//>`;
}
