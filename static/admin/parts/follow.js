// Following a stream of events of the server, for as long as somebody looks.

import { useEffect, useRef, useState } from '/assets/ui/html.js';
import { call } from '../api.js';

/** How long to wait before a stream that was refused is asked for again. */
const PAUSE_MS = 5000;

/** Tells `onData` what comes; without a path nothing is followed. True while the connection stands. */
export function useFollow(path, onData) {
  const [isOpen, setOpen] = useState(false);
  const [tries, setTries] = useState(0);
  const tell = useRef(onData);
  tell.current = onData;
  useEffect(() => {
    if (!path) return undefined;
    let timer = null;
    let isLeft = false;
    const source = new EventSource(`/admin/api${path}`);
    source.onopen = () => setOpen(true);
    source.onmessage = (event) => tell.current(JSON.parse(event.data));
    source.onerror = async () => {
      setOpen(false);
      // What broke off is connected anew by the browser; what was refused is not, and the session may be over.
      if (source.readyState !== EventSource.CLOSED) return;
      await call('GET', '/session').catch(() => null);
      if (!isLeft) timer = setTimeout(() => setTries((count) => count + 1), PAUSE_MS);
    };
    return () => {
      isLeft = true;
      clearTimeout(timer);
      source.close();
      setOpen(false);
    };
  }, [path, tries]);
  return isOpen;
}
