// Drives clickmeeting-node-api. It puts a slash behind every path and all parameters into the query, loses nested objects, and
// takes every status for a success.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(`${process.env.INSTALL}/`);
const api = require("clickmeeting-node-api");
const called = new Set();

// Calls a method; gives the answer's JSON, which has to come with the expected status.
const call = async (method, parameters = [], status = 200) => {
  called.add(method);
  const { res, body } = await api[method](...parameters);
  assert.equal(res.statusCode, status, `${method}: ${body}`);
  assert.ok(res.headers["content-type"].startsWith("application/json"), method);
  const answer = JSON.parse(body);
  assert.equal(answer.code, status === 200 ? undefined : status, method);
  assert.ok(status === 200 || answer.errors.length > 0, method);
  return answer;
};
const ask = (method, ...parameters) => call(method, parameters);
const fails = async (status, name, method, ...parameters) => assert.equal((await call(method, parameters, status)).name, name);

// Without a key nothing is sent; with a wrong one nothing is answered.
await assert.rejects(api.chats(), /API KEY REQUIRED/);
api.setup({ key: "wrong", base: `${process.env.CROSSTALK_URL}/v1/` });
await fails(401, "UNAUTHORIZED", "conferences");
api.setup({ key: process.env.CLICKMEETING_KEY });

// Lists that every account has.
const zones = await ask("timeZoneList");
assert.deepEqual([zones.includes("Europe/Warsaw"), zones.at(-1)], [true, "UTC"]);
assert.deepEqual(await ask("countryTimeZoneList", "pl"), ["Europe/Warsaw"]);
assert.ok(Array.isArray(await ask("phoneGatewayList")));
const skins = await ask("conferenceSkins");
assert.ok(skins.length > 0 && skins.every((skin) => /^\d+$/.test(skin.id) && skin.name && skin.thumbnail_url));

// Rooms: a webinar with a password and registration, and a meeting with tokens.
const { room } = await ask("addConference", {
  name: "Zażółć gęślą jaźń",
  room_type: "webinar",
  permanent_room: false,
  access_type: 2,
  password: "tulip-9",
  starts_at: "2031-03-04 15:00:00",
  duration: "1:30",
  timezone: "Europe/Warsaw",
  "registration[enabled]": 1,
  "settings[connection_tester_enabled]": 1,
  settings: { thank_you_page_url: "lost on the way" },
});
assert.deepEqual([room.name, room.starts_at, room.ends_at], ["Zażółć gęślą jaźń", "2031-03-04T15:00:00+01:00", "2031-03-04T16:30:00+01:00"]);
assert.deepEqual([room.access_type, room.password, room.registration_enabled, room.permanent_room], [2, "tulip-9", 1, false]);
assert.deepEqual([room.settings.connection_tester_enabled, room.settings.thank_you_page_url], [true, ""]);
const { room: guarded } = await ask("addConference", { name: "By token", room_type: "meeting", permanent_room: true, access_type: 3 });
await fails(422, "VALIDATION_ERROR", "addConference", { name: "Nothing else" });
assert.deepEqual((await ask("conferences")).slice(0, 2).map((listed) => listed.id), [guarded.id, room.id]);
const { conference } = await ask("conference", room.id);
assert.deepEqual([conference.id, conference.room_url, conference.room_pin], [room.id, room.room_url, room.room_pin]);
const { conference: changed } = await ask("editConference", room.id, { name: "Spring demo", lobby_description: "Soon" });
assert.deepEqual([changed.name, changed.lobby_description, changed.name_url], ["Spring demo", "Soon", room.name_url]);
assert.equal((await ask("editConference", room.id)).conference.name, "Spring demo");

// What lets people in.
const { access_tokens: tokens } = await ask("generateConferenceTokens", guarded.id, { how_many: 2 });
assert.equal(new Set(tokens.map((made) => made.token)).size, 2);
assert.deepEqual((await ask("conferenceTokens", guarded.id)).access_tokens, tokens);
await fails(422, "VALIDATION_ERROR", "generateConferenceTokens", guarded.id, { how_many: 1001 });
const guest = { email: "ada@example.com", nickname: "Ada", role: "listener" };
assert.match((await ask("conferenceAutologinHash", guarded.id, { ...guest, token: tokens[0].token })).autologin_hash, /^\w{40,250}$/);
assert.match((await ask("conferenceAutologinHash", room.id, { ...guest, password: "tulip-9" })).autologin_hash, /^\w{40,250}$/);
await fails(422, "VALIDATION_ERROR", "conferenceAutologinHash", room.id, { ...guest, password: "rose" });
const invited = await ask("sendConferenceEmailInvitations", guarded.id, "pl", { "attendees[0][email]": "grace@example.com", role: "presenter" });
assert.deepEqual(invited, { status: "OK" });
assert.deepEqual((await ask("conferenceTokens", guarded.id)).access_tokens.map((made) => made.sent_to_email), ["grace@example.com", null]);
await fails(422, "VALIDATION_ERROR", "sendConferenceEmailInvitations", guarded.id, null, { attendees: [{ email: "lost@example.com" }] });

