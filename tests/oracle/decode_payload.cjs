// Decodes payloads with React's own client and describes what arrived. See tests/support/payload_oracle.py.
//
// question: {client: "browser" | "node", payload: base64, cuts: [offset, …], render: boolean}, or a list
// answer:   {root, nodes, console}: a flat graph. An object is a number, its index in `nodes`, so identity
//           and cycles are visible; everything else is a tagged leaf.
'use strict';

const path = require('node:path');
const { PassThrough } = require('node:stream');

const modules = new Map();
class ClientExport {
  constructor(module, name) {
    this.module = module;
    this.name = name;
  }
}

// A module that has every export: asking for one makes it, and the promise is memoised as React requires.
globalThis.__webpack_require__ = id => {
  if (!modules.has(id)) {
    const exported = new Map();
    const namespace = new Proxy({}, {
      getOwnPropertyDescriptor: (_, name) => ({ configurable: true, enumerable: true, value: namespace[name] }),
      get: (_, name) => {
        if (name === 'then' || typeof name === 'symbol') return undefined;
        if (!exported.has(name)) exported.set(name, new ClientExport(id, name));
        return exported.get(name);
      },
    });
    // It takes its time, as an import does: what refers to it has to wait.
    modules.set(id, new Promise(resolve => setImmediate(resolve, namespace)));
  }
  return modules.get(id);
};
globalThis.__webpack_require__.u = id => id;
globalThis.__webpack_chunk_load__ = () => Promise.resolve();

const build = process.env.NODE_ENV === 'production' ? 'production' : 'development';
const client = name =>
  require(path.join(process.cwd(), 'node_modules/react-server-dom-webpack/cjs', `react-server-dom-webpack-client.${name}.${build}.js`));
const clients = { browser: client('browser'), node: client('node') };

const ELEMENT = Symbol.for('react.transitional.element');
const LAZY = Symbol.for('react.lazy');
const AsyncSource = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype));

// React may reject a promise that nobody asked for; the description shows those that somebody did.
process.on('unhandledRejection', () => {});

const said = [];
for (const level of ['error', 'warn']) {
  console[level] = (...words) => said.push(words.map(String).join(' '));
}

async function* pieces(bytes, cuts, fed) {
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    // A copy: React keeps views of what it is given.
    if (cut > start) yield new Uint8Array(bytes.subarray(start, cut));
    start = cut;
  }
  fed();
}

