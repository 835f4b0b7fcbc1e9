// The values of payloads.py, as React has them. `bind` makes the action of a form from an id and an argument.
'use strict';

const { createElement: h } = require('react');

const range = (count, make) => Array.from({ length: count }, (_, index) => make(index));

const listOfForms = bind => () =>
  h('main', { className: 'page' },
    h('h1', null, 'Todos'),
    h('ul', null, range(50, number =>
      h('li', { key: number, className: 'row', 'data-id': number },
        h('span', { className: 'name' }, `Todo number ${number} & more`),
        ' ',
        h('b', null, number * 10),
        h('form', { action: bind('todos#save', `sealed-token-${number}`) },
          h('input', { type: 'hidden', name: 'id', value: String(number) }),
          h('button', { type: 'submit', className: 'save' }, 'Save'))))));

function nestedDocument(depth = 6) {
  if (depth === 0) return h('p', { className: 'leaf' }, 'Some text in a paragraph, of ordinary length, as pages have it.');
  return h('section', { className: `s${depth}` },
    h('h2', null, `Heading ${depth}`),
    h('p', null, 'intro ', h('a', { href: `/x/${depth}` }, 'link'), ' and more'),
    nestedDocument(depth - 1),
    nestedDocument(depth - 1));
}

const table = () =>
  h('table', null, h('tbody', null, range(100, row =>
    h('tr', { key: row }, range(10, column =>
      h('td', { key: column, className: 'c' }, `cell ${row}:${column}`))))));

exports.pages = bind => ({
  'list of 50 forms': listOfForms(bind),
  'nested document': () => nestedDocument(),
  'table of 1,000 cells': table,
});
