// The real encodeReply, decodeReply, decodeAction and decodeFormState. Run with --conditions=react-server.
// A value travels as a description, a list that begins with its kind; see tests/support/reply_descriptions.py.
'use strict';

const { answer } = require('./frames.cjs');

// Every action is a function that remembers its id and, once bound, its arguments.
const actions = new WeakMap();
function decodedAction(id, bound) {
  const action = () => {};
  actions.set(action, { id, bound });
  action.bind = (_, ...more) => decodedAction(id, [...(bound ?? []), ...more]);
  return action;
}
globalThis.__webpack_require__ = id => ({ action: decodedAction(id.slice(1), null) });
globalThis.__webpack_require__.u = name => name;
globalThis.__webpack_chunk_load__ = () => Promise.resolve();
const manifest = new Proxy({}, { get: (_, id) => ({ id: '!' + id, chunks: [], name: 'action' }) });

const clients = {
  browser: require('react-server-dom-webpack/client.browser'),
  node: require('react-server-dom-webpack/client.node'),
};
const server = require('react-server-dom-webpack/server.node');

const BINARY = {
  ArrayBuffer, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView,
};
const NUMBERS = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity, '-0': -0 };
const toBytes = text => new Uint8Array(Buffer.from(text, 'base64'));
const toText = bytes => Buffer.from(bytes).toString('base64');

// Not a generator function: its `yield` would wait for promises, which are items like any other.
function generate(items, end) {
  let at = 0;
  const next = async () => (at < items.length ? { done: false, value: items[at++] } : { done: true, value: end });
  return { next, [Symbol.asyncIterator]() { return this; } };
}

// Builds what a description says. Objects are numbered as they begin, so that a later one can be `ref`.
function build(client, description, built) {
  const [kind, ...rest] = description;
  const make = part => build(client, part, built);
  const at = built.length;
  const keep = value => (built[at] = value);
  switch (kind) {
    case 'null': return null;
    case 'u': return undefined;
    case 'b': case 's': return rest[0];
    case 'num': return typeof rest[0] === 'string' ? NUMBERS[rest[0]] : rest[0];
    case 'd': return new Date(rest[0] === null ? NaN : rest[0]);
    case 'n': return BigInt(rest[0]);
    case 'ref': return built[rest[0]];
    case 'tmp': { const opaque = () => {}; built.opaque = [...(built.opaque ?? []), opaque]; return opaque; }
  }
  built.push(null);
  switch (kind) {
    case 'a': { const list = keep([]); for (const item of rest[0]) list.push(make(item)); return list; }
    case 'o': { const object = keep({}); for (const [key, item] of rest[0]) object[key] = make(item); return object; }
    case 'map': { const map = keep(new Map()); for (const [k, v] of rest[0]) map.set(make(k), make(v)); return map; }
    case 'set': { const set = keep(new Set()); for (const item of rest[0]) set.add(make(item)); return set; }
    case 'iter': return keep(rest[0].map(make)[Symbol.iterator]());
    case 'fd': return keep(buildForm(rest[0]));
    case 'file': return keep(new File([toBytes(rest[0])], rest[1], { type: rest[2] }));
    case 'bin': { const bytes = toBytes(rest[1]).buffer; return keep(rest[0] === 'ArrayBuffer' ? bytes : new BINARY[rest[0]](bytes)); }
    case 'p': {
      const value = make(rest[0]);
      return keep(rest[1] ? new Promise(resolve => setImmediate(resolve, value)) : Promise.resolve(value));
    }
    case 'rs': { const items = rest[0].map(make); return keep(new ReadableStream({ start(c) { items.forEach(i => c.enqueue(i)); c.close(); } })); }
    case 'bs': { const bytes = toBytes(rest[0]); return keep(new ReadableStream({ type: 'bytes', start(c) { c.enqueue(bytes); c.close(); } })); }
    case 'ag': { const items = rest[0].map(make); return keep(generate(items, make(rest[1]))); }
    case 'ai': { const items = rest[0].map(make); const end = make(rest[1]); return keep({ [Symbol.asyncIterator]: () => generate(items, end) }); }
    case 'sr': {
      let action = client.createServerReference(rest[0], () => {});
      let bound = null;
      if (rest[1] !== null) { bound = rest[1].map(make); action = action.bind(null, ...bound); }
      actions.set(action, { id: rest[0], bound });
      return keep(action);
    }
  }
  throw new Error('unknown kind ' + kind);
}

function buildForm(entries) {
  const form = new FormData();
  for (const [name, value] of entries) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new File([toBytes(value[0])], value[1], { type: value[2] }), value[1]);
  }
  return form;
}

