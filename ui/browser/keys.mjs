/** Going through the window by keys alone: what has the focus, and whether it can be seen. */
import assert from 'node:assert/strict';

/** What has the focus, as a screen reader says it: `button "Add"`. With `aria-activedescendant`, that. */
export async function focus(page) {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', {
    expression: `(() => {
      const active = document.activeElement;
      const id = active?.getAttribute('aria-activedescendant');
      return (id && document.getElementById(id)) || active;
    })()`,
  });
  const { nodes } = await session.send('Accessibility.getPartialAXTree', {
    objectId: result.objectId,
    fetchRelatives: false,
  });
  await session.detach();
  const [node] = nodes;
  return `${node.role?.value ?? 'none'} "${(node.name?.value ?? '').trim()}"`;
}

/** Waits until the focus is on what matches, and says what it was on when it never came. */
export async function focusOn(page, wanted) {
  const until = Date.now() + 15_000;
  const matches = (said) => (typeof wanted === 'string' ? said === wanted : wanted.test(said));
  let said = await focus(page);
  while (!matches(said) && Date.now() < until) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    said = await focus(page);
  }
  assert.ok(matches(said), `the focus is on ${said}, not on ${wanted}`);
}

/** Presses one key after the other. */
export async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/** Presses a key until the focus is where it should be; at most so many times. */
export async function pressUntil(page, key, wanted, max = 40) {
  for (let pressed = 0; pressed < max; pressed++) {
    await page.keyboard.press(key);
    const said = await focus(page);
    if (typeof wanted === 'string' ? said === wanted : wanted.test(said)) return;
  }
  assert.fail(`${max} times ${key}, and the focus was never on ${wanted}`);
}

/** How the focus is shown: what differs in the looks of the element, or of those around it, without it. */
export function ring(page) {
  return page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant');
    const active = document.activeElement;
    if (active === null || active === document.body) return 'nothing has the focus';
    const inside = (id && document.getElementById(id)) || null;
    const looks = (element) => {
      const style = globalThis.getComputedStyle(element);
      return [
        style.outlineStyle,
        style.outlineWidth,
        style.boxShadow,
        style.borderColor,
        style.backgroundColor,
      ].join();
    };
    const line = (element) => {
      const { outlineStyle, outlineWidth } = globalThis.getComputedStyle(element);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    };
    const around = [inside, active, active.parentElement, active.parentElement?.parentElement].filter(
      Boolean,
    );
    if (around.some(line)) return 'shown';
    const others = [...(inside?.parentElement?.querySelectorAll('[aria-selected="false"]') ?? [])];
    if (inside?.ariaSelected === 'true' && others.some((other) => looks(other) !== looks(inside)))
      return 'shown';
    const before = around.map(looks);
    // Not for entries of menus: those are told by what fills them, and a blur may close them.
    active.blur();
    const after = around.map(looks);
    active.focus();
    return before.some((look, at) => look !== after[at])
      ? 'shown'
      : `not shown: ${active.outerHTML.slice(0, 160)}`;
  });
}

/** Everything that can be pressed, chosen or typed into and is smaller than 24 px, unless enough is around it. */
export function smallTargets(page) {
  return page.evaluate(() => {
    const MIN = 24;
    const all = [
      ...document.querySelectorAll(
        'button, input, select, textarea, a[href], summary, [role="slider"], [role="option"], [tabindex="0"]',
      ),
    ]
      // What lies behind a modal dialog cannot be hit.
      .filter((element) => (document.querySelector('dialog:modal') ?? document).contains(element))
      .filter((element) => element.checkVisibility({ opacityProperty: false, visibilityProperty: true }))
      .map((element) => ({ element, box: (element.closest('label') ?? element).getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && box.height > 1);
    const scroller = (element) => {
      for (let at = element.parentElement; at !== null; at = at.parentElement)
        if (/auto|scroll/.test(globalThis.getComputedStyle(at).overflowY)) return at;
      return null;
    };
    /** Scrolled away or cut off, so that what lies in its place is a neighbour for this moment only. */
    const isAway = (element, box) => {
      for (let at = scroller(element); at !== null; at = scroller(at)) {
        const { top, bottom } = at.getBoundingClientRect();
        if (box.top < top || box.bottom > bottom) return true;
      }
      return false;
    };
    const isApart = (one, other) =>
      scroller(one.element) !== scroller(other.element) &&
      (isAway(one.element, one.box) || isAway(other.element, other.box));
    const near = (one, other) => {
      const [x, y] = [one.left + one.width / 2, one.top + one.height / 2];
      const dx = Math.max(other.left - x, 0, x - other.right);
      const dy = Math.max(other.top - y, 0, y - other.bottom);
      return Math.hypot(dx, dy) < MIN / 2;
    };
    return all
      .filter(({ box }) => box.width < MIN - 0.01 || box.height < MIN - 0.01)
      .filter((one) =>
        all.some(
          (other) =>
            !other.element.contains(one.element) &&
            !one.element.contains(other.element) &&
            near(one.box, other.box) &&
            !isApart(one, other),
        ),
      )
      .map(({ element, box }) => `${box.width} x ${box.height}: ${element.outerHTML.slice(0, 140)}`);
  });
}

/** A window in which a pointer must not be used. */
export const withKeys = (inWindow) => (options, work) =>
  inWindow(options, async (page) => {
    await page.evaluate(() =>
      addEventListener('pointerdown', () => reportError(new Error('a pointer was used')), true),
    );
    await work(page);
  });

export const rowOf = (name) => new RegExp(`^row "${name}`);

/** Searches for a torrent, goes to its row and selects it. */
export async function goTo(page, name) {
  await press(page, '/');
  await page.keyboard.type(name);
  await page.locator(`[role="row"][data-key][aria-label^="${name}"]`).first().waitFor();
  await press(page, 'Enter');
  await focusOn(page, /^row "/);
  await press(page, 'Home');
  await focusOn(page, rowOf(name));
}
