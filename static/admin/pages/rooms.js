// Rooms: groups are managed here, rooms of two and of one are only listed.

import { html, useState } from '/assets/ui/html.js';
import { language, n, t } from '/assets/ui/i18n.js';
import { Copy } from '/assets/ui/code.js';
import { Failure, call, query } from '../api.js';
import { Confirm, Dialog } from '../parts/dialog.js';
import { Choice, Field, Form, Text, useValues } from '../parts/form.js';
import { Reading, Trouble, useRead } from '../parts/reading.js';
import { RoomName, nameOf } from '../parts/rooms.js';
import { Pager, Table } from '../parts/table.js';
import { Time } from '../parts/times.js';

const LIMIT = 50;
const KINDS = ['group', 'direct', 'my'];
const ROLES = ['admin', 'moderator', 'member', 'readonly'];
/** Ids as each API knows a room. */
const IDS = [['chatwork', 'Chatwork'], ['messenger', 'Messenger'], ['matrix', 'Matrix'], ['cam', 'Chat&Messenger'], ['chat_messages', 'chat-messages']];

const number = (count) => new Intl.NumberFormat(language()).format(count);

/** The account of an e-mail address in an organization. */
async function accountOf(organization, email) {
  const wanted = email.trim().toLowerCase();
  const { items } = await call('GET', query('/users', { organization: organization.slug, q: wanted, limit: 200 }));
  const found = items.find((person) => person.email.toLowerCase() === wanted);
  if (!found) throw new Failure(400, { code: 'invalid', field: 'email', message: t('content_nobody_of_address') });
  return found.id;
}

/** A field for the e-mail address of somebody of the organization. */
function Person({ organization, ...rest }) {
  const people = useRead(query('/users', { organization: organization.slug, limit: 200 }));
  return html`<${Text} ...${rest} name="email" type="email" list="people" />
    <datalist id="people">${people.value?.items.map((one) => html`<option value=${one.email}>${one.name}</option>`)}</datalist>`;
}

/** A field for several lines. */
const Lines = ({ values, set, name, label, failure }) => html`<${Field} name=${name} label=${label} failure=${failure}>
  ${(tied) => html`<textarea class="input" value=${values[name]} onInput=${(event) => set(name, event.currentTarget.value)} ...${tied}></textarea>`}
<//>`;

/** Makes a group, or changes one. */
function Group({ organization, session, room, onDone, onClose }) {
  const [values, set] = useValues({ name: room?.name ?? '', description: room?.description ?? '', email: session.email });
  const send = async () => {
    const { name, description } = values;
    const body = { organization: organization.slug, name, description };
    if (room) return onDone(await call('PATCH', `/rooms/${room.id}`, body));
    return onDone(await call('POST', '/rooms', { ...body, admins: [await accountOf(organization, values.email)] }));
  };
  return html`<${Dialog} title=${room ? t('content_change_room', { name: room.name }) : t('content_make_room')} onClose=${onClose}>
    <${Form} fields=${['name', 'description', 'email']} send=${send} verb=${room ? t('save') : t('content_make_room')} onCancel=${onClose}>
      ${(failure) => html`
        <${Text} values=${values} set=${set} name="name" label=${t('name')} failure=${failure} />
        <${Lines} values=${values} set=${set} name="description" label=${t('content_description')} failure=${failure} />
        ${!room && html`<${Person} organization=${organization} values=${values} set=${set} label=${t('content_first_admin')} hint=${t('content_first_admin_hint')} failure=${failure} />`}`}
    <//>
  <//>`;
}

/** Puts somebody into a group. */
function Adding({ organization, room, onDone, onClose }) {
  const [values, set] = useValues({ email: '', role: 'member' });
  const send = async () => {
    const account = await accountOf(organization, values.email);
    onDone(await call('PUT', `/rooms/${room.id}/members/${account}`, { organization: organization.slug, role: values.role }));
  };
  return html`<${Dialog} title=${t('content_add_member')} onClose=${onClose}>
    <${Form} fields=${['email', 'role']} send=${send} verb=${t('content_add_member')} onCancel=${onClose}>
      ${(failure) => html`
        <${Person} organization=${organization} values=${values} set=${set} label=${t('email')} failure=${failure} />
        <${Choice} values=${values} set=${set} name="role" label=${t('role')} failure=${failure} options=${ROLES.map((role) => [role, t(`content_room_role_${role}`)])} />`}
    <//>
  <//>`;
}

