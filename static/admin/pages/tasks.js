// Tasks of all rooms: who has to do what until when.

import { html, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { call, query } from '../api.js';
import { now } from '../parts/clock.js';
import { Choice, useValues } from '../parts/form.js';
import { Reading, Trouble, useRead } from '../parts/reading.js';
import { RoomChoice, RoomName, roomInAddress, useRooms } from '../parts/rooms.js';
import { Stretches, useStretches } from '../parts/stretches.js';
import { Table } from '../parts/table.js';
import { day, shown } from '../parts/times.js';

const LIMIT = 50;
/** People that the choice of an assignee offers. */
const OFFERED = 200;
const STATES = ['open', 'done'];
const DUES = ['overdue', 'week', 'never'];

const isLate = (task) => task.status === 'open' && task.due_at && new Date(task.due_at) < now();

const Due = ({ task }) => (task.due_at
  ? html`<time datetime=${task.due_at}>${(task.is_due_on_day ? day : shown)(task.due_at)}</time> ${isLate(task) && html`<span class="badge warn">${t('content_due_overdue')}</span>`}`
  : html`<span class="quiet">–</span>`);

export default function Tasks({ organization, say }) {
  const [filter, setFilter] = useValues({ status: 'open', assignee: '', room: roomInAddress(), due: '' });
  const [failure, setFailure] = useState(null);
  const stretches = useStretches();
  const rooms = useRooms(organization, 'all');
  const people = useRead(query('/users', { organization: organization.slug, limit: OFFERED })).value?.items ?? [];
  const read = useRead(query('/tasks', { organization: organization.slug, limit: LIMIT, before: stretches.before, ...filter }));
  const narrow = (name, value) => { setFilter(name, value); stretches.restart(); };
  const set = (task, status) => async () => {
    setFailure(null);
    try {
      await call('PATCH', `/tasks/${task.id}`, { organization: organization.slug, room: task.room.id, status });
      say(t(`content_task_is_${status}`));
    } catch (refused) {
      setFailure(refused);
    }
    read.again();
  };
  const button = (task) => {
    const other = task.status === 'open' ? 'done' : 'open';
    return html`<button type="button" class="button small" onClick=${set(task, other)} aria-label=${`${t(`content_task_make_${other}`)}: ${task.body.slice(0, 60)}`}>${t(`content_task_make_${other}`)}</button>`;
  };
  const columns = [
    { name: t('content_task'), cell: (task) => html`<span class="long" title=${task.body}>${task.body}</span>` },
    { name: t('state'), cell: (task) => html`<span class=${`badge ${task.status === 'done' ? 'good' : 'accent'}`}>${t(`content_task_${task.status}`)}</span>` },
    { name: t('content_assignee'), cell: (task) => html`<span class="long">${task.assignee}</span>` },
    { name: t('content_given_by'), cell: (task) => html`<span class="long">${task.by}</span>` },
    { name: t('content_due'), cell: (task) => html`<${Due} task=${task} />` },
    { name: t('content_room'), cell: (task) => html`<${RoomName} room=${task.room} />` },
    { name: t('actions'), isAction: true, cell: (task) => task.room.kind === 'group' && button(task) },
  ];
  const areTheirs = (items) => items.some((task) => task.room.kind !== 'group');
  return html`
    <p class="lead">${t('content_tasks_lead')}</p>
    <div class="bar">
      <${Choice} values=${filter} set=${narrow} name="status" label=${t('state')} options=${[['', t('all')], ...STATES.map((one) => [one, t(`content_task_${one}`)])]} />
      <${Choice} values=${filter} set=${narrow} name="assignee" label=${t('content_assignee')} options=${[['', t('all')], ...people.map((one) => [String(one.id), one.name])]} />
      <${RoomChoice} rooms=${rooms} values=${filter} set=${narrow} />
      <${Choice} values=${filter} set=${narrow} name="due" label=${t('content_due')} options=${[['', t('all')], ...DUES.map((one) => [one, t(`content_due_${one}`)])]} />
    </div>
    ${failure && html`<${Trouble} failure=${failure} />`}
    <${Reading} read=${read}>${({ items, next }) => html`
      <${Table} caption=${t('page_tasks')} columns=${columns} rows=${items} empty=${next ? t('content_nothing_so_far') : t('content_no_tasks')} />
      ${areTheirs(items) && html`<p class="hint">${t('content_tasks_are_theirs')}</p>`}
      <${Stretches} stretches=${stretches} next=${next} />`}
    <//>`;
}
