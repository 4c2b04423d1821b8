// Files: which there are, what they look like, putting new ones into groups, and deleting them there.

import { html, useEffect, useRef, useState } from '/assets/ui/html.js';
import { language, t } from '/assets/ui/i18n.js';
import { Code } from '/assets/ui/code.js';
import { call, query, wordsOf } from '../api.js';
import { Confirm, Dialog } from '../parts/dialog.js';
import { Text, useValues } from '../parts/form.js';
import { Reading, Trouble, useRead } from '../parts/reading.js';
import { RoomChoice, RoomName, roomInAddress, useRooms } from '../parts/rooms.js';
import { size } from '../parts/sizes.js';
import { Stretches, useStretches } from '../parts/stretches.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/times.js';
import { useUploads } from '../uploads.js';

const LIMIT = 50;
/** How much of a text is shown, in bytes. */
const TEXT_BYTES = 64 * 1024;
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** How a file can be looked at, if it can. */
function lookOf(file) {
  if (PICTURES.includes(file.media_type)) return 'picture';
  if (file.media_type.startsWith('audio/')) return 'sound';
  if (file.media_type.startsWith('video/')) return 'film';
  if (file.media_type.startsWith('text/') || file.media_type === 'application/json') return 'text';
  return null;
}

const download = (file) => `${file.path}&response-content-disposition=attachment`;

/** The beginning of a text, never as anything but text. */
function Words({ file }) {
  const [state, setState] = useState({});
  const ask = async () => {
    setState({});
    try {
      const headers = file.bytes > TEXT_BYTES ? { range: `bytes=0-${TEXT_BYTES - 1}` } : {};
      const answer = await fetch(file.path, { headers });
      setState(answer.ok ? { text: await answer.text() } : { failure: { code: 'not_found' } });
    } catch {
      setState({ failure: { code: 'unreachable' } });
    }
  };
  useEffect(() => { ask(); }, [file.id]);
  if (state.failure) return html`<${Trouble} failure=${state.failure} again=${ask} />`;
  if (state.text === undefined) return html`<p class="hint" role="status">${t('loading')}</p>`;
  return html`<${Code} name=${file.media_type} text=${state.text} wraps />${file.bytes > TEXT_BYTES && html`<p class="hint">${t('content_beginning_only', { size: size(TEXT_BYTES) })}</p>`}`;
}

function Preview({ file, onClose }) {
  const [isBroken, setBroken] = useState(false);
  const broken = () => setBroken(true);
  const look = {
    picture: () => html`<img class="preview" src=${file.path} alt=${file.name} onError=${broken} />`,
    sound: () => html`<audio class="preview" src=${file.path} controls aria-label=${file.name} onError=${broken}></audio>`,
    film: () => html`<video class="preview" src=${file.path} controls aria-label=${file.name} onError=${broken}></video>`,
    text: () => html`<${Words} file=${file} />`,
  }[lookOf(file)];
  return html`<${Dialog} title=${file.name} onClose=${onClose} isWide>
    <p class="hint">${file.media_type}, ${size(file.bytes)}</p>
    ${isBroken ? html`<p class="notice warn" role="alert">${t('content_preview_broken')}</p>` : look()}
    <div class="buttons"><a class="button primary" href=${download(file)} download>${t('content_download')}</a></div>
  <//>`;
}

/** Why a file is not there. */
const whyNot = (item, most) => (item.failure.code === 'too_large_file' ? t('content_too_large_file', { size: size(most) }) : wordsOf(item.failure));

function Upload({ item, most, uploads }) {
  const percent = new Intl.NumberFormat(language(), { style: 'percent' }).format(item.sent);
  const { name } = item.file;
  return html`<li>
    <p><strong class="long">${name}</strong> <span class="quiet">${size(item.file.size)}</span>
      <span class=${`badge ${{ done: 'good', failed: 'bad', given_up: 'warn' }[item.state] ?? ''}`}>${t(`content_upload_${item.state}`)}</span></p>
    ${item.state === 'going' && html`<progress max="1" value=${item.sent} aria-label=${`${t('content_upload_going')}: ${name}`}>${percent}</progress>`}
    ${item.state === 'failed' && html`<p class="wrong">${whyNot(item, most)}</p>`}
    ${['waiting', 'going'].includes(item.state) && html`<button type="button" class="button small" onClick=${() => uploads.cancel(item)} aria-label=${`${t('cancel')}: ${name}`}>${t('cancel')}</button>`}
    ${['failed', 'given_up'].includes(item.state) && !item.isHopeless && html`<button type="button" class="button small" onClick=${() => uploads.retry(item)} aria-label=${`${t('try_again')}: ${name}`}>${t('try_again')}</button>`}
  </li>`;
}

