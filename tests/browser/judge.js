// Judge a page at rest by axe. `judged` are the looks whose contrast needs no judging any more, or
// null where all of it is judged. Returns what is wrong, and the looks that were judged here.
async ({ context, options, judged }) => {
  // At rest: nothing half faded in, and no bar that stays above half a field scrolled past.
  const ends = document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
    .map(({ finished }) => finished.catch(() => null));
  await Promise.all(ends);
  window.scrollTo({ top: 0, behavior: 'instant' });

  // A look is what the contrast of words is made of: their own style, and on what they stand, down
  // to the page itself. Equal looks have equal contrast.
  const known = new Set(judged);
  const looks = new Map([[null, '']]);
  const styles = [
    'color', 'fontSize', 'fontWeight', 'textShadow', 'webkitTextStroke',
    'backgroundColor', 'backgroundImage', 'opacity', 'filter', 'mixBlendMode', 'position',
  ];

  const digest = (text) => {
    let [one, two] = [5381, 52711];
    for (const letter of text) {
      const code = letter.codePointAt(0);
      one = Math.imul(one, 33) ^ code;
      two = Math.imul(two, 31) + code;
    }
    return (one >>> 0).toString(36) + (two >>> 0).toString(36);
  };

  const lookOf = (element) => {
    if (!looks.has(element)) {
      const style = getComputedStyle(element);
      const own = [element.localName, element.getAttribute('class'), element.getAttribute('type')];
      const parts = [...own, ...styles.map((name) => style[name])];
      looks.set(element, digest(lookOf(element.parentElement) + parts.join('|')));
    }
    return looks.get(element);
  };

  const isField = (element) => element.matches('input, select, textarea');

  const wordsIn = (element) => [...element.childNodes]
    .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join('').trim();

  // axe passes over what has no box, and finds no fault with a sign alone.
  const mayBeJudged = (element) => (
    isField(element)
      ? !element.matches('[type=checkbox], [type=radio], [type=hidden]')
      : wordsIn(element).length > 1
  ) && (
    element.checkVisibility({ visibilityProperty: true })
    || getComputedStyle(element).display === 'contents'
  );

  const namesDisabled = (element) => {
    const label = element.closest('label');
    return label && (label.control?.disabled || label.querySelector(':disabled'));
  };

  // axe passes over what is not to be used, and over what is made of signs alone.
  const isSurelyJudged = (element) => (
    isField(element) || /[\p{L}\p{N}].*[\p{L}\p{N}]/su.test(wordsIn(element))
  ) && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !element.closest(':disabled, [aria-disabled="true"], [aria-hidden="true"], [inert]')
    && !namesDisabled(element);

  const found = [];
  if (judged !== null) {
    for (const element of document.body.querySelectorAll('*')) {
      if (!mayBeJudged(element)) continue;
      const look = lookOf(element);
      if (known.has(look)) continue;
      element.setAttribute('data-look', look);
      if (isSurelyJudged(element)) {
        known.add(look);
        found.push(look);
      }
    }
    axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-look]' }] });
  }

  const { violations } = await axe.run(context, options);
  const wrong = violations
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  return [wrong, found];
}
