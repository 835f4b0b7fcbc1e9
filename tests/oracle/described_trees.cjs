// Builds with React what a description says; tests/support/described_trees.py builds the same for Python.
// A description is JSON; what JSON has no word for is an object with "$".
'use strict';

const React = require('react');

const SYMBOLS = {
  fragment: React.Fragment,
  suspense: React.Suspense,
  strict: React.StrictMode,
  profiler: React.Profiler,
  activity: React.Activity,
};

// A server reference as the Flight client makes it, but with arguments that are encoded at once.
function serverReference(id, bound) {
  const action = async function action() {};
  action.bind = (_, ...more) => serverReference(id, [...(bound || []), ...more]);
  action.$$IS_SIGNATURE_EQUAL = (otherId, count) => otherId === id && count === (bound ? bound.length : 0);
  action.$$FORM_ACTION = prefix => {
    const fields = { method: 'POST', encType: 'multipart/form-data' };
    if (bound === null) return { ...fields, name: '$ACTION_ID_' + id };
    const data = new FormData();
    const parts = [
      [`$ACTION_${prefix}:1`, JSON.stringify(bound)],
      [`$ACTION_${prefix}:0`, JSON.stringify({ id, bound: '$@1' })],
    ];
    if (action.isState) parts.reverse();
    for (const [name, value] of parts) data.append(name, value);
    return { ...fields, name: '$ACTION_REF_' + prefix, data };
  };
  return action;
}

// useActionState binds the state to a copy; its fields come in the other order (any order is valid).
function stateAction(id, bound) {
  const action = serverReference(id, bound);
  const { bind } = action;
  action.bind = (that, ...more) => Object.assign(bind(that, ...more), { isState: true });
  return action;
}

function component(described) {
  const Component = () => {
    const hooks = { ids: [], states: [] };
    for (let i = 0; i < described.ids; i++) hooks.ids.push(React.useId());
    for (const { id, bound, initial, permalink } of described.states || []) {
      const action = stateAction(id, bound);
      const args = permalink === null ? [action, initial] : [action, initial, permalink];
      hooks.states.push(React.useActionState(...args));
    }
    return value(described.children, hooks);
  };
  Object.defineProperty(Component, 'name', { value: described.name });
  return Component;
}

function thrower() {
  throw new Error('thrown by a component');
}

function element(described, hooks) {
  const { type, key } = described;
  const props = object(described.props, hooks);
  if (key !== null) props.key = key;
  return React.createElement(typeof type === 'string' ? type : SYMBOLS[type.symbol], props);
}

function object(described, hooks) {
  const result = {};
  for (const name of Object.keys(described)) {
    Object.defineProperty(result, name, {
      value: value(described[name], hooks),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return result;
}

const VALUES = {
  undefined: () => undefined,
  number: ({ text }) => Number(text),
  bigint: ({ text }) => BigInt(text),
  function: () => () => {},
  symbol: () => Symbol('described'),
  object: ({ of }, hooks) => object(of, hooks),
  element,
  lazy: ({ of }, hooks) => ({ $$typeof: Symbol.for('react.lazy'), _payload: value(of, hooks), _init: payload => payload }),
  action: ({ id, bound }) => serverReference(id, bound),
  component: described => React.createElement(component(described), described.key === null ? null : { key: described.key }),
  throw: () => React.createElement(thrower),
  id: ({ index }, hooks) => hooks.ids[index],
  state: ({ index }, hooks) => hooks.states[index][0],
  dispatch: ({ index }, hooks) => hooks.states[index][1],
};

function value(described, hooks) {
  if (Array.isArray(described)) return described.map(item => value(item, hooks));
  if (described === null || typeof described !== 'object') return described;
  return VALUES[described.$](described, hooks);
}

// `hooks` holds what the component around has got from its hooks; null outside.
exports.value = value;
