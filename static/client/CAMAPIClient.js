// Calls the methods of the CAM API: in a page (`<script src="…/CAMAPIClient.js">`) or in Node.js 18 and later (`require`).
//
//   const client = new CAMAPIClient({ apiToken: '…', serverURL: 'http://chat.example.org:8080' });
//   const { errors, message } = await client.sendMessage('messenger', 'Hello', false, ['mika@example.org']);
//
// A method resolves to the JSON object of the answer, whatever its status: what went wrong stands in `errors`. It rejects
// when the server can't be reached, or answers with something else.
(function (root) {
  'use strict';

  const required = (config, name) => {
    const value = config && config[name];
    if (typeof value !== 'string' || value.trim() === '') throw new TypeError(`CAMAPIClient: ${name} is missing`);
    return value.trim();
  };

  /** E-mail addresses from a text with commas, or from a list. */
  const addresses = (users) => {
    const parts = Array.isArray(users) ? users : [users];
    return parts.flatMap((part) => String(part ?? '').split(',')).map((part) => part.trim()).filter(Boolean);
  };

  class CAMAPIClient {
    #serverURL;
    #apiToken;

    /** @param {{apiToken: string, serverURL: string}} config */
    constructor(config) {
      this.#apiToken = required(config, 'apiToken');
      this.#serverURL = required(config, 'serverURL').replace(/\/+$/, '');
    }

    async #call(method, fields = {}) {
      const answer = await fetch(`${this.#serverURL}/${method}`, {
        method: 'POST',
        headers: { 'x-cam-apiToken': this.#apiToken, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      });
      const text = await answer.text();
      let result;
      try {
        result = JSON.parse(text);
      } catch {
        throw new Error(`CAMAPIClient: ${method} was answered with status ${answer.status} and without JSON`);
      }
      if (result === null || typeof result !== 'object' || Array.isArray(result)) {
        throw new Error(`CAMAPIClient: ${method} was answered with status ${answer.status} and without an object`);
      }
      return result;
    }

    /**
     * Sends a message: to people when `send` is "messenger", else into the chat room of this name or id.
     * Where several lists of users are given, the last one that names somebody counts.
     */
    async sendMessage(send, message, seal = false, ...users) {
      const named = users.map(addresses).filter((list) => list.length > 0);
      const list = named.at(-1) ?? [];
      const fields = { panelName: send, message, isOpened: !!seal, generalPurposes: { users: list.join(',') } };
      return this.#call('sendMessage', { message: JSON.stringify(fields) });
    }

    /** Sends many messages: `[{send, message, property: {users}, seal}]`; without `send` they go to people. */
    async sendMessages(messages) {
      return this.#call('sendMessages', { messages: JSON.stringify(messages) });
    }

    /** Makes the address of a conference that ends at an instant (milliseconds since 1970, or a Date). */
    async createQuickCall(expiredDate, password = '') {
      const instant = expiredDate instanceof Date ? expiredDate.getTime() : (expiredDate ?? '');
      return this.#call('createQuickCall', { expiredDate: String(instant), password: String(password ?? '') });
    }

    /** Makes or changes a chat room. */
    async updateChatRoom(chatRoom) {
      return this.#call('updateChatRoom', { chatRoom: JSON.stringify(chatRoom) });
    }

    /** The meeting rooms. */
    async getConferenceMaster() {
      return this.#call('getConferenceMaster');
    }

    /** The same. */
    async getConferenceRooms() {
      return this.#call('getConferenceRooms');
    }

    /** Reservations of meeting rooms on a day (`20300131`) or in a month (`203001`). */
    async getConferenceRoomStatus(yyyyMMdd) {
      return this.#call('getConferenceRoomStatus', yyyyMMdd === undefined || yyyyMMdd === null ? {} : { yyyyMMdd: String(yyyyMMdd) });
    }
  }

  let instance = null;

  /** The one client of a page, made from the last configuration given, else from the global `CAM_API_CONFIG`. */
  function getAPIClient(config) {
    if (config || !instance) instance = new CAMAPIClient(config ?? root.CAM_API_CONFIG);
    return instance;
  }

  root.CAMAPIClient = CAMAPIClient;
  root.getAPIClient = getAPIClient;
  if (typeof module === 'object' && module && module.exports) module.exports = { CAMAPIClient, getAPIClient };
})(globalThis);