function decode(question, fed) {
  const bytes = Buffer.from(question.payload, 'base64');
  const source = pieces(bytes, question.cuts || [], fed);
  const temporaryReferences = { get: name => new ClientExport('temporary', name) };
  if (question.client === 'node') {
    const stream = new PassThrough();
    (async () => {
      for await (const piece of source) stream.write(piece);
      stream.end();
    })();
    const manifest = { moduleMap: null, serverModuleMap: null, moduleLoading: null };
    return clients.node.createFromNodeStream(stream, manifest, { temporaryReferences });
  }
  const stream = new ReadableStream({
    async pull(controller) {
      const { value, done } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const callServer = (id, args) => ({ id, args });
  return clients.browser.createFromReadableStream(stream, { callServer, temporaryReferences });
}

const hex = view => Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('hex');

function number(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return ['number', Number.isNaN(value) ? 'NaN' : hex(view)];
}

class LazyError {
  constructor(error) {
    this.error = error;
  }
}

// In a box, because an async function that returns a promise returns what the promise resolves to.
async function unwrap(value) {
  while (typeof value === 'object' && value !== null && value.$$typeof === LAZY) {
    try {
      value = value._init(value._payload);
    } catch (thrown) {
      if (thrown === null || typeof thrown.then !== 'function') return { value: new LazyError(thrown) };
      try {
        await thrown;
      } catch (error) {
        return { value: new LazyError(error) };
      }
    }
  }
  return { value };
}

class Description {
  constructor(flavour) {
    this.flavour = flavour;
    this.nodes = [];
    this.waiting = [];
    this.numbers = new Map();
  }

  async leaf(value) {
    ({ value } = await unwrap(value));
    switch (typeof value) {
      case 'undefined': return ['undefined'];
      case 'boolean': return ['boolean', value];
      case 'string': return ['string', value];
      case 'number': return number(value);
      case 'bigint': return ['bigint', String(value)];
      case 'symbol': return ['symbol', Symbol.keyFor(value)];
      case 'function': return this.node(value, false);
    }
    if (value === null) return ['null'];
    if (value instanceof Date) return ['date', number(value.getTime())];
    if (value instanceof ClientExport) return ['client', value.module, value.name];
    if (value instanceof LazyError) return ['lazy error', await this.error(value.error)];
    if (value instanceof Error) return this.error(value);
    return this.node(value, true);
  }

  async error(error) {
    if (!(error instanceof Error)) return ['thrown', await this.leaf(error)];
    if (build === 'production') return ['error', error.digest === undefined ? null : error.digest];
    const frames = (error.stack || '').split('\n').filter(line => line.includes('file://')).length;
    const cause = 'cause' in error ? await this.leaf(error.cause) : null;
    const errors = error instanceof AggregateError ? await Promise.all(error.errors.map(e => this.leaf(e))) : null;
    return ['error', error.digest === undefined ? null : error.digest, error.name, error.message, frames, cause, errors];
  }

  node(value, once) {
    if (once && this.numbers.has(value)) return this.numbers.get(value);
    const index = this.nodes.length;
    this.nodes.push(null);
    if (once) this.numbers.set(value, index);
    this.waiting.push([index, value]);
    return index;
  }

  async leaves(values) {
    const described = [];
    for (const value of values) described.push(await this.leaf(value));
    return described;
  }

  async describe(root) {
    const described = await this.leaf(root);
    while (this.waiting.length > 0) {
      const [index, value] = this.waiting.shift();
      this.nodes[index] = await this.contents(value);
    }
    return { root: described, nodes: this.nodes };
  }

  async contents(value) {
    if (typeof value === 'function') return this.action(value);
    if (Array.isArray(value)) return ['array', ...(await this.leaves(value))];
    if (value.$$typeof === ELEMENT) {
      return ['element', await this.leaf(value.type), value.key, await this.entries(value.props)];
    }
    if (value instanceof Map) {
      const pairs = [];
      for (const [key, item] of value) pairs.push([await this.leaf(key), await this.leaf(item)]);
      return ['map', ...pairs];
    }
    if (value instanceof Set) return ['set', ...(await this.leaves(value))];
    if (value instanceof ArrayBuffer) return ['ArrayBuffer', hex(new Uint8Array(value))];
    if (ArrayBuffer.isView(value)) return [value.constructor.name, hex(value)];
    if (value instanceof Blob) return ['blob', value.type, hex(new Uint8Array(await value.arrayBuffer()))];
    if (value instanceof FormData) return ['form', ...(await this.form(value))];
    if (value instanceof ReadableStream) return this.stream(value);
    if (typeof value.then === 'function') return this.promise(value);
    if (typeof value[Symbol.asyncIterator] === 'function') {
      const iterator = value[Symbol.asyncIterator]();
      return [iterator === value ? 'async iterator' : 'async iterable', ...(await this.iterated(iterator))];
    }
    if (typeof value[Symbol.iterator] === 'function') return ['iterator', ...(await this.leaves([...value]))];
    if (Object.getPrototypeOf(value) !== Object.prototype) return ['instance', String(value.constructor)];
    return ['object', ...(await this.entries(value))];
  }

  async entries(object) {
    const entries = [];
    for (const key of Reflect.ownKeys(object).sort()) entries.push([key, await this.leaf(object[key])]);
    return entries;
  }

  async action(call) {
    if (this.flavour === 'node') return ['action'];
    const { id, args } = await call();
    return ['action', id, ...(await this.leaves(args))];
  }

  async form(data) {
    const entries = [];
    for (const [name, value] of data) entries.push([name, typeof value === 'string' ? value : hex(new Uint8Array(await value.arrayBuffer()))]);
    return entries;
  }

  async promise(promise) {
    try {
      return ['promise', await this.leaf(await promise)];
    } catch (error) {
      return ['rejected', await this.error(error)];
    }
  }

  async stream(stream) {
    if (!isByteStream(stream)) return ['stream', ...(await this.iterated(stream[Symbol.asyncIterator]()))];
    // Without the cuts between its chunks: React hands on what has come of a chunk, as the network cut it.
    const chunks = [];
    try {
      for await (const chunk of stream) chunks.push(chunk);
    } catch (error) {
      return ['byte stream', hex(Buffer.concat(chunks)), await this.error(error)];
    }
    return ['byte stream', hex(Buffer.concat(chunks)), ['undefined']];
  }

  async iterated(iterator) {
    const items = [];
    try {
      for (;;) {
        const { value, done } = await iterator.next();
        if (done) return [items, await this.leaf(value)];
        items.push(await this.leaf(value));
      }
    } catch (error) {
      return [items, await this.error(error)];
    }
  }
}

function isByteStream(stream) {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

const turn = () => new Promise(resolve => setImmediate(resolve));

async function answer(question) {
  said.length = 0;
  modules.clear();
  let decoded;
  const fed = new Promise(resolve => (decoded = decode(question, resolve)));
  const description = new Description(question.client || 'browser');
  try {
    const root = await decoded;
    // Everything has been fed before anything is described: what is still missing then stays missing.
    await fed.then(turn).then(turn).then(turn);
    if (question.render) {
      const html = require('react-dom/server').renderToStaticMarkup(root);
      return { html, console: [...said] };
    }
    return { ...(await description.describe(root)), console: [...said] };
  } catch (error) {
    return { root: ['failed', await description.error(error)], nodes: [], console: [...said], stack: String(error && error.stack) };
  }
}

require('./frames.cjs').answer(async question => {
  if (!Array.isArray(question)) return answer(question);
  const answers = [];
  for (const one of question) answers.push(await answer(one));
  return answers;
});
