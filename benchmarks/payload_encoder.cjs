// The pages of bench_payload_encoder.py, encoded by React's own server in production mode.
'use strict';

process.env.NODE_ENV = 'production';
const path = require('node:path');
const { Writable } = require('node:stream');
const React = require('react');
const packages = path.join(__dirname, '..', 'node_modules');
const server = require(path.join(packages, 'react-server-dom-webpack/cjs/react-server-dom-webpack-server.node.production.js'));

const h = React.createElement;
const RUNS = 7;
const PAGES_PER_RUN = 40;
const save = server.registerServerReference(async () => {}, 'todos', 'save');
const range = (count, make) => Array.from({ length: count }, (_, index) => make(index));

function forms() {
  const rows = range(50, number =>
    h('li', { key: String(number), className: 'row' },
      h('span', { className: 'name' }, `Todo number ${number}`),
      ' ',
      h('form', { action: save.bind(null, `sealed-token-${number}`) },
        h('input', { name: 'title', defaultValue: `title ${number}`, type: 'text' }),
        h('button', { type: 'submit', className: 'save' }, 'Save'))));
  return h('main', { className: 'page' }, h('h1', null, 'Todos'), h('ul', null, rows));
}

function document(depth = 6) {
  if (depth === 0) return h('p', { className: 'leaf' }, 'Some text in a paragraph, of ordinary length, as pages have it.');
  return h('section', { className: `s${depth}` },
    h('h2', null, `Heading ${depth}`),
    h('p', null, 'intro ', h('a', { href: `/x/${depth}` }, 'link'), ' and more'),
    document(depth - 1),
    document(depth - 1));
}

function table() {
  const cell = (r, c) => h('td', { key: String(c), className: 'c' }, `cell ${r}:${c}`);
  return h('table', null, h('tbody', null, range(100, r => h('tr', { key: String(r) }, range(10, c => cell(r, c))))));
}

function encode(tree) {
  return new Promise(resolve => {
    let size = 0;
    const sink = new Writable({
      write(chunk, _, done) {
        size += chunk.length;
        done();
      },
    });
    sink.on('finish', () => resolve(size));
    server.renderToPipeableStream(tree, {}).pipe(sink);
  });
}

async function main() {
  for (const page of [forms, () => document(), table]) {
    let best = Infinity;
    let size = 0;
    for (let warm = 0; warm < 300; warm++) size = await encode(page());
    for (let run = 0; run < RUNS; run++) {
      const trees = range(PAGES_PER_RUN, page);
      const start = process.hrtime.bigint();
      for (const tree of trees) await encode(tree);
      best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e3 / PAGES_PER_RUN);
    }
    const name = `React: ${page.name || 'document'}`;
    console.log(name.padEnd(24) + (1e6 / best).toFixed(0).padStart(12) + best.toFixed(0).padStart(9) + ' µs' + String(size).padStart(10));
  }
}

main();
