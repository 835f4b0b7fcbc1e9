// React's server renders described trees of server components. Run with --conditions=react-server.
// See tests/support/component_trees.py for what a description is.
'use strict';

const { PassThrough } = require('node:stream');
const React = require('react');
const { renderToPipeableStream, registerClientReference } = require('react-server-dom-webpack/server.node');

const dialog = registerClientReference(() => {}, '/dialog.js', 'Dialog');
const manifest = { '/dialog.js#Dialog': { id: '/dialog.js', chunks: [], name: 'Dialog', async: true } };

const sync = ({ children }) => children;
const later = async ({ children, ticks }) => {
  for (let tick = 0; tick < ticks; tick++) await new Promise(setImmediate);
  return children;
};

const keyed = (key, props) => (key === null ? props : { key, ...props });

const BUILDERS = {
  tag: ([key, tag, ...children]) => React.createElement(tag, keyed(key, {}), ...children.map(build)),
  fragment: ([key, ...children]) => React.createElement(React.Fragment, keyed(key, {}), ...children.map(build)),
  suspense: ([key, fallback, ...children]) =>
    React.createElement(React.Suspense, keyed(key, { fallback: build(fallback) }), ...children.map(build)),
  client: ([key, header, ...children]) =>
    React.createElement(dialog, keyed(key, { header: build(header), rows: [{ cell: build(header) }] }), ...children.map(build)),
  sync: ([key, ...children]) => React.createElement(sync, keyed(key, {}), ...children.map(build)),
  async: ([key, ticks, ...children]) => React.createElement(later, keyed(key, { ticks }), ...children.map(build)),
  list: items => items.map(build),
  awaited: ([child]) => Promise.resolve(build(child)),
  twice: ([child]) => {
    const built = build(child);
    return [built, built];
  },
};

function build(described) {
  if (!Array.isArray(described)) return described;
  const [kind, ...rest] = described;
  return BUILDERS[kind](rest);
}

require('./frames.cjs').answer(
  described =>
    new Promise((resolve, reject) => {
      const chunks = [];
      const sink = new PassThrough();
      sink.on('data', chunk => chunks.push(chunk));
      sink.on('end', () => resolve(Buffer.concat(chunks).toString('base64')));
      renderToPipeableStream(build(described), manifest, { onError: reject }).pipe(sink);
    })
);
