// One conference room: its links, and what belongs to it.

import { html, useEffect, useRef, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { Code } from '/assets/ui/code.js';
import { call, query } from '../../api.js';
import { length } from '../../parts/amounts.js';
import { size } from '../../parts/sizes.js';
import { Confirm, Dialog } from '../../parts/dialog.js';
import { Form, Text, useValues } from '../../parts/form.js';
import { Reading, useRead } from '../../parts/reading.js';
import { LongTable } from '../../parts/table.js';
import { shownIn } from '../../parts/times.js';
import { Status, When } from '../meetings.js';
import { MeetingForm } from './form.js';
import { Session } from './session.js';

const PARTS = ['sessions', 'recordings', 'registrations', 'tokens'];

function Sessions({ at, zone, onOpen }) {
  const read = useRead(at('/sessions'));
  const columns = [
    { name: t('meeting_began'), cell: (one) => html`<strong><button type="button" class="linkish" onClick=${() => onOpen(one.id)}>${shownIn(one.started_at, zone)}</button></strong>` },
    { name: t('meeting_ended'), cell: (one) => (one.ended_at ? shownIn(one.ended_at, zone) : html`<span class="badge good">${t('meeting_goes_on')}</span>`) },
    { name: t('meeting_visitors'), cell: (one) => one.visitors },
    { name: t('meeting_most_at_once'), cell: (one) => one.most_at_once },
    { name: t('meeting_chat_lines'), cell: (one) => one.messages },
  ];
  return html`<${Reading} read=${read}>${({ items }) => html`<${LongTable} caption=${t('meeting_part_sessions')} columns=${columns} rows=${items} empty=${t('no_meeting_sessions')} />`}<//>`;
}

function Recordings({ at, zone, say }) {
  const [asked, setAsked] = useState(null);
  const read = useRead(at('/recordings'));
  const remove = async () => { await call('DELETE', at(`/recordings/${asked.id}`)); say(t('recording_deleted')); read.again(); };
  const columns = [
    { name: t('name'), cell: (one) => html`<strong>${one.name}</strong>` },
    { name: t('meeting_began'), cell: (one) => shownIn(one.started_at, zone) },
    { name: t('recording_length'), cell: (one) => length(one.duration_s) },
    { name: t('recording_size'), cell: (one) => size(one.bytes) },
    { name: t('actions'), isAction: true, cell: (one) => html`
      <a class="button small" href=${one.url} download aria-label=${`${t('download')}: ${one.name}`}>${t('download')}</a>
      <button type="button" class="button small" onClick=${() => setAsked(one)} aria-label=${`${t('delete_recording')}: ${one.name}`}>${t('delete_recording')}</button>` },
  ];
  return html`<${Reading} read=${read}>${({ items }) => html`<${LongTable} caption=${t('meeting_part_recordings')} columns=${columns} rows=${items} empty=${t('no_recordings')} />`}<//>
    ${asked && html`<${Confirm} title=${asked.name} words=${t('delete_recording_words')} verb=${t('delete_recording')} isFinal act=${remove} onClose=${() => setAsked(null)} />`}`;
}

function Registrations({ at, zone }) {
  const read = useRead(at('/registrations'));
  const columns = [
    { name: t('name'), cell: (one) => html`<strong>${one.first_name} ${one.last_name}</strong>` },
    { name: t('email'), cell: (one) => one.email },
    { name: t('registration_answers'), cell: (one) => (one.answers.length ? html`<ul class="plain">${one.answers.map((answer) => html`<li><span class="quiet">${answer.field}:</span> ${answer.text}</li>`)}</ul>` : '–') },
    { name: t('registration_made'), cell: (one) => shownIn(one.registered_at, zone) },
    { name: t('state'), cell: (one) => html`<span class=${`badge ${one.has_come ? 'good' : ''}`}>${one.has_come ? t('registration_came') : t('registration_waits')}</span>` },
  ];
  return html`<${Reading} read=${read}>${({ items }) => html`<${LongTable} caption=${t('meeting_part_registrations')} columns=${columns} rows=${items} empty=${t('no_registrations')} />`}<//>`;
}

function MakingTokens({ at, onDone, onClose }) {
  const [values, set] = useValues({ how_many: '10' });
  const send = async () => onDone(await call('POST', at('/tokens'), { how_many: Number(values.how_many) || 0 }));
  return html`<${Dialog} title=${t('make_access_tokens')} onClose=${onClose}>
    <${Form} fields=${['how_many']} send=${send} verb=${t('make_access_tokens')} onCancel=${onClose}>
      ${(failure) => html`<${Text} values=${values} set=${set} name="how_many" label=${t('how_many')} failure=${failure} type="number" min="1" max="1000" />`}
    <//>
  <//>`;
}

function Tokens({ at, zone, say, meeting }) {
  const [open, setOpen] = useState(null);
  const [chosen, setChosen] = useState(new Set());
  const close = () => setOpen(null);
  const read = useRead(at('/tokens'));
  const made = ({ items }) => { close(); say(n('access_tokens_made', items.length)); read.again(); };
  const revoke = async () => {
    await call('POST', at('/tokens/revocations'), { tokens: [...chosen] });
    say(n('revoked', chosen.size));
    setChosen(new Set());
    read.again();
  };
  if (meeting.access !== 'token') return html`<p class="nothing">${t('needs_no_access_tokens')}</p>`;
  const columns = [
    { name: t('access_token'), cell: (one) => html`<code>${one.token}</code>` },
    { name: t('sent_to'), cell: (one) => one.sent_to ?? '–' },
    { name: t('first_used'), cell: (one) => (one.used_at ? shownIn(one.used_at, zone) : '–') },
  ];
  return html`
    <div class="bar">
      <div class="grow"></div>
      ${chosen.size > 0 && html`<button type="button" class="button" onClick=${() => setOpen('revoke')}>${n('revoke_chosen', chosen.size)}</button>`}
      <button type="button" class="button primary" onClick=${() => setOpen('make')}>${t('make_access_tokens')}</button>
    </div>
    <${Reading} read=${read}>${({ items }) => html`<${LongTable} caption=${t('meeting_part_tokens')} columns=${columns} rows=${items} keyOf=${(one) => one.token} nameOf=${(one) => one.token}
      chosen=${chosen} onChoose=${setChosen} empty=${t('no_access_tokens')} />`}<//>
    ${open === 'make' && html`<${MakingTokens} at=${at} onDone=${made} onClose=${close} />`}
    ${open === 'revoke' && html`<${Confirm} title=${n('revoke_chosen', chosen.size)} words=${t('revoke_words')} verb=${t('revoke')} isFinal act=${revoke} onClose=${close} />`}`;
}

const Links = ({ meeting }) => html`<div class="pair">
  <${Code} name=${t('meeting_link')} text=${meeting.url} wraps />
  <${Code} name=${t('meeting_host_link')} text=${meeting.host_url} wraps />
  <${Code} name=${t('meeting_pin')} text=${String(meeting.pin)} />
  <${Code} name=${t('meeting_presenter_pin')} text=${String(meeting.presenter_pin)} />
  <${Code} name=${t('meeting_listener_pin')} text=${String(meeting.listener_pin)} />
  ${meeting.password && html`<${Code} name=${t('meeting_password')} text=${meeting.password} wraps />`}
</div>`;

const Facts = ({ meeting, zone }) => html`<p class="brief">
  <${Status} meeting=${meeting} /> <span>${t(`meeting_kind_${meeting.kind}`)}</span> <span>${t('meeting_access')}: ${t(`meeting_access_${meeting.access}`)}</span>
  <span>${t('meeting_start')}: <${When} meeting=${meeting} zone=${zone} /></span>
  ${meeting.has_lobby && html`<span>${t('meeting_has_lobby')}</span>`} ${meeting.has_registration && html`<span>${t('meeting_has_registration')}</span>`}
</p>`;

/** Turns to one part of the room after the other, as tabs do. */
const Parts = ({ part, onPart }) => html`<div class="tabs" role="group" aria-label=${t('meeting_parts')}>
  ${PARTS.map((one) => html`<button type="button" aria-current=${one === part ? 'page' : null} onClick=${() => onPart(one)}>${t(`meeting_part_${one}`)}</button>`)}
</div>`;

function Shown({ meeting, organization, say, again }) {
  const [part, setPart] = useState('sessions');
  const [session, setSession] = useState(null);
  const [open, setOpen] = useState(null);
  const title = useRef(null);
  const zone = organization.time_zone;
  const at = (rest, more = {}) => query(`/meetings/${meeting.id}${rest}`, { organization: organization.slug, ...more });
  const close = () => setOpen(null);
  const done = (changed) => { close(); say(t('saved', { name: changed.name })); again(); };
  const remove = async () => { await call('DELETE', at('')); say(t('meeting_deleted')); location.hash = ''; };
  const Part = { sessions: Sessions, recordings: Recordings, registrations: Registrations, tokens: Tokens }[part];
  useEffect(() => title.current.focus(), []);
  if (session) return html`<${Session} at=${at} id=${session} zone=${zone} onBack=${() => setSession(null)} />`;
  return html`
    <div class="bar">
      <h2 ref=${title} tabindex="-1" class="named">${meeting.name}</h2>
      <div class="grow"></div>
      <button type="button" class="button" onClick=${() => setOpen('change')}>${t('change')}</button>
      <button type="button" class="button" onClick=${() => setOpen('delete')}>${t('delete_meeting')}</button>
    </div>
    <${Facts} meeting=${meeting} zone=${zone} />
    <${Links} meeting=${meeting} />
    <${Parts} part=${part} onPart=${setPart} />
    <${Part} key=${part} at=${at} zone=${zone} say=${say} meeting=${meeting} onOpen=${setSession} />
    ${open === 'change' && html`<${MeetingForm} organization=${organization} meeting=${meeting} onDone=${done} onClose=${close} />`}
    ${open === 'delete' && html`<${Confirm} title=${t('delete_meeting')} words=${t('delete_meeting_words', { name: meeting.name })} verb=${t('delete_meeting')} isFinal act=${remove} onClose=${close} />`}`;
}

export function Room({ id, organization, say }) {
  const read = useRead(query(`/meetings/${id}`, { organization: organization.slug }));
  return html`
    <p><a href="#">← ${t('all_meetings')}</a></p>
    <${Reading} read=${read}>${(meeting) => html`<${Shown} meeting=${meeting} organization=${organization} say=${say} again=${read.again} />`}<//>`;
}
