/** The accessibility tree that Chromium makes of a page: what assistive technology is given. */
import assert from 'node:assert/strict';
import { drawn } from './support.mjs';

async function look(session) {
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const { root } = await session.send('DOM.getDocument', { depth: -1 });
  const attributes = new Map();
  const collect = (element) => {
    const { attributes: flat = [], backendNodeId, children = [] } = element;
    const own = {};
    for (let at = 0; at < flat.length; at += 2) own[flat[at]] = flat[at + 1];
    attributes.set(backendNodeId, own);
    children.forEach(collect);
  };
  collect(root);
  return { nodes, attributes };
}

/** Whether the elements of all rows of the tree are there. */
const isOneMoment = (nodes, attributes) =>
  nodes.every(
    ({ ignored, role, backendDOMNodeId }) =>
      ignored || role?.value !== 'row' || attributes.has(backendDOMNodeId),
  );

/**
 * What is in the tree, in order, each with role, name, properties and the ARIA attributes of its element
 * (Chromium's protocol leaves out counts and places), and with the nodes around and in it.
 */
export async function tree(page) {
  await drawn(page);
  const session = await page.context().newCDPSession(page);
  let { nodes, attributes } = await look(session);
  // The page lives on between the two questions, and may put other rows in the place of those in the first answer.
  for (let more = 20; more > 0 && !isOneMoment(nodes, attributes); more--) {
    ({ nodes, attributes } = await look(session));
  }
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const all = [];
  const add = (node, around) => {
    let inside = around;
    if (!node.ignored) {
      const props = Object.fromEntries((node.properties ?? []).map(({ name, value }) => [name, value.value]));
      const made = {
        role: node.role?.value ?? '',
        name: node.name?.value ?? '',
        description: node.description?.value ?? '',
        value: node.value?.value,
        props,
        aria: attributes.get(node.backendDOMNodeId) ?? {},
        around,
        parts: [],
      };
      around?.parts.push(made);
      all.push(made);
      inside = made;
    }
    for (const id of node.childIds ?? []) if (byId.has(id)) add(byId.get(id), inside);
  };
  add(nodes[0], null);
  return all;
}

export const ofRole = (all, role) => all.filter((node) => node.role === role);
export const isIn = (node, outer) => {
  for (let at = node.around; at !== null; at = at.around) if (at === outer) return true;
  return false;
};
export const within = (all, outer, role) => all.filter((node) => node.role === role && isIn(node, outer));
/** The only one of its role, of that name if there is one. */
export function one(all, role, name) {
  const found = ofRole(all, role).filter((node) => name === undefined || node.name === name);
  assert.equal(found.length, 1, `${role} ${name ?? ''}: ${found.map((node) => node.name).join(' | ')}`);
  return found[0];
}
