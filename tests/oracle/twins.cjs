// The first HTML of the runtime's own components: the payload is read by React's client, and react-dom/server
// renders what the real components of packages/client give for it.
'use strict';

const Module = require('node:module');
const path = require('node:path');
const { PassThrough } = require('node:stream');
const { buildSync } = require('esbuild');

const root = path.resolve(__dirname, '../..');
const bundle = buildSync({
  entryPoints: [path.join(root, 'packages/client/src/index.ts')],
  absWorkingDir: root,
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  jsx: 'automatic',
  jsxDev: false,
  external: ['react', 'react-dom', 'react/jsx-runtime'],
  define: { 'process.env.NODE_ENV': JSON.stringify(process.env.NODE_ENV) },
});
const runtime = new Module('runtime');
runtime.paths = module.paths;
runtime._compile(bundle.outputFiles[0].text, path.join(__dirname, 'runtime.cjs'));

const namespace = Promise.resolve(runtime.exports);
// Set after the runtime, which sets its own for the browser.
globalThis.__webpack_require__ = id => {
  if (id === 'wingbeat') return namespace;
  throw new Error('no such module: ' + id);
};
globalThis.__webpack_require__.u = id => id;
globalThis.__webpack_chunk_load__ = () => Promise.resolve();

const { createFromNodeStream } = require('react-server-dom-webpack/client.node');
const { renderToPipeableStream } = require('react-dom/server.node');

require('./frames.cjs').answer(async ({ payload, formState }) => {
  const rows = new PassThrough();
  rows.end(Buffer.from(payload, 'base64'));
  const tree = await createFromNodeStream(rows, { moduleMap: null, serverModuleMap: null, moduleLoading: null });
  return new Promise((resolve, reject) => {
    const chunks = [];
    const sink = new PassThrough();
    sink.on('data', chunk => chunks.push(chunk));
    sink.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    const { pipe } = renderToPipeableStream(tree, { formState, onAllReady: () => pipe(sink), onError: reject });
  });
});
