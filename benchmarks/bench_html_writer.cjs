// The page of bench_html_writer.py, written by react-dom/server. In: rows, rounds; out: {html, milliseconds} of the best.
'use strict';

const { Writable } = require('node:stream');
const { createElement: h } = require('react');
const { renderToPipeableStream } = require('react-dom/server');

const [rows, rounds] = process.argv.slice(2).map(Number);

function reference(id, bound) {
  const action = async () => {};
  action.$$FORM_ACTION = prefix => {
    const data = new FormData();
    data.append(`$ACTION_${prefix}:1`, JSON.stringify(bound));
    data.append(`$ACTION_${prefix}:0`, JSON.stringify({ id, bound: '$@1' }));
    return { name: '$ACTION_REF_' + prefix, method: 'POST', encType: 'multipart/form-data', data };
  };
  return action;
}

function row(_, n) {
  return h(
    'li',
    { className: 'row', 'data-id': n, key: n },
    h('span', { className: 'customer' }, `Customer ${n} & Sons`),
    ' ',
    h('b', null, n * 10),
    h(
      'form',
      { action: reference('app/page.py#delete', [`sealed-token-${n}`]) },
      h('input', { type: 'hidden', name: 'id', value: String(n) }),
      h('button', { type: 'submit' }, 'Delete')
    )
  );
}

const tree = h(
  'main',
  { className: 'invoices' },
  h('h1', null, 'Invoices'),
  h('ul', { id: 'list' }, Array.from({ length: rows }, row))
);

function render() {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(Buffer.from(chunk));
        done();
      },
    });
    sink.on('finish', () => resolve(Buffer.concat(chunks).toString()));
    const { pipe } = renderToPipeableStream(tree, { onShellReady: () => pipe(sink), onError: reject });
  });
}

(async () => {
  let best = Infinity;
  let html;
  for (let round = 0; round < rounds * 10; round++) {
    const start = performance.now();
    html = await render();
    best = Math.min(best, performance.now() - start);
  }
  console.log(JSON.stringify({ html, milliseconds: best }));
})();
