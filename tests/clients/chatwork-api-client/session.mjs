// Drives chatwork-api-client. It uploads in chunks and makes "" of a 204.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.INSTALL}/`);
const api = require("chatwork-api-client/dist/api.js");
api.CHATWORK_URL = `${process.env.CROSSTALK_URL}/v2`;
const alice = new api.default(process.env.TOKEN);
const bob = new api.default(process.env.TOKEN_OF_BOB);

const fails = async (call, status, text) => {
  const error = await call.then(() => assert.fail("no error"), (error) => error);
  assert.deepEqual([error.response?.status, error.response?.data], [status, { errors: [text] }]);
};

const me = await alice.getMe();
assert.equal(me.login_mail, "alice@example.com");
assert.deepEqual(Object.keys(alice.rateLimits).sort(), ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]);
assert.equal(alice.rateLimits["x-ratelimit-limit"], 300);
const { account_id: bobsId } = await bob.getMe();
const contacts = await alice.getContacts();
assert.deepEqual(contacts.map((contact) => contact.account_id), [bobsId]);
const status = await alice.getMyStatus();
const rooms = await alice.getRooms();
assert.equal(status.unread_num, rooms.reduce((sum, room) => sum + room.unread_num, 0));
const myTasks = await alice.getMyTasks({ status: "open", assigned_by_account_id: bobsId });
assert.ok(myTasks.every((task) => task.assigned_by_account.account_id === bobsId && task.room.name));
assert.equal(await alice.getMyTasks({ status: "done" }), "");

// Rooms and members.
const { room_id: room } = await alice.postRoom({
  name: "Pandas",
  description: "About pandas",
  icon_preset: "star",
  members_admin_ids: String(me.account_id),
  members_member_ids: String(bobsId),
  link: 0,
});
const detail = await alice.getRoom(room);
assert.deepEqual([detail.name, detail.description, detail.type, detail.role], ["Pandas", "About pandas", "group", "admin"]);
assert.deepEqual(await alice.putRoom(room, { name: "Bears", icon_preset: "idea" }), { room_id: room });
assert.equal((await alice.getRoom(room)).description, "About pandas");
const roles = async () => Object.fromEntries((await alice.getRoomMembers(room)).map((member) => [member.account_id, member.role]));
assert.deepEqual(await roles(), { [me.account_id]: "admin", [bobsId]: "member" });
await fails(bob.putRoom(room, { name: "Mine" }), 403, "You don't have permission to edit this room");
const changed = { members_admin_ids: String(me.account_id), members_readonly_ids: String(bobsId) };
assert.deepEqual(await alice.putRoomMembers(room, changed), { admin: [me.account_id], member: [], readonly: [bobsId] });
assert.equal((await roles())[bobsId], "readonly");
await alice.putRoomMembers(room, { members_admin_ids: `${me.account_id},${bobsId}` });

// Messages.
const { message_id: message } = await alice.postRoomMessage(room, { body: `[To:${bobsId}] hello\n日本`, self_unread: 0 });
const news = await bob.getRoomMessages(room, {});
assert.equal(news.at(-1).message_id, message);
assert.equal(await bob.getRoomMessages(room, { force: 0 }), "");
assert.deepEqual(await bob.getRoomMessage(room, message), news.at(-1));
assert.equal((await bob.getRoom(room)).mention_num, 1);
assert.deepEqual(await bob.putRoomMessagesRead(room, {}), { unread_num: 0, mention_num: 0 });
assert.deepEqual(await bob.putRoomMessagesUnread(room, { message_id: message }), { unread_num: 1, mention_num: 1 });
assert.deepEqual(await bob.putRoomMessagesRead(room, { message_id: message }), { unread_num: 0, mention_num: 0 });
await fails(bob.putRoomMessagesRead(room, { message_id: message }), 400, "The message is already read");
assert.deepEqual(await alice.putRoomMessage(room, message, { body: "changed" }), { message_id: message });
const edited = await bob.getRoomMessage(room, message);
assert.ok(edited.body === "changed" && edited.update_time >= edited.send_time);
assert.deepEqual(await alice.deleteRoomMessage(room, message), { message_id: message });
assert.equal((await bob.getRoomMessage(room, message)).body, "[deleted]");
await fails(bob.getRoomMessage(room, "1"), 404, "The message is not found");

// Tasks.
const { task_ids: tasks } = await alice.postRoomTask(room, { body: "Feed", to_ids: `${bobsId},${me.account_id}`, limit: 1900000000, limit_type: "date" });
assert.equal(tasks.length, 2);
const task = await bob.getRoomTask(room, tasks[0]);
assert.deepEqual([task.account.account_id, task.limit_type, task.status], [bobsId, "date", "open"]);
assert.deepEqual(await bob.putRoomTaskStatus(room, tasks[0], { body: "done" }), { task_id: tasks[0] });
const done = await alice.getRoomTasks(room, { account_id: bobsId, assigned_by_account_id: me.account_id, status: "done" });
assert.deepEqual(done.map((listed) => listed.task_id), [tasks[0]]);

// Files: what comes back is what was sent.
const content = await readFile(new URL(import.meta.url));
assert.equal(await alice.getRoomFiles(room, {}), "");
const { file_id: file } = await alice.postRoomFile(room, { file: content, file_name: "session.txt", message: "Look" });
assert.deepEqual((await bob.getRoomFiles(room, { account_id: me.account_id })).map((listed) => listed.filename), ["session.txt"]);
assert.equal((await bob.getRoomFile(room, file, {})).download_url, undefined);
const { download_url: link, filesize } = await bob.getRoomFile(room, file, { create_download_url: 1 });
assert.equal(filesize, content.length);
assert.deepEqual(Buffer.from(await (await fetch(link)).arrayBuffer()), content);

// The invitation link.
assert.deepEqual(await alice.getRoomLink(room), { public: false });
const made = await alice.postRoomLink(room, { code: "bears-42", need_acceptance: 0, description: "Come in" });
assert.deepEqual([made.public, made.need_acceptance, made.description], [true, false, "Come in"]);
assert.ok(made.url.endsWith("/g/bears-42"));
assert.equal((await fetch(made.url)).status, 200);
await fails(alice.postRoomLink(room, {}), 400, "The invitation link already exists");
const replaced = await alice.putRoomLink(room, { description: "Come" });
assert.ok(!replaced.url.endsWith("/g/bears-42") && replaced.need_acceptance);
assert.deepEqual(await alice.getRoomLink(room), replaced);
assert.deepEqual(await alice.deleteRoomLink(room), { public: false });
await fails(alice.deleteRoomLink(room), 400, "The invitation link is disabled");

// Two people ask to become contacts.
const requests = await alice.getIncomingRequests();
assert.equal(requests.length, 2);
const accepted = await alice.putIncomingRequest(requests[0].request_id);
assert.equal(accepted.account_id, requests[0].account_id);
assert.equal(await alice.deleteIncomingRequest(requests[1].request_id), "");
assert.equal(await alice.getIncomingRequests(), "");
assert.equal((await alice.getContacts()).length, 2);

// The end of the room.
assert.equal(await bob.deleteRoom(room, { action_type: "leave" }), "");
await fails(bob.getRoom(room), 403, "You don't have permission to get this room");
assert.equal(await alice.deleteRoom(room, { action_type: "delete" }), "");
await fails(alice.getRoom(room), 403, "You don't have permission to get this room");
await fails(new api.default("wrong").getMe(), 401, "Invalid API token");
