// Drives both official clients. The older one wraps numbers, dates and patterns in $coerce; the newer one puts # before numbers
// and a slash behind every collection.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.INSTALL}/`);
const { CROSSTALK_URL: url, BEARER: alice, BEARER_OF_BOB: bob } = process.env;
const fails = (code, name, promise) => assert.rejects(promise, (error) => error.code === code && error.name === name);

// The older client, as Alice.
const { core } = require("@mycure/sdk/lib/core");
require("@mycure/sdk/lib/chat-message");
require("@mycure/sdk/lib/chat-room");
core.initialize(url, {});
const messages = core.service("chat.messages");
const rooms = core.service("chat.rooms");
await fails(401, "NotAuthenticated", messages.find({}));
core.$http.defaults.headers.common.Authorization = `bearer ${alice}`;

const listed = await rooms.find({ $sort: { createdAt: -1 } });
assert.equal(listed.items.length, 4);
const direct = listed.items.find((room) => room.participants.length === 2 && !room.title);
assert.equal((await rooms.get(direct.id)).lastMessage.text, "Cảm ơn! See you at ten.");
const made = await rooms.create({ participants: [direct.participants.at(-1)] });
assert.equal(made.id, direct.id, "the room of the same two people");

const posted = await messages.create({ room: direct.id, text: " See you. ", session: "morning", media: null });
assert.deepEqual([posted.text, posted.seenBy, "media" in posted], ["See you.", [], false]);
const old = await messages.create({ room: direct.id, text: "Imported", createdAt: 1564661697125 });
const both = await messages.create([{ room: direct.id, text: "one" }, { room: direct.id, text: "two" }]);
assert.deepEqual(both.map((message) => message.text), ["one", "two"]);

const newest = await messages.find({ room: direct.id, $limit: 2, $sort: { createdAt: -1 } });
assert.deepEqual(newest.items.map((message) => message.text), ["two", "one"]);
const before = await messages.find({ room: direct.id, createdAt: { $lt: new Date("2020-01-01") } });
assert.deepEqual(before.items.map((message) => message.id), [old.id]);
assert.equal((await messages.find({ room: direct.id, text: /^SEE/i })).items.length, 1);
assert.equal((await messages.find({ room: direct.id, session: null, $limit: 1 })).items.length, 1);
assert.equal(await messages.count({ room: direct.id }), 7);
assert.equal((await messages.findOne({ id: { $in: [posted.id, old.id] }, session: "morning" })).id, posted.id);
assert.equal((await messages.get(posted.id)).text, "See you.");
assert.equal((await messages.update(posted.id, { seen: true, text: "" })).text, "See you.");
await fails(404, "NotFound", messages.get("undefined"));
await fails(400, "BadRequest", messages.create({ room: direct.id }));
await fails(400, "BadRequest", messages.find({ $where: "1" }));
await fails(404, "NotFound", messages.create({ room: "r-3", text: "hey" }));

// The newer client, as Bob. It was built for browsers, and expects a runtime and a storage that those have.
require("regenerator-runtime/runtime");
const kept = new Map();
globalThis.localStorage = { getItem: (key) => kept.get(key), setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
const { default: client } = require("@mycure/sdk-js");
client.setLogger(() => {});
client.initialize(url, { environment: "staging" });
client.service("auth").getAccessToken = async () => bob;
const later = client.service("chat-messages");
const places = client.service("chat-rooms");
const found = await later.find({ room: direct.id }, { limit: 2, skip: 1, sort: { createdAt: -1 }, select: ["text", "seenBy"] });
assert.deepEqual(found.items.map((message) => message.text), ["one", "See you."]);
assert.deepEqual(Object.keys(found.items[0]).sort(), ["id", "seenBy", "text"]);
assert.equal((await later.find({ id: { $in: [] } })).items.length, 0);
assert.equal((await later.findOne(posted.id)).text, "See you.");
const page = await later.find({ room: direct.id }, { query: { $total: true, $limit: 1 } });
assert.deepEqual([page.total, page.limit, page.skip, page.items.length], [7, 1, 0, 1]);
const seen = await later.update(posted.id, { seen: true });
assert.equal(seen.seenBy.length, 2);
const changed = await later.update({ room: direct.id, text: { $in: ["one", "two"] } }, { seen: true });
assert.equal(changed.length, 2);
assert.equal((await places.update(direct.id, { seen: true })).unseenMessages[seen.createdBy], 0);

const file = await client.service("storage").uploadFile("data:text/plain;base64,SGVsbG8=").upload({ includeMeta: true });
assert.deepEqual([file.size, file.contentType], [5, "text/plain"]);
assert.equal(await (await fetch(file.uri)).text(), "Hello");
const sent = await later.create({ room: direct.id, media: file.uri });
assert.equal(sent.media, file.uri);
assert.equal((await messages.get(sent.id)).media, file.uri, "and Alice gets it");
await assert.rejects(later.findOne("abc"), (error) => error.status === 404 && error.message === "No record found for id 'abc'");
console.log("all right");
// The newer client keeps timers of its own that never end.
process.exit(0);