/** Who is in a room, and their roles. */
function Members({ room, isGroup, onRole, onRemove }) {
  const [offset, setOffset] = useState(0);
  const role = (person) => (isGroup
    ? html`<select class="input" aria-label=${`${t('role')}: ${person.name}`} value=${person.role} onChange=${(event) => onRole(person, event.currentTarget)}>
        ${ROLES.map((one) => html`<option value=${one}>${t(`content_room_role_${one}`)}</option>`)}
      </select>`
    : t(`content_room_role_${person.role}`));
  const columns = [
    { name: t('name'), cell: (person) => html`<strong class="long">${person.name}</strong>${person.is_disabled && html` <span class="badge bad">${t('disabled')}</span>`}` },
    { name: t('email'), cell: (person) => html`<span class="long">${person.email ?? '–'}</span>` },
    { name: t('role'), cell: role },
    ...(isGroup ? [{ name: t('actions'), isAction: true, cell: (person) => html`<button type="button" class="button small" onClick=${() => onRemove(person)}
      aria-label=${`${t('content_remove_member')}: ${person.name}`}>${t('content_remove_member')}</button>` }] : []),
  ];
  return html`<${Table} caption=${t('content_members')} columns=${columns} rows=${room.people.slice(offset, offset + LIMIT)} empty=${t('content_nobody_in_room')} />
    ${room.people.length > LIMIT && html`<${Pager} total=${room.people.length} offset=${offset} limit=${LIMIT} onOffset=${setOffset} />`}`;
}

/** One room with all that is known of it. */
function Room({ organization, id, onChanged, onOpen, onClose, said }) {
  const read = useRead(query(`/rooms/${id}`, { organization: organization.slug }));
  const [failure, setFailure] = useState(null);
  const [open, setOpen] = useState(null);
  const changed = () => { setOpen(null); setFailure(null); read.again(); onChanged(); };
  const setRole = async (room, person, select) => {
    try {
      await call('PUT', `/rooms/${room.id}/members/${person.id}`, { organization: organization.slug, role: select.value });
      changed();
      said(t('saved', { name: person.name }));
    } catch (refused) {
      select.value = person.role;
      setFailure(refused);
    }
  };
  const remove = (room, person) => async () => {
    await call('DELETE', query(`/rooms/${room.id}/members/${person.id}`, { organization: organization.slug }));
    changed();
    said(t('content_member_removed', { name: person.name }));
  };
  return html`<${Dialog} title=${read.value ? nameOf(read.value) : t('content_room')} onClose=${onClose} isWide>
    <${Reading} read=${read}>${(room) => {
      const isGroup = room.kind === 'group';
      return html`<div class="stack">
        ${room.description && html`<p class="words">${room.description}</p>`}
        <dl class="traits">
          <div><dt>${t('content_kind')}</dt><dd>${t(`content_kind_${room.kind}`)}</dd></div>
          <div><dt>${t('content_made_through')}</dt><dd>${room.made_through}, <${Time} at=${room.created_at} isDay /></dd></div>
          <div><dt>${t('content_messages')}</dt><dd><a href=${`/admin/messages?room=${room.id}`}>${number(room.messages)}</a></dd></div>
          <div><dt>${t('content_files')}</dt><dd><a href=${`/admin/files?room=${room.id}`}>${number(room.files)}</a></dd></div>
          <div><dt>${t('content_tasks')}</dt><dd><a href=${`/admin/tasks?room=${room.id}`}>${number(room.tasks)}</a></dd></div>
        </dl>
        <h3>${t('content_ids_of_apis')}</h3>
        <dl class="traits">${IDS.map(([key, title]) => html`<div><dt>${title}</dt>
          <dd>${room.ids[key] ? html`<code>${room.ids[key]}</code> <${Copy} text=${room.ids[key]} label=${`${t('copy')}: ${title}`} />` : t('content_not_known_there')}</dd></div>`)}</dl>
        <div class="bar"><h3>${n('content_members_number', room.people.length)}</h3><div class="grow"></div>
          ${isGroup && html`<button type="button" class="button small" onClick=${() => setOpen({ kind: 'add' })}>${t('content_add_member')}</button>`}</div>
        ${failure && html`<${Trouble} failure=${failure} />`}
        ${!isGroup && html`<p class="hint">${t('content_room_is_theirs')}</p>`}
        <${Members} room=${room} isGroup=${isGroup} onRole=${(person, select) => setRole(room, person, select)} onRemove=${(person) => setOpen({ kind: 'remove', person })} />
        ${isGroup && html`<div class="buttons">
          <button type="button" class="button" onClick=${() => onOpen({ kind: 'delete', room })}>${t('content_delete_room')}</button>
          <button type="button" class="button" onClick=${() => onOpen({ kind: 'group', room })}>${t('change')}</button>
        </div>`}
        ${open?.kind === 'add' && html`<${Adding} organization=${organization} room=${room} onDone=${changed} onClose=${() => setOpen(null)} />`}
        ${open?.kind === 'remove' && html`<${Confirm} title=${t('content_remove_member_title', { name: open.person.name })} words=${t('content_remove_member_words', { room: room.name })}
          verb=${t('content_remove_member')} act=${remove(room, open.person)} onClose=${() => setOpen(null)} />`}
      </div>`;
    }}<//>
  <//>`;
}

