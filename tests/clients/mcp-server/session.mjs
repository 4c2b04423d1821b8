// Speaks MCP with the vendor's server as an assistant would, and calls every tool it lists.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = `${process.env.INSTALL}/node_modules/@chatwork/mcp-server/dist/index.js`;
const redirect = fileURLToPath(new URL("redirect.mjs", import.meta.url));

class Assistant {
  #server;
  #answers;
  #last = 0;
  called = new Set();

  constructor(token) {
    const env = { ...process.env, CHATWORK_API_TOKEN: token };
    this.#server = spawn(process.execPath, ["--import", redirect, program], { env, stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#server.stdout })[Symbol.asyncIterator]();
  }

  async ask(method, params) {
    const id = ++this.#last;
    this.#send({ jsonrpc: "2.0", id, method, params });
    const { value } = await this.#answers.next();
    const answer = JSON.parse(value);
    assert.equal(answer.id, id);
    assert.equal(answer.error, undefined);
    return answer.result;
  }

  async open() {
    await this.ask("initialize", { protocolVersion: "2024-11-05", capabilities: {}, clientInfo: { name: "session", version: "1" } });
    this.#send({ jsonrpc: "2.0", method: "notifications/initialized" });
    return (await this.ask("tools/list", {})).tools.map((tool) => tool.name);
  }

  // The JSON that a tool answers, null when there is none.
  async call(name, args = {}) {
    this.called.add(name);
    const result = await this.ask("tools/call", { name, arguments: args });
    assert.notEqual(result.isError, true, `${name}: ${JSON.stringify(result)}`);
    const { text } = result.content[0];
    return text === "" ? null : JSON.parse(text);
  }

  async fails(name, args, status, message) {
    const result = await this.ask("tools/call", { name, arguments: args });
    assert.equal(result.isError, true);
    assert.equal(result.content[0].text, `Error: status code ${status}`);
    assert.deepEqual(JSON.parse(result.content[1].resource.text), { errors: [message] });
  }

  async close() {
    this.#server.stdin.end();
    this.#server.kill();
    await once(this.#server, "exit");
  }

  #send(message) {
    this.#server.stdin.write(`${JSON.stringify(message)}\n`);
  }
}

const alice = new Assistant(process.env.TOKEN);
const bob = new Assistant(process.env.TOKEN_OF_BOB);
const tools = await alice.open();
await bob.open();

const me = await alice.call("get_me");
assert.equal(me.login_mail, "alice@example.com");
const bobsId = (await bob.call("get_me")).account_id;
assert.deepEqual((await alice.call("list_contacts")).map((contact) => contact.account_id), [bobsId]);
const status = await alice.call("get_my_status");
assert.equal((await alice.call("list_my_tasks", { query: { status: "open" } })).length, status.mytask_num);
assert.ok((await alice.call("list_rooms")).length >= 3);

const { room_id } = await alice.call("create_room", {
  body: { name: "Pandas", description: "About pandas", members_admin_ids: `${me.account_id}`, members_member_ids: `${bobsId}`, icon_preset: "star" },
});
const path = { room_id };
assert.equal((await alice.call("get_room", { path })).name, "Pandas");
assert.deepEqual(await alice.call("update_room", { path, body: { name: "Bears" } }), { room_id });
assert.equal((await alice.call("list_room_members", { path })).length, 2);
const members = { members_admin_ids: `${me.account_id},${bobsId}` };
assert.deepEqual(await alice.call("update_room_members", { path, body: members }), { admin: [me.account_id, bobsId], member: [], readonly: [] });

const { message_id } = await alice.call("post_room_message", { path, body: { body: "hello 日本" } });
assert.equal((await bob.call("list_room_messages", { path, query: { force: 0 } })).at(-1).message_id, message_id);
assert.equal(await bob.call("list_room_messages", { path, query: { force: 0 } }), null);
assert.equal((await bob.call("list_room_messages", { path, query: { force: 1 } })).at(-1).body, "hello 日本");
assert.deepEqual(await bob.call("read_room_messages", { path, body: { message_id } }), { unread_num: 0, mention_num: 0 });
assert.deepEqual(await bob.call("unread_room_message", { path, body: { message_id } }), { unread_num: 1, mention_num: 0 });
const one = { room_id, message_id };
assert.equal((await bob.call("get_room_message", { path: one })).body, "hello 日本");
await bob.fails("update_room_message", { path: one, body: { body: "not mine" } }, 403, "You don't have permission to send/edit message.");
assert.deepEqual(await alice.call("update_room_message", { path: one, body: { body: "changed" } }), { message_id });
assert.deepEqual(await alice.call("delete_room_message", { path: one }), { message_id });
assert.equal((await bob.call("get_room_message", { path: one })).body, "[deleted]");

// This client always sends limit_type=time; without a time there is no deadline.
const { task_ids } = await alice.call("create_room_task", { path, body: { body: "Feed", to_ids: `${bobsId}` } });
const task = { room_id, task_id: task_ids[0] };
const shown = await bob.call("get_room_task", { path: task });
assert.deepEqual([shown.limit_time, shown.limit_type, shown.status], [0, "none", "open"]);
assert.deepEqual(await bob.call("update_room_task_status", { path: task, body: { body: "done" } }), { task_id: task_ids[0] });
assert.equal((await bob.call("list_room_tasks", { path, query: { status: "done" } })).length, 1);

// It can't upload; the office has files already.
const rooms = await alice.call("list_rooms");
const launch = rooms.find((room) => room.name.startsWith("Launch")).room_id;
const files = await alice.call("list_room_files", { path: { room_id: launch }, query: {} });
const file = await alice.call("get_room_file", { path: { room_id: launch, file_id: files[0].file_id }, query: { create_download_url: 1 } });
assert.equal((await (await fetch(file.download_url)).arrayBuffer()).byteLength, file.filesize);

assert.deepEqual(await alice.call("get_room_link", { path }), { public: false });
const link = await alice.call("create_room_link", { path, body: { code: "bears-42" } });
assert.ok(link.url.endsWith("/g/bears-42") && link.need_acceptance);
assert.equal((await alice.call("update_room_link", { path, body: { code: "bears-43", need_acceptance: 0 } })).need_acceptance, false);
assert.deepEqual(await alice.call("delete_room_link", { path }), { public: false });

// QUIRK of this client: accepting and declining have paths of their own.
const requests = await alice.call("list_incoming_requests");
assert.equal(requests.length, 2);
const accepted = await alice.call("accept_incoming_request", { path: { request_id: requests[0].request_id } });
assert.equal(accepted.account_id, requests[0].account_id);
assert.equal(await alice.call("reject_incoming_request", { path: { request_id: requests[1].request_id } }), null);

assert.equal(await alice.call("delete_or_leave_room", { path, body: { action_type: "delete" } }), null);
await alice.fails("get_room", { path }, 403, "You don't have permission to get this room");

assert.deepEqual(tools.filter((tool) => !alice.called.has(tool) && !bob.called.has(tool)), [], "tools that were not called");
assert.equal(tools.length, 31);
await alice.close();
await bob.close();
