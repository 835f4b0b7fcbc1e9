// What react-dom/server writes for a described tree.
// In: {tree, prefix?, nonce?, formState?, chunkSize?}; out: {html} or {error}.
'use strict';

const { PassThrough } = require('node:stream');
const { renderToPipeableStream } = require('react-dom/server');
const { value } = require('./described_trees.cjs');
const { answer } = require('./frames.cjs');

function render({ tree, prefix, nonce, formState, chunkSize }) {
  return new Promise((resolve, reject) => {
    const { pipe } = renderToPipeableStream(value(tree, null), {
      identifierPrefix: prefix === null ? undefined : prefix,
      nonce: nonce === null ? undefined : nonce,
      formState: formState === null ? undefined : formState,
      // A complete boundary is not written late, however large: streaming is not React's here.
      progressiveChunkSize: chunkSize === null ? Infinity : chunkSize,
      onError: () => 'DIGEST',
      onShellError: error => resolve({ error: String(error) }),
      onAllReady() {
        const chunks = [];
        const stream = new PassThrough();
        stream.on('data', chunk => chunks.push(chunk));
        stream.on('end', () => resolve({ html: Buffer.concat(chunks).toString('utf8') }));
        stream.on('error', reject);
        pipe(stream);
      },
    });
  });
}

answer(async question => {
  try {
    return await render({ prefix: null, nonce: null, formState: null, chunkSize: null, ...question });
  } catch (error) {
    return { error: String(error) };
  }
});
