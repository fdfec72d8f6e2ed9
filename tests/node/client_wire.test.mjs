// What the client page makes of wire text, reasons, codes, addresses and bytes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { closeWords } from "../../sio_lab/server/web/static/close_codes.js";
import { takeFragment } from "../../sio_lab/server/web/static/fragment.js";
import { bytesOf, hexOf } from "../../sio_lab/server/web/static/hex.js";
import { readPacket } from "../../sio_lab/server/web/static/packets.js";
import { placesFor } from "../../sio_lab/server/web/static/places.js";
import { whyFailed, whyLost, whyNotLetIn, whyRefused } from "../../sio_lab/server/web/static/reasons.js";
import { isFinal, refusalOf } from "../../sio_lab/server/web/static/refusal.js";
import { eventsIn, UNKNOWN } from "../../sio_lab/server/web/static/settings.js";
import { cut, delay, shown } from "../../sio_lab/server/web/static/text.js";

const message = (data) => readPacket({ type: "message", data });

test("an event is read from its wire text", () => {
  const read = message('2/chat,12["say",{"a":1},"b"]');
  assert.deepEqual(
    [read.kind, read.namespace, read.event, read.args, read.ackId, read.wire],
    ["EVENT", "/chat", "say", '{"a":1},"b"', 12, '42/chat,12["say",{"a":1},"b"]'],
  );
});

for (const [data, kind, event, args, ackId] of [
  ['2["x"]', "EVENT", "x", "", null],
  ['2["a\\"b\\u00e9"]', "EVENT", 'a"bé', "", null],
  ['30["ok"]', "ACK", "ack", '["ok"]', 0],
  ['451-["b",{"_placeholder":true,"num":0}]'.slice(1), "EVENT", "b", '{"_placeholder":true,"num":0}', null],
  ['0/chat,{"sid":"x"}', "CONNECT", "connect", '{"sid":"x"}', null],
  ['4{"message":"no"}', "CONNECT_ERROR", "connect error", '{"message":"no"}', null],
  ["1/chat,", "DISCONNECT", "disconnect", "", null],
  ["2nonsense", "EVENT", "?", "nonsense", null],
  ["[", "engine", "message", "[", null],
]) {
  test(`wire text ${data}`, () => {
    const read = message(data);
    assert.deepEqual([read.kind, read.event, read.args, read.ackId], [kind, event, args, ackId]);
  });
}

test("a megabyte is read at once and kept short", () => {
  const read = message(`2["big","${"x".repeat(1_000_000)}"]`);
  assert.equal(read.event, "big");
  assert.ok(read.args.length <= 400 && read.wire.length < 17_000);
  assert.equal(read.size, 1_000_012);
  assert.equal(message(`2["${"\\".repeat(1_000_000)}`).event, "?");
});

test("Engine.IO's own packets and attachments", () => {
  assert.equal(readPacket({ type: "ping" }).wire, "2");
  assert.equal(readPacket({ type: "open", data: '{"sid":"x"}' }).wire, '0{"sid":"x"}');
  assert.equal(message(new ArrayBuffer(5)).size, 5);
});

test("every reason of the client has words", () => {
  const reasons = ["io server disconnect", "io client disconnect", "ping timeout", "transport close", "transport error", "parse error", "forced close"];
  for (const reason of reasons) assert.doesNotMatch(whyLost(reason), /^Disconnected: /);
  assert.match(whyLost("transport close", { context: { code: 1006 } }), /code 1006/);
  assert.equal(whyLost("constructor"), "Disconnected: constructor.");
  for (const said of ["timeout", "websocket error", "xhr poll error", "xhr post error", "server error"]) {
    assert.doesNotMatch(whyFailed(new Error(said)), /^Could not connect/);
  }
  assert.match(whyFailed(new Error("It seems you are trying to reach a Socket.IO server in v2.x with")), /speaks Socket.IO 2.x/);
  assert.match(whyFailed("No transports available"), /no transport left/);
  assert.equal(whyNotLetIn("/x", "Unable to connect"), "The server has no namespace /x.");
  assert.equal(whyNotLetIn("/x", "go away"), "The server refused: go away");
});