// Registrations.
const person = { "registration[1]": "Ada", "registration[2]": "L", "registration[3]": "ada@example.com" };
const registered = await ask("addConferenceRegistration", room.id, person);
assert.deepEqual([registered.status, registered.exist], ["OK", 0]);
assert.ok(registered.url.includes(`/${room.room_pin}?r=${registered.r}`));
assert.deepEqual(await ask("addConferenceRegistration", room.id, person), { ...registered, exist: 1 });
await fails(422, "VALIDATION_ERROR", "addConferenceRegistration", room.id, { registration: { 1: "Lost" } });
const registrations = await ask("conferenceRegistrations", room.id, "all");
assert.deepEqual(registrations.map((one) => [one.email, one.visitor_nickname, one.registration_confirmed]), [["ada@example.com", "Ada L", "null"]]);
assert.deepEqual(await ask("conferenceRegistrations", room.id, "active"), registrations);

// Sessions. Nobody was in a new room; the sandbox has one in which somebody was.
assert.deepEqual(await ask("conferenceSessions", room.id), []);
const rooms = [...(await ask("conferences", "active")), ...(await ask("conferences", "inactive"))];
let held;
for (const { id } of rooms) {
  const [session] = await ask("conferenceSessions", id);
  held ??= session && { room: id, session };
}
assert.ok(held, "the sandbox has a session");
const detail = await ask("conferenceSession", held.room, held.session.id);
assert.deepEqual([detail.total_visitors, detail.start_date, detail.id], [held.session.total_visitors, held.session.start_date, undefined]);
const attendees = await ask("conferenceSessionAttendees", held.room, held.session.id);
const numbers = (ids) => ids.map(String).sort();
assert.deepEqual(numbers(attendees.map((one) => one.uid)), numbers(detail.attendees.map((one) => one.id)));
assert.ok(Array.isArray(await ask("conferenceSessionRegistrations", held.room, held.session.id, "all")));
await fails(404, "NOT_FOUND", "conferenceSession", room.id, held.session.id);

// A report is made once it was asked for, and its link opens without a key.
const reported = async () => {
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const report = await ask("generateConferenceSessionPDF", held.room, held.session.id, "pl");
    if (report.status === "FINISHED") return report;
    assert.ok(["NEW", "IN_PROGRESS"].includes(report.status), report.status);
  }
  return assert.fail("the report was not made in a minute");
};
const report = await reported();
assert.equal(report.progress, 100);
assert.equal(Buffer.from(await (await fetch(report.url)).arrayBuffer()).subarray(0, 5).toString(), "%PDF-");

// What was written: an archive, which this client would take for text.
const chats = await ask("chats");
assert.ok(chats.length > 0, "the sandbox has a chat");
called.add("conferenceSessionChats");
const archive = await api.conferenceSessionChats(chats[0].id);
assert.deepEqual([archive.res.statusCode, archive.res.headers["content-type"]], [200, "application/zip"]);
assert.ok(archive.body.startsWith("PK"));
await fails(404, "NOT_FOUND", "conferenceSessionChats", 2147483647);

// Recordings: links open without a key and have as many bytes as was said.
assert.deepEqual(await ask("conferenceRecordings", room.id), []);
for (const recording of await ask("conferenceRecordings", held.room)) {
  const content = await (await fetch(recording.recording_url)).arrayBuffer();
  assert.equal(content.byteLength, recording.recording_file_size);
  assert.deepEqual(await ask("deleteConferenceRecording", held.room, recording.id), { STATUS: "OK" });
}
await fails(404, "NOT_FOUND", "deleteConferenceRecording", held.room, 2147483647);
assert.deepEqual(await ask("deleteConferenceRecordings", held.room), { STATUS: "OK" });
assert.deepEqual(await ask("conferenceRecordings", held.room), []);

// Files: what comes back is what was sent.
const path = fileURLToPath(import.meta.url);
const hash = (content) => createHash("sha256").update(content).digest("hex");
const file = await ask("addFileLibraryFile", path);
assert.equal(file.name, "session.mjs");
assert.deepEqual((await ask("fileLibrary")).at(-1), { ...(await ask("fileLibraryFile", file.id)) });
called.add("fileLibraryContent");
const { res: download, body: content } = await api.fileLibraryContent(file.id);
assert.equal(download.headers["content-type"], "application/octet-stream");
assert.equal(hash(content), hash(await readFile(path)));
assert.deepEqual(await ask("conferenceFileLibrary", room.id), []);
assert.deepEqual(await ask("deleteFileLibraryFile", file.id), { response: "OK" });
await fails(404, "NOT_FOUND", "fileLibraryFile", file.id);

// The end of the rooms.
assert.deepEqual(await ask("deleteConference", room.id), { result: "OK" });
assert.deepEqual(await ask("deleteConference", guarded.id), { result: "OK" });
await fails(404, "NOT_FOUND", "conference", room.id);

// Nothing that this client offers was left out.
const offered = Object.keys(api).filter((name) => !["setup", "sendRequest"].includes(name));
assert.deepEqual(offered.filter((name) => !called.has(name)), []);
