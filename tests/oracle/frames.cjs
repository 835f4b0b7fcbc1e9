// Frames on stdin and stdout: four bytes of length (big-endian), then JSON. See tests/support/node_oracle.py.
'use strict';

const fs = require('node:fs');

function write(value) {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  const frame = Buffer.alloc(4 + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, 4);
  for (let offset = 0; offset < frame.length; ) {
    try {
      offset += fs.writeSync(1, frame, offset);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

// Answers questions one after the other. What the answerer throws is the answer {error: stack}.
exports.answer = function answer(answerer) {
  let received = Buffer.alloc(0);
  let turn = Promise.resolve();
  process.stdin.on('data', data => {
    received = received.length === 0 ? data : Buffer.concat([received, data]);
    while (received.length >= 4) {
      const end = 4 + received.readUInt32BE(0);
      if (received.length < end) break;
      const question = JSON.parse(received.toString('utf8', 4, end));
      received = received.subarray(end);
      turn = turn.then(() => answerer(question)).then(
        value => write({ answer: value === undefined ? null : value }),
        error => write({ error: String((error && error.stack) || error) })
      );
    }
  });
  process.stdin.on('end', () => turn.then(() => process.exit(0)));
};
