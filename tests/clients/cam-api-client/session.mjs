// Drives CAMAPIClient.js, fetched from the server: as a module of Node.js, and as the plain script that pages load.

import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import vm from "node:vm";

const serverURL = process.env.CROSSTALK_URL;
const apiToken = process.env.CAM_TOKEN;

const served = await fetch(`${serverURL}/CAMAPIClient.js`);
assert.ok(served.ok && served.headers.get("content-type").startsWith("text/javascript"));
const script = await served.text();
await writeFile("CAMAPIClient.cjs", script);
const { CAMAPIClient, getAPIClient } = createRequire(import.meta.url)(resolve("CAMAPIClient.cjs"));
assert.equal(globalThis.CAMAPIClient, CAMAPIClient);
assert.equal(globalThis.getAPIClient, getAPIClient);

// As a plain script: no modules, only globals.
const page = vm.createContext({ fetch, URLSearchParams, CAM_API_CONFIG: { apiToken, serverURL: `${serverURL}//` } });
vm.runInContext(script, page);
assert.ok((await vm.runInContext("getAPIClient().getConferenceRooms()", page)).conferenceRooms.length > 0);
assert.ok(vm.runInContext("getAPIClient() === getAPIClient() && getAPIClient() instanceof CAMAPIClient", page));

// Configurations.
for (const config of [undefined, null, {}, { apiToken }, { serverURL }, { apiToken: " ", serverURL }, { apiToken: 7, serverURL }]) {
  assert.throws(() => new CAMAPIClient(config), TypeError);
}
assert.throws(() => getAPIClient(), TypeError);
const client = getAPIClient({ apiToken, serverURL });
assert.equal(getAPIClient(), client);
const other = getAPIClient({ apiToken: "wrong", serverURL });
assert.equal(getAPIClient(), other);
assert.deepEqual((await other.getConferenceRooms()).errorCodes, ["INVALID_API_TOKEN"]);
assert.ok(!JSON.stringify(client).includes(apiToken) && !Object.values(client).includes(apiToken));

const done = async (call) => {
  const answer = await call;
  assert.equal(answer.errors, undefined, JSON.stringify(answer));
  return answer;
};
const fails = async (code, call) => assert.equal((await call).errorCodes?.[0], code);

// Messages to people, in every form that the list of users may have.
for (const users of [["alice@example.com", " bob@example.com "], "alice@example.com, bob@example.com", ["alice@example.com,bob@example.com", ""]]) {
  const { message } = await done(client.sendMessage("messenger", "Hello & 100% + おはよう", false, users));
  assert.equal(message.message, "Hello & 100% + おはよう");
  assert.equal(message.generalPurposes.users, "alice@example.com,bob@example.com");
  assert.deepEqual([message.panelName, message.isOpened, message.roomId], ["messenger", false, undefined]);
}
await fails("USER_NOT_FOUND", client.sendMessage("messenger", "Hello", false, ["nobody@example.com"]));
await fails("INVALID_ARGUMENT", client.sendMessage("messenger", "Hello"));

// Into a room, with and without people to mention, in an envelope.
const room = "Launch プロジェクト";
const plain = await done(client.sendMessage(room, "Hello"));
assert.deepEqual([plain.message.panelName, plain.message.generalPurposes.users], [room, ""]);
const sealed = await done(client.sendMessage(room, "Hello", true, ["bob@example.com"]));
assert.deepEqual([sealed.message.isOpened, sealed.message.generalPurposes.users], [true, "bob@example.com"]);
const twice = await done(client.sendMessage(room, "Hello", false, ["", ""], ["alice@example.com", "bob@example.com"], []));
assert.equal(twice.message.generalPurposes.users, "alice@example.com,bob@example.com");
assert.ok((await client.sendMessage(room, "Hello", false, ["nobody@example.com"])).warnings.length > 0);
await fails("ROOM_NOT_FOUND", client.sendMessage("Room name", "Hello"));

const batch = await client.sendMessages([{ send: room, message: "1" }, { message: "2", property: { users: "nobody@example.com" } }, { send: room, message: "3" }]);
assert.deepEqual(batch.messages.map((message) => message?.message), ["1", undefined, "3"]);
assert.deepEqual(batch.errorCodes, ["USER_NOT_FOUND"]);

// Calls.
const inAnHour = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000);
for (const date of [inAnHour, inAnHour.getTime(), String(inAnHour.getTime())]) {
  const { url, quickCall } = await done(client.createQuickCall(date, "password!"));
  assert.deepEqual([quickCall.url, quickCall.expiredDate, quickCall.hasPassword], [url, inAnHour.getTime(), true]);
  assert.equal((await fetch(url)).status, 200);
}
assert.equal((await done(client.createQuickCall(0))).quickCall.hasPassword, false);
await fails("INVALID_DATE", client.createQuickCall(1624368868714, "password!"));

// Rooms. Ids stay texts, to the last digit.
const chatRoom = { id: "1564831284702237059", name: "Secret meeting", isMessageThread: true, isPublic: false, memberUids: { "alice@example.com": true, "bob@example.com": false } };
const saved = (await done(client.updateChatRoom(chatRoom))).chatRoom;
assert.deepEqual([saved.id, saved.name, saved.isMessageThread, saved.isPublic], ["1564831284702237059", "Secret meeting", true, false]);
assert.equal(Object.values(saved.memberUids).filter(Boolean).length, 2);
assert.equal((await done(client.updateChatRoom({ id: saved.id, isPublic: true }))).chatRoom.isPublic, true);
await fails("DUPLICATE_NAME", client.updateChatRoom({ name: "secret MEETING" }));
assert.equal((await done(client.sendMessage(saved.id, "Hello"))).message.panelName, "Secret meeting");

// Meeting rooms.
const master = await done(client.getConferenceMaster());
assert.deepEqual(await done(client.getConferenceRooms()), master);
assert.ok(master.conferenceRooms.length >= 3 && master.conferenceRooms.every((one) => typeof one.id === "string" && one.isValid));
const month = (await done(client.getConferenceRoomStatus("202601"))).conferenceRoomStatus;
assert.ok(month.length >= 4 && month.every((one) => one.yyyyMMdd.startsWith("202601")));
assert.deepEqual((await done(client.getConferenceRoomStatus("20260115"))).conferenceRoomStatus.map((one) => one.title), ["キックオフ"]);
assert.ok(Array.isArray((await done(client.getConferenceRoomStatus())).conferenceRoomStatus));
await fails("INVALID_ARGUMENT", client.getConferenceRoomStatus("soon"));

// What is no answer of the API rejects.
for (const [status, body] of [[502, "<html>"], [200, ""], [200, "[]"], [200, "null"], [500, "7"]]) {
  const elsewhere = createServer((_, response) => response.writeHead(status).end(body)).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  const lost = new CAMAPIClient({ apiToken, serverURL: `http://127.0.0.1:${elsewhere.address().port}` });
  await assert.rejects(lost.getConferenceRooms(), Error);
  elsewhere.closeAllConnections();
  elsewhere.close();
}
await assert.rejects(new CAMAPIClient({ apiToken, serverURL: "http://127.0.0.1:9" }).getConferenceRooms(), Error);
