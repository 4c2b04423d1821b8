// Files on their way to a room: two at a time, each with its progress; any can be given up and tried again.

import { useEffect, useRef, useState } from '/assets/ui/html.js';
import { query, upload } from './api.js';

const AT_ONCE = 2;
let count = 0;

/** What is on its way, and what one can do about it. `onArrived` hears of each file that is there. */
export function useUploads(onArrived) {
  const list = useRef([]);
  const arrived = useRef(onArrived);
  arrived.current = onArrived;
  const [, redraw] = useState(0);
  const changed = () => redraw((turn) => turn + 1);

  const run = async (item) => {
    Object.assign(item, { state: 'going', sent: 0, failure: null, ending: new AbortController() });
    const form = new FormData();
    form.append('file', item.file, item.file.name);
    const path = query('/files', { organization: item.organization, room: item.room });
    try {
      await upload(path, form, (sent, total) => { item.sent = total ? sent / total : 0; changed(); }, item.ending.signal);
      item.state = 'done';
      arrived.current(item.file.name);
    } catch (failure) {
      item.state = item.ending.signal.aborted ? 'given_up' : 'failed';
      item.failure = failure;
    }
    next();
  };

  const next = () => {
    const going = list.current.filter((item) => item.state === 'going').length;
    list.current.filter((item) => item.state === 'waiting').slice(0, Math.max(0, AT_ONCE - going)).forEach(run);
    changed();
  };

  // What is still going when the page is left would arrive unseen.
  useEffect(() => () => list.current.forEach((item) => item.ending?.abort()), []);

  return {
    items: list.current,
    /** Files for a room; what is larger than `most` bytes is not sent at all. */
    add(files, { organization, room, most }) {
      const item = (file) => ({
        key: (count += 1), file, organization, room, sent: 0,
        ...(file.size > most ? { state: 'failed', failure: { code: 'too_large_file' }, isHopeless: true } : { state: 'waiting' }),
      });
      list.current = [...list.current, ...[...files].map(item)];
      next();
    },
    cancel(item) {
      if (item.state === 'waiting') item.state = 'given_up';
      item.ending?.abort();
      changed();
    },
    retry(item) {
      item.state = 'waiting';
      next();
    },
    clear() {
      list.current = list.current.filter((item) => ['waiting', 'going'].includes(item.state));
      changed();
    },
  };
}
