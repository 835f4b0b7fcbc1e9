// A value that an action returned, sent back as an argument: React's own client decodes a payload and encodes
// what it got as the arguments of a call.
//
// question: payload as base64        answer: the body's text, or its parts [name, text | {name, type, content}]
'use strict';

const { answer } = require('./frames.cjs');
// The client asks for the bundler's loader as it is loaded; a value holds no modules.
globalThis.__webpack_require__ = () => ({});
globalThis.__webpack_require__.u = name => name;
const client = require('react-server-dom-webpack/client.browser');

answer(async payload => {
  const stream = new Blob([Buffer.from(payload, 'base64')]).stream();
  const value = await client.createFromReadableStream(stream, { callServer: () => {} });
  const body = await client.encodeReply([value]);
  if (typeof body === 'string') return body;
  const parts = [];
  for (const [name, part] of body) {
    if (typeof part === 'string') parts.push([name, part]);
    else {
      const content = Buffer.from(await part.arrayBuffer()).toString('base64');
      parts.push([name, { name: part.name, type: part.type, content }]);
    }
  }
  return parts;
});
