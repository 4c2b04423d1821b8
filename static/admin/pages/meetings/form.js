// The form of a conference room.

import { html } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { call, query } from '../../api.js';
import { Dialog } from '../../parts/dialog.js';
import { Choice, Form, Text, Tick, changed, useValues } from '../../parts/form.js';

const KINDS = ['meeting', 'webinar'];
const ACCESSES = ['open', 'password', 'token'];
const STATUSES = ['active', 'inactive'];
const MINUTE_MS = 60_000;

/** What the form shows of a room: the beginning as it stands on the wall of the room's zone. */
function valuesOf(meeting, zone) {
  if (!meeting) return { name: '', kind: 'meeting', access: 'open', password: '', is_permanent: true, starts_at: '', duration_min: '60', time_zone: zone, has_lobby: true, lobby_text: '', has_registration: false };
  const lasts = meeting.is_permanent ? 60 : Math.round((new Date(meeting.ends_at) - new Date(meeting.starts_at)) / MINUTE_MS);
  return { ...meeting, password: meeting.password ?? '', starts_at: meeting.starts_at?.slice(0, 16) ?? '', duration_min: String(lasts) };
}

/** What is sent: times only where there are any, and numbers as numbers. */
function bodyOf(values) {
  const { starts_at, duration_min, ...rest } = values;
  return { ...rest, ...(!values.is_permanent && starts_at !== undefined && { starts_at }), ...(!values.is_permanent && duration_min !== undefined && { duration_min: Number(duration_min) || 0 }) };
}

const NAMES = ['name', 'kind', 'access', 'password', 'is_permanent', 'starts_at', 'duration_min', 'time_zone', 'has_lobby', 'lobby_text', 'has_registration', 'status'];

/** Makes a room, or changes one. */
export function MeetingForm({ organization, meeting, onDone, onClose }) {
  const first = valuesOf(meeting, organization.time_zone);
  const [values, set] = useValues(first);
  const send = async () => {
    const place = { organization: organization.slug };
    if (!meeting) return onDone(await call('POST', query('/meetings', place), bodyOf(values)));
    const body = bodyOf({ ...changed(values, first, NAMES), is_permanent: values.is_permanent });
    return onDone(await call('PATCH', query(`/meetings/${meeting.id}`, place), body));
  };
  const verb = meeting ? t('save') : t('make_meeting');
  return html`<${Dialog} title=${meeting ? t('change_meeting', { name: meeting.name }) : t('make_meeting')} onClose=${onClose}>
    <${Form} fields=${NAMES} send=${send} verb=${verb} onCancel=${onClose}>
      ${(failure) => html`
        <${Text} values=${values} set=${set} name="name" label=${t('name')} failure=${failure} />
        <${Choice} values=${values} set=${set} name="kind" label=${t('meeting_kind')} failure=${failure} options=${KINDS.map((one) => [one, t(`meeting_kind_${one}`)])} />
        <${Choice} values=${values} set=${set} name="access" label=${t('meeting_access')} failure=${failure} options=${ACCESSES.map((one) => [one, t(`meeting_access_${one}`)])} />
        ${values.access === 'password' && html`<${Text} values=${values} set=${set} name="password" label=${t('meeting_password')} failure=${failure} autocomplete="off" />`}
        <${Tick} values=${values} set=${set} name="is_permanent" label=${t('meeting_is_permanent')} />
        ${!values.is_permanent && html`
          <${Text} values=${values} set=${set} name="starts_at" label=${t('meeting_start')} hint=${t('times_in', { zone: values.time_zone })} failure=${failure} type="datetime-local" />
          <${Text} values=${values} set=${set} name="duration_min" label=${t('meeting_minutes')} failure=${failure} type="number" min="1" />`}
        <${Text} values=${values} set=${set} name="time_zone" label=${t('time_zone')} hint=${t('time_zone_hint')} failure=${failure} />
        <${Tick} values=${values} set=${set} name="has_lobby" label=${t('meeting_has_lobby')} />
        ${values.has_lobby && html`<${Text} values=${values} set=${set} name="lobby_text" label=${t('meeting_lobby_text')} failure=${failure} />`}
        <${Tick} values=${values} set=${set} name="has_registration" label=${t('meeting_has_registration')} />
        ${meeting && html`<${Choice} values=${values} set=${set} name="status" label=${t('state')} failure=${failure} options=${STATUSES.map((one) => [one, t(`meeting_status_${one}`)])} />`}`}
    <//>
  <//>`;
}
