// Meeting rooms with walls: which there are, and who has them in a week.

import { html, useMemo, useState } from '/assets/ui/html.js';
import { locale, t } from '/assets/ui/i18n.js';
import { call, query } from '../api.js';
import { now } from '../parts/clock.js';
import { Confirm, Dialog } from '../parts/dialog.js';
import { Choice, Form, Text, useValues } from '../parts/form.js';
import { Reading, Trouble, useRead } from '../parts/reading.js';
import { Table } from '../parts/table.js';

const DAY_MS = 86_400_000;

/** The day that a time has on the wall: it carries the wall's own offset. */
const dayOf = (iso) => iso.slice(0, 10);
const clockOf = (iso) => iso.slice(11, 16);

/** Days as texts, seven from a Monday on. */
function weekFrom(monday) {
  return [...Array(7).keys()].map((count) => new Date(monday.getTime() + count * DAY_MS).toISOString().slice(0, 10));
}

/** The Monday of the week that a day lies in, at midnight UTC: days are counted without zones here. */
function mondayOf(day) {
  const date = new Date(`${day}T00:00:00Z`);
  return new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY_MS);
}

const today = (zone) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(now()));

const named = (day) => new Intl.DateTimeFormat(locale(), { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** Reservations of the months that a week lies in. */
function useWeek(organization, days) {
  const months = [...new Set(days.map((day) => day.slice(0, 7)))];
  const path = (month) => month && query('/reservations', { organization: organization.slug, period: month });
  const [first, second] = [useRead(path(months[0])), useRead(path(months[1] ?? null))];
  const items = [...(first.value?.items ?? []), ...(months[1] ? second.value?.items ?? [] : [])];
  const known = new Map(items.map((one) => [one.id, one]));
  const again = () => { first.again(); second.again(); };
  return { items: [...known.values()], failure: first.failure ?? (months[1] && second.failure), isReady: first.value && (!months[1] || second.value), again };
}

/** Whether a reservation takes some of a day; one that ends at midnight takes nothing of the next. */
function isOn(reservation, day) {
  const ends = clockOf(reservation.ends_at) === '00:00' ? new Date(Date.parse(`${dayOf(reservation.ends_at)}T00:00:00Z`) - 1).toISOString() : reservation.ends_at;
  return dayOf(reservation.starts_at) <= day && day <= dayOf(ends);
}

const whenOf = (one) => (one.is_all_day ? t('all_day') : `${clockOf(one.starts_at)}–${clockOf(one.ends_at)}`);

function Week({ places, days, items, onChoose }) {
  const order = (one, other) => one.starts_at.localeCompare(other.starts_at);
  const of = (place, day) => items.filter((one) => one.place_id === place.id && isOn(one, day)).sort(order);
  return html`<div class="table-box" tabindex="0" role="group" aria-label=${t('week')}>
    <table class="table week">
      <caption class="unseen">${t('week')}</caption>
      <thead><tr><th scope="col">${t('place')}</th>${days.map((day) => html`<th scope="col">${named(day)}</th>`)}</tr></thead>
      <tbody>${places.map((place) => html`<tr key=${place.id}>
        <th scope="row">${place.name}</th>
        ${days.map((day) => html`<td>${of(place, day).map((one) => html`
          <button type="button" class="slot" onClick=${() => onChoose(one)}><span class="when">${whenOf(one)}</span> ${one.title}</button>`)}</td>`)}
      </tr>`)}</tbody>
    </table>
  </div>`;
}

function Adding({ organization, onDone, onClose }) {
  const [values, set] = useValues({ name: '', group: '', capacity: '', memo: '' });
  const send = async () => onDone(await call('POST', '/places', { ...values, organization: organization.slug, capacity: Number(values.capacity) || 0 }));
  return html`<${Dialog} title=${t('add_place')} onClose=${onClose}>
    <${Form} fields=${['name', 'group', 'capacity', 'memo']} send=${send} verb=${t('add_place')} onCancel=${onClose}>
      ${(failure) => html`
        <${Text} values=${values} set=${set} name="name" label=${t('name')} failure=${failure} />
        <${Text} values=${values} set=${set} name="group" label=${t('group')} hint=${t('group_hint')} failure=${failure} />
        <${Text} values=${values} set=${set} name="capacity" label=${t('capacity')} failure=${failure} type="number" min="0" />
        <${Text} values=${values} set=${set} name="memo" label=${t('memo')} failure=${failure} />`}
    <//>
  <//>`;
}

function Reserving({ organization, places, day, session, onDone, onClose }) {
  const [values, set] = useValues({ place: places[0].name, day, starts: '10:00', ends: '11:00', title: '', by: session.email });
  const send = async () => {
    const { place, title, by } = values;
    const time = { starts: `${values.day} ${values.starts}`, ends: `${values.day} ${values.ends}` };
    onDone(await call('POST', '/reservations', { organization: organization.slug, place, title, by, ...time }));
  };
  return html`<${Dialog} title=${t('reserve')} onClose=${onClose}>
    <${Form} fields=${['place', 'title', 'by', 'starts']} send=${send} verb=${t('reserve')} onCancel=${onClose}>
      ${(failure) => html`
        <${Choice} values=${values} set=${set} name="place" label=${t('place')} failure=${failure} options=${places.map((one) => [one.name, one.name])} />
        <${Text} values=${values} set=${set} name="title" label=${t('what_for')} failure=${failure} />
        <${Text} values=${values} set=${set} name="day" label=${t('day')} failure=${failure} type="date" />
        <${Text} values=${values} set=${set} name="starts" label=${t('from')} hint=${t('times_in', { zone: organization.time_zone })} failure=${failure} type="time" />
        <${Text} values=${values} set=${set} name="ends" label=${t('to')} failure=${failure} type="time" />
        <${Text} values=${values} set=${set} name="by" label=${t('by')} failure=${failure} type="email" />`}
    <//>
  <//>`;
}

export default function Places({ organization, session, say }) {
  const [monday, setMonday] = useState(() => mondayOf(today(organization.time_zone)));
  const days = useMemo(() => weekFrom(monday), [monday]);
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const read = useRead(query('/places', { organization: organization.slug }));
  const week = useWeek(organization, days);
  const move = (weeks) => () => setMonday(new Date(monday.getTime() + weeks * 7 * DAY_MS));
  const done = (words) => () => { close(); say(words); read.again(); week.again(); };
  const setInUse = (place, is_in_use) => async () => { await call('PATCH', `/places/${place.id}`, { organization: organization.slug, is_in_use }); read.again(); };
  const remove = async () => {
    await call('DELETE', query(`/reservations/${open.reservation.id}`, { organization: organization.slug }));
    say(t('reservation_removed'));
    week.again();
  };
  const columns = [
    { name: t('name'), cell: (place) => html`<strong>${place.name}</strong>` },
    { name: t('group'), cell: (place) => place.group || '–' },
    { name: t('capacity'), cell: (place) => place.capacity || '–' },
    { name: t('memo'), cell: (place) => place.memo || '–' },
    { name: t('state'), cell: (place) => (place.is_in_use ? html`<span class="badge good">${t('in_use')}</span>` : html`<span class="badge">${t('out_of_use')}</span>`) },
    { name: t('actions'), isAction: true, cell: (place) => html`<button type="button" class="button small" onClick=${setInUse(place, !place.is_in_use)}
      aria-label=${`${place.is_in_use ? t('take_out') : t('put_in')}: ${place.name}`}>${place.is_in_use ? t('take_out') : t('put_in')}</button>` },
  ];
  return html`
    <p class="lead">${t('places_lead')}</p>
    <${Reading} read=${read}>${({ items }) => html`
      <div class="bar">
        <button type="button" class="button" onClick=${move(-1)}>${t('week_before')}</button>
        <button type="button" class="button" onClick=${() => setMonday(mondayOf(today(organization.time_zone)))}>${t('this_week')}</button>
        <button type="button" class="button" onClick=${move(1)}>${t('week_after')}</button>
        <p class="hint" role="status">${named(days[0])} – ${named(days[6])}</p>
        <div class="grow"></div>
        <button type="button" class="button" onClick=${() => setOpen({ kind: 'place' })}>${t('add_place')}</button>
        <button type="button" class="button primary" disabled=${!items.some((place) => place.is_in_use)} onClick=${() => setOpen({ kind: 'reserve' })}>${t('reserve')}</button>
      </div>
      ${week.failure && html`<${Trouble} failure=${week.failure} again=${week.again} />`}
      ${items.length > 0 && html`<${Week} places=${items} days=${days} items=${week.items} onChoose=${(reservation) => setOpen({ kind: 'remove', reservation })} />`}
      <h2>${t('places')}</h2>
      <${Table} caption=${t('places')} columns=${columns} rows=${items} empty=${t('no_places')} />
      ${open?.kind === 'reserve' && html`<${Reserving} organization=${organization} places=${items.filter((place) => place.is_in_use)} day=${days.includes(today(organization.time_zone)) ? today(organization.time_zone) : days[0]}
        session=${session} onDone=${done(t('reserved'))} onClose=${close} />`}`}
    <//>
    ${open?.kind === 'place' && html`<${Adding} organization=${organization} onDone=${done(t('place_added'))} onClose=${close} />`}
    ${open?.kind === 'remove' && html`<${Confirm} title=${open.reservation.title} words=${t('remove_reservation_words', { place: open.reservation.place, when: `${named(dayOf(open.reservation.starts_at))}, ${whenOf(open.reservation)}`, by: open.reservation.by })}
      verb=${t('remove_reservation')} isFinal act=${remove} onClose=${close} />`}`;
}
