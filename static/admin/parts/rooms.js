// Rooms as other things name them, and choosing one.

import { html } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { query } from '../api.js';
import { Choice } from './form.js';
import { useRead } from './reading.js';

/** Rooms that a choice offers: those with the latest activity. */
const OFFERED = 200;

/** What a room is called; rooms of two and of one by who is in them. */
export const nameOf = (room) => room.name || t('content_unnamed_room');

/** A room's name as a text among others, with its kind where it is no group. */
export const RoomName = ({ room }) => html`<span class="long" title=${room.name}>${nameOf(room)}</span>
  ${room.kind !== 'group' && html`<span class="badge">${t(`content_kind_${room.kind}`)}</span>`}`;

/** The room that the address names, if it does. */
export const roomInAddress = () => new URLSearchParams(location.search).get('room') ?? '';

/** The rooms of an organization to choose from; `kind`: groups alone, or all. */
export const useRooms = (organization, kind) => useRead(query('/rooms', { organization: organization.slug, kind, limit: OFFERED })).value?.items ?? [];

/** One of the rooms, or all of them. A room that is chosen stays on offer even if there are many newer ones. */
export function RoomChoice({ rooms, values, set, isNeeded = false, label = t('content_room'), name = 'room', failure }) {
  const known = rooms.some((room) => String(room.id) === String(values[name]));
  const shown = (room) => `${nameOf(room).slice(0, 60)}${room.kind === 'group' ? '' : ` (${t(`content_kind_${room.kind}`)})`}`;
  const options = [
    ['', isNeeded ? t('content_choose_room') : t('all')],
    ...(known || !values[name] ? [] : [[String(values[name]), `#${values[name]}`]]),
    ...rooms.map((room) => [String(room.id), shown(room)]),
  ];
  return html`<${Choice} values=${values} set=${set} name=${name} label=${label} failure=${failure} options=${options} />`;
}