export default function Rooms({ organization, session, say }) {
  const [filter, setFilter] = useValues({ q: '', kind: 'group', offset: 0 });
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const read = useRead(query('/rooms', { organization: organization.slug, limit: LIMIT, ...filter }));
  const narrow = (name, value) => { setFilter(name, value); setFilter('offset', 0); };
  const done = (room) => { close(); say(t('saved', { name: room.name })); read.again(); };
  const remove = async () => {
    await call('DELETE', query(`/rooms/${open.room.id}`, { organization: organization.slug }));
    say(t('content_room_deleted'));
    read.again();
  };
  const kinds = (counts) => [...KINDS.map((kind) => [kind, counts ? `${t(`content_kinds_${kind}`)} (${number(counts[kind])})` : t(`content_kinds_${kind}`)]), ['all', t('all')]];
  const columns = [
    { name: t('name'), cell: (room) => html`<button type="button" class="link" onClick=${() => setOpen({ kind: 'room', id: room.id })}><${RoomName} room=${room} /></button>` },
    { name: t('content_members'), cell: (room) => number(room.members) },
    { name: t('content_messages'), cell: (room) => number(room.messages) },
    { name: t('content_files'), cell: (room) => number(room.files) },
    { name: t('content_tasks'), cell: (room) => number(room.tasks) },
    { name: t('content_made_through'), cell: (room) => room.made_through },
    { name: t('content_last_activity'), cell: (room) => html`<${Time} at=${room.updated_at} />` },
  ];
  return html`
    <p class="lead">${t('content_rooms_lead')}</p>
    <div class="bar">
      <${Text} values=${filter} set=${narrow} name="q" label=${t('search')} type="search" />
      <${Choice} values=${filter} set=${narrow} name="kind" label=${t('content_kind')} options=${kinds(read.value?.counts)} />
      <div class="grow"></div>
      <button type="button" class="button primary" onClick=${() => setOpen({ kind: 'group' })}>${t('content_make_room')}</button>
    </div>
    <${Reading} read=${read}>${({ items, total }) => html`
      <${Table} caption=${t('page_rooms')} columns=${columns} rows=${items} empty=${t('content_no_rooms')} />
      <${Pager} total=${total} offset=${filter.offset} limit=${LIMIT} onOffset=${(offset) => setFilter('offset', offset)} />`}
    <//>
    ${open?.kind === 'room' && html`<${Room} organization=${organization} id=${open.id} onChanged=${read.again} onOpen=${setOpen} onClose=${close} said=${say} />`}
    ${open?.kind === 'group' && html`<${Group} organization=${organization} session=${session} room=${open.room} onDone=${done} onClose=${close} />`}
    ${open?.kind === 'delete' && html`<${Confirm} title=${t('content_delete_room_title', { name: open.room.name })} words=${t('content_delete_room_words')} verb=${t('content_delete_room')} isFinal act=${remove} onClose=${close} />`}`;
}
