// Conference rooms: all of an organization, and one of them, which the address names after the #.

import { html, useEffect, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { query } from '../api.js';
import { Choice, Text, useValues } from '../parts/form.js';
import { Reading, useRead } from '../parts/reading.js';
import { Pager, Table } from '../parts/table.js';
import { shownIn } from '../parts/times.js';
import { MeetingForm } from './meetings/form.js';
import { Room } from './meetings/room.js';

const LIMIT = 50;
const STATUSES = ['active', 'inactive'];

const roomInAddress = () => (/^#\d+$/.test(location.hash) ? location.hash.slice(1) : null);

/** The room that the address names; going back leads out of it again. */
function useRoom() {
  const [id, setId] = useState(roomInAddress);
  useEffect(() => {
    const follow = () => setId(roomInAddress());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return id;
}

export const When = ({ meeting, zone }) => (meeting.is_permanent ? t('meeting_permanent') : html`<time datetime=${meeting.starts_at}>${shownIn(meeting.starts_at, zone)}</time>`);

export const Status = ({ meeting }) => html`<span class=${`badge ${meeting.status === 'active' ? 'good' : ''}`}>${t(`meeting_status_${meeting.status}`)}</span>`;

function All({ organization, say }) {
  const [filter, setFilter] = useValues({ q: '', status: 'active', offset: 0 });
  const [isMaking, setMaking] = useState(false);
  const read = useRead(query('/meetings', { organization: organization.slug, limit: LIMIT, ...filter }));
  const narrow = (name, value) => { setFilter(name, value); setFilter('offset', 0); };
  const made = (meeting) => { setMaking(false); say(t('saved', { name: meeting.name })); location.hash = meeting.id; };
  const columns = [
    { name: t('name'), cell: (meeting) => html`<strong><a href=${`#${meeting.id}`}>${meeting.name}</a></strong>` },
    { name: t('meeting_kind'), cell: (meeting) => t(`meeting_kind_${meeting.kind}`) },
    { name: t('meeting_access'), cell: (meeting) => t(`meeting_access_${meeting.access}`) },
    { name: t('meeting_start'), cell: (meeting) => html`<${When} meeting=${meeting} zone=${organization.time_zone} />` },
    { name: t('state'), cell: (meeting) => html`<${Status} meeting=${meeting} />` },
    { name: t('meeting_link'), cell: (meeting) => html`<a class="address" href=${meeting.url} target="_blank" rel="noreferrer">${meeting.url.replace(/^https?:\/\//, '')}</a>` },
  ];
  return html`
    <p class="lead">${t('meetings_lead')}</p>
    <div class="bar">
      <${Text} values=${filter} set=${narrow} name="q" label=${t('search')} type="search" />
      <${Choice} values=${filter} set=${narrow} name="status" label=${t('state')} options=${STATUSES.map((one) => [one, t(`meeting_status_${one}`)])} />
      <div class="grow"></div>
      <button type="button" class="button primary" onClick=${() => setMaking(true)}>${t('make_meeting')}</button>
    </div>
    <${Reading} read=${read}>${({ items, total }) => html`
      <${Table} caption=${t('page_meetings')} columns=${columns} rows=${items} empty=${t('no_meetings')} />
      <${Pager} total=${total} offset=${filter.offset} limit=${LIMIT} onOffset=${(offset) => setFilter('offset', offset)} />`}
    <//>
    ${isMaking && html`<${MeetingForm} organization=${organization} onDone=${made} onClose=${() => setMaking(false)} />`}`;
}

export default function Meetings({ organization, say }) {
  const id = useRoom();
  return id ? html`<${Room} key=${id} id=${id} organization=${organization} say=${say} />` : html`<${All} organization=${organization} say=${say} />`;
}
