// Hydrates a page with React's development build. In: {html, tree}; out: every error and warning React has.
'use strict';

const { JSDOM } = require('jsdom');
const { answer } = require('./frames.cjs');

const PATIENCE_MS = 200;
const dom = new JSDOM('', { pretendToBeVisual: true });
const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
define('window', dom.window);
for (const name of ['document', 'navigator', 'HTMLElement', 'Element', 'Node', 'HTMLIFrameElement', 'Event']) {
  define(name, dom.window[name]);
}
// Standard output carries the answers.
console.info = console.log = () => {};

// React looks for a browser when it is loaded.
const { hydrateRoot } = require('react-dom/client');
const { value } = require('./described_trees.cjs');

answer(async ({ html, tree }) => {
  const complaints = [];
  console.error = (...words) => complaints.push(words.map(String).join(' '));
  const page = new JSDOM(html, { pretendToBeVisual: true });
  const root = hydrateRoot(page.window.document, value(tree, null), {
    onRecoverableError: error => complaints.push(String(error)),
    onUncaughtError: error => complaints.push(String(error)),
  });
  await new Promise(done => setTimeout(done, PATIENCE_MS));
  root.unmount();
  // A description gives static children as an array, so React misses their keys; that is no matter of HTML.
  return complaints.filter(complaint => !complaint.includes('unique "key" prop'));
});