/** Where files are dropped or chosen, and those that are on their way. */
function Uploading({ organization, groups, most, first, onArrived }) {
  const [values, set] = useValues({ target: first });
  const [isOver, setOver] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const input = useRef(null);
  const uploads = useUploads(onArrived);
  const add = (files) => {
    setMissing(!values.target);
    if (values.target) uploads.add(files, { organization: organization.slug, room: values.target, most });
  };
  const take = (event) => {
    add(event.currentTarget.files);
    // The same file can be chosen once more.
    event.currentTarget.value = '';
  };
  const drag = (isInside) => (event) => { event.preventDefault(); setOver(isInside); };
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    add(event.dataTransfer.files);
  };
  const isSettled = uploads.items.some((item) => !['waiting', 'going'].includes(item.state));
  return html`<section class=${`drop ${isOver ? 'over' : ''}`} aria-labelledby="upload-title" onDragOver=${drag(true)} onDragLeave=${drag(false)} onDrop=${drop}>
    <h2 id="upload-title">${t('content_upload')}</h2>
    <p class="hint">${t('content_upload_words', { size: size(most) })}</p>
    <div class="bar">
      <${RoomChoice} rooms=${groups} values=${values} set=${(name, value) => { set(name, value); setMissing(false); }} name="target" label=${t('content_upload_to')} isNeeded
        failure=${isMissing && { field: 'target', code: 'invalid', message: t('content_choose_room_first') }} />
      <input type="file" multiple hidden ref=${input} onChange=${take} aria-label=${t('content_choose_files')} tabindex="-1" />
      <button type="button" class="button primary" onClick=${() => (values.target ? input.current.click() : setMissing(true))}>${t('content_choose_files')}</button>
      ${isSettled && html`<button type="button" class="button" onClick=${uploads.clear}>${t('content_clear_list')}</button>`}
    </div>
    ${uploads.items.length > 0 && html`<ul class="uploads">${uploads.items.map((item) => html`<${Upload} key=${item.key} item=${item} most=${most} uploads=${uploads} />`)}</ul>`}
  </section>`;
}

export default function Files({ organization, say }) {
  const [filter, setFilter] = useValues({ q: '', room: roomInAddress() });
  const [shown, setShown] = useState(null);
  const [doomed, setDoomed] = useState(null);
  const stretches = useStretches();
  const rooms = useRooms(organization, 'all');
  const groups = useRooms(organization, 'group');
  const read = useRead(query('/files', { organization: organization.slug, limit: LIMIT, before: stretches.before, ...filter }));
  const narrow = (name, value) => { setFilter(name, value); stretches.restart(); };
  const arrived = (name) => { say(t('content_file_arrived', { name })); read.again(); };
  const remove = async () => {
    await call('DELETE', query(`/files/${doomed.id}`, { organization: organization.slug }));
    say(t('content_file_deleted', { name: doomed.name }));
    read.again();
  };
  const columns = [
    { name: t('name'), cell: (file) => html`<strong class="long" title=${file.name}>${file.name}</strong>` },
    { name: t('content_size'), cell: (file) => html`<span class="tight">${size(file.bytes)}</span>` },
    { name: t('content_media_type'), cell: (file) => file.media_type },
    { name: t('content_room'), cell: (file) => html`<${RoomName} room=${file.room} />` },
    { name: t('content_uploaded_by'), cell: (file) => html`<span class="long">${file.by}</span>` },
    { name: t('content_when'), cell: (file) => html`<${Time} at=${file.uploaded_at} />` },
    { name: t('actions'), isAction: true, cell: (file) => html`
      ${lookOf(file) && html`<button type="button" class="button small" onClick=${() => setShown(file)} aria-label=${`${t('content_preview')}: ${file.name}`}>${t('content_preview')}</button>`}
      <a class="button small" href=${download(file)} download aria-label=${`${t('content_download')}: ${file.name}`}>${t('content_download')}</a>
      ${file.room.kind === 'group' && html`<button type="button" class="button small" onClick=${() => setDoomed(file)} aria-label=${`${t('content_delete_file')}: ${file.name}`}>${t('content_delete_file')}</button>`}` },
  ];
  return html`
    <p class="lead">${t('content_files_lead')}</p>
    ${read.value && html`<${Uploading} organization=${organization} groups=${groups} most=${read.value.most_bytes} first=${filter.room} onArrived=${arrived} />`}
    <div class="bar">
      <${Text} values=${filter} set=${narrow} name="q" label=${t('search')} type="search" maxlength="200" />
      <${RoomChoice} rooms=${rooms} values=${filter} set=${narrow} />
    </div>
    <${Reading} read=${read}>${({ items, next }) => html`
      <${Table} caption=${t('page_files')} columns=${columns} rows=${items} empty=${next ? t('content_nothing_so_far') : t('content_no_files')} />
      <${Stretches} stretches=${stretches} next=${next} />`}
    <//>
    ${shown && html`<${Preview} file=${shown} onClose=${() => setShown(null)} />`}
    ${doomed && html`<${Confirm} title=${t('content_delete_file_title', { name: doomed.name })} words=${t('content_delete_file_words')} verb=${t('content_delete_file')} isFinal act=${remove} onClose=${() => setDoomed(null)} />`}`;
}