// Describes a value, original or decoded. `temporary` tells the path of a temporary reference.
async function describe(value, seen, temporary) {
  const inside = item => describe(item, seen, temporary);
  const all = async items => { const list = []; for (const item of items) list.push(await inside(item)); return list; };
  if (value === null) return ['null'];
  switch (typeof value) {
    case 'undefined': return ['u'];
    case 'boolean': return ['b', value];
    case 'string': return ['s', value];
    case 'bigint': return ['n', value.toString()];
    case 'number': return ['num', Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value)];
  }
  const path = temporary(value);
  if (path !== undefined) return ['tmp', path];
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? ['null'] : ['d', value.getTime()];
  if (seen.has(value)) return ['ref', seen.get(value)];
  seen.set(value, seen.size);
  const action = actions.get(value);
  if (action) return ['sr', action.id, action.bound === null ? null : await all(action.bound)];
  if (Array.isArray(value)) return ['a', await all(value)];
  if (value instanceof Map) return ['map', await pairs(value, inside)];
  if (value instanceof Set) return ['set', await all(value)];
  if (value instanceof FormData) return ['fd', await entriesOf(value)];
  if (value instanceof Blob) return ['file', toText(await value.arrayBuffer()), value.name ?? 'blob', value.type];
  for (const [name, type] of Object.entries(BINARY)) {
    if (value instanceof type) return ['bin', name, toText(name === 'ArrayBuffer' ? value : new Uint8Array(value.buffer, value.byteOffset, value.byteLength))];
  }
  if (typeof value.then === 'function') {
    const settled = await new Promise((resolve, reject) => value.then(item => resolve([item]), reject));
    return ['p', await inside(settled[0])];
  }
  if (value instanceof ReadableStream) return describeStream(value, inside);
  if (typeof value[Symbol.iterator] === 'function') return ['iter', await all(value)];
  if (typeof value[Symbol.asyncIterator] === 'function') return describeIterable(value, inside);
  const entries = [];
  for (const key of Object.keys(value)) if (value[key] !== undefined) entries.push([key, await inside(value[key])]);
  return ['o', entries];
}

async function pairs(map, inside) {
  const list = [];
  for (const [key, value] of map) list.push([await inside(key), await inside(value)]);
  return list;
}

async function describeStream(stream, inside) {
  const ofBytes = isByteStream(stream);
  const items = [];
  for await (const item of stream) items.push(item);
  if (ofBytes) return ['bs', toText(Buffer.concat(items))];
  const list = [];
  for (const item of items) list.push(await inside(item));
  return ['rs', list];
}

function isByteStream(stream) {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

async function describeIterable(iterable, inside) {
  const iterator = iterable[Symbol.asyncIterator]();
  const items = [];
  for (;;) {
    const { done, value } = await iterator.next();
    items.push(await inside(value));
    if (done) return [iterator === iterable ? 'ag' : 'ai', items.slice(0, -1), items.at(-1)];
  }
}

async function entriesOf(form) {
  const entries = [];
  for (const [name, value] of form) {
    entries.push([name, typeof value === 'string' ? value : [toText(await value.arrayBuffer()), value.name, value.type]]);
  }
  return entries;
}

async function encode({ client = 'browser', value, temporary = true }) {
  const references = clients[client].createTemporaryReferenceSet?.() ?? new Map();
  const built = build(clients[client], value, []);
  const body = await clients[client].encodeReply(built, temporary ? { temporaryReferences: references } : {});
  return typeof body === 'string' ? body : entriesOf(body);
}

// The original, described apart from the one that was encoded: encoding uses streams and iterators up.
async function expect({ client = 'browser', value }) {
  const references = new Map();
  const encoded = [];
  await clients[client].encodeReply(build(clients[client], value, encoded), { temporaryReferences: references });
  const paths = new Map([...references].map(([path, item]) => [item, path.slice(1)]));
  const described = [];
  const original = build(clients[client], value, described);
  return describe(original, new Map(), item => {
    const at = (described.opaque ?? []).indexOf(item);
    return at === -1 ? undefined : paths.get(encoded.opaque[at]);
  });
}

async function decode(body) {
  const references = server.createTemporaryReferenceSet();
  const form = typeof body === 'string' ? body : buildForm(body);
  const holder = await new Promise((resolve, reject) =>
    server.decodeReply(form, manifest, { temporaryReferences: references }).then(item => resolve([item]), reject)
  );
  return describe(holder[0], new Map(), item => (typeof item === 'function' ? references.get(item) : undefined));
}

async function decodeAction(entries) {
  const action = await server.decodeAction(buildForm(entries), manifest);
  return action === null ? null : describe(action, new Map(), () => undefined);
}

async function decodeFormState({ result, entries }) {
  return (await server.decodeFormState(result, buildForm(entries), manifest)) ?? null;
}

// The bytes that a browser would post: `fetch` of Node writes the same multipart body.
async function transmit(entries) {
  const request = new Request('http://host/', { method: 'POST', body: buildForm(entries) });
  return [request.headers.get('content-type'), toText(await request.arrayBuffer())];
}

const operations = { encode, expect, decode, decodeAction, decodeFormState, transmit };

// Nothing here waits for a clock or a network: what has not settled after many turns never will.
function settle(promise) {
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    let turns = 0;
    const wait = () => (++turns > 2000 ? reject(new Error('never settles')) : setImmediate(wait));
    wait();
  });
}

answer(async ({ operation, questions }) => {
  const answers = [];
  for (const question of questions) {
    try {
      answers.push({ value: await settle(operations[operation](question)) });
    } catch (error) {
      answers.push({ error: String((error && error.message) || error) });
    }
  }
  return answers;
});
