// React's server sends described results of actions, in which functions stand that it cannot send.
// See tests/flight/test_failures_against_react.py for what a description is. Run with --conditions=react-server.
'use strict';

const { PassThrough } = require('node:stream');
const React = require('react');
const { renderToPipeableStream } = require('react-server-dom-webpack/server.node');

const BUILDERS = {
  bad: () => () => {},
  list: items => items.map(build),
  object: entries => Object.fromEntries(entries.map(([name, value]) => [name, build(value)])),
  map: pairs => new Map(pairs.map(([key, value]) => [key, build(value)])),
  set: items => new Set(items.map(build)),
  element: ([tag, prop, ...children]) => React.createElement(tag, { title: build(prop) }, ...children.map(build)),
  promise: ([value]) => Promise.resolve(build(value)),
  twice: ([value]) => {
    const built = build(value);
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
    new Promise(resolve => {
      const chunks = [];
      const sink = new PassThrough();
      sink.on('data', chunk => chunks.push(chunk));
      sink.on('end', () => resolve(Buffer.concat(chunks).toString('base64')));
      renderToPipeableStream({ value: Promise.resolve(build(described)) }, {}, { onError: () => 'D' }).pipe(sink);
    })
);
