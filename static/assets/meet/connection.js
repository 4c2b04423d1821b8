// The line to the server: one WebSocket, opened again when it breaks, with requests that know their answers.

export class Connection {
  #socket = null;
  #key;
  #next = 1;
  #asked = new Map();
  #ended = false;
  #tries = 0;

  /** `key` is `ticket=…` or `pass=…`; `on` has `message(object)`, `broken()` and `lost()`. */
  constructor(key, on) {
    this.#key = key;
    this.on = on;
    this.#open();
  }

  /** What to come back with after a break. */
  set pass(pass) { this.#key = `pass=${encodeURIComponent(pass)}`; }

  #open() {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/_m/ws?${this.#key}`);
    this.#socket = socket;
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = () => {
      if (this.#ended) return;
      for (const asked of this.#asked.values()) asked.reject(new Error('broken'));
      this.#asked.clear();
      this.#again();
    };
  }

  #again() {
    this.#tries += 1;
    if (this.#tries > 20) {
      this.#ended = true;
      this.on.lost();
      return;
    }
    this.on.broken();
    setTimeout(() => this.#open(), Math.min(500 * 2 ** this.#tries, 10000));
  }

  #receive(message) {
    this.#tries = 0;
    if (message.t === 'denied' || message.t === 'ended') this.#ended = true;
    const asked = message.re && this.#asked.get(message.re);
    if (asked) {
      this.#asked.delete(message.re);
      if (message.t === 'error') asked.reject(new Error(message.code));
      else asked.resolve(message.data);
      return;
    }
    this.on.message(message);
  }

  /** Asks for something; the promise ends with the server's answer. */
  ask(t, fields = {}) {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new Error('broken'));
        return;
      }
      const id = this.#next++;
      this.#asked.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ v: 1, t, id, ...fields }));
    });
  }

  /** Leaves for good. */
  leave() {
    this.#ended = true;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ v: 1, t: 'leave' }));
  }
}