test("a refusal says what the server said", () => {
  const locked = refusalOf(403, '{"code": 4403, "message": "Locked.", "sio_lab": "locked"}');
  assert.deepEqual(locked, { status: 403, text: "Locked.", kind: "locked" });
  assert.equal(whyRefused(locked), "Locked.");
  const old = refusalOf(400, '"The client is using an unsupported version"');
  assert.equal(whyRefused(old), "The server refused the handshake (HTTP 400): The client is using an unsupported version.");
  assert.match(whyRefused(refusalOf(502, "<h1>Bad</h1>")), /proxy reaches no server.*\(HTTP 502\)\.$/);
  assert.match(whyRefused(refusalOf(0, "")), /Nobody answers/);
  assert.ok(refusalOf(403, `{"message": "${"x".repeat(5000)}"}`).text.length < 400);
  assert.equal(refusalOf(403, "null").text, "");
});

test("what makes no sense to repeat is final", () => {
  assert.deepEqual([400, 401, 403, 404, 424].map((status) => isFinal({ status })), Array(5).fill(true));
  assert.deepEqual([0, 408, 425, 429, 500, 502, 503].map((status) => isFinal({ status })), Array(7).fill(false));
});

test("close codes have words", () => {
  assert.match(closeWords({ code: 1006, reason: "", wasClean: false }), /1006: cut off without a close frame.*wasClean is false/);
  assert.match(closeWords({ code: 4001, reason: '<b>"x', wasClean: true }), /4001: a code of the app's own, reason "<b>\\"x"/);
  assert.match(closeWords({ code: 3000, reason: "", wasClean: true }), /library/);
});

test("places hold below any prefix", () => {
  const places = placesFor("https://hub.example/user/ada/proxy/5000/_lab/static/page.js");
  assert.equal(places.lab.href, "https://hub.example/user/ada/proxy/5000/_lab/");
  assert.equal(places.socketPath("/socket.io/"), "/user/ada/proxy/5000/socket.io/");
  assert.equal(places.webSocket("/echo?x=1", { lab_pass: "a&b", none: "" }).href, "wss://hub.example/user/ada/proxy/5000/echo?x=1&lab_pass=a%26b");
  assert.equal(placesFor("http://h:5000/_lab/static/page.js").webSocket("echo", {}).href, "ws://h:5000/echo");
  for (const away of ["https://evil.example/x", "data:text/plain,x"]) assert.throws(() => places.webSocket(away, {}), /own WebSockets/);
  assert.equal(places.webSocket("//evil.example/x", {}).host, "hub.example");
});

test("the class's code is taken off the address", () => {
  const past = { state: null, told: [], replaceState: (...told) => past.told.push(told) };
  const given = takeFragment({ hash: "#pass=12%2034&name=ada&connect", pathname: "/_lab/", search: "?x" }, past);
  assert.deepEqual(given, { pass: "12 34", name: "ada", namespace: "", transport: "", connect: true });
  assert.deepEqual(past.told, [[null, "", "/_lab/?x"]]);
  takeFragment({ hash: "#log", pathname: "/", search: "" }, past);
  assert.equal(past.told.length, 1);
});

test("bytes are read as people write them", () => {
  for (const text of ["01 ff", "0x01,0xFF", "01ff", "01:FF", "01\nff"]) assert.deepEqual([...bytesOf(text)], [1, 255]);
  assert.throws(() => bytesOf("0g"), /g is no hexadecimal digit/);
  assert.throws(() => bytesOf("123"), /half a byte/);
  assert.equal(hexOf(Uint8Array.of(1, 255)), "01 ff");
  assert.match(hexOf(new Uint8Array(5000)), /\(5,000 bytes\)$/);
});

test("texts are cut, and say so", () => {
  assert.equal(cut("abc", 3), "abc");
  assert.equal(cut("abcd", 3), "abc… (4 characters)");
  assert.equal(shown(new Uint8Array(3)), "3 bytes");
  assert.equal(shown(undefined), "nothing");
  assert.deepEqual([delay(1.26), delay(20.4), delay(12_345)], ["1.3 ms", "20 ms", "12.3 s"]);
});

test("events are those of the namespace, and of any", () => {
  const settings = { ...UNKNOWN, events: { "/": ["a", "*"], "*": ["b"] } };
  assert.deepEqual(eventsIn(settings, "/"), ["a", "b"]);
  assert.deepEqual(eventsIn(settings, "constructor"), ["b"]);
});
