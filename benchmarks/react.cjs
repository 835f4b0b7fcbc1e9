// React's side of bench_flight.py. One JSON question a line on stdin, one JSON answer a line on stdout:
//   {operation, payload, input, times}  ->  {output, microseconds}, the time of each of `times`
// Run with --conditions=react-server it encodes and decodes, without it writes HTML, as React demands.
'use strict';

const path = require('node:path');
const { createInterface } = require('node:readline');
const { Writable } = require('node:stream');
const { pages } = require('./payloads.cjs');

const isServer = process.execArgv.includes('--conditions=react-server');

// What a pipe holds once it has ended.
function written(start) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    sink.on('finish', () => resolve(Buffer.concat(chunks)));
    start(sink, reject);
  });
}

function serverOperations() {
  const server = require('react-server-dom-webpack/server.node');
  const save = server.registerServerReference(async () => {}, 'todos', 'save');
  const trees = pages((_id, token) => save.bind(null, token));
  const manifest = {};
  const headers = input => ({ 'content-type': `multipart/form-data; boundary=${input.boundary}` });
  return {
    build: { prepare: ({ payload }) => trees[payload], run: build => build(), show: () => null },
    encode: {
      prepare: ({ payload }) => trees[payload],
      fresh: build => build(),
      run: tree => written((sink, reject) => server.renderToPipeableStream(tree, manifest, { onError: reject }).pipe(sink)),
      show: payload => payload.toString(),
    },
    decode: {
      prepare: ({ input }) => (typeof input === 'string' ? input : form(input)),
      run: body => server.decodeReply(body, manifest),
      show: plain,
    },
    'parse and decode': {
      prepare: ({ input }) => ({ body: Buffer.from(input.body), headers: headers(input) }),
      run: async ({ body, headers }) => server.decodeReply(await new Response(body, { headers }).formData(), manifest),
      show: plain,
    },
  };
}

// The server reference that React's client would make, without the promises: React may write it at once.
function boundAction(id, token) {
  const action = async () => {};
  action.$$FORM_ACTION = prefix => {
    const data = new FormData();
    data.append(`$ACTION_${prefix}:1`, JSON.stringify([token]));
    data.append(`$ACTION_${prefix}:0`, JSON.stringify({ id, bound: '$@1' }));
    return { name: '$ACTION_REF_' + prefix, method: 'POST', encType: 'multipart/form-data', data };
  };
  return action;
}

function htmlOperations() {
  const { renderToPipeableStream } = require('react-dom/server');
  const trees = pages(boundAction);
  return {
    html: {
      prepare: ({ payload }) => trees[payload],
      fresh: build => build(),
      run: tree => written((sink, reject) => {
        const { pipe } = renderToPipeableStream(tree, { onShellReady: () => pipe(sink), onError: reject });
      }),
      show: html => html.toString(),
    },
  };
}

function form(entries) {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
}

const plain = value => JSON.stringify(value, (_key, item) => (item instanceof FormData ? [...item] : item));

const operations = isServer ? serverOperations() : htmlOperations();

async function answer(question) {
  const { prepare, fresh, run, show } = operations[question.operation];
  const prepared = prepare(question);
  const output = show(await run(fresh ? fresh(prepared) : prepared));
  // A page is made anew each time, outside the clock, as every request makes its own; a body serves them all.
  const [turns, runs] = fresh ? [question.times, 1] : [1, question.times];
  let nanoseconds = 0n;
  for (let turn = 0; turn < turns; turn++) {
    const input = fresh ? fresh(prepared) : prepared;
    const start = process.hrtime.bigint();
    for (let count = 0; count < runs; count++) await run(input);
    nanoseconds += process.hrtime.bigint() - start;
  }
  return { output, microseconds: Number(nanoseconds) / 1000 / question.times };
}

createInterface({ input: process.stdin }).on('line', async line => {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
});
