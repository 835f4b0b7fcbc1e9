// What react-dom/server writes for a form, button or useActionState hook whose action is a server reference.
'use strict';

const { answer } = require('./frames.cjs');
const { PassThrough } = require('node:stream');
const { text } = require('node:stream/consumers');
globalThis.__webpack_require__ = () => ({});
globalThis.__webpack_require__.u = name => name;
const React = require('react');
const { renderToPipeableStream } = require('react-dom/server');
const client = require('react-server-dom-webpack/client.node');

// Bound arguments are JSON here, and [key, value] pairs of a Map under the key "$map".
const revive = (_, value) => (value && value.$map ? new Map(value.$map) : value);

function reference({ id, bound }) {
  const action = client.createServerReference(id, () => {});
  return bound === null ? action : action.bind(null, ...JSON.parse(JSON.stringify(bound), revive));
}

function Stateful({ action, state, permalink }) {
  const [, dispatch] = React.useActionState(action, state, permalink);
  return React.createElement('form', { action: dispatch });
}

function element(kind, action, question) {
  switch (kind) {
    case 'form': return React.createElement('form', { action });
    case 'button': return React.createElement('form', null, React.createElement('button', { formAction: action }, 'Go'));
    case 'state': return React.createElement(Stateful, { action, state: question.state, permalink: question.permalink });
  }
  throw new Error('unknown kind ' + kind);
}

answer(async question => {
  const tree = element(question.kind, reference(question), question);
  const out = new PassThrough();
  await new Promise((resolve, reject) => {
    const { pipe } = renderToPipeableStream(tree, {
      identifierPrefix: question.prefix ?? '', onAllReady: resolve, onShellError: reject, onError: reject,
    });
    setImmediate(() => pipe(out));
  });
  return text(out);
});
